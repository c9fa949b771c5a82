"""Counting where the V x V table does not fit: V = 100,000 words, up to ten million tokens with Zipf's frequencies.

    python -m benchmarks.counting_at_scale

Prints counting time for 1, 2, 4 and 8 million tokens (it should double each time), then counts, PPMI and a
100-dimensional SVD for ten million, with the peak memory of the process.
"""

import numpy as np

from benchmarks.command import words
from benchmarks.machine import describe, peak_memory
from benchmarks.timing import timed
from common.script import run
from common.util import create_co_matrix, ppmi, truncated_svd

VOCAB_SIZE, WINDOW_SIZE = 100_000, 2


def main():
    words(__doc__)
    print(describe())
    edges = np.cumsum(1 / np.arange(1, VOCAB_SIZE + 1))
    corpus = np.searchsorted(edges / edges[-1], np.random.default_rng(0).random(10_000_000))
    for millions in (1, 2, 4, 8):
        time, C = timed(create_co_matrix, corpus[:millions * 10 ** 6], VOCAB_SIZE, WINDOW_SIZE, sparse=True)
        print(f"{millions:2} million tokens: counted in {time:.2f} s, {len(C.data):,} pairs that occur")
    del C
    time, C = timed(create_co_matrix, corpus, VOCAB_SIZE, WINDOW_SIZE, sparse=True)
    print(f"10 million tokens: counted in {time:.2f} s, {len(C.data):,} pairs that occur")
    time, M = timed(ppmi, C)
    print(f"PPMI {time:.2f} s")
    time, _ = timed(truncated_svd, M, 100, rng=0)
    print(f"SVD, 100 dimensions {time:.0f} s")
    print(f"peak memory {peak_memory()}")


if __name__ == "__main__":
    run(main)
