"""The gated recurrent unit (appendix C; Cho et al. 2014): two gates, one state less than the LSTM.

The weights are packed side by side in the book's order z, r, h. PyTorch packs r, z, n, swaps z and
1 - z, and resets after the product, r * (h_prev Whh), where book and paper reset before it.
"""

import numpy as np

from common.layers import Layer
from common.shapes import float_array
from common.time_layers.recurrent import Recurrent, sigmoid_in_place


class GRU(Layer):
    """One step of a GRU (appendix C, equations C.1 to C.4).

        forward   z = sigmoid(x Wx_z + h_prev Wh_z + b_z)         how much to renew
                  r = sigmoid(x Wx_r + h_prev Wh_r + b_r)         how much of the past is seen
                  h_hat = tanh(x Wx_h + (r h_prev) Wh_h + b_h)    the new state proposed
                  h_next = (1 - z) h_prev + z h_hat
        backward  da_h = dh_next z (1 - h_hat^2)    da_z = dh_next (h_hat - h_prev) z (1 - z)
                  d(r h_prev) = da_h Wh_h^T         da_r = d(r h_prev) h_prev r (1 - r)
                  dh_prev = dh_next (1 - z) + d(r h_prev) r + da_z Wh_z^T + da_r Wh_r^T
                  dWh_h = (r h_prev)^T da_h;  dWx, db and the rest of dWh as in RNN

    Wx: (D, 3H), Wh: (H, 3H), b: (3H,), columns z, r, h. x: (N, D), h_prev: (N, H) -> h_next (N, H).
    """

    param_names = ("Wx", "Wh", "b")
    param_shapes = ("D 3H", "H 3H", "3H")

    def __init__(self, Wx, Wh, b):
        super().__init__(Wx, Wh, b)
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        H = len(Wh)
        x = float_array(self, "x", x, "N", len(Wx))
        h_prev = float_array(self, "h_prev", h_prev, len(x), H)
        a = x @ Wx + b  # (N, 3H)
        zr, a_h = a[:, :2 * H], a[:, 2 * H:]
        zr += h_prev @ Wh[:, :2 * H]
        sigmoid_in_place(zr)
        z, r = zr[:, :H], zr[:, H:]
        a_h += (r * h_prev) @ Wh[:, 2 * H:]
        h_hat = np.tanh(a_h)
        self.cache = x, h_prev, z, r, h_hat
        return h_prev + z * (h_hat - h_prev)

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        dWx, dWh, db = self.grads
        x, h_prev, z, r, h_hat = self.take("cache")
        H = len(Wh)
        dh_next = float_array(self, "dh_next", dh_next, *z.shape)
        da = np.empty((len(x), 3 * H), Wx.dtype)  # (N, 3H)
        da_z, da_r, da_h = da[:, :H], da[:, H:2 * H], da[:, 2 * H:]
        da_h[...] = dh_next * z * (1 - h_hat ** 2)
        d_reset = da_h @ Wh[:, 2 * H:].T          # of r h_prev
        da_z[...] = dh_next * (h_hat - h_prev) * z * (1 - z)
        da_r[...] = d_reset * h_prev * r * (1 - r)
        dh_prev = dh_next * (1 - z) + d_reset * r + da[:, :2 * H] @ Wh[:, :2 * H].T
        dWx[...] = x.T @ da
        dWh[:, :2 * H] = h_prev.T @ da[:, :2 * H]
        dWh[:, 2 * H:] = (r * h_prev).T @ da_h
        db[...] = da.sum(axis=0)
        return da @ Wx.T, dh_prev


class TimeGRU(Recurrent):
    """A GRU over T steps (appendix C); the equations are GRU's, at every step.

    xs: (N, T, D) -> hs (N, T, H); see Recurrent for the state.
    """

    param_shapes = GRU.param_shapes

    def forward(self, xs):
        Wx, Wh, _ = self.params
        H = len(Wh)
        inputs = self._inputs(xs)                                # (H + D + 1, T, N)
        _, T, N = inputs.shape
        from_x = self._from_x(inputs, Wx)                        # (3H, T, N)
        Wh_zr, Wh_h = Wh[:, :2 * H], Wh[:, 2 * H:]
        h = self._start(self.h, N)                               # (H, N)
        hs, steps = np.empty((N, T, H), Wh.dtype), []
        resets = np.empty((H, T, N), Wh.dtype)
        for t in range(T):
            inputs[:H, t] = h
            zr = Wh_zr.T @ h + from_x[:2 * H, t]                 # (2H, H) (H, N)
            sigmoid_in_place(zr)
            z, r = zr[:H], zr[H:]
            reset = r * h
            h_hat = np.tanh(Wh_h.T @ reset + from_x[2 * H:, t])  # (H, H) (H, N)
            steps.append((h, z, r, h_hat))
            resets[:, t] = reset
            h = h + z * (h_hat - h)
            hs[:, t] = h.T
        self.cache = inputs, steps, resets
        self.h = h.T.copy()
        self.state_given = False
        return hs

    def backward(self, dhs=None, dh=None):
        Wh = self.params[1]
        inputs, steps, resets = self.take("cache")
        H, T, N = resets.shape
        Wh_zr, Wh_h = Wh[:, :2 * H], Wh[:, 2 * H:]
        dhs, dh = self._from_above(dhs, dh, N, T)           # (N, T, H), (H, N)
        da = np.empty((3 * H, T, N), Wh.dtype)
        da_t = np.empty((3 * H, N), Wh.dtype)
        da_zr, da_h = da_t[:2 * H], da_t[2 * H:]
        for t in reversed(range(T)):
            h_prev, z, r, h_hat = steps[t]
            dh = dh + dhs[:, t].T                           # from the future and from above
            dh_hat = dh * z
            da_h[...] = dh_hat * (1 - h_hat ** 2)
            d_reset = Wh_h @ da_h                           # (H, H) (H, N)
            da_zr[:H] = dh * (h_hat - h_prev) * (z * (1 - z))
            da_zr[H:] = d_reset * h_prev * (r * (1 - r))
            da[:, t] = da_t
            dh = dh - dh_hat + d_reset * r + Wh_zr @ da_zr  # (H, 2H) (2H, N)
        self.dh = dh.T.copy()
        dxs = self._gradients(inputs, da)
        da_h = da[2 * H:].reshape(H, T * N)
        dWh_h = resets.reshape(H, T * N) @ da_h.T  # Wh_h met r h_prev, not h_prev
        self.grads[1][:, 2 * H:] = dWh_h
        return dxs
