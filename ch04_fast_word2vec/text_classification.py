"""Word vectors in other tasks, with few labels: learned ones against random ones (section 4.4.1).

topics      tell a sentence's topic, from 1, 5, 20 or 100 labelled sentences a topic: a classifier
            on the sum of its word vectors, or on the last state of an RNN that reads them
clusters    group documents (five sentences of a topic each) without any label; purity is the share
            of documents whose topic is the most common one of their group
tagging     tell the class (noun, verb, ...) of words that the tagger was not trained on

    python ch04_fast_word2vec/text_classification.py

Takes 10 s.
"""

import numpy as np

from ch04_fast_word2vec.chunks import ChunkBatches
from ch04_fast_word2vec.fast import FastCBOW
from ch04_fast_word2vec.tasks import classify_topics, cluster, tag
from ch04_fast_word2vec.training import fit_fast
from common.script import new_figure, options, run, save_figure
from common.util import normalize
from dataset import toy

LABELS = (1, 5, 20, 100)


def main(argv=None):
    """Train vectors and use them; returns the scores that are drawn."""
    args = options(__doc__, figure=True).parse_args(argv)
    tokens, hidden_size = (50_000, 30) if args.quick else (500_000, 100)
    rng = np.random.default_rng(args.seed)
    corpus, word_to_id, id_to_word = toy.load_data("train", args.seed, tokens)
    print(f"data: toy, {len(corpus):,} tokens without labels, vocabulary {len(word_to_id)}; seed "
          f"{args.seed}")

    model = FastCBOW(len(word_to_id), hidden_size, 5, corpus, shared=64, rng=rng)
    fit_fast(model, ChunkBatches(corpus), 2 if args.quick else 8, verbose=False)
    vectors = {"pre-trained": normalize(model.word_vecs - model.word_vecs.mean(axis=0)),
               "random": normalize(rng.standard_normal(model.word_vecs.shape).astype("f"))}

    labels = LABELS[:2] if args.quick else LABELS
    text = toy.generate(20_000 if args.quick else 60_000, 10_000 + args.seed)
    sentences = [[word_to_id[word] for word in sentence] for sentence in toy.sentences(text.words)]
    topics = np.array([toy.TOPICS.index(topic) for topic in text.topics])
    scores = classify_topics(vectors, sentences, topics, labels, rng)
    for kind, vecs in vectors.items():
        purity = cluster(vecs, sentences, topics, rng)
        print(f"clusters of documents, {kind:11} vectors: purity {100 * purity:.1f} %")
    for kind, vecs in vectors.items():
        right = tag(vecs, id_to_word, rng)
        print(f"tagging of new words,  {kind:11} vectors: {100 * right:.1f} % right")
    figure = new_figure(args, width=6.5, height=4)
    draw(figure.subplots(), scores, labels)
    save_figure(figure, "ch04_text_classification", args, curves=True)
    return scores


def draw(axes, scores, labels):
    """A line for each kind of vectors and reader: topics right against the number of labels."""
    for (kind, reader), accuracy in scores.items():
        axes.plot(labels, 100 * np.array(accuracy), "-" if kind == "pre-trained" else "--",
                  marker="o", label=f"{kind}, {reader}")
    axes.set(xscale="log", xlabel="labelled sentences a topic", ylabel="topics right [%]",
             title="Toy topics, seven of them")
    axes.set_xticks(labels, [str(n) for n in labels])
    axes.minorticks_off()
    axes.legend(loc=(0.68, 0.44))                            # between the lines


if __name__ == "__main__":
    run(main)
