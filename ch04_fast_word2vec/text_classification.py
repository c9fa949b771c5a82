"""What word vectors are good for: other tasks, with few labels (section 4.4.1).

Word vectors are learned from toy text without labels. Then three tasks are done with them and with random vectors:

topics      tell a sentence's topic, from 1, 5, 20 or 100 labelled sentences a topic: the sentence as the sum of its
            word vectors, or as the last state of an RNN that reads them, and a classifier on top
clusters    group documents (five sentences of a topic each) without any label; purity is the share of documents
            whose topic is the most common one of their group
tagging     tell the class (noun, verb, ...) of words that the tagger was not trained on, from their vectors

    python ch04_fast_word2vec/text_classification.py
"""

import numpy as np

from ch04_fast_word2vec.fast import FastWord2vec
from ch04_fast_word2vec.new_words import split
from common.initializers import scaled_normal
from common.layers import Affine, SoftmaxWithLoss
from common.optimizer import Adam
from common.script import check_files, new_figure, options, run, save_figure
from common.table_trainer import TableTrainer
from common.time_layers import TimeRNN
from common.util import normalize
from dataset import toy

LABELS = (1, 5, 20, 100)


def main(argv=None):
    parser = options(__doc__, figure=True)
    args = parser.parse_args(argv)
    check_files(args)
    tokens, hidden_size = (50_000, 30) if args.quick else (500_000, 100)
    rng = np.random.default_rng(args.seed)
    corpus, word_to_id, id_to_word = toy.load_data("train", args.seed, tokens)
    print(f"data: toy, {len(corpus):,} tokens without labels, vocabulary {len(word_to_id)}; seed {args.seed}")

    model = FastWord2vec(len(word_to_id), hidden_size, 5, corpus, model="cbow", rng=rng)
    TableTrainer(model).fit(2 if args.quick else 8, 0.2, falls=True, verbose=False)
    kinds = {"pre-trained": normalize(model.word_vecs - model.word_vecs.mean(axis=0)),
             "random": normalize(rng.standard_normal(model.word_vecs.shape).astype("f"))}

    labels = LABELS[:2] if args.quick else LABELS
    sentences, topics = labelled(word_to_id, args.seed, 20_000 if args.quick else 60_000)
    scores = classify_topics(kinds, sentences, topics, labels, rng)
    for kind, vecs in kinds.items():
        print(f"clusters of documents, {kind:11} vectors: purity {100 * cluster(vecs, sentences, topics, rng):.1f} %")
    for kind, vecs in kinds.items():
        print(f"tagging of new words,  {kind:11} vectors: {100 * tag(vecs, id_to_word, rng):.1f} % right")

    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    for (kind, reader), accuracy in scores.items():
        axes.plot(labels, 100 * np.array(accuracy), marker="o", linestyle="-" if kind == "pre-trained" else "--",
                  label=f"{kind}, {reader}")
    axes.set(xscale="log", xlabel="labelled sentences a topic", ylabel="topics right [%]", title="Toy topics, seven of them")
    axes.set_xticks(labels, [str(n) for n in labels])
    axes.minorticks_off()
    axes.legend(loc="center right")
    save_figure(figure, "ch04_text_classification", args, curves=True)


def labelled(word_to_id, seed, tokens):
    """(sentences, topics): lists of ids, and numbers of topics, from a text of its own."""
    text = toy.generate(tokens, 10_000 + seed)
    sentences = [[word_to_id[word] for word in sentence] for sentence in split(text.words)]
    return sentences, np.array([toy.TOPICS.index(topic) for topic in text.topics])


def classify_topics(kinds, sentences, topics, labels, rng):
    """Print and return {(vectors, reader): [accuracy for each number of labels]}."""
    order, half = rng.permutation(len(sentences)), len(sentences) // 2
    train, test = order[:half], order[half:][:1000]
    readers = {"sum": read_sum, "RNN": read_rnn}
    scores = {}
    print("\ntopics told right [%], by labelled sentences a topic")
    print(f"{'':24}" + "".join(f"{n:8}" for n in labels))
    for kind, vecs in kinds.items():
        for reader, read in readers.items():
            scores[kind, reader] = []
            for n in labels:
                chosen = np.concatenate([train[topics[train] == topic][:n] for topic in range(len(toy.TOPICS))])
                guess = read(vecs, [sentences[i] for i in chosen], topics[chosen], [sentences[i] for i in test], rng)
                scores[kind, reader].append(np.mean(guess == topics[test]))
            print(f"{kind:12} {reader:11}" + "".join(f"{100 * score:8.1f}" for score in scores[kind, reader]))
    print()
    return scores


