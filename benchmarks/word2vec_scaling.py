"""How the fast trainer's time grows: linear in tokens, nearly not with the vocabulary.

    python -m benchmarks.word2vec_scaling

Zipf-distributed words; skip-gram and CBOW, 100 dimensions, window 5.
"""

import statistics

import numpy as np

from benchmarks.command import words
from benchmarks.machine import describe
from benchmarks.timing import seconds
from ch04_fast_word2vec.chunks import ChunkBatches
from ch04_fast_word2vec.fast import FAST
from ch04_fast_word2vec.training import fit_fast
from common.script import run


def main():
    words(__doc__)
    print(describe())
    for model in ("skipgram", "cbow"):
        for tokens in (100_000, 200_000, 400_000, 800_000):
            time = epoch_seconds(model, 10_000, tokens)
            print(f"{model:9} V 10,000, {tokens:8,} tokens: {time:.2f} s an epoch", flush=True)
        for V in (1_000, 10_000, 100_000):
            print(f"{model:9} V {V:7,}, 400,000 tokens: {epoch_seconds(model, V, 400_000):.2f} s "
                  f"an epoch", flush=True)


def epoch_seconds(model, V, tokens):
    """The median time of three epochs over a corpus with Zipf's frequencies."""
    edges = np.cumsum(1 / np.arange(1, V + 1))
    corpus = np.searchsorted(edges / edges[-1], np.random.default_rng(0).random(tokens))
    fast, batches = FAST[model](V, 100, 5, corpus, rng=0), ChunkBatches(corpus, 1024)
    return statistics.median(seconds(lambda: fit_fast(fast, batches, 1, 0.1, verbose=False))
                             for _ in range(3))


if __name__ == "__main__":
    run(main)
