"""Other ways to write the same, in which readers make other mistakes than in the first.

Only explanations are sought in them; exercises and comparisons take the first form.
"""

import numpy as np

from dlfs2.reference.attention import Attention as OneStep
from dlfs2.reference.functions import sigmoid
from dlfs2.reference.rnnlm import SimpleRnnlm as PlainRnnlm


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


def create_contexts_target(corpus, window_size=1):
    """The words left and right of each target by slices (section 3.3.1)."""
    w = window_size
    target = corpus[w:len(corpus) - w]
    contexts = []
    for idx in range(w, len(corpus) - w):
        left = list(corpus[idx - w:idx])
        right = list(corpus[idx + 1:idx + w + 1])
        contexts.append(left + right)
    return np.array(contexts), np.array(target)


class Adam:
    """The states as lists in one line each (section 1.3.6)."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.iter, self.m, self.v = 0, None, None

    def update(self, params, grads):
        """As in optimizer.py."""
        if self.m is None:
            self.m = [np.zeros_like(param) for param in params]
            self.v = [np.zeros_like(param) for param in params]
        self.iter += 1
        lr_t = self.lr * np.sqrt(1 - self.beta2 ** self.iter) / (1 - self.beta1 ** self.iter)
        for i in range(len(params)):
            self.m[i] += (1 - self.beta1) * (grads[i] - self.m[i])
            self.v[i] += (1 - self.beta2) * (grads[i] ** 2 - self.v[i])
            params[i] -= lr_t * self.m[i] / (np.sqrt(self.v[i]) + 1e-7)


class TimeEmbedding:
    """All steps by one index, backward row by row (section 5.4.2)."""

    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]

    def forward(self, xs):
        """As in time_layers.py."""
        W, = self.params
        self.xs = xs
        return W[xs]

    def backward(self, dout):
        """As in time_layers.py."""
        dW, = self.grads
        dW[...] = 0
        for n in range(self.xs.shape[0]):
            for t in range(self.xs.shape[1]):
                dW[self.xs[n, t]] += dout[n, t]


class TimeAttention:
    """The weights gathered when all steps are done (section 8.1.5)."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, hs_enc, hs_dec):
        """As in attention.py."""
        N, S, H = hs_dec.shape
        self.layers = [OneStep() for _ in range(S)]
        out = np.zeros_like(hs_dec)
        for t in range(S):
            out[:, t, :] = self.layers[t].forward(hs_enc, hs_dec[:, t, :])
        self.attention_weights = [layer.attention_weight for layer in self.layers]
        return out

    def backward(self, dout):
        """As in attention.py."""
        dhs_enc, dhs_dec = 0, np.zeros_like(dout)
        for t in range(dout.shape[1]):
            dhs, dh = self.layers[t].backward(dout[:, t, :])
            dhs_enc = dhs_enc + dhs
            dhs_dec[:, t, :] = dh
        return dhs_enc, dhs_dec


class SimpleRnnlm(PlainRnnlm):
    """Layer by layer (section 5.5.1)."""

    def forward(self, xs, ts):
        """As in rnnlm.py."""
        embed, rnn, affine = self.layers
        out = embed.forward(xs)
        out = rnn.forward(out)
        out = affine.forward(out)
        return self.loss_layer.forward(out, ts)

    def backward(self, dout=1):
        """As in rnnlm.py."""
        embed, rnn, affine = self.layers
        dout = self.loss_layer.backward(dout)
        dout = affine.backward(dout)
        dout = rnn.backward(dout)
        return embed.backward(dout)


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