def read_sum(vecs, train, labels, test, rng):
    """Guesses for the test sentences: each sentence the sum of its word vectors, a softmax classifier on top."""
    x, x_test = (normalize(np.array([vecs[s].sum(axis=0) for s in part])) for part in (train, test))
    return train_classifier(x, labels, len(toy.TOPICS))(x_test)


def train_classifier(x, labels, classes, steps=300):
    """Fit softmax regression to x (N, D); returns the function that guesses classes."""
    layer, loss = Affine(np.zeros((x.shape[1], classes), "f"), np.zeros(classes, "f")), SoftmaxWithLoss()
    optimizer = Adam(0.1, weight_decay=1e-3)
    for _ in range(steps):
        loss.forward(layer.forward(x), labels)
        layer.backward(loss.backward())
        optimizer.update(layer.params, layer.grads)
    return lambda x: layer.forward(x).argmax(axis=1)


def read_rnn(vecs, train, labels, test, rng, H=64):
    """Guesses for the test sentences: each sentence the last state of an RNN over its word vectors."""
    D, classes = vecs.shape[1], len(toy.TOPICS)
    rnn = TimeRNN(scaled_normal(rng, D, H), scaled_normal(rng, H, H) * np.float32(0.5), np.zeros(H, "f"))
    affine, loss = Affine(np.zeros((H, classes), "f"), np.zeros(classes, "f")), SoftmaxWithLoss()
    params, grads = rnn.params + affine.params, rnn.grads + affine.grads
    optimizer = Adam(0.003)
    xs = padded(train)
    for _ in range(300):
        chosen = rng.integers(0, len(xs), min(64, len(xs)))
        hs = rnn.forward(vecs[xs[chosen]])                   # (N, T, D) -> (N, T, H)
        loss.forward(affine.forward(hs[:, -1]), labels[chosen])
        dhs = np.zeros_like(hs)
        dhs[:, -1] = affine.backward(loss.backward())
        rnn.backward(dhs)
        optimizer.update(params, grads)
    return affine.forward(rnn.forward(vecs[padded(test)])[:, -1]).argmax(axis=1)


def padded(sentences, T=24):
    """Ids (N, T): the last T words of each sentence, with <eos>, the last word of every sentence, before short ones."""
    return np.array([([s[-1]] * T + s)[-T:] for s in sentences])


def cluster(vecs, sentences, topics, rng):
    """The purity of k-means clusters of documents, the best of ten starts by the spread within clusters."""
    documents, truth = [], []
    for topic in range(len(toy.TOPICS)):
        own = np.flatnonzero(topics == topic)
        for five in np.split(own, range(5, len(own), 5))[:60]:
            documents.append(vecs[[i for s in five for i in sentences[s]]].sum(axis=0))
            truth.append(topic)
    x, truth = normalize(np.array(documents)), np.array(truth)
    x = normalize(x - x.mean(axis=0))
    best = max((k_means(x, len(toy.TOPICS), rng) for _ in range(10)), key=lambda found: found[0])[1]
    return sum(np.bincount(truth[best == group]).max() for group in np.unique(best)) / len(truth)


def k_means(x, k, rng):
    """(sum of cosines to the centres, group of each row): centres start at rows far from each other."""
    centres = x[[rng.integers(len(x))]]
    while len(centres) < k:
        centres = np.vstack([centres, x[(x @ centres.T).max(axis=1).argmin()]])
    for _ in range(30):
        group = (x @ centres.T).argmax(axis=1)
        centres = np.array([normalize(x[group == g].sum(axis=0)) if np.any(group == g) else centres[g] for g in range(k)])
    return np.sum((x @ centres.T).max(axis=1)), group


def tag(vecs, id_to_word, rng):
    """The share of words, a third of the vocabulary, whose class is told right after training on the others."""
    names = list(toy.CLASSES)
    truth = np.array([names.index(toy.CLASS_OF[id_to_word[i]]) for i in range(len(vecs))])
    order, third = rng.permutation(len(vecs)), len(vecs) // 3
    test, train = order[:third], order[third:]
    return np.mean(train_classifier(vecs[train], truth[train], len(names))(vecs[test]) == truth[test])


if __name__ == "__main__":
    run(main)
