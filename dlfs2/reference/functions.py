"""The functions under the layers (sections 1.2 and 1.3)."""

import numpy as np


def sigmoid(x):
    """Section 1.2.1: y = 1 / (1 + e^-x)."""
    return 1 / (1 + np.exp(-x))


def relu(x):
    """y = max(0, x)."""
    return np.maximum(0, x)


def softmax(x):
    """Section 1.3.1: y_k = e^x_k / sum_j e^x_j along the last axis; x (C,) or (N, C)."""
    x = x - x.max(axis=-1, keepdims=True)          # so that nothing overflows
    y = np.exp(x)
    return y / y.sum(axis=-1, keepdims=True)


def cross_entropy_error(y, t):
    """Section 1.3.1: L = -1/N sum_n log y[n, t_n]; y (N, C), t ids (N,) or one-hot (N, C)."""
    if y.ndim == 1:
        y = y.reshape(1, -1)                       # one example is a batch of one
        t = t.reshape(1, -1)
    if t.size == y.size:
        t = t.argmax(axis=1)                       # one-hot (N, C) -> ids (N,)
    t = t.reshape(-1)
    N = y.shape[0]
    p = y[np.arange(N), t]                         # (N,)
    return -np.sum(np.log(p + 1e-7)) / N
