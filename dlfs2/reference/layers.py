"""The layers of chapters 1 to 4. backward writes into the arrays that already sit in `grads`."""

import numpy as np

from dlfs2.reference.functions import cross_entropy_error, sigmoid, softmax


class MatMul:
    """Section 1.3.4. W (D, H); x (N, D) -> (N, H)."""

    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.x = None

    def forward(self, x):
        """out = x W."""
        W, = self.params
        out = np.dot(x, W)                         # (N, D) (D, H) -> (N, H)
        self.x = x
        return out

    def backward(self, dout):
        """dx = dout W^T, dW = x^T dout."""
        W, = self.params
        dx = np.dot(dout, W.T)                     # (N, H) (H, D) -> (N, D)
        dW = np.dot(self.x.T, dout)                # (D, N) (N, H) -> (D, H)
        self.grads[0][...] = dW
        return dx


class Affine:
    """Section 1.3.5. W (D, H), b (H,); x (N, D) -> (N, H)."""

    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]
        self.x = None

    def forward(self, x):
        """out = x W + b."""
        W, b = self.params
        out = np.dot(x, W) + b                     # (N, D) (D, H) -> (N, H)
        self.x = x
        return out

    def backward(self, dout):
        """dx = dout W^T, dW = x^T dout, db = sum_n dout."""
        W, b = self.params
        dx = np.dot(dout, W.T)                     # (N, H) (H, D) -> (N, D)
        dW = np.dot(self.x.T, dout)                # (D, N) (N, H) -> (D, H)
        db = np.sum(dout, axis=0)                  # (H,)
        self.grads[0][...] = dW
        self.grads[1][...] = db
        return dx


class Sigmoid:
    """Section 1.3.5. x of any shape."""

    def __init__(self):
        self.params = []
        self.grads = []
        self.out = None

    def forward(self, x):
        """out = 1 / (1 + e^-x)."""
        out = sigmoid(x)
        self.out = out
        return out

    def backward(self, dout):
        """dx = dout out (1 - out)."""
        dx = dout * self.out * (1 - self.out)
        return dx


class Softmax:
    """Section 8.1.4. x (N, C) -> (N, C), rows of probabilities."""

    def __init__(self):
        self.params = []
        self.grads = []
        self.out = None

    def forward(self, x):
        """out = softmax(x)."""
        out = softmax(x)
        self.out = out
        return out

    def backward(self, dout):
        """dx = out dout - out sum_k (out dout)_k."""
        dx = self.out * dout
        sumdx = np.sum(dx, axis=1, keepdims=True)  # (N, 1)
        dx -= self.out * sumdx
        return dx


class SoftmaxWithLoss:
    """Section 1.3.5. x (N, C), t ids (N,) or one-hot (N, C) -> a number."""

    def __init__(self):
        self.params = []
        self.grads = []
        self.y = None
        self.t = None

    def forward(self, x, t):
        """y = softmax(x), L = -1/N sum_n log y[n, t_n]."""
        if t.ndim == 2:
            t = t.argmax(axis=1)                   # one-hot (N, C) -> ids (N,)
        self.t = t
        self.y = softmax(x)
        loss = cross_entropy_error(self.y, self.t)
        return loss

    def backward(self, dout=1):
        """dx = dout (y - onehot(t)) / N."""
        N = self.t.shape[0]
        dx = self.y.copy()
        dx[np.arange(N), self.t] -= 1
        dx *= dout
        dx /= N
        return dx


class SigmoidWithLoss:
    """Section 4.2.3. x (N,), t (N,) of 0 and 1 -> a number."""

    def __init__(self):
        self.params = []
        self.grads = []
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        """y = sigmoid(x), L = -1/N sum_n (t log y + (1 - t) log(1 - y))."""
        self.t = t
        self.y = sigmoid(x)
        p = np.c_[1 - self.y, self.y]              # (N, 2), the probabilities of 0 and of 1
        self.loss = cross_entropy_error(p, self.t)
        return self.loss

    def backward(self, dout=1):
        """dx = dout (y - t) / N."""
        N = self.t.shape[0]
        dx = self.y - self.t
        dx = dx * dout
        dx = dx / N
        return dx


class Dropout:
    """The book's plain dropout: x of any shape; it scales in evaluation."""

    def __init__(self, dropout_ratio=0.5):
        self.params = []
        self.grads = []
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        """In training x mask, mask = 1 with probability 1 - dropout_ratio; else x (1 - ratio)."""
        if train_flg:
            self.mask = np.random.rand(*x.shape) > self.dropout_ratio
            return x * self.mask
        return x * (1 - self.dropout_ratio)

    def backward(self, dout):
        """dx = dout mask."""
        return dout * self.mask


class Embedding:
    """Section 4.1. W (V, D); idx (N,) -> (N, D)."""

    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.idx = None

    def forward(self, idx):
        """out[n] = W[idx_n]."""
        W, = self.params
        self.idx = idx
        out = W[idx]
        return out

    def backward(self, dout):
        """dW[i] = sum of dout[n] over all n with idx_n = i."""
        dW, = self.grads
        dW[...] = 0
        for i, word_id in enumerate(self.idx):
            dW[word_id] += dout[i]
