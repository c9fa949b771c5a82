"""The simple recurrent network (chapter 5)."""

import numpy as np

from common.layers import Layer
from common.time_layers.recurrent import Recurrent


class RNN(Layer):
    """One step of a recurrent network (section 5.3.1, equation 5.9).

        forward   h_next = tanh(h_prev Wh + x Wx + b)
        backward  da = dh_next (1 - h_next^2),  for tanh' = 1 - tanh^2
                  dx = da Wx^T    dh_prev = da Wh^T    dWx = x^T da    dWh = h_prev^T da    db = sum over N of da

    Wx: (D, H), Wh: (H, H), b: (H,). x: (N, D), h_prev: (N, H) -> h_next (N, H).
    """

    param_names = ("Wx", "Wh", "b")

    def __init__(self, Wx, Wh, b):
        super().__init__(Wx, Wh, b)
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        x, h_prev = (np.asarray(value, Wx.dtype) for value in (x, h_prev))
        h_next = np.tanh(h_prev @ Wh + x @ Wx + b)           # (N, H)
        self.cache = x, h_prev, h_next
        return h_next.copy()

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.take("cache")
        da = np.asarray(dh_next, Wx.dtype) * (1 - h_next ** 2)                    # (N, H)
        for grad, value in zip(self.grads, (x.T @ da, h_prev.T @ da, da.sum(axis=0))):
            grad[...] = value
        return da @ Wx.T, da @ Wh.T


class TimeRNN(Recurrent):
    """A recurrent network over T steps (section 5.3.2); the equations are RNN's, at every step.

    xs: (N, T, D) -> hs (N, T, H); see Recurrent for stateful, set_state, reset_state and dh.
    """

    def forward(self, xs):
        Wh = self.params[1]
        inputs = self._all_inputs(xs)                        # (H + D + 1, T, N)
        (_, T, N), H = inputs.shape, len(Wh)
        h, hs = self._own("h", T + 1, H, N), self._lend("hs", N, T, H)
        h[0] = self._start(self.h, N)
        sums = self._sums(inputs)
        for t in range(T):
            inputs[:H, t] = h[t]
            sums(t, h[t + 1])
            np.tanh(h[t + 1], out=h[t + 1])
            hs[:, t] = h[t + 1].T
        self.cache = inputs, h
        self.h, self.state_given = h[T].T.copy(), False
        return hs

    def backward(self, dhs=None, dh=None):
        inputs, h = self.take("cache")
        T, H, N = h[1:].shape
        dhs, dh = self._from_above(dhs, dh, T, H, N)
        da = self._own("da", H, T, N)
        back, dxs = self._back(inputs)
        for t in reversed(range(T)):
            if dhs is not None:
                dh += dhs[t]                                 # from above and from the future
            da_t = dh * (1 - h[t + 1] ** 2)
            da[:, t] = da_t
            dh = back(t, da_t)                               # (H, N)
        self.dh = dh.T.copy()
        return self._all_gradients(inputs, da, dxs)
