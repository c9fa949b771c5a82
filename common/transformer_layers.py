"""The pieces of a Transformer besides attention (section 8.5.2; Vaswani et al. 2017, arXiv 1706.03762)."""

import numpy as np

from common.errors import InputError
from common.layers import Affine, Layer


class LayerNorm(Layer):
    """Bring every vector to mean 0 and variance 1, then to a scale and a shift that are learned (Ba et al. 2016).

        forward   mu = mean(x)     sigma = sqrt(mean((x - mu)^2) + eps)     z = (x - mu) / sigma     y = gamma z + beta
        backward  dz = dy gamma    dx = (dz - mean(dz) - z mean(dz z)) / sigma
                  dgamma = sum over vectors of dy z                         dbeta = sum over vectors of dy

    The means run over the last axis. mu and sigma depend on every number of the vector: their derivatives are the two
    means that are subtracted from dz. gamma, beta: (D,). x: (..., D) -> (..., D).
    """

    param_names = ("gamma", "beta")

    def __init__(self, gamma, beta, eps=1e-5):
        super().__init__(gamma, beta)
        self.eps = eps
        self.cache = None

    def forward(self, x):
        gamma, beta = self.params
        x = np.asarray(x, gamma.dtype)
        D = len(gamma)
        rows = x.reshape(-1, D)                              # (M, D)
        average = np.full(D, 1 / D, gamma.dtype)
        z = rows - (rows @ average)[:, None]                 # (M, D)
        sigma = np.sqrt(np.einsum("md,md->m", z, z) / D + self.eps)[:, None]      # (M, 1)
        z /= sigma
        y = z * gamma
        y += beta
        self.cache = z, sigma, average
        return y.reshape(x.shape)

    def backward(self, dout):
        gamma = self.params[0]
        z, sigma, average = self.take("cache")
        dout = np.asarray(dout, gamma.dtype)
        dy = dout.reshape(z.shape)
        np.einsum("md,md->d", dy, z, out=self.grads[0])
        np.sum(dy, axis=0, out=self.grads[1])
        dz = dy * gamma
        mean, mean_z = dz @ average, np.einsum("md,md->m", dz, z) / z.shape[1]
        dz -= mean[:, None]
        z *= mean_z[:, None]                                 # nobody needs z any more
        dz -= z
        dz /= sigma
        return dz.reshape(dout.shape)


class FeedForward(Layer):
    """Two affine layers with a relu between them, the same at every position (Vaswani et al. 2017, section 3.3).

        forward   a = relu(x W1 + b1)     y = a W2 + b2
        backward  da = dy W2^T where a > 0, else 0              dW, db and dx as in Affine

    W1: (D, F), b1: (F,), W2: (F, D), b2: (D,). x: (..., D) -> (..., D).
    """

    param_names = ("W1", "b1", "W2", "b2")

    def __init__(self, W1, b1, W2, b2):
        self.affine1, self.affine2 = Affine(W1, b1), Affine(W2, b2)
        self.params = self.affine1.params + self.affine2.params
        self.grads = self.affine1.grads + self.affine2.grads
        self.a = None

    def forward(self, x):
        a = self.affine1.forward(x)
        self.a = np.maximum(a, 0, out=a)
        return self.affine2.forward(a)

    def backward(self, dout):
        a, da = self.take("a"), self.affine2.backward(dout)
        da *= a > 0
        return self.affine1.backward(da)


def positional_encoding(T, D, dtype=np.float32):
    """A vector for every position, (T, D), so that words know where they stand (Vaswani et al. 2017, section 3.5).

        PE(t, 2i) = sin(t / 10000^(2i/D))          PE(t, 2i+1) = cos(t / 10000^(2i/D))

    Each pair of columns turns like a hand of a clock, from a turn every 2 pi positions to one every 10000 * 2 pi:
    PE(t + k) is PE(t) turned by an angle that depends on k alone.
    """
    if D % 2:
        raise InputError(f"a positional encoding has pairs of columns: the width must be even, got {D}")
    angle = np.arange(T)[:, None] / 10000 ** (np.arange(0, D, 2) / D)             # (T, D / 2)
    table = np.empty((T, D))
    table[:, 0::2], table[:, 1::2] = np.sin(angle), np.cos(angle)
    return table.astype(dtype)
