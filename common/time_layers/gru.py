"""The gated recurrent unit (appendix C; Cho et al. 2014): two gates, and one state less than the LSTM.

The weights are packed side by side in the book's order z, r, h: Wx (D, 3H), Wh (H, 3H), b (3H,). PyTorch packs r, z, n, has
z and 1 - z the other way round, and resets after the product, r * (h_prev Whh), where book and paper reset before it.
"""

import numpy as np

from common.layers import Layer
from common.time_layers.recurrent import Recurrent, sigmoid_in_place


class GRU(Layer):
    """One step of a GRU (appendix C, equations C.1 to C.4).

        forward   z = sigmoid(x Wx_z + h_prev Wh_z + b_z)                 how much to renew
                  r = sigmoid(x Wx_r + h_prev Wh_r + b_r)                 how much of the past the new state sees
                  h_hat = tanh(x Wx_h + (r h_prev) Wh_h + b_h)            the new state proposed
                  h_next = (1 - z) h_prev + z h_hat
        backward  da_h = dh_next z (1 - h_hat^2)                da_z = dh_next (h_hat - h_prev) z (1 - z)
                  d(r h_prev) = da_h Wh_h^T                     da_r = d(r h_prev) h_prev r (1 - r)
                  dh_prev = dh_next (1 - z) + d(r h_prev) r + da_z Wh_z^T + da_r Wh_r^T
                  dWh_h = (r h_prev)^T da_h;  dWx, db and the rest of dWh as in RNN

    Wx: (D, 3H), Wh: (H, 3H), b: (3H,), columns z, r, h. x: (N, D), h_prev: (N, H) -> h_next (N, H).
    """

    param_names = ("Wx", "Wh", "b")

    def __init__(self, Wx, Wh, b):
        super().__init__(Wx, Wh, b)
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        x, h_prev = (np.asarray(value, Wx.dtype) for value in (x, h_prev))
        H = len(Wh)
        a = x @ Wx + b                                       # (N, 3H)
        a[:, :2 * H] += h_prev @ Wh[:, :2 * H]
        z, r = a[:, :H], a[:, H:2 * H]
        sigmoid_in_place(a[:, :2 * H])
        a[:, 2 * H:] += (r * h_prev) @ Wh[:, 2 * H:]
        h_hat = np.tanh(a[:, 2 * H:])
        self.cache = x, h_prev, z, r, h_hat
        return h_prev + z * (h_hat - h_prev)

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, z, r, h_hat = self.take("cache")
        dh_next, H = np.asarray(dh_next, Wx.dtype), len(Wh)
        da = np.empty((len(x), 3 * H), Wx.dtype)             # (N, 3H)
        da_z, da_r, da_h = da[:, :H], da[:, H:2 * H], da[:, 2 * H:]
        da_h[...] = dh_next * z * (1 - h_hat ** 2)
        d_reset = da_h @ Wh[:, 2 * H:].T                     # of r h_prev
        da_z[...] = dh_next * (h_hat - h_prev) * z * (1 - z)
        da_r[...] = d_reset * h_prev * r * (1 - r)
        dh_prev = dh_next * (1 - z) + d_reset * r + da[:, :2 * H] @ Wh[:, :2 * H].T
        dWx, dWh, db = self.grads
        dWx[...] = x.T @ da
        dWh[:, :2 * H] = h_prev.T @ da[:, :2 * H]
        dWh[:, 2 * H:] = (r * h_prev).T @ da_h
        db[...] = da.sum(axis=0)
        return da @ Wx.T, dh_prev


class TimeGRU(Recurrent):
    """A GRU over T steps (appendix C); the equations are GRU's, at every step.

    xs: (N, T, D) -> hs (N, T, H); see Recurrent for stateful, set_state, reset_state and dh.
    """

    def forward(self, xs):
        Wh = self.params[1]
        inputs = self._all_inputs(xs)                        # (H + D + 1, T, N)
        a = self._from_x(inputs)                             # (3H, T, N)
        (_, T, N), H = a.shape, len(Wh)
        Wh_zr, Wh_h = Wh[:, :2 * H], Wh[:, 2 * H:]
        zr, h, hs = self._own("zr", T, 2 * H, N), self._own("h", T + 1, H, N), self._lend("hs", N, T, H)
        h_hat, reset = self._own("h_hat", T, H, N), self._own("reset", T, H, N)   # reset: r h_prev
        h[0] = self._start(self.h, N)
        for t in range(T):
            z, r = zr[t, :H], zr[t, H:]
            np.matmul(Wh_zr.T, h[t], out=zr[t])              # (2H, H) (H, N)
            zr[t] += a[:2 * H, t]
            sigmoid_in_place(zr[t])
            np.multiply(r, h[t], out=reset[t])
            np.matmul(Wh_h.T, reset[t], out=h_hat[t])        # (H, H) (H, N)
            h_hat[t] += a[2 * H:, t]
            np.tanh(h_hat[t], out=h_hat[t])
            np.multiply(z, h_hat[t] - h[t], out=h[t + 1])
            h[t + 1] += h[t]
            inputs[:H, t] = h[t]
            hs[:, t] = h[t + 1].T
        self.cache = inputs, zr, h_hat, h, reset
        self.h, self.state_given = h[T].T.copy(), False
        return hs

    def backward(self, dhs=None, dh=None):
        Wh = self.params[1]
        inputs, zr, h_hat, h, reset = self.take("cache")
        T, H, N = reset.shape
        Wh_zr, Wh_h = Wh[:, :2 * H], Wh[:, 2 * H:]
        dhs, dh = self._from_above(dhs, dh, T, H, N)
        da, da_zr = self._own("a", 3 * H, T, N), self._own("da_zr", 2 * H, N)
        for t in reversed(range(T)):
            z, r = zr[t, :H], zr[t, H:]
            if dhs is not None:
                dh += dhs[t]                                 # from above and from the future
            dh_hat = dh * z
            da_h = dh_hat * (1 - h_hat[t] ** 2)
            d_reset = np.matmul(Wh_h, da_h)                  # (H, H) (H, N)
            np.multiply(dh * (h_hat[t] - h[t]), z * (1 - z), out=da_zr[:H])
            np.multiply(d_reset * h[t], r * (1 - r), out=da_zr[H:])
            da[:2 * H, t], da[2 * H:, t] = da_zr, da_h
            dh -= dh_hat                                     # dh (1 - z)
            dh += d_reset * r
            dh += np.matmul(Wh_zr, da_zr)                    # (H, 2H) (2H, N)
        self.dh = dh.T.copy()
        dxs = self._all_gradients(inputs, da)
        da_h = da[2 * H:].reshape(H, T * N)                  # Wh_h met r h_prev, not h_prev
        self.grads[1][:, 2 * H:] = reset.transpose(1, 0, 2).reshape(H, T * N) @ da_h.T
        return dxs
