"""Tasks that word vectors help with: topics, clusters, tags (section 4.4.1)."""

import numpy as np

from common.initializers import scaled_normal
from common.layers import Affine, SoftmaxWithLoss
from common.optimizer import Adam
from common.time_layers import TimeRNN
from common.util import normalize
from dataset import toy

TOPICS = len(toy.TOPICS)


def read_sum(vecs, train, labels, test, rng):
    """Guesses for the test sentences: each the sum of its word vectors, a softmax on top."""
    x, x_test = (normalize(np.array([vecs[s].sum(axis=0) for s in part])) for part in (train, test))
    return train_classifier(x, labels, TOPICS)(x_test)


def train_classifier(x, labels, classes):
    """Fit softmax regression to x (N, D); returns the function that guesses classes."""
    layer = Affine(np.zeros((x.shape[1], classes), "f"), np.zeros(classes, "f"))
    loss = SoftmaxWithLoss()
    optimizer = Adam(0.1, weight_decay=1e-3)
    for _ in range(300):
        loss.forward(layer.forward(x), labels)
        layer.backward(loss.backward())
        optimizer.update(layer.params, layer.grads)
    return lambda x: layer.forward(x).argmax(axis=1)


def read_rnn(vecs, train, labels, test, rng, H=64):
    """Guesses for the test sentences: each the last state of an RNN over its word vectors."""
    rnn = TimeRNN(scaled_normal(rng, vecs.shape[1], H),
                  scaled_normal(rng, H, H) * np.float32(0.5), np.zeros(H, "f"))
    affine, loss = Affine(np.zeros((H, TOPICS), "f"), np.zeros(TOPICS, "f")), SoftmaxWithLoss()
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
    """Ids (N, T): the last T words of each sentence, short ones with <eos> before them."""
    return np.array([([s[-1]] * T + s)[-T:] for s in sentences])


def classify_topics(vectors, sentences, topics, labels, rng):
    """Print and return {(vectors, reader): [accuracy for each number of labels]}."""
    order, half = rng.permutation(len(sentences)), len(sentences) // 2
    train, test = order[:half], order[half:][:1000]
    scores = {}
    print("\ntopics told right [%], by labelled sentences a topic")
    print(f"{'':24}" + "".join(f"{n:8}" for n in labels))
    for kind, vecs in vectors.items():
        for reader, read in (("sum", read_sum), ("RNN", read_rnn)):
            row = scores[kind, reader] = []
            for n in labels:
                chosen = np.concatenate([train[topics[train] == topic][:n]
                                         for topic in range(TOPICS)])
                guess = read(vecs, [sentences[i] for i in chosen], topics[chosen],
                             [sentences[i] for i in test], rng)
                row.append(np.mean(guess == topics[test]))
            print(f"{kind:12} {reader:11}" + "".join(f"{100 * score:8.1f}" for score in row))
    print()
    return scores


def cluster(vecs, sentences, topics, rng):
    """The purity of k-means clusters of documents, the best of ten starts by their spread."""
    documents, truth = [], []
    for topic in range(TOPICS):
        own = np.flatnonzero(topics == topic)
        for five in np.split(own, range(5, len(own), 5))[:60]:
            documents.append(vecs[[i for s in five for i in sentences[s]]].sum(axis=0))
            truth.append(topic)
    x = normalize(np.array(documents))
    x = normalize(x - x.mean(axis=0))
    _, best = max((k_means(x, TOPICS, rng) for _ in range(10)), key=lambda found: found[0])
    truth = np.array(truth)
    return sum(np.bincount(truth[best == group]).max() for group in np.unique(best)) / len(truth)


def k_means(x, k, rng):
    """(sum of cosines to the centres, group of each row): centres start far from each other."""
    centres = x[[rng.integers(len(x))]]
    while len(centres) < k:
        centres = np.vstack([centres, x[(x @ centres.T).max(axis=1).argmin()]])
    for _ in range(30):
        group = (x @ centres.T).argmax(axis=1)
        centres = np.array([normalize(x[group == g].sum(axis=0)) if np.any(group == g)
                            else centres[g] for g in range(k)])
    return np.sum((x @ centres.T).max(axis=1)), group


def tag(vecs, id_to_word, rng):
    """The share of a third of the words whose class is told right after training on the others."""
    names = list(toy.CLASSES)
    truth = np.array([names.index(toy.CLASS_OF[id_to_word[i]]) for i in range(len(vecs))])
    order, third = rng.permutation(len(vecs)), len(vecs) // 3
    test, train = order[:third], order[third:]
    guess = train_classifier(vecs[train], truth[train], len(names))
    return np.mean(guess(vecs[test]) == truth[test])
