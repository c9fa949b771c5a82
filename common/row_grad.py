"""The gradient of a table of which only a few rows were used.

A batch of words uses some hundred rows of a table with 10,000. A RowGrad holds those alone: to
write, clip and subtract the zeros of all others would be most of a small model's step. Optimizers,
clip_grads and remove_duplicate take it as it is; np.asarray(grad) is the full gradient.
"""

import numpy as np

BLOCK = 32
WAYS_OUT = ("this gradient holds only the rows that were used (sparse=True). Update with an "
            "optimizer, SGD(lr).update(params, grads), or make it a full array first, "
            "np.asarray(grad); a model made with sparse=False has full gradients throughout")


class RowGrad:
    """dL/dW for W (V, D): `rows` (R, D) of the distinct, rising `ids` (R,), and 0 elsewhere."""

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

    def _refuse(self, *others, **options):
        raise TypeError(WAYS_OUT)

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __neg__ = __getitem__ = _refuse
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __setitem__ = __array_ufunc__ = _refuse


def sum_rows(ids, rows, weights=None):
    """The distinct, rising ids (R,) and the sum of each one's rows (R, D): np.add.at, but faster.

    ids: (N,), or several for each row, (N, C), with weights (N, C) or 1. rows: (N, D).
    """
    sums = RowSums(ids, weights)
    return sums.ids, sums.of(rows)


class RowSums:
    """sum_rows for any number of `rows` that belong to the same ids.

    Sorting brings equal ids together in runs. Each block of 32 sorted rows is multiplied by a
    matrix P with a row for each run and a column for each sorted row: its weight, or 0. The parts
    of a run in several blocks are added. np.add.reduceat would do, but steps of FastSkipGram,
    FastCBOW and GloVe would take 12 to 76 % longer.
    """

    def __init__(self, ids, weights=None):
        ids = np.asarray(ids, np.intp)
        C = ids.size // max(len(ids), 1)                     # ids of each row
        order = np.argsort(ids.reshape(-1), kind="stable")
        ids = ids.reshape(-1)[order]
        begins = np.ones(len(ids), bool)                     # where a run begins
        np.not_equal(ids[1:], ids[:-1], out=begins[1:])
        self.ids = ids[begins]                               # (R,)
        self.row = order // C if C > 1 else order            # the row of each sorted id

        run = np.cumsum(begins) - 1                          # the run of each sorted id
        n = np.arange(len(ids))
        start = n - n % BLOCK
        part = start + run - run[start]                      # P's row, counted through all blocks
        weights = np.float32(1) if weights is None else weights.reshape(-1)[order]
        self.P = np.zeros((-(-len(ids) // BLOCK), BLOCK, BLOCK), weights.dtype)
        self.P.reshape(-1, BLOCK)[part, n - start] = weights
        self.first_part = part[begins]
        self.more_parts = np.flatnonzero(~begins[::BLOCK]) * BLOCK  # of runs that go on
        self.more_runs = run[self.more_parts]

    def of(self, rows):
        """For each distinct id the sum of its rows: (N, D) -> (R, D)."""
        blocks, D = len(self.P), rows.shape[1]
        ordered = np.zeros((blocks * BLOCK, D), rows.dtype)
        np.take(rows, self.row, axis=0, out=ordered[:len(self.row)], mode="clip")  # without a copy
        P = self.P.astype(rows.dtype, copy=False)
        parts = (P @ ordered.reshape(blocks, BLOCK, D)).reshape(-1, D)
        sums = parts.take(self.first_part, axis=0)           # (R, D)
        np.add.at(sums, self.more_runs, parts.take(self.more_parts, axis=0))
        return sums
