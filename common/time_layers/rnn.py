"""The simple recurrent network (chapter 5)."""

import numpy as np

from common.layers import Layer
from common.shapes import float_array
from common.time_layers.recurrent import Recurrent


class RNN(Layer):
    """One step of a recurrent network (section 5.3.1, equation 5.9).

        forward   h_next = tanh(h_prev Wh + x Wx + b)
        backward  da = dh_next (1 - h_next^2),  for tanh' = 1 - tanh^2
                  dx = da Wx^T     dh_prev = da Wh^T
                  dWx = x^T da     dWh = h_prev^T da     db = sum over N of da

    Wx: (D, H), Wh: (H, H), b: (H,). x: (N, D), h_prev: (N, H) -> h_next (N, H).
    """

    param_names = ("Wx", "Wh", "b")
    param_shapes = ("D H", "H H", "H")

    def __init__(self, Wx, Wh, b):
        super().__init__(Wx, Wh, b)
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        x = float_array(self, "x", x, "N", len(Wx))
        h_prev = float_array(self, "h_prev", h_prev, len(x), len(Wh))
        h_next = np.tanh(h_prev @ Wh + x @ Wx + b)  # (N, H)
        self.cache = x, h_prev, h_next
        return h_next.copy()

    def backward(self, dh_next):
        Wx, Wh, _ = self.params
        dWx, dWh, db = self.grads
        x, h_prev, h_next = self.take("cache")
        dh_next = float_array(self, "dh_next", dh_next, *h_next.shape)
        da = dh_next * (1 - h_next ** 2)            # (N, H)
        dWx[...] = x.T @ da
        dWh[...] = h_prev.T @ da
        db[...] = da.sum(axis=0)
        return da @ Wx.T, da @ Wh.T


class TimeRNN(Recurrent):
    """A recurrent network over T steps (section 5.3.2); the equations are RNN's, at every step.

    backward: backpropagation through time (BPTT, section 5.2.3), from the last step to the first:

        dh_t = dhs_t + da_{t+1} Wh^T     da_t = dh_t (1 - h_t^2)     dWh = sum_t h_{t-1}^T da_t

    xs: (N, T, D) -> hs (N, T, H); see Recurrent for the state.
    """

    param_shapes = RNN.param_shapes

    def forward(self, xs):
        inputs = self._inputs(xs)         # (H + D + 1, T, N)
        W, rest = self._weights(inputs)
        H = len(self.params[1])
        _, T, N = inputs.shape
        h = self._start(self.h, N)        # (H, N)
        hs, steps = np.empty((N, T, H), W.dtype), []
        for t in range(T):
            inputs[:H, t] = h
            a = W.T @ inputs[:len(W), t]  # (H, len(W)) (len(W), N) -> (H, N)
            if rest is not None:
                a += rest[:, t]
            h = np.tanh(a)
            steps.append(h)
            hs[:, t] = h.T
        self.cache = inputs, W, steps
        self.h = h.T.copy()
        self.state_given = False
        return hs

    def backward(self, dhs=None, dh=None):
        inputs, W, steps = self.take("cache")
        H = len(self.params[1])
        _, T, N = inputs.shape
        dhs, dh = self._from_above(dhs, dh, N, T)   # (N, T, H), (H, N)
        da = np.empty((H, T, N), W.dtype)
        dx = np.empty((len(W) - H, T, N), W.dtype)  # no rows, where Wx is not in W
        for t in reversed(range(T)):
            dh = dh + dhs[:, t].T                   # from the future and from above
            da_t = dh * (1 - steps[t] ** 2)
            da[:, t] = da_t
            d = W @ da_t                            # (len(W), H) (H, N)
            dh = d[:H]
            dx[:, t] = d[H:]
        self.dh = dh.T.copy()
        return self._gradients(inputs, da, dx)
