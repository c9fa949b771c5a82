"""Long short-term memory (sections 6.2, 6.3 and 8.4.1). Columns of the weights: f, g, i, o."""

import numpy as np

from dlfs2.reference.functions import sigmoid


class LSTM:
    """Section 6.3, one step. Wx (D, 4H), Wh (H, 4H), b (4H,); x (N, D), h, c (N, H)."""

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev, c_prev):
        """A = x Wx + h_prev Wh + b = [f g i o]; f, i, o = sigmoid, g = tanh of their columns;
        c_next = f c_prev + g i, h_next = o tanh(c_next).
        """
        Wx, Wh, b = self.params
        N, H = h_prev.shape
        A = np.dot(x, Wx) + np.dot(h_prev, Wh) + b                     # (N, 4H)
        f = sigmoid(A[:, :H])                      # (N, H)
        g = np.tanh(A[:, H:2 * H])
        i = sigmoid(A[:, 2 * H:3 * H])
        o = sigmoid(A[:, 3 * H:])
        c_next = f * c_prev + g * i
        h_next = o * np.tanh(c_next)
        self.cache = x, h_prev, c_prev, f, g, i, o, c_next
        return h_next, c_next

    def backward(self, dh_next, dc_next):
        """ds = dc_next + dh_next o (1 - tanh(c_next)^2);
        dA = [ds c_prev f (1 - f), ds i (1 - g^2), ds g i (1 - i), dh_next tanh(c_next) o (1 - o)];
        dc_prev = ds f, dx = dA Wx^T, dh_prev = dA Wh^T; dWx = x^T dA, dWh = h_prev^T dA,
        db = sum_n dA.
        """
        Wx, Wh, b = self.params
        x, h_prev, c_prev, f, g, i, o, c_next = self.cache
        tanh_c_next = np.tanh(c_next)
        ds = dc_next + dh_next * o * (1 - tanh_c_next ** 2)            # both ways to c_next
        dc_prev = ds * f

        df = ds * c_prev
        dg = ds * i
        di = ds * g
        do = dh_next * tanh_c_next
        df *= f * (1 - f)
        dg *= 1 - g ** 2
        di *= i * (1 - i)
        do *= o * (1 - o)
        dA = np.hstack((df, dg, di, do))           # (N, 4H)

        dWx = np.dot(x.T, dA)                      # (D, N) (N, 4H) -> (D, 4H)
        dWh = np.dot(h_prev.T, dA)                 # (H, N) (N, 4H) -> (H, 4H)
        db = dA.sum(axis=0)
        self.grads[0][...] = dWx
        self.grads[1][...] = dWh
        self.grads[2][...] = db
        dx = np.dot(dA, Wx.T)                      # (N, D)
        dh_prev = np.dot(dA, Wh.T)                 # (N, H)
        return dx, dh_prev, dc_prev


class TimeLSTM:
    """Section 6.3.1, T steps. xs (N, T, D) -> hs (N, T, H); stateful: h, c are kept."""

    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.layers = None
        self.h = None
        self.c = None
        self.dh = None
        self.stateful = stateful

    def set_state(self, h, c=None):
        """A stateful layer's next forward starts from h, c (N, H); from c = 0 where it is None."""
        self.h = h
        self.c = c

    def reset_state(self):
        """The next forward starts from zeros."""
        self.h = None
        self.c = None

    def forward(self, xs):
        """h_t, c_t = LSTM(x_t, h_(t-1), c_(t-1)) for t = 0 ... T - 1."""
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = Wh.shape[0]
        self.layers = []
        hs = np.zeros((N, T, H), dtype=Wh.dtype)
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H), dtype=Wh.dtype)
        if not self.stateful or self.c is None:
            self.c = np.zeros((N, H), dtype=Wh.dtype)
        for t in range(T):
            layer = LSTM(Wx, Wh, b)
            self.h, self.c = layer.forward(xs[:, t, :], self.h, self.c)
            hs[:, t, :] = self.h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        """dx_t, dh_(t-1), dc_(t-1) from dhs_t + dh_t and dc_t for t = T - 1 ... 0;
        dWx, dWh, db summed over t.
        """
        Wx, Wh, b = self.params
        N, T, H = dhs.shape
        D = Wx.shape[0]
        dxs = np.zeros((N, T, D), dtype=Wx.dtype)
        dh = 0
        dc = 0
        grads = [0, 0, 0]
        for t in reversed(range(T)):
            layer = self.layers[t]
            dx, dh, dc = layer.backward(dhs[:, t, :] + dh, dc)         # from above and from t + 1
            dxs[:, t, :] = dx
            for i, grad in enumerate(layer.grads):
                grads[i] += grad
        for i, grad in enumerate(grads):
            self.grads[i][...] = grad
        self.dh = dh                               # of the state before the first step
        return dxs


class TimeBiLSTM:
    """Section 8.4.1, read from both ends. xs (N, T, D) -> hs (N, T, 2H)."""

    def __init__(self, Wx1, Wh1, b1, Wx2, Wh2, b2, stateful=False):
        self.forward_lstm = TimeLSTM(Wx1, Wh1, b1, stateful)
        self.backward_lstm = TimeLSTM(Wx2, Wh2, b2, stateful)
        self.params = self.forward_lstm.params + self.backward_lstm.params
        self.grads = self.forward_lstm.grads + self.backward_lstm.grads

    def forward(self, xs):
        """hs_t = [forward LSTM at t, backward LSTM at t], the second reading from the end."""
        o1 = self.forward_lstm.forward(xs)         # (N, T, H)
        o2 = self.backward_lstm.forward(xs[:, ::-1])
        o2 = o2[:, ::-1]                           # in the order of xs again
        out = np.concatenate((o1, o2), axis=2)     # (N, T, 2H)
        return out

    def backward(self, dhs):
        """dxs = sum of both directions' dxs."""
        H = dhs.shape[2] // 2
        do1 = dhs[:, :, :H]                        # (N, T, H)
        do2 = dhs[:, :, H:]
        dxs1 = self.forward_lstm.backward(do1)
        do2 = do2[:, ::-1]
        dxs2 = self.backward_lstm.backward(do2)
        dxs2 = dxs2[:, ::-1]                       # in the order of xs again
        dxs = dxs1 + dxs2
        return dxs
