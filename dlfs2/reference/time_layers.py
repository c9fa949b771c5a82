"""The layers of whole sequences beside the recurrent ones (sections 5.4.2 and 6.5.2)."""

import numpy as np

from dlfs2.reference.functions import softmax
from dlfs2.reference.gru import GRU, TimeGRU
from dlfs2.reference.layers import Embedding, SigmoidWithLoss
from dlfs2.reference.lstm import LSTM, TimeBiLSTM, TimeLSTM
from dlfs2.reference.rnn import RNN, TimeRNN

__all__ = ["GRU", "LSTM", "RNN", "TimeAffine", "TimeBiLSTM", "TimeDropout", "TimeEmbedding",
           "TimeGRU", "TimeLSTM", "TimeRNN", "TimeSigmoidWithLoss", "TimeSoftmaxWithLoss"]


class TimeEmbedding:
    """Section 5.4.2. W (V, D); xs (N, T) ids -> (N, T, D)."""

    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.layers = None
        self.W = W

    def forward(self, xs):
        """out[n, t] = W[xs[n, t]]."""
        N, T = xs.shape
        V, D = self.W.shape
        out = np.zeros((N, T, D), dtype=self.W.dtype)
        self.layers = []
        for t in range(T):
            layer = Embedding(self.W)
            out[:, t, :] = layer.forward(xs[:, t])
            self.layers.append(layer)
        return out

    def backward(self, dout):
        """dW = sum over t of Embedding's dW for dout[:, t]."""
        N, T, D = dout.shape
        grad = 0
        for t in range(T):
            layer = self.layers[t]
            layer.backward(dout[:, t, :])
            grad += layer.grads[0]
        self.grads[0][...] = grad


class TimeAffine:
    """Section 5.4.2. W (D, M), b (M,); x (N, T, D) -> (N, T, M)."""

    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]
        self.x = None

    def forward(self, x):
        """out_t = x_t W + b."""
        W, b = self.params
        N, T, D = x.shape
        rx = x.reshape(N * T, -1)                  # all steps are rows: (N T, D)
        out = np.dot(rx, W) + b                    # (N T, M)
        self.x = x
        return out.reshape(N, T, -1)

    def backward(self, dout):
        """dx_t = dout_t W^T, dW = sum_t x_t^T dout_t, db = sum_t sum_n dout_t."""
        W, b = self.params
        x = self.x
        N, T, D = x.shape
        dout = dout.reshape(N * T, -1)             # (N T, M)
        rx = x.reshape(N * T, -1)                  # (N T, D)
        db = np.sum(dout, axis=0)
        dW = np.dot(rx.T, dout)                    # (D, N T) (N T, M) -> (D, M)
        dx = np.dot(dout, W.T)                     # (N T, D)
        dx = dx.reshape(*x.shape)
        self.grads[0][...] = dW
        self.grads[1][...] = db
        return dx


class TimeDropout:
    """Section 6.5.2. xs (N, T, D); train_flg = False switches it off."""

    def __init__(self, dropout_ratio=0.5):
        self.params = []
        self.grads = []
        self.dropout_ratio = dropout_ratio
        self.mask = None
        self.train_flg = True

    def forward(self, xs):
        """xs mask, mask = 1 / (1 - dropout_ratio) with probability 1 - dropout_ratio, else 0."""
        if self.train_flg:
            flg = np.random.rand(*xs.shape) > self.dropout_ratio
            scale = 1 / (1 - self.dropout_ratio)
            self.mask = flg.astype(xs.dtype) * scale
            return xs * self.mask
        return xs

    def backward(self, dout):
        """dxs = dout mask."""
        return dout * self.mask


class TimeSoftmaxWithLoss:
    """Section 5.4.2. xs (N, T, V), ts ids (N, T) or one-hot (N, T, V) -> a number."""

    def __init__(self):
        self.params = []
        self.grads = []
        self.cache = None
        self.ignore_label = -1

    def forward(self, xs, ts):
        """ys = softmax(xs), L = -1/M sum of log ys[label] over the M labels that count."""
        N, T, V = xs.shape
        if ts.ndim == 3:
            ts = ts.argmax(axis=2)                 # one-hot (N, T, V) -> ids (N, T)
        xs = xs.reshape(N * T, V)                  # all steps are rows
        ts = ts.reshape(N * T)
        mask = ts != self.ignore_label             # (N T,)
        ys = softmax(xs)
        ls = np.log(ys[np.arange(N * T), ts])      # (N T,)
        ls *= mask
        loss = -np.sum(ls)
        loss /= mask.sum()
        self.cache = ts, ys, mask, (N, T, V)
        return loss

    def backward(self, dout=1):
        """dxs = dout (ys - onehot(ts)) / M, and 0 where the label does not count."""
        ts, ys, mask, (N, T, V) = self.cache
        dx = ys.copy()
        dx[np.arange(N * T), ts] -= 1
        dx *= dout
        dx /= mask.sum()
        dx *= mask.reshape(-1, 1)                  # (N T, V) (N T, 1)
        dx = dx.reshape(N, T, V)
        return dx


class TimeSigmoidWithLoss:
    """xs (N, T), ts (N, T) of 0 and 1 -> a number."""

    def __init__(self):
        self.params = []
        self.grads = []
        self.xs_shape = None
        self.layers = None

    def forward(self, xs, ts):
        """L = 1/T sum over t of SigmoidWithLoss(xs[:, t], ts[:, t])."""
        N, T = xs.shape
        self.xs_shape = xs.shape
        self.layers = []
        loss = 0
        for t in range(T):
            layer = SigmoidWithLoss()
            loss += layer.forward(xs[:, t], ts[:, t])
            self.layers.append(layer)
        return loss / T

    def backward(self, dout=1):
        """dxs[:, t] = SigmoidWithLoss's dx for dout / T."""
        N, T = self.xs_shape
        dxs = np.zeros(self.xs_shape, dtype=self.layers[0].y.dtype)
        dout = dout / T
        for t in range(T):
            layer = self.layers[t]
            dxs[:, t] = layer.backward(dout)
        return dxs
