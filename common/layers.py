"""The plain layers of chapters 1 to 4, each a few lines, all with one contract.

A layer has parallel lists `params` and `grads`. backward(dout) takes the gradient of the loss with
respect to what forward() returned, writes the gradients of the params into the arrays that already
sit in `grads` (a model gathers these once), and returns the gradient with respect to the input.

dtype follows the weights: float32 weights give float32 results whatever comes in, float64 weights
float64, which gradient checks need. Letters: N batch, D input width, H output width, C classes.
"""

import numpy as np

from common.functions import log_softmax, sigmoid, softmax, softmax_backward
from common.memory import keep_freed_memory
from common.row_grad import RowGrad, sum_rows
from common.shapes import check_weights, float_array, id_array, number_array

keep_freed_memory()                                          # a tenth of a step: common/memory.py


class Layer:
    """The base of all layers: `params`, `grads`, and what `forward` keeps for one `backward`."""

    param_names = ()                                         # of the params, for files and messages
    param_shapes = ()                                        # theirs: "D 4H", checked

    def __init__(self, *params):
        check_weights(self, *params)
        self.params = list(params)
        self.grads = [np.zeros_like(p) for p in params]

    def take(self, name):
        """The value that `forward` kept as `name`, handed out once."""
        value = getattr(self, name, None)
        if value is None:
            raise RuntimeError(f"{type(self).__name__}.backward() needs a forward() before it: "
                               "each backward() uses up what one forward() kept")
        setattr(self, name, None)
        return value


class MatMul(Layer):
    """Multiply by a matrix, without a bias (section 1.3.4).

        forward   y  = x W
        backward  dx = dy W^T      dW = x^T dy

    W: (D, H). x: (..., D) -> (..., H); all leading axes are rows.
    """

    param_names = ("W",)
    param_shapes = ("D H",)

    def __init__(self, W):
        super().__init__(W)
        self.x = None

    def forward(self, x):
        W = self.params[0]
        D, H = W.shape
        self.x = float_array(self, "x", x, ..., D)
        out = self.x.reshape(-1, D) @ W                      # (N, D) (D, H) -> (N, H)
        return out.reshape(*self.x.shape[:-1], H)

    def backward(self, dout):
        W = self.params[0]
        D, H = W.shape
        x = self.take("x")
        dout = float_array(self, "dout", dout, *x.shape[:-1], H).reshape(-1, H)
        np.matmul(x.reshape(-1, D).T, dout, out=self.grads[0])  # (D, N) (N, H) -> (D, H)
        return (dout @ W.T).reshape(x.shape)                 # (N, H) (H, D) -> (..., D)


class Affine(MatMul):
    """Multiply by a matrix and add a bias: a fully connected layer (section 1.3.5).

        forward   y  = x W + b
        backward  dx = dy W^T      dW = x^T dy      db = sum over rows of dy

    W: (D, H), b: (H,). x: (..., D) -> (..., H).
    """

    param_names = ("W", "b")
    param_shapes = ("D H", "H")

    def __init__(self, W, b):
        Layer.__init__(self, W, b)
        self.x = None

    def forward(self, x):
        out = super().forward(x)
        out += self.params[1]
        return out

    def backward(self, dout):
        dx = super().backward(dout)
        db = self.grads[1]
        rows = np.asarray(dout, db.dtype).reshape(-1, db.size)
        np.matmul(np.ones(len(rows), db.dtype), rows, out=db)  # (N,) (N, H) -> (H,): their sum
        return dx


