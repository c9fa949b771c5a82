"""Attention with several heads, which look at different things at once (section 8.5.2; Vaswani et al. 2017, section 3.2).

Letters: N batch, S query positions, T key positions, D width, h heads, d = D / h the width of a head.
"""

import numpy as np

from common.errors import InputError
from common.functions import softmax
from common.layers import Layer, MatMul


class MultiHeadAttention(Layer):
    """Scaled dot-product attention in h subspaces at once.

        forward   Q = x WQ    K = memory WK    V = memory WV              each cut into h heads of width d
                  A = softmax(Q K^T / sqrt(d))     C = A V                for each head
                  y = [C_1 ... C_h] WO
        backward  dV = A^T dC              dA = dC V^T                    dS = A (dA - rowsum(dA A))
                  dQ = dS K / sqrt(d)      dK = dS^T Q / sqrt(d)          then back through the four products

    WQ, WK, WV, WO: (D, D). x: (N, S, D), memory: (N, T, D) -> (N, S, D); backward returns (dx, dmemory). mask: (N, T), False
    where memory is padding. causal=True lets no position look at what comes after it. The weights A of the last call,
    (N, h, S, T), stay readable as `weights`. InputError where the heads do not divide D; ValueError where a mask has another
    shape, or a position has nothing to look at.

    stateful=True is for writing an answer word by word: keys and values of earlier calls are kept until reset_state(), so
    that no position is computed twice; backward() is for the first call after reset_state(), as in training. Q is divided by
    sqrt(d), not Q K^T, which is larger.
    """

    param_names = ("WQ", "WK", "WV", "WO")

    def __init__(self, WQ, WK, WV, WO, heads, *, causal=False, stateful=False):
        if heads < 1 or len(WQ) % heads:
            raise InputError(f"{heads} heads do not divide the width {len(WQ)}: take a width that is a multiple of them")
        self.query, self.key, self.value, self.out = (MatMul(W) for W in (WQ, WK, WV, WO))
        self.params = [p for layer in (self.query, self.key, self.value, self.out) for p in layer.params]
        self.grads = [g for layer in (self.query, self.key, self.value, self.out) for g in layer.grads]
        self.heads, self.causal, self.stateful = heads, causal, stateful
        self.K, self.V = None, None                          # of what was read last, or of all while stateful
        self.cache = self._weights = None

    def get_state(self):
        """Keys and values so far, (N, h, T, d) each, for set_state; None before the first."""
        return self.K, self.V

    def set_state(self, K, V):
        """Go on from these keys and values."""
        self.K, self.V = K, V

    def reset_state(self):
        """Forget what was read."""
        self.K, self.V = None, None

    @property
    def weights(self):
        """How each position of the last call looked at each, (N, h, S, T); None before the first."""
        return None if self._weights is None else self._weights.copy()

    @property
    def length(self):
        """How many positions are kept."""
        return 0 if self.K is None else self.K.shape[2]

    def read(self, memory):
        """Make keys and values of memory (N, T, D); a stateful layer adds them to those it has."""
        K, V = self._split(self.key.forward(memory)), self._split(self.value.forward(memory))     # (N, h, T, d)
        if self.stateful and self.K is not None:
            K, V = np.concatenate([self.K, K], axis=2), np.concatenate([self.V, V], axis=2)
        self.K, self.V = K, V

    def attend(self, x, mask=None):
        """Ask what was read."""
        K, V = self.K, self.V
        Q = self.query.forward(x)
        Q *= (Q.shape[2] // self.heads) ** -0.5
        Q = self._split(Q)                                   # (N, h, S, d)
        A = np.matmul(Q, K.swapaxes(2, 3))                   # (N, h, S, d) (N, h, d, T) -> (N, h, S, T)
        self._mask_scores(A, mask)
        A = softmax(A)
        C = np.empty(x.shape, A.dtype)
        np.matmul(A, V, out=self._split(C))                  # (N, h, S, T) (N, h, T, d) -> (N, h, S, d)
        self._weights, self.cache = A, (Q, K, V, A, C)
        return self.out.forward(C)

    def forward(self, x, memory, mask=None):
        self.read(memory)
        return self.attend(x, mask)

    def backward(self, dout):
        Q, K, V, A, C = self.take("cache")
        dC = self.out.backward(dout)                         # (N, S, D)
        mean = self._split(dC * C).sum(axis=3)               # rowsum(dA A) = rowsum(dC C), (N, h, S)
        dC = self._split(dC)
        dS = np.matmul(dC, V.swapaxes(2, 3))                 # dA (N, h, S, T)
        dS -= mean[..., None]
        dS *= A
        N, h, T, d = K.shape
        dV, dK, dQ = (np.empty((N, rows, h * d), A.dtype) for rows in (T, T, A.shape[2]))
        np.matmul(A.swapaxes(2, 3), dC, out=self._split(dV))
        np.matmul(dS.swapaxes(2, 3), Q, out=self._split(dK))
        np.matmul(dS, K, out=self._split(dQ))
        dQ *= d ** -0.5
        dmemory = self.key.backward(dK)
        dmemory += self.value.backward(dV)
        return self.query.backward(dQ), dmemory

    def _split(self, x):
        """(N, T, D) -> (N, h, T, d), a view: each head is a slice of the columns."""
        N, T, D = x.shape
        return x.reshape(N, T, self.heads, D // self.heads).swapaxes(1, 2)

    def _mask_scores(self, S, mask):
        """Scores of -inf, in place, where nothing may be seen."""
        if mask is not None:
            mask = np.asarray(mask, bool)
            if mask.shape != (len(S), S.shape[3]):
                raise ValueError(f"a mask for {len(S)} sequences of {S.shape[3]} positions must have the shape "
                                 f"{(len(S), S.shape[3])}, got {mask.shape}")
            np.copyto(S, -np.inf, where=~mask[:, None, None, :])
        if self.causal:
            size, T = S.shape[2:]
            later = np.arange(T) > np.arange(T - size, T)[:, None]                # (S, T)
            np.copyto(S, -np.inf, where=later)
        if (mask is not None or (self.causal and S.shape[2] > S.shape[3])) and np.isneginf(S.max(axis=3)).any():
            raise ValueError("a position is left without anything to look at: every sequence needs one real position, and a "
                             "causal one no more queries than keys")


class SelfAttention(MultiHeadAttention):
    """A sequence that asks itself: x (N, T, D) -> (N, T, D)."""

    def forward(self, x, mask=None):
        return super().forward(x, x, mask)

    def backward(self, dout):
        dx, dmemory = super().backward(dout)
        dx += dmemory
        return dx


class CrossAttention(MultiHeadAttention):
    """A decoder that asks the encoder: read(memory) once, then forward(x) as often as need be.

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
