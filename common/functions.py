"""The stateless maths under the layers: activations and the cross-entropy error (sections 1.2 and 1.3).

Each function takes arrays of any rank and works along the last axis, and is written so that no intermediate value
overflows. Activations return a fresh array in the dtype of their input; where that cannot hold the result, in float64.
"""

import numpy as np


def floats(x):
    """x as an array of floats; whole numbers become float64."""
    x = np.asarray(x)
    return x if x.dtype.kind == "f" else x.astype(float)


def sigmoid(x):
    """The logistic function, a probability from a score (section 1.2.1).

        sigmoid(x) = 1 / (1 + e^-x) = e^min(x, 0) / (1 + e^-|x|)

    The second form is the first with numerator and denominator multiplied by e^x where x < 0: both exponents are at
    most 0, so nothing overflows and small probabilities keep their digits.
    """
    x = floats(x)
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


def relu(x):
    """max(x, 0), element by element."""
    return np.maximum(x, 0)


def softmax(x):
    """Scores to probabilities along the last axis (section 1.3.1).

        y_k = e^(x_k) / sum_j e^(x_j)

    Subtracting the row's maximum first changes nothing in the quotient and keeps the exponents at or below 0.

    x: (..., C) of any rank from 1 up -> (..., C), each row with sum 1. The book's function returns 3-D input unchanged.
    """
    x = floats(x)
    y = np.exp(x - np.max(x, axis=-1, keepdims=True))        # (..., C)
    y /= y.sum(axis=-1, keepdims=True)
    return y


def softmax_backward(dy, y):
    """dx of y = softmax(x) along the last axis: dx_k = y_k (dy_k - sum_j dy_j y_j). dy, y: (..., C)."""
    dx = dy * y
    dx -= y * dx.sum(axis=-1, keepdims=True)                 # (..., C) - (..., C) (..., 1)
    return dx


def log_softmax(x):
    """The logarithm of softmax without its underflow (section 1.3.1): log y_k = x_k - log sum_j e^(x_j).

    x: (..., C) -> (..., C). Where softmax rounds to 0, this stays finite, and so does a loss made from it.
    """
    x = floats(x)
    z = x - np.max(x, axis=-1, keepdims=True)                # (..., C)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def cross_entropy_error(y, t):
    """The mean over rows of -log y[t] (section 1.3.1).

        L = -1/N sum_n sum_k t_nk log(y_nk + 1e-7)

    y: (..., C) probabilities; t: ids (...) or one-hot rows (..., C). Which of the two is told by the shape of `t`,
    not by its size as in the book. Returns a float. The 1e-7 is the book's guard for y = 0; the loss layers do not
    need it, for they start from log_softmax.
    """
    y, t = np.asarray(y), np.asarray(t)
    if t.shape == y.shape:
        picked = (t * np.log(y + 1e-7)).sum(axis=-1)         # (..., C) -> (...)
    elif t.shape == y.shape[:-1]:
        picked = np.log(np.take_along_axis(y, t[..., None], axis=-1) + 1e-7)
    else:
        raise ValueError(f"t must be ids of shape {y.shape[:-1]} or one-hot of shape {y.shape}, got {t.shape}")
    return -float(picked.sum()) / max(y[..., 0].size, 1)
