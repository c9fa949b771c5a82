"""Other ways to write the same, in which readers make other mistakes than in the first.

Only explanations are sought in them; exercises and comparisons take the first form.
"""

import numpy as np

from dlfs2.reference.functions import sigmoid


def softmax(x):
    """Rows and a single example apart (section 1.3.2)."""
    if x.ndim == 2:
        x = x - x.max(axis=1, keepdims=True)
        x = np.exp(x)
        x = x / x.sum(axis=1, keepdims=True)
    else:
        x = x - np.max(x)
        x = np.exp(x) / np.sum(np.exp(x))
    return x


def cross_entropy_error(y, t):
    """A single example becomes a batch of one, one-hot labels ids (section 1.3.3)."""
    if y.ndim == 1:
        t = np.reshape(t, (1, -1))
        y = np.reshape(y, (1, -1))
    if t.size == y.size:
        t = t.argmax(axis=1)
    t = t.reshape(-1)
    batch_size = y.shape[0]
    return -np.sum(np.log(y[np.arange(batch_size), t] + 1e-7)) / batch_size


class GRU:
    """The gates backward one after the other, all gradients at the end (appendix C)."""

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        """As in gru.py."""
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        A = np.dot(x, Wx) + b
        z = sigmoid(A[:, :H] + np.dot(h_prev, Wh[:, :H]))
        r = sigmoid(A[:, H:2 * H] + np.dot(h_prev, Wh[:, H:2 * H]))
        h_hat = np.tanh(A[:, 2 * H:] + np.dot(r * h_prev, Wh[:, 2 * H:]))
        self.cache = x, h_prev, z, r, h_hat
        return (1 - z) * h_prev + z * h_hat

    def backward(self, dh_next):
        """As in gru.py."""
        x, h_prev, z, r, h_hat = self.cache
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        dh_prev = dh_next * (1 - z)
        dth = dh_next * z * (1 - h_hat ** 2)
        dhr = np.dot(dth, Wh[:, 2 * H:].T)
        dh_prev += dhr * r
        dtr = dhr * h_prev * r * (1 - r)
        dh_prev += np.dot(dtr, Wh[:, H:2 * H].T)
        dtz = (dh_next * h_hat - dh_next * h_prev) * z * (1 - z)
        dh_prev += np.dot(dtz, Wh[:, :H].T)
        dA = np.hstack((dtz, dtr, dth))
        self.grads[0][...] = np.dot(x.T, dA)
        self.grads[1][...] = np.hstack((np.dot(h_prev.T, dtz), np.dot(h_prev.T, dtr),
                                        np.dot((r * h_prev).T, dth)))
        self.grads[2][...] = dA.sum(axis=0)
        dx = np.dot(dA, Wx.T)
        return dx, dh_prev
