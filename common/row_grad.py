"""The gradient of a table of which only a few rows were used.

A batch of words touches some hundred rows of a table with 10,000: all other rows of the gradient are zero, and to write,
clip and subtract those zeros is most of the work of a small model's step. A RowGrad holds only the rows that were used.
Optimizers, clip_grads and remove_duplicate take it as it is; np.asarray(grad) gives the full gradient.
"""

import numpy as np

WAYS_OUT = ("this gradient holds only the rows that were used (sparse=True). Update with an optimizer, "
            "SGD(lr).update(params, grads), or make it a full array first, np.asarray(grad); "
            "a model made with sparse=False has full gradients throughout")


BLOCK = 32
PRODUCT_SIZE = 2 ** 20       # the largest matrix by which rows are summed as a product


class RowGrad:
    """dL/dW for W (V, D): `rows` (R, D) belong to the distinct, rising `ids` (R,); all other rows are zero."""

    def __init__(self, shape, dtype):
        self.shape, self.dtype = shape, np.dtype(dtype)
        self.ids = np.zeros(0, np.intp)
        self.rows = np.zeros((0, shape[1]), dtype)

    def __array__(self, dtype=None, copy=None):
        if copy is False:
            raise ValueError("a RowGrad can become an array only by copying")
        dense = np.zeros(self.shape, self.dtype)
        dense[self.ids] = self.rows
        return dense if dtype is None else dense.astype(dtype)

    def __array_ufunc__(self, *args, **kwargs):
        raise TypeError(WAYS_OUT)

    def _refuse(self, *others):
        raise TypeError(WAYS_OUT)

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _refuse
    __iadd__ = __isub__ = __imul__ = __itruediv__ = __pow__ = __getitem__ = __setitem__ = _refuse


def sum_rows(ids, rows):
    """The distinct ids in rising order (R,), and for each the sum of its rows (R, D). ids: (N,), rows: (N, D)."""
    sums = RowSums(ids)
    return sums.ids, sums.of(rows)


class RowSums:
    """Sums of rows that share an id; made once for the ids (N,), used for any rows (N, D) that belong to them.

    Sorting brings equal ids together in runs. np.add.reduceat(rows[order], first, axis=0) would sum the runs, number by
    number; half the time takes this: blocks of 32 sorted rows are multiplied by matrices of 0 and 1 with a row for each
    run in the block, and where a run goes on into the next block its parts are added.
    """

    def __init__(self, ids):
        self.ids, self.order, first = _runs(ids)             # ids: the distinct ones (R,)
        N = len(self.order)
        run = np.zeros(N, np.intp)                           # which run each sorted row is of
        run[first[1:]] = 1
        run = np.cumsum(run)
        begins = run[::BLOCK]                                # the run with which each block begins
        blocks, row = len(begins), np.arange(N)
        within = run - begins[row // BLOCK]                  # which of its block's runs each row is of
        self.P = np.zeros((blocks, BLOCK, BLOCK), np.float32)
        self.P[row // BLOCK, within, row % BLOCK] = 1
        self.first_part = first // BLOCK * BLOCK + within[first]
        continued = np.flatnonzero(first[begins] < np.arange(blocks) * BLOCK)
        self.continued_part, self.continued_run = continued * BLOCK, begins[continued]

    def of(self, rows):
        """(R, D): for each distinct id the sum of its rows."""
        N, D = rows.shape
        blocks = len(self.P)
        ordered = np.zeros((blocks * BLOCK, D), rows.dtype)
        np.take(rows, self.order, axis=0, out=ordered[:N], mode="clip")           # the mode that writes without a copy
        parts = np.matmul(self.P.astype(rows.dtype, copy=False), ordered.reshape(blocks, BLOCK, D)).reshape(-1, D)
        sums = parts.take(self.first_part, axis=0)           # (R, D)
        np.add.at(sums, self.continued_run, parts.take(self.continued_part, axis=0))
        return sums


def sum_weighted_rows(ids, weights, x):
    """sum_rows where row (n, c) is weights[n, c] x[n]: ids and weights (N, C), x (N, D) -> distinct ids (R,), sums (R, D).

    This is onehot(ids)^T weighted x, and for small batches the fastest way is that very product: A (N, R) with
    weights[n, c] in the column of ids[n, c] is filled by one bincount, and A^T x never makes the N C rows.
    """
    N, C = ids.shape
    flat = ids.reshape(-1)
    unique, order, first = _runs(flat)
    R = len(unique)
    if N * R > PRODUCT_SIZE:                                 # A would be larger than what it saves
        return sum_rows(flat, (weights[:, :, None] * x[:, None, :]).reshape(N * C, -1))
    place = np.zeros(N * C, np.intp)                         # which distinct id each one is
    place[first[1:]] = 1
    place = np.cumsum(place)
    cells = order // C * R + place                           # the cell of A (N, R) for each sorted id
    A = np.bincount(cells, weights=weights.reshape(-1)[order], minlength=N * R).astype(x.dtype)
    return unique, A.reshape(N, R).T @ x                     # (R, N) (N, D) -> (R, D)


def _runs(ids):
    """Distinct ids in rising order, the order that sorts them, and where in it each begins."""
    ids = np.asarray(ids)
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    changes = np.ones(len(ids), bool)
    np.not_equal(ids[1:], ids[:-1], out=changes[1:])
    first = np.flatnonzero(changes)
    return ids[first].astype(np.intp, copy=False), order, first
