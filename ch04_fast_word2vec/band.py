"""The pairs of tokens within a window of each other, as blocks of a matrix (section 4.4).

Of all pairs of T tokens only a band along the diagonal counts. It is cut into blocks, B tokens
against the B + 2w around them: a few large products make all scores.
"""

import numpy as np

BLOCK = 32                   # B: a larger one wastes cells, a smaller one makes small products


class Band:
    """Products of rows (T, D) for the pairs (t, c) of a window w, in (blocks, B, B + 2w)."""

    def __init__(self, window_size):
        self.w = window_size
        offset = np.arange(BLOCK + 2 * self.w) - self.w - np.arange(BLOCK)[:, None]  # (B, B + 2w)
        distance = np.where(offset == 0, BLOCK, np.abs(offset))                   # not to oneself
        self.distance = distance.astype(np.int8)

    def pairs(self, windows):
        """mask (blocks, B, B + 2w): whether c is in the window of t. windows: (T,)"""
        near = np.zeros((blocks(windows), BLOCK, 1), np.int8)
        near.reshape(-1)[:len(windows)] = windows
        tokens = self._around(np.ones((len(windows), 1), bool))                   # none past ends
        mask = self.distance <= near
        mask &= tokens[:, None, :, 0]
        return mask

    def neighbours(self, windows, wanted):
        """(t, c): the pairs within the windows (T,) whose neighbour c is wanted (T,)."""
        padded = np.zeros(len(windows) + 2 * self.w, windows.dtype)               # from -w
        padded[self.w:self.w + len(windows)] = windows
        c = np.flatnonzero(wanted)[:, None]                  # (C, 1)
        offset = np.append(np.arange(-self.w, 0), np.arange(1, self.w + 1))       # (2w,)
        t = c + offset                                       # (C, 2w)
        near = padded[t + self.w] >= np.abs(offset)
        return t[near], np.broadcast_to(c, t.shape)[near]

    def sizes(self, windows):
        """How many tokens are in each window, fewer near the ends: (T,) -> (T, 1)."""
        before = np.arange(len(windows))
        return (np.minimum(windows, before) + np.minimum(windows, before[::-1]))[:, None]

    def products(self, X, Y):
        """X_t . Y_c of all pairs of a block: (T, D), (T, D) -> (blocks, B, B + 2w)."""
        return np.matmul(self.in_blocks(X), self._around(Y).transpose(0, 2, 1))

    def times(self, G, Y):
        """sum_c G_tc Y_c: (blocks, B, B + 2w), (T, D) -> (T, D)."""
        return np.matmul(G, self._around(Y)).reshape(-1, Y.shape[1])[:len(Y)]

    def transposed_times(self, G, X):
        """sum_t G_tc X_t: (blocks, B, B + 2w), (T, D) -> (T, D)."""
        parts = np.matmul(G.transpose(0, 2, 1), self.in_blocks(X))   # (blocks, B + 2w, D)
        out = np.zeros((len(parts) + 1, BLOCK, X.shape[1]), X.dtype)  # from -w
        out[:-1] = parts[:, :BLOCK]
        out[1:, :2 * self.w] += parts[:, BLOCK:]
        return out.reshape(-1, X.shape[1])[self.w:self.w + len(X)]

    def in_blocks(self, X):
        """(T, D) -> (blocks, B, D), zeros after the end."""
        missing = blocks(X) * BLOCK - len(X)
        if missing:
            X = np.concatenate([X, np.zeros((missing, X.shape[1]), X.dtype)])
        return X.reshape(-1, BLOCK, X.shape[1])

    def _around(self, Y):
        """(T, D) -> (blocks, B + 2w, D): w tokens more before and after, zeros past the ends.

        The blocks overlap: a view, not a copy.
        """
        N, D = blocks(Y), Y.shape[1]
        padded = np.zeros((N * BLOCK + 2 * self.w, D), Y.dtype)
        padded[self.w:self.w + len(Y)] = Y
        step, inner = padded.strides
        shape, strides = (N, BLOCK + 2 * self.w, D), (BLOCK * step, step, inner)
        return np.lib.stride_tricks.as_strided(padded, shape, strides)


def blocks(tokens):
    """The number of blocks that the tokens (T, ...) fill."""
    return -(-len(tokens) // BLOCK)
