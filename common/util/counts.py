"""Word vectors by counting: co-occurrence matrix, PPMI, and SVD (sections 2.3.4 and 2.4).

C = create_co_matrix(corpus, V), M = ppmi(C), U, S, Vt = truncated_svd(M, 100): row i of U is the
vector of word i. Nothing loops over tokens or cells in Python.
"""

import mmap

import numpy as np

from common.errors import InputError
from common.shapes import number_array
from common.util.sparse import SparseMatrix


def create_co_matrix(corpus, vocab_size, window_size=1, *, sparse=False):
    """Counts of two words within `window_size` tokens of each other (section 2.3.4).

        C[i, j] = number of positions (n, m), 0 < |n - m| <= window_size,
                  with corpus[n] = i and corpus[m] = j

    corpus: (N,) ids -> C: (V, V) int32, symmetric; sparse=True: a SparseMatrix of the same counts.
    """
    cells, counts = count_pairs(corpus, vocab_size, window_size)                  # j right of i
    left, right = np.divmod(cells, vocab_size)
    mirrored = right * vocab_size + left                                          # i left of j
    if sparse:
        order = np.argsort(mirrored)
        cells, counts = merge(cells, counts, mirrored[order], counts[order])
        return SparseMatrix.from_cells((vocab_size, vocab_size), cells, counts.astype(np.int32))
    C = lazy_zeros((vocab_size, vocab_size), np.int32)
    flat = C.reshape(-1)                                     # the same memory, (V * V,)
    flat[cells] = counts
    flat[mirrored] += counts
    return C


def count_pairs(corpus, vocab_size, window_size, chunk=2_000_000):
    """The distinct pairs (i, j), j within `window_size` tokens to the right of i, and their counts.

    A pair is one number, i V + j, which sorting groups; they rise. Counted in chunks of the corpus:
    a result is merged into the one before whenever it is more than half as long, so that each count
    moves about log(chunks) times and the memory is that of the distinct pairs.
    """
    corpus = np.asarray(corpus)
    check_corpus(corpus, vocab_size)
    if window_size < 1:
        raise InputError(f"window_size must be 1 or more, got {window_size}: pairs need a distance")
    results = []                                             # of cells and counts, longer first
    for start in range(0, len(corpus), chunk):
        part = corpus[start:start + chunk + window_size].astype(np.int64)
        distances = range(1, min(window_size, len(part) - 1) + 1)
        keys = [part[:-d][:chunk] * vocab_size + part[d:][:chunk] for d in distances]
        results.append(np.unique(np.concatenate([part[:0], *keys]), return_counts=True))
        while len(results) > 1 and len(results[-1][0]) * 2 > len(results[-2][0]):
            results[-2:] = [merge(*results[-2], *results[-1])]
    while len(results) > 1:
        results[-2:] = [merge(*results[-2], *results[-1])]
    return results[0]


def merge(cells, counts, more_cells, more_counts):
    """Two lists of rising cells and their counts as one; counts of the same cell are added."""
    cells = np.concatenate([cells, more_cells])
    order = np.argsort(cells, kind="stable")                 # two rising runs: a merge
    cells, counts = cells[order], np.concatenate([counts, more_counts])[order]
    first = np.flatnonzero(np.diff(cells, prepend=-1))       # where a new cell begins
    return cells[first], np.add.reduceat(counts, first) if len(first) else counts


def lazy_zeros(shape, dtype):
    """np.zeros in memory that the system hands out in small pages when they are first written to.

    Of PTB's 10,000 x 10,000 table a quarter of the pages never is. np.zeros asks for pages of 2 MiB
    where there are any: first use of a table took 0.9 s that way, 0.2 to 0.6 s this way.
    """
    cells = int(np.prod(shape))
    memory = mmap.mmap(-1, max(1, cells * np.dtype(dtype).itemsize))
    return np.frombuffer(memory, dtype, cells).reshape(shape)


