"""Word vectors by counting: co-occurrence matrix, PPMI, and the SVD that makes it short (sections 2.3.4 and 2.4).

The three functions are the whole count-based method: C = create_co_matrix(corpus, V), M = ppmi(C),
U, S, Vt = truncated_svd(M, 100), and row i of U is the vector of word i. None loops over tokens or cells in Python.
"""

import mmap

import numpy as np

from common.errors import InputError


def create_co_matrix(corpus, vocab_size, window_size=1):
    """How often each pair of words stands within `window_size` tokens of each other (section 2.3.4).

        C[i, j] = number of positions (n, m), 0 < |n - m| <= window_size, with corpus[n] = i and corpus[m] = j

    corpus: (N,) ids -> C: (V, V) int32, symmetric. Pairs of ids are turned into single numbers i V + j, which sorting
    groups; each distance d = 1 .. window_size gives one such array of N - d numbers.
    """
    pairs, counts = count_pairs(corpus, vocab_size, window_size)
    C = sparse_zeros((vocab_size, vocab_size), np.int32)
    cells = C.reshape(-1)                                    # the same memory, (V * V,)
    left, right = np.divmod(pairs, vocab_size)
    cells[pairs] = counts                                    # j to the right of i ...
    cells[right * vocab_size + left] += counts               # ... and i to the left of j
    return C


def count_pairs(corpus, vocab_size, window_size):
    """The distinct pairs (i, j), j at most `window_size` tokens to the right of i, as i V + j, and their counts."""
    corpus = np.asarray(corpus)
    check_corpus(corpus, vocab_size)
    if window_size < 1:
        raise InputError(f"window_size must be 1 or more, got {window_size}: pairs need a distance")
    corpus = corpus.astype(np.int64)
    distances = range(1, min(window_size, len(corpus) - 1) + 1)
    keys = [corpus[:-d] * vocab_size + corpus[d:] for d in distances]             # each (N - d,)
    return np.unique(np.concatenate([corpus[:0], *keys]), return_counts=True)


def sparse_zeros(shape, dtype):
    """np.zeros in memory that the system hands out in small pages as they are first written to.

    Of a 10,000 x 10,000 table of PTB a quarter of the pages never is. np.zeros asks for pages of 2 MiB where the
    system has them, all of which are written to: first use of a table took 0.9 s that way, 0.2 to 0.6 s this way.
    """
    cells = int(np.prod(shape))
    memory = mmap.mmap(-1, max(1, cells * np.dtype(dtype).itemsize))
    return np.frombuffer(memory, dtype, cells).reshape(shape)


def check_corpus(corpus, vocab_size):
    """InputError unless `corpus` is a non-empty array (N,) of ids in 0 .. vocab_size - 1."""
    if corpus.ndim != 1 or not corpus.size:
        raise InputError(f"a corpus is a list of at least one id, got an array of shape {corpus.shape}")
    if corpus.dtype.kind not in "iu":
        raise InputError(f"a corpus holds integer ids, got {corpus.dtype}: turn words into ids with preprocess()")
    if corpus.min() < 0 or corpus.max() >= vocab_size:
        raise InputError(f"ids must lie in 0..{vocab_size - 1} for vocab_size {vocab_size}, "
                         f"got {corpus.min()}..{corpus.max()}")


