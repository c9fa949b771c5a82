"""The layers below and above the recurrent one: ids to vectors, vectors to scores, and dropout."""

import numpy as np

from common.layers import Affine, Embedding, Layer, check_ratio
from common.shapes import float_array


class TimeEmbedding(Embedding):
    """The word vectors of T steps (section 5.4.2): xs (N, T) ids -> (N, T, D).

    Embedding, which takes ids of any shape, under the book's name; the book's class loops over t
    and makes T gradients of the whole table.
    """


class TimeAffine(Affine):
    """Scores for every step (section 5.4.2): xs (N, T, D) -> (N, T, M), in one product of N T rows.

    forward(xs, context=h): the input of every step is [h ; x_t], h (N, A), and W is (A + D, M), as
    with TimeLSTM (section 7.4.2):

        y_t = h W[:A] + x_t W[A:] + b         dh = (sum over t of dy_t) W[:A]^T

    The first product is made once. After backward() dh is `dcontext` (N, A).
    """

    def __init__(self, W, b):
        super().__init__(W, b)
        self.context = self.dcontext = None

    def forward(self, xs, context=None):
        self.context = None
        if context is None:
            return super().forward(xs)
        W, b = self.params
        self.context = context = float_array(self, "context", context, "N", "A")
        N, A = context.shape
        D = len(W) - A
        self.x = float_array(self, f"context {N, A} and xs", xs, N, "T", D)
        T = self.x.shape[1]
        out = self.x.reshape(N * T, D) @ W[A:]  # (N T, D) (D, M)
        out = out.reshape(N, T, len(b))
        out += (context @ W[:A] + b)[:, None]   # (N, A) (A, M) -> (N, 1, M)
        return out

    def backward(self, dout):
        if self.context is None:
            return super().backward(dout)
        W, b = self.params
        dW, db = self.grads
        A = self.context.shape[1]
        x = self.take("x")
        dout = float_array(self, "dout", dout, *x.shape[:2], len(b))
        rows = dout.reshape(-1, len(b))  # (N T, M)
        dsum = dout.sum(axis=1)          # (N, M)
        np.matmul(self.context.T, dsum, out=dW[:A])
        np.matmul(x.reshape(len(rows), -1).T, rows, out=dW[A:])
        np.sum(dsum, axis=0, out=db)
        self.dcontext = dsum @ W[:A].T
        return (rows @ W[A:].T).reshape(x.shape)


class TimeDropout(Layer):
    """Inverted dropout over a sequence: what is kept is scaled while training (section 6.5.2).

        training    y = x mask,   mask = 1 / (1 - p) with probability 1 - p, else 0
        evaluation  y = x                                                     train_flg = False

    p: dropout_ratio. xs: (N, T, D). variational=True: the same units are dropped at every time
    step of a sequence, so the noise does not accumulate (Gal and Ghahramani 2016, arXiv
    1512.05287). rng: a Generator, a seed, or None.
    """

    def __init__(self, dropout_ratio=0.5, *, variational=False, rng=None):
        super().__init__()
        self.dropout_ratio = check_ratio(dropout_ratio)
        self.variational = variational
        self.mask = None
        self.train_flg = True
        self.rng = np.random.default_rng(rng)

    def forward(self, xs):
        xs = float_array(self, "xs", xs, "N", "T", ...)
        self.mask = xs.dtype.type(1)
        if self.train_flg:
            N, T, *rest = xs.shape
            self.mask = self._draw((N, 1 if self.variational else T, *rest), xs.dtype)
        return xs * self.mask

    def backward(self, dout):
        mask = self.take("mask")
        return np.asarray(dout, mask.dtype) * mask

    def masks(self, T, shape, dtype):
        """T masks of this shape, for a layer that walks through time itself; None in evaluation."""
        if not self.train_flg:
            return None
        drawn = self._draw((1 if self.variational else T, *shape), dtype)
        return np.broadcast_to(drawn, (T, *shape))

    def _draw(self, shape, dtype):
        keep = self.rng.random(shape, np.float32) >= self.dropout_ratio
        return keep * np.asarray(1 / (1 - self.dropout_ratio), dtype)