class Embedding(Layer):
    """Take rows out of a table: a word's id becomes its vector (section 4.1).

        forward   out[n] = W[idx_n]
        backward  dW[i]  = sum over all n with idx_n = i of dout[n]

    W: (V, D). idx: ids (...) -> (..., D); backward returns None, for ids have no gradient.

    Why rows are added (section 4.1.2): with idx = [0, 2, 0] the loss is L(W[0], W[2], W[0]), and
    by the chain rule each use of W[0] is a path along which it changes L: dL/dW[0] = dout[0] +
    dout[2]. Overwriting would keep only the last path. It is MatMul's dW = onehot(idx)^T dout.

    sparse=True makes the gradient a RowGrad, only the rows that were used.
    """

    param_names = ("W",)
    param_shapes = ("V D",)
    idx_shape = (...,)

    def __init__(self, W, *, sparse=False):
        super().__init__(W)
        if sparse:
            self.grads = [RowGrad(W.shape, W.dtype)]
        self.idx = None

    def forward(self, idx):
        W = self.params[0]
        self.idx = id_array(self, "idx", idx, *self.idx_shape, below=len(W))
        return W[self.idx]                                   # (...) -> (..., D)

    def backward(self, dout):
        idx, dW = self.take("idx"), self.grads[0]
        D = dW.shape[1]
        dout = float_array(self, "dout", dout, *idx.shape, D).reshape(-1, D)
        idx = idx.reshape(-1)                                # (...) -> (N,)
        order = np.argsort(idx, kind="stable")               # equal ids beside each other
        ids, first = np.unique(idx[order], return_index=True)
        rows = np.add.reduceat(dout[order], first, axis=0)   # np.add.at(dW, idx, dout), but faster
        set_rows(dW, ids, rows)


class EmbeddingMean(Embedding):
    """The mean of the vectors of several words: the hidden layer of CBOW (sections 4.1 and 3.2.1).

        forward   out[n] = 1/C sum_c W[idx_nc]
        backward  dW[i]  = 1/C sum over all n, c with idx_nc = i of dout[n]

    W: (V, D). idx: ids (N, C) -> (N, D); backward returns None. sparse: as in Embedding.
    """

    idx_shape = "N", "C"

    def forward(self, idx):
        return super().forward(idx).mean(axis=1)             # (N, C) -> (N, C, D) -> (N, D)

    def backward(self, dout):
        idx, dW = self.take("idx"), self.grads[0]
        N, C = idx.shape
        share = float_array(self, "dout", dout, N, dW.shape[1]) / C               # of each word
        set_rows(dW, *sum_rows(idx, share))


class Sigmoid(Layer):
    """A layer of logistic functions (section 1.3.5).

        forward   y  = 1 / (1 + e^-x)
        backward  dx = dy y (1 - y)

    x: any shape.
    """

    def __init__(self):
        super().__init__()
        self.out = None

    def forward(self, x):
        self.out = sigmoid(x)
        return self.out.copy()                               # the caller may write into it

    def backward(self, dout):
        y = self.take("out")
        return float_array(self, "dout", dout, *y.shape) * y * (1 - y)


class Softmax(Layer):
    """Scores to probabilities, as a layer of its own (the book needs it in section 8.1.4).

        forward   y_k  = e^(x_k) / sum_j e^(x_j)
        backward  dx_k = y_k (dy_k - sum_j dy_j y_j)

    because dy_j/dx_k = y_j (1[j=k] - y_k). x: (..., C).
    """

    def __init__(self):
        super().__init__()
        self.out = None

    def forward(self, x):
        self.out = softmax(x)
        return self.out.copy()

    def backward(self, dout):
        y = self.take("out")
        return softmax_backward(float_array(self, "dout", dout, *y.shape), y)


class SoftmaxWithLoss(Layer):
    """Softmax and cross-entropy error in one (section 1.3.5).

        forward   L  = -1/N sum_n sum_k t_nk log y_nk,   y = softmax(x)
        backward  dx = dL (y sum_k t_k - t) / N           (ids and one-hot: dL (y - t) / N)

    x: (..., C) scores in N rows. t: ids (...), ValueError outside 0..C-1, or rows of weights
    (..., C), such as one-hot or smoothed labels. Returns a float; `y` stays readable. The loss is
    made from log_softmax: scores of 0 and 1000 give 1000 and not inf. A score of -inf, of a class
    that is masked, adds 0 where its label is 0.
    """

    def __init__(self):
        super().__init__()
        self.y = None
        self.t = None

    def forward(self, x, t):
        x = float_array(self, "x", x, ..., "C")
        t = number_array(self, "t", t, ...)
        log_y = log_softmax(x)                               # (..., C)
        if t.shape == log_y.shape:
            picked = t * np.where(t == 0, 0, log_y)          # 0 log 0 = 0, not NaN
        else:
            check_labels(t, log_y.shape)
            picked = np.take_along_axis(log_y, t[..., None], axis=-1)             # (..., 1)
        self.t = t
        self.y = np.exp(log_y)
        return -float(picked.sum()) / max(log_y[..., 0].size, 1)

    def backward(self, dout=1):
        t, y = self.take("t"), self.y
        if t.shape == y.shape:
            dx = y * t.sum(axis=-1, keepdims=True).astype(y.dtype) - t.astype(y.dtype)
        else:
            dx, label = y.copy(), t[..., None]
            np.put_along_axis(dx, label, np.take_along_axis(y, label, axis=-1) - 1, axis=-1)
        dx *= float(dout) / max(y[..., 0].size, 1)
        return dx


