"""The stateless maths under the layers: activations and the cross-entropy error (section 1.3).

All take arrays of any rank, work along the last axis, and overflow for no input. Activations return
a fresh array in the dtype of their input, for whole numbers in float64.
"""

import numpy as np

from common.shapes import float_array, number_array


def sigmoid(x):
    """The logistic function, a probability from a score (section 1.2.1).

        sigmoid(x) = 1 / (1 + e^-x) = e^min(x, 0) / (1 + e^-|x|)

    The second form, multiplied by e^x above and below where x < 0, has no exponent above 0:
    nothing overflows, and small probabilities keep their digits.
    """
    x = float_array("sigmoid", "x", x, ...)
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


def relu(x):
    """max(x, 0), element by element."""
    return np.maximum(float_array("relu", "x", x, ...), 0)


def softmax(x):
    """Scores to probabilities (section 1.3.1). x: (..., C) -> (..., C), each row with sum 1.

        y_k = e^(x_k) / sum_j e^(x_j)

    Subtracting the row's maximum first changes no quotient and keeps exponents at or below 0. The
    book's function returns 3-D input unchanged.
    """
    x = float_array("softmax", "x", x, ..., "C")
    y = x - row_max(x)                                       # (..., C) (..., 1)
    np.exp(y, out=y)
    y /= row_sum(y)
    return y


def softmax_backward(dy, y):
    """dx of y = softmax(x): dx_k = y_k (dy_k - sum_j dy_j y_j). dy, y: (..., C)."""
    dx = dy * y
    dx -= y * row_sum(dx)                                    # (..., C) (..., 1)
    return dx


def row_max(x):
    """np.max(x, axis=-1, keepdims=True), in half the time where rows are short."""
    starts = np.arange(0, x.size, x.shape[-1])
    return np.maximum.reduceat(x.reshape(-1), starts).reshape(*x.shape[:-1], 1)


def row_sum(x):
    """np.sum(x, axis=-1, keepdims=True) as a product, in an eighth of the time for short rows."""
    C = x.shape[-1]
    return (x.reshape(-1, C) @ np.ones(C, x.dtype)).reshape(*x.shape[:-1], 1)


def log_softmax(x):
    """The logarithm of softmax (section 1.3.1): log y_k = x_k - log sum_j e^(x_j).

    x: (..., C) -> (..., C). It stays finite where softmax rounds to 0, and so does a loss of it.
    """
    x = float_array("log_softmax", "x", x, ..., "C")
    z = x - row_max(x)                                       # (..., C) (..., 1)
    return z - np.log(row_sum(np.exp(z)))


def cross_entropy_error(y, t):
    """The mean over rows of -log y[t] (section 1.3.1), a float.

        L = -1/N sum_n sum_k t_nk log(y_nk + 1e-7)

    y: (..., C) probabilities; t: ids (...) or one-hot rows (..., C), told apart by their shape, in
    the book by their size. The 1e-7 is the book's guard for y = 0; the loss layers start from
    log_softmax and do not need it.
    """
    y = float_array("cross_entropy_error", "y", y, ..., "C")
    t = number_array("cross_entropy_error", "t", t, ...)
    if t.shape == y.shape:
        picked = (t * np.log(y + 1e-7)).sum(axis=-1)         # (..., C) -> (...)
    elif t.shape == y.shape[:-1] and t.dtype.kind in "iu":
        C = y.shape[-1]
        if t.size and (t.min() < 0 or t.max() >= C):         # NumPy takes -1 for the last class
            raise ValueError(f"labels must lie in 0..{C - 1}, got {t.min()}..{t.max()}: there are "
                             f"{C} classes")
        picked = np.log(np.take_along_axis(y, t[..., None], axis=-1) + 1e-7)
    else:
        raise ValueError(f"t must be ids, whole numbers, of shape {y.shape[:-1]} or one-hot of "
                         f"shape {y.shape}, got {t.shape} of {t.dtype}")
    return -float(picked.sum()) / max(y[..., 0].size, 1)
