"""The parts of negative sampling in three pictures (sections 4.1 and 4.2).

positives   trained on right answers alone, the model learns to say yes to everything: the loss goes
            to 0 while all word vectors turn the same way (section 4.2.5)
power       the probabilities of frequent and rare words under the exponent 0.75 (4.2.6)
softmax     a training step as the vocabulary grows: the time of a full softmax grows with V, that
            of negative sampling does not (4.1, 4.2)

    python ch04_fast_word2vec/negative_sampling_study.py
    python ch04_fast_word2vec/negative_sampling_study.py --study softmax

Takes 5 s.
"""

import statistics
import time

import numpy as np

from ch04_fast_word2vec.cbow import CBOW
from common.initializers import normal
from common.layers import EmbeddingMean, MatMul, SoftmaxWithLoss
from common.negative_sampling import UnigramSampler
from common.optimizer import SGD, Adam
from common.script import new_figure, options, run, save_figure
from common.util import create_contexts_target, normalize
from dataset.corpus import announce, load_corpus, reading


def main(argv=None):
    """Draw what --study names."""
    parser = options(__doc__, corpus="auto", figure=True)
    parser.add_argument("--study", choices=["all", *STUDIES], default="all")
    args = parser.parse_args(argv)
    data = load_corpus(args.corpus, tokens=20_000 if args.quick else 200_000, **reading(args))
    announce(data, args)
    rng = np.random.default_rng(args.seed)

    for name in STUDIES if args.study == "all" else [args.study]:
        print(f"\n{name}")
        figure = new_figure(args, width=6.5, height=4)
        axes = figure.subplots()
        STUDIES[name](axes, data, rng, args.quick)
        axes.legend()
        save_figure(figure, f"ch04_{name}", args)


def positives(axes, data, rng, quick):
    """CBOW with five negatives and with none: loss, and the mean cosine between different words."""
    contexts, target = create_contexts_target(data.corpus, window_size=3)
    vocab_size, batch_size = len(data.word_to_id), 100
    for label, negatives in (("5 negatives", None),
                             ("positives only", np.zeros((batch_size, 0), int))):
        model, optimizer = CBOW(vocab_size, 50, 3, data.corpus, rng=rng), Adam(0.01)
        alike, checked = [], rng.choice(vocab_size, min(200, vocab_size), replace=False)
        for iteration in range(100 if quick else 1000):
            chosen = rng.integers(0, len(target), batch_size)
            loss = step(model, optimizer, contexts[chosen], target[chosen], negative=negatives)
            if iteration % 20 == 0:
                x = normalize(model.word_vecs[checked])
                others = len(x) * (len(x) - 1)               # pairs of different words
                alike.append(float((np.sum(x @ x.T) - len(x)) / others))
        print(f"  {label:15} loss {loss:.3f}, mean cosine between words {alike[-1]: .3f}")
        axes.plot(np.arange(len(alike)) * 20, alike, label=label)
    axes.set(xlabel="iterations", ylabel="mean cosine between words",
             title="Without negatives all words become alike")


def power(axes, data, rng, quick):
    """The probability of being drawn, by the word's rank, for three exponents."""
    counts = np.bincount(data.corpus)
    by_rank = np.argsort(-counts, kind="stable")[:np.count_nonzero(counts)]
    p = np.array([0.7, 0.29, 0.01])
    print(f"  the book's example: {p} becomes {np.round(p ** 0.75 / np.sum(p ** 0.75), 4)}")
    for power in (1, 0.75, 0.5):
        word_p = UnigramSampler(data.corpus, power, 1, rng=rng).word_p[by_rank]
        print(f"  power {power:4}: the most frequent word {100 * word_p[0]:.2f} %, the rarest "
              f"{100 * word_p[-1]:.5f} %")
        axes.loglog(np.arange(1, len(word_p) + 1), word_p, label=f"power {power}")
    axes.set(xlabel="rank of the word", ylabel="probability of being drawn",
             title="A power below 1 lifts rare words")


def full_softmax(axes, data, rng, quick):
    """Milliseconds of a step of CBOW with a full softmax and with five negatives, as V grows."""
    sizes = (1_000, 3_000) if quick else (1_000, 3_000, 10_000, 30_000, 100_000)
    times = {"full softmax": [], "negative sampling": []}
    for V in sizes:
        corpus = rng.integers(0, V, 10 * V)
        contexts, target = rng.integers(0, V, (100, 10)), rng.integers(0, V, 100)
        models = SoftmaxCBOW(V, 100, rng), CBOW(V, 100, 5, corpus, rng=rng)
        for milliseconds, model in zip(times.values(), models):
            milliseconds.append(median_step(model, contexts, target))
        print(f"  V = {V:7,}: " + ", ".join(f"{label} {milliseconds[-1]:8.2f} ms"
                                            for label, milliseconds in times.items()))
    for label, milliseconds in times.items():
        axes.loglog(sizes, milliseconds, marker="o", label=label)
    axes.set(xlabel="vocabulary V", ylabel="time of a step [ms]",
             title="CBOW, batch 100, 100 dimensions")


class SoftmaxCBOW:
    """CBOW with the full softmax of chapter 3 behind a table: what negative sampling replaces."""

    def __init__(self, V, H, rng):
        self.in_layer = EmbeddingMean(normal(rng, V, H), sparse=True)
        self.out_layer = MatMul(normal(rng, H, V))
        self.loss_layer = SoftmaxWithLoss()
        self.params = self.in_layer.params + self.out_layer.params
        self.grads = self.in_layer.grads + self.out_layer.grads

    def forward(self, contexts, target):
        score = self.out_layer.forward(self.in_layer.forward(contexts))
        return self.loss_layer.forward(score, target)

    def backward(self):
        self.in_layer.backward(self.out_layer.backward(self.loss_layer.backward()))


def step(model, optimizer, contexts, target, **options):
    loss = model.forward(contexts, target, **options)
    model.backward()
    optimizer.update(model.params, model.grads)
    return loss


def median_step(model, contexts, target, runs=7):
    """The median time of a training step in milliseconds."""
    optimizer, times = SGD(0.1), []
    for _ in range(runs):
        start = time.perf_counter()
        step(model, optimizer, contexts, target)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


STUDIES = {"positives": positives, "power": power, "softmax": full_softmax}


if __name__ == "__main__":
    run(main)
