"""A matrix of which only the cells that are not 0 are kept: a V x V table of many words is empty.

With 100,000 words that table has 10^10 cells, 40 GB; a corpus of ten million tokens fills some ten
million. create_co_matrix(..., sparse=True) makes one; ppmi and truncated_svd take it as an array.
"""

import numpy as np


class SparseMatrix:
    """A matrix (R, C) by rows: row i has data[s:e] in columns[s:e], s, e = starts[i:i + 2].

    Columns rise within a row, each at most once. `@` multiplies by a dense array, `.T` transposes.
    """

    ndim = 2

    def __init__(self, shape, starts, columns, data):
        self.shape, self.starts, self.columns, self.data = shape, starts, columns, data
        self._transposed = None

    @classmethod
    def from_cells(cls, shape, cells, data):
        """From rising cell numbers i C + j and their values."""
        rows, columns = np.divmod(cells, shape[1])
        return cls(shape, _starts(rows, shape[0]), columns.astype(np.int32), data)

    @property
    def dtype(self):
        return self.data.dtype

    def __len__(self):
        return self.shape[0]

    @property
    def rows(self):
        """The row of each value (nonzero,)."""
        return np.repeat(np.arange(self.shape[0], dtype=np.int32), np.diff(self.starts))

    @property
    def T(self):
        if self._transposed is None:
            order = np.argsort(self.columns, kind="stable")  # by column, rows rising within each
            starts = _starts(self.columns, self.shape[1])
            self._transposed = SparseMatrix(self.shape[::-1], starts, self.rows[order],
                                            self.data[order])
        return self._transposed

    def __matmul__(self, x):
        """The product with a dense x (C, K) -> (R, K): out[i] = sum_j self[i, j] x[j]."""
        out = np.zeros((self.shape[0], x.shape[1]), np.result_type(self.data, x))
        bounds = self.starts.tolist()
        for i in np.flatnonzero(np.diff(self.starts)).tolist():
            s, e = bounds[i], bounds[i + 1]
            np.dot(self.data[s:e], x[self.columns[s:e]], out=out[i])  # (of row i,) (of row i, K)
        return out

    def astype(self, dtype):
        """The same matrix with its values in another dtype."""
        return SparseMatrix(self.shape, self.starts, self.columns, self.data.astype(dtype))

    def toarray(self):
        """The full matrix as an array, where it fits."""
        dense = np.zeros(self.shape, self.dtype)
        dense[self.rows, self.columns] = self.data
        return dense


def _starts(rows, R):
    """Where each of R rows begins among values in the order of their rows, and where all end."""
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=R))])
