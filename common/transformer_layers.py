"""The layers of a Transformer (section 8.5.2; Vaswani et al. 2017, arXiv 1706.03762).

Letters: N batch, S query positions, T key positions, D width, h heads, d = D / h a head's width,
F width between the two affine layers.
"""

import numpy as np

from common.attention import masked
from common.errors import InputError
from common.functions import softmax, softmax_backward
from common.layers import Affine, Layer, MatMul
from common.shapes import check_weights, float_array


class MultiHeadAttention(Layer):
    """Scaled dot-product attention in h subspaces, the heads, at once (Vaswani et al., 3.2).

        forward   Q = x WQ    K = memory WK    V = memory WV      each cut into h heads of width d
                  A = softmax(Q K^T / sqrt(d))     C = A V        for each head
                  y = [C_1 ... C_h] WO
        backward  dV = A^T dC              dA = dC V^T            dS = A (dA - rowsum(dA A))
                  dQ = dS K / sqrt(d)      dK = dS^T Q / sqrt(d)  then through the four products

    WQ, WK, WV, WO: (D, D), D = h d. x: (N, S, D), memory: (N, T, D) -> (N, S, D); backward returns
    (dx, dmemory). mask: (N, T), False where memory is padding. causal=True: no position attends to
    a later one. `weights`: A of the last call, (N, h, S, T). InputError where h does not divide D,
    or nothing is left to attend to.

    stateful=True is for writing an answer word by word: keys and values of earlier calls are kept
    until reset_state(), so that no position is computed twice; backward() is then for the first
    call after it, as in training.
    """

    param_names = ("WQ", "WK", "WV", "WO")
    param_shapes = ("D D", "D D", "D D", "D D")

    def __init__(self, WQ, WK, WV, WO, heads, *, causal=False, stateful=False):
        check_weights(self, WQ, WK, WV, WO)
        if heads < 1 or len(WQ) % heads:
            raise InputError(f"{heads} heads do not divide the width {len(WQ)}: take a width that "
                             "is a multiple of them")
        layers = [MatMul(W) for W in (WQ, WK, WV, WO)]
        self.query, self.key, self.value, self.out = layers
        self.params = [layer.params[0] for layer in layers]
        self.grads = [layer.grads[0] for layer in layers]
        self.heads, self.causal, self.stateful = heads, causal, stateful
        self.scale = (len(WQ) // heads) ** -0.5
        self.K = self.V = self.cache = self.weights = None

    def get_state(self):
        """Keys and values so far, (N, h, T, d) each, for set_state; None before the first."""
        return self.K, self.V

    def set_state(self, K, V):
        self.K, self.V = K, V

    def reset_state(self):
        self.K = self.V = None

    @property
    def length(self):
        """The number of positions kept."""
        return 0 if self.K is None else self.K.shape[2]

    def read(self, memory):
        """Make keys and values of memory (N, T, D); a stateful layer appends them to its own."""
        kept = self.K if self.stateful else None
        N, D = "N" if kept is None else len(kept), len(self.params[0])
        memory = float_array(self, "memory", memory, N, "T", D)
        K = self._split(self.key.forward(memory))  # (N, h, T, d)
        V = self._split(self.value.forward(memory))
        if kept is not None:
            K = np.concatenate([self.K, K], axis=2)
            V = np.concatenate([self.V, V], axis=2)
        self.K, self.V = K, V

    def attend(self, x, mask=None):
        """Attend to what was read."""
        K, V = self.K, self.V
        if K is None:
            raise RuntimeError(f"{type(self).__name__} has read nothing to attend to: call read()")
        x = float_array(self, "x", x, len(K), "S", len(self.params[0]))
        Q = self._split(self.query.forward(x) * self.scale)  # (N, h, S, d)
        scores = np.matmul(Q, K.swapaxes(2, 3))  # (N, h, S, d) (N, h, d, T) -> (N, h, S, T)
        A = softmax(masked(scores, mask, self.causal))
        self.weights = A.copy()
        self.cache = Q, K, V, A
        return self.out.forward(self._joined(A, V))

    def forward(self, x, memory, mask=None):
        self.read(memory)
        return self.attend(x, mask)

    def backward(self, dout):
        Q, K, V, A = self.take("cache")
        dC = self._split(self.out.backward(dout))  # (N, h, S, d)
        dA = np.matmul(dC, V.swapaxes(2, 3))       # (N, h, S, T)
        dS = softmax_backward(dA, A)
        dQ = self._joined(dS, K) * self.scale      # (N, S, D)
        dK = self._joined(dS.swapaxes(2, 3), Q)    # (N, T, D)
        dV = self._joined(A.swapaxes(2, 3), dC)    # (N, T, D)
        dmemory = self.key.backward(dK)
        dmemory += self.value.backward(dV)
        return self.query.backward(dQ), dmemory

    def _split(self, x):
        """(N, T, D) -> (N, h, T, d), a view: each head is a slice of the columns."""
        N, T, D = x.shape
        return x.reshape(N, T, self.heads, D // self.heads).swapaxes(1, 2)

    def _joined(self, a, b):
        """a b of each head, side by side: (N, h, S, T) (N, h, T, d) -> (N, S, D)."""
        N, h, S, _ = a.shape
        out = np.empty((N, S, h * b.shape[3]), a.dtype)
        np.matmul(a, b, out=self._split(out))
        return out


class SelfAttention(MultiHeadAttention):
    """A sequence that attends to itself: x (N, T, D) -> (N, T, D)."""

    def forward(self, x, mask=None):
        x = float_array(self, "x", x, "N", "T", len(self.params[0]))
        return super().forward(x, x, mask)

    def backward(self, dout):
        dx, dmemory = super().backward(dout)
        dx += dmemory
        return dx


class CrossAttention(MultiHeadAttention):
    """A decoder that attends to the encoder: read(memory) once, then forward(x), which may repeat.

    backward returns dx; `dmemory` is the gradient of what was read.
    """

    def __init__(self, WQ, WK, WV, WO, heads):
        super().__init__(WQ, WK, WV, WO, heads)
        self.dmemory = None

    def forward(self, x, mask=None):
        return self.attend(x, mask)

    def backward(self, dout):
        dx, self.dmemory = super().backward(dout)
        return dx


class LayerNorm(Layer):
    """Normalize each vector to mean 0 and variance 1, then scale and shift it (Ba et al. 2016).

        forward   mu = mean(x)       sigma = sqrt(mean((x - mu)^2) + eps)
                  z = (x - mu) / sigma     y = gamma z + beta
        backward  dz = dy gamma      dx = (dz - mean(dz) - z mean(dz z)) / sigma
                  dgamma = sum over vectors of dy z      dbeta = sum over vectors of dy

    Means run over the last axis. The two that are subtracted from dz are the derivatives of mu and
    sigma, which depend on every number of the vector. gamma, beta: (D,). x: (..., D) -> (..., D).
    """

    param_names = ("gamma", "beta")
    param_shapes = ("D", "D")

    def __init__(self, gamma, beta, eps=1e-5):
        super().__init__(gamma, beta)
        self.eps = eps
        self.cache = None

    def forward(self, x):
        gamma, beta = self.params
        D = len(gamma)
        x = float_array(self, "x", x, ..., D)
        rows = x.reshape(-1, D)                                               # (M, D)
        average = np.full(D, 1 / D, gamma.dtype)
        z = rows - (rows @ average)[:, None]                                  # (M, D)
        sigma = np.sqrt(np.einsum("md,md->m", z, z) / D + self.eps)[:, None]  # (M, 1)
        z /= sigma
        y = z * gamma
        y += beta
        self.cache = z, sigma, average, x.shape
        return y.reshape(x.shape)

    def backward(self, dout):
        gamma = self.params[0]
        dgamma, dbeta = self.grads
        z, sigma, average, shape = self.take("cache")
        dout = float_array(self, "dout", dout, *shape)
        dy = dout.reshape(z.shape)
        np.einsum("md,md->d", dy, z, out=dgamma)
        np.matmul(np.ones(len(dy), dy.dtype), dy, out=dbeta)
        dz = dy * gamma
        mean = dz @ average                                 # (M,)
        mean_z = np.einsum("md,md->m", dz, z) / z.shape[1]  # (M,)
        dz -= mean[:, None]
        z *= mean_z[:, None]
        dz -= z
        dz /= sigma
        return dz.reshape(dout.shape)


class FeedForward(Layer):
    """Two affine layers with a relu between them, the same at every position (3.3).

        forward   a = relu(x W1 + b1)           y = a W2 + b2
        backward  da = dy W2^T where a > 0, else 0      dW, db and dx as in Affine

    W1: (D, F), b1: (F,), W2: (F, D), b2: (D,). x: (..., D) -> (..., D).
    """

    param_names = ("W1", "b1", "W2", "b2")
    param_shapes = ("D F", "F", "F D", "D")

    def __init__(self, W1, b1, W2, b2):
        check_weights(self, W1, b1, W2, b2)
        self.affine1 = Affine(W1, b1)
        self.affine2 = Affine(W2, b2)
        self.params = self.affine1.params + self.affine2.params
        self.grads = self.affine1.grads + self.affine2.grads
        self.a = None

    def forward(self, x):
        a = self.affine1.forward(x)
        self.a = np.maximum(a, 0, out=a)
        return self.affine2.forward(a)

    def backward(self, dout):
        a = self.take("a")
        da = self.affine2.backward(dout)
        da *= a > 0
        return self.affine1.backward(da)


def positional_encoding(T, D, dtype=np.float32):
    """A vector for each of T positions, (T, D), so that words know where they stand (3.5).

        PE(t, 2i) = sin(t / 10000^(2i/D))          PE(t, 2i+1) = cos(t / 10000^(2i/D))

    A pair of columns is a hand of a clock, which goes round once in 2 pi positions (i = 0) up to
    10000 * 2 pi: PE(t + k) is PE(t) rotated by an angle that depends on k alone.
    """
    if D % 2:
        raise InputError("a positional encoding has pairs of columns: the width must be even, "
                         f"got {D}")
    angle = np.arange(T)[:, None] / 10000 ** (np.arange(0, D, 2) / D)  # (T, D / 2)
    table = np.empty((T, D))
    table[:, 0::2] = np.sin(angle)
    table[:, 1::2] = np.cos(angle)
    return table.astype(dtype)
