"""The gated recurrent unit (appendix C). Columns of the weights: z, r, h."""

import numpy as np

from dlfs2.reference.functions import sigmoid


class GRU:
    """Appendix C, one step. Wx (D, 3H), Wh (H, 3H), b (3H,); x (N, D), h_prev (N, H) -> (N, H)."""

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        """z = sigmoid(x Wxz + h_prev Whz + bz), r = sigmoid(x Wxr + h_prev Whr + br);
        h_hat = tanh(x Wxh + (r h_prev) Whh + bh), h_next = (1 - z) h_prev + z h_hat.
        """
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        Wxz, Wxr, Wxh = Wx[:, :H], Wx[:, H:2 * H], Wx[:, 2 * H:]       # (D, H) each
        Whz, Whr, Whh = Wh[:, :H], Wh[:, H:2 * H], Wh[:, 2 * H:]       # (H, H) each
        bz, br, bh = b[:H], b[H:2 * H], b[2 * H:]

        z = sigmoid(np.dot(x, Wxz) + np.dot(h_prev, Whz) + bz)         # (N, H)
        r = sigmoid(np.dot(x, Wxr) + np.dot(h_prev, Whr) + br)
        h_hat = np.tanh(np.dot(x, Wxh) + np.dot(r * h_prev, Whh) + bh)
        h_next = (1 - z) * h_prev + z * h_hat
        self.cache = x, h_prev, z, r, h_hat
        return h_next

    def backward(self, dh_next):
        """dth = dh_next z (1 - h_hat^2), dhr = dth Whh^T;
        dtz = dh_next (h_hat - h_prev) z (1 - z), dtr = dhr h_prev r (1 - r);
        dh_prev = dh_next (1 - z) + dhr r + dtz Whz^T + dtr Whr^T; dx = dtz Wxz^T + ...;
        dWhh = (r h_prev)^T dth, dWhz = h_prev^T dtz, ...; dWxz = x^T dtz, ...; dbz = sum_n dtz, ...
        """
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        Wxz, Wxr, Wxh = Wx[:, :H], Wx[:, H:2 * H], Wx[:, 2 * H:]
        Whz, Whr, Whh = Wh[:, :H], Wh[:, H:2 * H], Wh[:, 2 * H:]
        x, h_prev, z, r, h_hat = self.cache
        dh_prev = dh_next * (1 - z)                # (N, H)

        dh_hat = dh_next * z                       # the state proposed
        dth = dh_hat * (1 - h_hat ** 2)
        dWxh = np.dot(x.T, dth)                    # (D, N) (N, H) -> (D, H)
        dWhh = np.dot((r * h_prev).T, dth)         # (H, N) (N, H) -> (H, H)
        dbh = np.sum(dth, axis=0)
        dx = np.dot(dth, Wxh.T)                    # (N, D)
        dhr = np.dot(dth, Whh.T)                   # of r h_prev
        dh_prev += dhr * r

        dz = dh_next * h_hat - dh_next * h_prev    # the update gate
        dtz = dz * z * (1 - z)
        dWxz = np.dot(x.T, dtz)
        dWhz = np.dot(h_prev.T, dtz)
        dbz = np.sum(dtz, axis=0)
        dx += np.dot(dtz, Wxz.T)
        dh_prev += np.dot(dtz, Whz.T)

        dr = dhr * h_prev                          # the reset gate
        dtr = dr * r * (1 - r)
        dWxr = np.dot(x.T, dtr)
        dWhr = np.dot(h_prev.T, dtr)
        dbr = np.sum(dtr, axis=0)
        dx += np.dot(dtr, Wxr.T)
        dh_prev += np.dot(dtr, Whr.T)

        self.grads[0][...] = np.hstack((dWxz, dWxr, dWxh))             # (D, 3H)
        self.grads[1][...] = np.hstack((dWhz, dWhr, dWhh))             # (H, 3H)
        self.grads[2][...] = np.hstack((dbz, dbr, dbh))                # (3H,)
        return dx, dh_prev


class TimeGRU:
    """Appendix C, T steps. xs (N, T, D) -> hs (N, T, H); stateful: h is kept between calls."""

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
        """h_t = GRU(x_t, h_(t-1)) for t = 0 ... T - 1."""
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = Wh.shape[0]
        self.layers = []
        hs = np.zeros((N, T, H), dtype=Wh.dtype)
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H), dtype=Wh.dtype)
        for t in range(T):
            layer = GRU(Wx, Wh, b)
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