class SigmoidWithLoss(Layer):
    """Sigmoid and binary cross-entropy error in one (section 4.2.3).

        forward   L  = -1/N sum_n (t_n log y_n + (1 - t_n) log(1 - y_n)),   y = sigmoid(x)
        backward  dx = dL (y - t) / N

    x: N scores of any shape; t: 0 to 1 for each, ValueError for others, or another shape. Returns a
    float, computed as |x| |1 - t| for x > 0, |x| t for others, + log(1 + e^-|x|): the same, finite
    for every finite x, and 0 where a score of inf or -inf is right.
    """

    def __init__(self):
        super().__init__()
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        x = float_array(self, "x", x, ...)
        t = self.t = number_array(self, "t", t, *x.shape).astype(x.dtype, copy=False)
        if not ((t >= 0) & (t <= 1)).all():                  # neither for NaN
            raise ValueError("labels must be 0 or 1, or probabilities between them, got "
                             f"{t.min()}..{t.max()}")
        self.y = sigmoid(x)
        wrong = np.abs((x > 0) - t)                          # the share of the other answer
        size = np.abs(x)
        losses = np.where(wrong == 0, 0, size) * wrong + np.log1p(np.exp(-size))
        self.loss = float(losses.sum()) / max(x.size, 1)
        return self.loss

    def backward(self, dout=1):
        t = self.take("t")
        return (self.y - t) * (float(dout) / max(t.size, 1))


class Dropout(Layer):
    """Set a share of the values to 0 in training (the book's Dropout, not inverted).

        training    y = x mask,   mask = 1 with probability 1 - dropout_ratio, else 0
        otherwise   y = x (1 - dropout_ratio)

    backward() multiplies by the same factor. TimeDropout is inverted: it scales in training.
    dropout_ratio: 0 <= ratio < 1. rng: a Generator, a seed, or None.
    """

    def __init__(self, dropout_ratio=0.5, *, rng=None):
        super().__init__()
        self.dropout_ratio = check_ratio(dropout_ratio)
        self.mask = None
        self.rng = np.random.default_rng(rng)

    def forward(self, x, train_flg=True):
        x = float_array(self, "x", x, ...)
        if train_flg:
            self.mask = self.rng.random(x.shape, dtype=np.float32) >= self.dropout_ratio
        else:
            self.mask = 1 - self.dropout_ratio               # a Python float: the dtype of x stays
        return x * self.mask

    def backward(self, dout):
        return dout * self.take("mask")


def check_ratio(dropout_ratio):
    """The ratio as a float, or ValueError: at 1 nothing would be left to train."""
    if not 0 <= dropout_ratio < 1:
        raise ValueError(f"dropout_ratio must be at least 0 and below 1, got {dropout_ratio}")
    return float(dropout_ratio)


def check_labels(t, shape):
    """ValueError unless `t` holds a label 0..C-1 for each row of scores of this shape (..., C)."""
    *rows, C = shape
    if t.shape != tuple(rows):
        raise ValueError(f"scores of shape {tuple(shape)} need labels of shape {tuple(rows)} (ids) "
                         f"or {tuple(shape)} (one-hot), got {t.shape}")
    if t.dtype.kind not in "iu":
        raise ValueError(f"labels must be whole numbers, got {t.dtype}")
    if t.size and (t.min() < 0 or t.max() >= C):
        raise ValueError(f"labels must lie in 0..{C - 1}, got {t.min()}..{t.max()}: the scores are "
                         f"{C} wide")


def set_rows(dW, ids, rows):
    """Set the gradient dW, an array or a RowGrad, to rows (R, D) at the rising ids (R,), else 0."""
    if isinstance(dW, RowGrad):
        dW.ids, dW.rows = ids, rows
    else:
        dW[...] = 0
        dW[ids] = rows