def check_corpus(corpus, vocab_size):
    """InputError unless `corpus` is a non-empty array (N,) of ids in 0 .. vocab_size - 1."""
    if corpus.ndim != 1 or not corpus.size:
        raise InputError("a corpus is a list of at least one id, got an array of shape "
                         f"{corpus.shape}")
    if corpus.dtype.kind not in "iu":
        raise InputError(f"a corpus holds integer ids, got {corpus.dtype}: turn words into ids "
                         "with preprocess()")
    if corpus.min() < 0 or corpus.max() >= vocab_size:
        raise InputError(f"ids must lie in 0..{vocab_size - 1} for vocab_size {vocab_size}, "
                         f"got {corpus.min()}..{corpus.max()}")


def ppmi(C, verbose=False, eps=1e-8, *, alpha=1.0, shift=1.0):
    """Positive pointwise mutual information: how much more often than by chance (section 2.4.1).

        PMI(i, j)  = log2( P(i, j) / (P(i) P(j)) ) = log2( C[i, j] N / (R[i] S[j]) )
        PPMI(i, j) = max(0, PMI(i, j) - log2 shift)           N = sum C

    R: the row sums, of words; S: the column sums, of contexts (of a symmetric C they are the same).
    C: (V, V) counts -> (V, V) float32; a SparseMatrix gives a SparseMatrix. Only cells with C > 0
    are computed, the others are 0. eps is the book's guard against log 0. alpha < 1 smooths the
    contexts, P(j) = S[j]^alpha / sum S^alpha, so that rare ones count for less; shift = k is what
    skip-gram with k negatives factorizes (Levy, Goldberg and Dagan 2015, section 3).
    """
    sparse = isinstance(C, SparseMatrix)
    C = C if sparse else np.ascontiguousarray(number_array("ppmi", "C", C, "V", "V"))
    if C.ndim != 2 or C.shape[0] != C.shape[1]:
        raise InputError(f"a co-occurrence matrix is square, got shape {C.shape}")
    if shift <= 0:
        raise InputError(f"shift must be above 0, got {shift}: its logarithm is subtracted")
    if sparse:
        i, j, counts = C.rows, C.columns, C.data.astype(float)
    else:
        cells = np.flatnonzero(C != 0)                       # 4 times faster than of C itself
        i, j = np.divmod(cells, len(C))
        counts = C.reshape(-1)[cells].astype(float)
    values = ppmi_of_cells(i, j, counts, len(C), eps, alpha, shift)               # (nonzero,)
    if verbose:
        print(f"ppmi: {len(counts):,} of {len(C) ** 2:,} pairs occur, "
              f"{np.count_nonzero(values):,} more often than by chance")
    if sparse:
        kept = values > 0
        return SparseMatrix.from_cells(C.shape, i[kept] * np.int64(len(C)) + j[kept], values[kept])
    M = np.zeros(C.shape, np.float32)
    M.reshape(-1)[cells] = values
    return M


def ppmi_of_cells(i, j, counts, vocab_size, eps, alpha, shift):
    """PPMI (float32) of cells (i, j) that hold `counts` (overwritten); all other cells are 0."""
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise InputError("the co-occurrence matrix holds NaN, inf or negative numbers: counts are "
                         "0 or more")
    words = np.bincount(i, weights=counts, minlength=vocab_size)                  # (V,), row sums
    contexts = np.bincount(j, weights=counts, minlength=vocab_size)               # column sums
    smoothed = (contexts / max(contexts.max(), 1)) ** alpha  # at most 1: no power overflows
    ratio = counts                                           # in place: there may be many millions
    ratio /= words[i]
    ratio /= (smoothed / max(smoothed.sum(), 1e-300))[j]     # over the count by chance
    ratio += eps
    return np.maximum(np.log2(ratio, out=ratio) - np.log2(shift), 0).astype(np.float32)


