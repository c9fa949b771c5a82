"""The simple recurrent layer (sections 5.2 and 5.3)."""

import numpy as np


class RNN:
    """Section 5.3.1, one step. Wx (D, H), Wh (H, H), b (H,); x (N, D), h_prev (N, H) -> (N, H)."""

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        """h_next = tanh(h_prev Wh + x Wx + b)."""
        Wx, Wh, b = self.params
        t = np.dot(h_prev, Wh) + np.dot(x, Wx) + b                     # (N, H)
        h_next = np.tanh(t)
        self.cache = x, h_prev, h_next
        return h_next

    def backward(self, dh_next):
        """dt = dh_next (1 - h_next^2); dWx = x^T dt, dWh = h_prev^T dt, db = sum_n dt;
        dx = dt Wx^T, dh_prev = dt Wh^T.
        """
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.cache
        dt = dh_next * (1 - h_next ** 2)           # (N, H)
        db = np.sum(dt, axis=0)
        dWh = np.dot(h_prev.T, dt)                 # (H, N) (N, H) -> (H, H)
        dh_prev = np.dot(dt, Wh.T)                 # (N, H)
        dWx = np.dot(x.T, dt)                      # (D, N) (N, H) -> (D, H)
        dx = np.dot(dt, Wx.T)                      # (N, D)
        self.grads[0][...] = dWx
        self.grads[1][...] = dWh
        self.grads[2][...] = db
        return dx, dh_prev


class TimeRNN:
    """Section 5.3.2, T steps. xs (N, T, D) -> hs (N, T, H); stateful: h is kept between calls."""

    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.layers = None
        self.h = None
        self.dh = None
        self.stateful = stateful

    def set_state(self, h):
        """A stateful layer's next forward starts from h (N, H)."""
        self.h = h

    def reset_state(self):
        """The next forward starts from zeros."""
        self.h = None

    def forward(self, xs):
        """h_t = RNN(x_t, h_(t-1)) for t = 0 ... T - 1."""
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = Wh.shape[0]
        self.layers = []
        hs = np.zeros((N, T, H), dtype=Wh.dtype)
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H), dtype=Wh.dtype)
        for t in range(T):
            layer = RNN(Wx, Wh, b)
            self.h = layer.forward(xs[:, t, :], self.h)
            hs[:, t, :] = self.h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        """dx_t, dh_(t-1) from dhs_t + dh_t for t = T - 1 ... 0; dWx, dWh, db summed over t."""
        Wx, Wh, b = self.params
        N, T, H = dhs.shape
        D = Wx.shape[0]
        dxs = np.zeros((N, T, D), dtype=Wx.dtype)
        dh = 0
        grads = [0, 0, 0]
        for t in reversed(range(T)):
            layer = self.layers[t]
            dx, dh = layer.backward(dhs[:, t, :] + dh)                 # from above and from t + 1
            dxs[:, t, :] = dx
            for i, grad in enumerate(layer.grads):
                grads[i] += grad
        for i, grad in enumerate(grads):
            self.grads[i][...] = grad
        self.dh = dh                               # of the state before the first step
        return dxs
