"""Chapter 4: one training step of the layered CBOW beside the same step in PyTorch.

    python -m benchmarks.cbow_step

V 10,000, H 100, window 5, 5 negatives, batch 100, sparse tables, Adam. The two take turns, each time in a process of its
own (their threads would get into each other's way); the medians are of seven turns of 400 steps each.
"""

import numpy as np

from benchmarks import peers
from benchmarks.command import words
from benchmarks.machine import describe
from benchmarks.timing import median_seconds, turns
from ch04_fast_word2vec.cbow import CBOW
from common.optimizer import Adam
from common.script import run

V, H, W, K, N = 10_000, 100, 5, 5, 100


def main():
    steps = {"ours": our_step, "torch": lambda: peers.torch_cbow_step(V, H, W, K, N)}
    turn = words(__doc__, *steps)
    if turn:
        step = steps[turn[0]]()
        print(median_seconds(lambda: [step() for _ in range(40)], runs=10) / 40)
        return
    print(describe())
    times = turns("benchmarks.cbow_step", ["ours", "torch"] if peers.torch() else ["ours"], rounds=7)
    for name, (low, median, high) in times.items():
        print(f"CBOW step, {name:6} {1000 * median:.2f} ms ({1000 * low:.2f} to {1000 * high:.2f})")
    if "torch" in times:
        print(f"ratio ours / torch {times['ours'][1] / times['torch'][1]:.2f}")
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
    run(main)
