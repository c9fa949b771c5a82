"""Counts of a whole corpus, and vectors from an SVD: shared by the scripts (section 2.4)."""

import contextlib
import time

import numpy as np

from common.errors import InputError
from common.util import create_co_matrix, ppmi, truncated_svd

DENSE_WORDS = 15_000         # above, the V x V table takes more than about 1 GB: the sparse form


def count(corpus, vocab_size, window_size):
    """The co-occurrence matrix (V, V), a SparseMatrix for a large vocabulary."""
    return create_co_matrix(corpus, vocab_size, window_size, sparse=vocab_size > DENSE_WORDS)


def fitting(wordvec_size, vocab_size):
    """The length of the word vectors, lessened where the vocabulary is too small for it."""
    fits = min(wordvec_size, max(2, vocab_size // 4))
    if fits < wordvec_size:
        print(f"wordvec_size: {fits}, not {wordvec_size}: in as many dimensions as there are "
              "words, every word is orthogonal to every other")
    return fits


def weighted(U, S, P):
    """The word vectors U diag(S)^P, (V, D): P = 0 is the book's U; S falls with the column."""
    with np.errstate(all="ignore"):
        word_vecs = U * S ** P                               # (V, D) (D,)
    if not np.isfinite(word_vecs).all():
        raise InputError(f"eigenvalue weight {P} takes the vectors out of the range of numbers")
    return word_vecs


def decompositions(data, windows, alphas, D, seed):
    """(window, alpha, U (V, D), S (D,)) of each pair: the counts serve all alphas of a window."""
    vocab_size = len(data.word_to_id)
    for window in windows:
        C = count(data.corpus, vocab_size, window)           # (V, V)
        for alpha in alphas:
            U, S, _ = truncated_svd(ppmi(C, alpha=alpha), D, rng=seed)
            yield window, alpha, U, S


@contextlib.contextmanager
def timed(label):
    """Print what is being done, and afterwards how long it took."""
    print(f"{label} ...", flush=True)
    start = time.perf_counter()
    yield
    print(f"{label}: {time.perf_counter() - start:.2f} s")