def ppmi(C, verbose=False, eps=1e-8, *, alpha=1.0, shift=1.0):
    """Positive pointwise mutual information: how much more often than by chance (section 2.4.1, equations 2.2 to 2.7).

        PMI(i, j)  = log2( P(i, j) / (P(i) P(j)) ) = log2( C[i, j] N / (S[i] S[j]) ),   N = sum C,  S = row sums
        PPMI(i, j) = max(0, PMI(i, j) - log2 shift)

    C: (V, V) counts -> (V, V) float32. Only cells with C > 0 are computed, for the others are 0 whatever S is.
    alpha < 1 smooths the contexts, P(j) = S[j]^alpha / sum S^alpha, so that rare contexts count for less; shift = k is
    what skip-gram with k negative samples factorises (Levy, Goldberg and Dagan 2015, section 3). With the defaults the
    book's numbers come out; eps is the book's guard against log 0.
    """
    C = np.ascontiguousarray(C)
    if C.ndim != 2 or C.shape[0] != C.shape[1]:
        raise InputError(f"a co-occurrence matrix is square, got shape {C.shape}")
    if shift <= 0:
        raise InputError(f"shift must be above 0, got {shift}: its logarithm is subtracted")
    cells = np.flatnonzero(C != 0)                           # (nonzero,); the comparison makes it 4 times faster
    counts = C.reshape(-1)[cells].astype(float)
    i, j = np.divmod(cells, len(C))
    M = np.zeros(C.shape, np.float32)
    M.reshape(-1)[cells] = ppmi_of_cells(i, j, counts, len(C), eps, alpha, shift)
    if verbose:
        print(f"ppmi: {len(cells):,} of {C.size:,} pairs occur, {np.count_nonzero(M):,} more often than by chance")
    return M


def ppmi_of_cells(i, j, counts, vocab_size, eps, alpha, shift):
    """PPMI of the cells (i, j) that hold `counts`, all other cells of the (V, V) matrix being 0."""
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise InputError("the co-occurrence matrix holds NaN, inf or negative numbers: counts are 0 or more")
    words = np.bincount(i, weights=counts, minlength=vocab_size)                  # (V,), the row sums
    contexts = np.bincount(j, weights=counts, minlength=vocab_size)               # (V,), the same if C is symmetric
    smoothed = contexts ** alpha
    expected = words[i] * smoothed[j] / smoothed.sum()       # the count that chance would give
    return np.maximum(np.log2(counts / expected + eps) - np.log2(shift), 0)


def truncated_svd(W, k, n_iter=7, *, oversample=None, rng=None):
    """The k largest singular values of W and their vectors, W ~ U diag(S) Vt (section 2.4.3).

    W: (V, C) -> U (V, k), S (k,) in falling order, Vt (k, C). A randomized SVD (Halko, Martinsson and Tropp 2011,
    algorithms 4.4 and 5.1): a random k-dimensional image of W, drawn by n_iter power iterations towards the leading
    singular vectors, is orthonormalised at every half-step so that small ones are not lost to rounding, and the SVD of
    W within it is cheap. oversample more dimensions (half of k unless given) are carried along and dropped at the end:
    they buy the accuracy that more iterations would. Small matrices are decomposed exactly.

    The sign of each pair of vectors is fixed, the largest number in a column of U is positive, so that two runs agree.
    rng: a Generator, a seed, or None (fresh).
    """
    W = np.asarray(W)
    W = W if W.dtype.kind == "f" else W.astype(float)
    if W.ndim != 2 or not 1 <= k <= min(W.shape):
        raise InputError(f"k must lie in 1..{min(W.shape)} for a matrix of shape {W.shape}, got {k}")
    if not np.isfinite(W.sum()):
        raise InputError("the matrix holds NaN or inf: its SVD does not exist")
    width = k + (max(10, k // 2) if oversample is None else oversample)
    if 2 * width >= min(W.shape):
        U, S, Vt = np.linalg.svd(W, full_matrices=False)
    else:
        omega = np.random.default_rng(rng).standard_normal((W.shape[1], width), dtype=np.float32)
        Q = orthonormal(W @ omega.astype(W.dtype))           # (V, width)
        for _ in range(n_iter):
            Q = orthonormal(W.T @ Q)                         # (C, width)
            Q = orthonormal(W @ Q)                           # (V, width)
        U, S, Vt = np.linalg.svd(Q.T @ W, full_matrices=False)                    # of (width, C)
        U = Q @ U                                            # (V, width)
    U, S, Vt = U[:, :k], S[:k], Vt[:k]
    signs = np.sign(U[np.abs(U).argmax(axis=0), np.arange(k)])                    # (k,)
    return U * signs, S, Vt * signs[:, None]


def orthonormal(Y):
    """An orthonormal basis of the columns of Y, of the same shape."""
    return np.linalg.qr(Y)[0]
