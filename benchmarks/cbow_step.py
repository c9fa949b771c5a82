"""Chapter 4: one training step of the layered CBOW beside the same step in PyTorch, and beside a full softmax.

    python -m benchmarks.cbow_step

V 10,000, H 100, window 5, 5 negatives, batch 100, sparse tables, Adam. The two take turns; medians of 15 rounds.
"""

import statistics

import numpy as np

from benchmarks import peers
from benchmarks.machine import describe
from benchmarks.timing import alternate
from ch04_fast_word2vec.cbow import CBOW
from common.optimizer import Adam

V, H, W, K, N = 10_000, 100, 5, 5, 100


def main():
    print(describe())
    works = {"this library": our_step()}
    if peers.torch():
        works["PyTorch eager"] = peers.torch_cbow_step(V, H, W, K, N)
    times = alternate(works, rounds=15, calls=40)
    for name, seconds in times.items():
        print(f"CBOW step, {name:14} {1000 * statistics.median(seconds):.2f} ms")
    if len(times) == 2:
        ours, theirs = (statistics.median(seconds) for seconds in times.values())
        print(f"ratio {ours / theirs:.2f}")
    else:
        print("PyTorch is not installed: no comparison")


def our_step():
    """A function that makes one training step."""
    rng = np.random.default_rng(0)
    corpus = rng.integers(0, V, 100_000)
    model, optimizer = CBOW(V, H, W, corpus, sample_size=K, rng=rng), Adam()
    contexts, target = rng.integers(0, V, (N, 2 * W)), rng.integers(0, V, N)

    def step():
        model.forward(contexts, target)
        model.backward()
        optimizer.update(model.params, model.grads)

    return step


if __name__ == "__main__":
    main()