def truncated_svd(W, k, n_iter=14, *, block=None, rng=None):
    """The k largest singular values of W and their vectors, W ~ U diag(S) Vt (section 2.4.3).

    W: (V, C), an array or a SparseMatrix -> U (V, k), S (k,) falling, Vt (k, C). Block Krylov
    iteration (Musco and Musco 2015, algorithm 2): the powers Q, W W^T Q, ... turn a random block Q
    towards the leading singular vectors, and the SVD is taken within the span of them all. The
    singular values of PPMI matrices fall slowly: the last block alone would leave a quarter of the
    100th vectors' direction to chance. Small matrices are decomposed exactly. The largest number in
    a column of U is positive, so that two runs agree.

    n_iter: how often W W^T is applied. block: columns of Q, by default 2/5 of k, 10 at least. rng:
    a Generator, a seed, or None. float16 is computed, and returned, as float32.
    """
    W = W if isinstance(W, SparseMatrix) else number_array("truncated_svd", "W", W, "V", "C")
    if W.dtype not in (np.float32, np.float64):
        W = W.astype(np.float32 if W.dtype == np.float16 else float)
    if W.ndim != 2 or not 1 <= k <= min(W.shape):
        raise InputError(f"k must lie in 1..{min(W.shape)} for a matrix of shape {W.shape}, got "
                         f"{k}")
    values = W.data if isinstance(W, SparseMatrix) else W
    largest = np.maximum(values.max(initial=0), -values.min(initial=0))
    if not np.isfinite(largest):
        raise InputError("the matrix holds NaN or inf: its SVD does not exist")
    exponent = int(np.frexp(largest)[1])                     # W W^T must not over- or underflow
    if abs(exponent) > 30:
        U, S, Vt = truncated_svd(times_power(W, -exponent), k, n_iter, block=block, rng=rng)
        return U, np.ldexp(S, exponent), Vt
    if block and block * (n_iter + 1) < k:
        raise InputError(f"block * (n_iter + 1) must be k = {k} or more, got {block} * "
                         f"{n_iter + 1}")
    block = block or max(10, 2 * k // 5, -(-(k + 10) // (n_iter + 1)))            # k + 10 in all
    if 2 * block * (n_iter + 1) >= min(W.shape):
        dense = W.toarray() if isinstance(W, SparseMatrix) else W
        U, S, Vt = np.linalg.svd(dense, full_matrices=False)
    else:
        basis = krylov_basis(W, block, n_iter, np.random.default_rng(rng))        # (V, B)
        Q, R = np.linalg.qr(W.T @ basis)                     # (C, B), (B, B)
        V, S, Ut = np.linalg.svd(R)                          # of Q R, but small
        U, Vt = basis @ Ut[:k].T, (Q @ V[:, :k]).T           # (V, k), (k, C)
    U, S, Vt = U[:, :k], S[:k], Vt[:k]
    signs = np.sign(U[np.abs(U).argmax(axis=0), np.arange(k)])                    # (k,)
    return U * signs, S, Vt * signs[:, None]


def krylov_basis(W, block, n_iter, rng):
    """An orthonormal basis (V, B) of W G, (W W^T) W G, ... (W W^T)^n_iter W G, G (C, block) random.

    B = block (n_iter + 1).
    """
    G = rng.standard_normal((W.shape[1], block), dtype=np.float32).astype(W.dtype)
    Q = orthonormal(W @ G)                                   # (V, block)
    basis = np.empty((W.shape[0], block * (n_iter + 1)), W.dtype)
    basis[:, :block] = Q
    for n in range(block, basis.shape[1], block):            # n columns are there
        Q = orthonormal(W @ (W.T @ Q))
        for _ in range(2):                                   # twice: what rounding left
            Q -= basis[:, :n] @ (basis[:, :n].T @ Q)
        Q = orthonormal(Q)
        basis[:, n:n + block] = Q
    error = np.abs(basis.T @ basis - np.eye(basis.shape[1], dtype=W.dtype)).max()
    if error < 0.1 * np.finfo(W.dtype).eps ** 0.5:
        return basis
    return orthonormal(basis)                                # the last blocks are rounding


def times_power(W, exponent):
    """2^exponent times W, an array or a SparseMatrix: nothing is rounded."""
    if isinstance(W, SparseMatrix):
        return SparseMatrix(W.shape, W.starts, W.columns, np.ldexp(W.data, exponent))
    return np.ldexp(W, exponent)


def orthonormal(Y):
    """An orthonormal basis of the columns of Y, of the same shape."""
    return np.linalg.qr(Y)[0]
