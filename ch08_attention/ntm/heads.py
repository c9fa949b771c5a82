"""The parameters of all heads, by one product from the controller's state (arXiv 1410.5401, 3)."""

from typing import NamedTuple

import numpy as np

from common.functions import softmax
from common.layers import Layer
from common.time_layers.recurrent import sigmoid_in_place


class HeadParameters(NamedTuple):
    """The parameters of K heads at one step, the last two of the K_write that write."""

    k: np.ndarray            # (N, K, W)       key
    beta: np.ndarray         # (N, K, 1)       its strength, 0 or more
    g: np.ndarray            # (N, K, 1)       gate, 0..1
    s: np.ndarray            # (N, K, 2S + 1)  shifts, sum 1
    gamma: np.ndarray        # (N, K, 1)       sharpness, 1 or more
    e: np.ndarray            # (N, K_write, W) what to erase, 0..1
    a: np.ndarray            # (N, K_write, W) what to add


class Heads(Layer):
    """From the controller's state to the parameters of all heads, a step at a time.

        u = h W + b
        k, a = tanh(u)       g, e = sigmoid(u)       s = softmax(u)
        beta = softplus(u)   gamma = 1 + softplus(u)

    softplus(u) = log(1 + e^u), whose slope is sigmoid(u) = 1 - e^-softplus(u). W: (H, P), b: (P,),
    columns k, a, g, e, beta, gamma, s, each of all heads. begin(hs), then T times step(t); T times
    step_back(t, d), from the last step to the first, then end() sets the gradients.
    """

    param_names = ("W", "b")

    def __init__(self, W, b, sizes):
        """sizes: (K heads, K_write of them that write, W width of the memory, S largest shift)."""
        super().__init__(W, b)
        K, K_write, width, S = self.sizes = sizes
        counts = [K * width, K_write * width, K, K_write * width, K, K, K * (2 * S + 1)]
        self.edges = np.cumsum(counts).tolist()              # where k, a, g, e, beta, gamma, s end

    @staticmethod
    def columns(K, K_write, width, S):
        """P, the width of W."""
        return K * (width + 3 + 2 * S + 1) + 2 * K_write * width

    def begin(self, hs):
        W, b = self.params
        self.hs = hs                                         # (T, N, H), filled in step by step
        self.us = np.empty((*hs.shape[:2], len(b)), W.dtype)                      # (T, N, P)
        self.parameters = self._split(self.us)

    def step(self, t):
        W, b = self.params
        _, a, _, e, beta, gamma, _ = self.edges
        u = np.matmul(self.hs[t], W, out=self.us[t])         # (N, H) (H, P) -> (N, P)
        u += b
        np.tanh(u[:, :a], out=u[:, :a])
        sigmoid_in_place(u[:, a:e])
        np.logaddexp(0, u[:, e:gamma], out=u[:, e:gamma])
        u[:, beta:gamma] += 1
        parameters = HeadParameters(*[part[t] for part in self.parameters])
        parameters.s[...] = softmax(parameters.s)
        return parameters

    def begin_back(self):
        """The slopes of k, a, g, e, beta and gamma at all steps; of softmax its first factor, s."""
        _, a, _, e, beta, gamma, _ = self.edges
        us, slopes = self.us, self.us.copy()
        slopes[:, :, :a] = 1 - us[:, :, :a] ** 2
        slopes[:, :, a:e] *= 1 - us[:, :, a:e]
        slopes[:, :, e:beta] = 1 - np.exp(-us[:, :, e:beta])
        slopes[:, :, beta:gamma] = 1 - np.exp(1 - us[:, :, beta:gamma])
        self.slopes, self.dus = slopes, np.empty_like(us)
        self.d = self._split(self.dus)

    def step_back(self, t, d):
        """dh (N, H), for the gradients d of the parameters."""
        W, _ = self.params
        for part, value in zip(self.d, d):
            part[t] = value
        du = self.dus[t]
        du *= self.slopes[t]
        s, ds = self.parameters.s[t], self.d.s[t]
        ds -= s * ds.sum(axis=2, keepdims=True)              # as in softmax_backward
        return du @ W.T                                      # (N, P) (P, H)

    def end(self):
        dW, db = self.grads
        hs = self.hs.reshape(-1, len(dW))                    # (T N, H)
        dus = self.dus.reshape(-1, len(db))                  # (T N, P)
        np.matmul(hs.T, dus, out=dW)
        np.sum(dus, axis=0, out=db)

    def _split(self, us):
        """The seven parts of us (T, N, P), as views."""
        K, K_write, _, _ = self.sizes
        k, a, g, e, beta, gamma, s = (us[:, :, i:j] for i, j in zip([0, *self.edges], self.edges))

        def each(part, heads=K):
            return part.reshape(*us.shape[:2], heads, -1)

        return HeadParameters(each(k), each(beta), each(g), each(s), each(gamma),
                              each(e, K_write), each(a, K_write))
