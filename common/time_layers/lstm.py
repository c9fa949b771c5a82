"""Long short-term memory (section 6.2; Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).

The weights of the four gates are packed side by side in the book's order f, g, i, o: Wx (D, 4H), Wh (H, 4H), b (4H,).
PyTorch packs i, f, g, o: its columns are these ones taken in the order [2, 0, 1, 3] of blocks of H.
"""

import numpy as np

from common.layers import Layer
from common.time_layers.recurrent import Recurrent, padded_steps, sigmoid_in_place


class LSTM(Layer):
    """One step of an LSTM (section 6.3, equations 6.6 to 6.8).

        forward   f = sigmoid(x Wx_f + h_prev Wh_f + b_f)                 what to keep
                  g = tanh(x Wx_g + h_prev Wh_g + b_g)                    what is new
                  i = sigmoid(x Wx_i + h_prev Wh_i + b_i)                 how much of it to take
                  o = sigmoid(x Wx_o + h_prev Wh_o + b_o)                 what to show
                  c_next = f c_prev + g i         h_next = o tanh(c_next)
        backward  dc = dc_next + dh_next o (1 - tanh(c_next)^2)           both paths that lead to c_next
                  da_f = dc c_prev f (1 - f)      da_g = dc i (1 - g^2)
                  da_i = dc g i (1 - i)           da_o = dh_next tanh(c_next) o (1 - o)
                  dc_prev = dc f                  dx = da Wx^T    dh_prev = da Wh^T    dWx, dWh, db as in RNN

    Wx: (D, 4H), Wh: (H, 4H), b: (4H,), columns f, g, i, o. x: (N, D), h_prev and c_prev: (N, H) -> (h_next, c_next).
    """

    param_names = ("Wx", "Wh", "b")

    def __init__(self, Wx, Wh, b):
        super().__init__(Wx, Wh, b)
        self.cache = None

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        x, h_prev, c_prev = (np.asarray(value, Wx.dtype) for value in (x, h_prev, c_prev))
        gates = x @ Wx + h_prev @ Wh + b                     # (N, 4H)
        h_next, c_next, tanh_c = gates_forward(parts(gates), c_prev)
        self.cache = x, h_prev, c_prev, gates, tanh_c
        return h_next, c_next

    def backward(self, dh_next, dc_next):
        Wx, Wh, b = self.params
        x, h_prev, c_prev, gates, tanh_c = self.take("cache")
        dh_next, dc_next = (np.asarray(value, Wx.dtype) for value in (dh_next, dc_next))
        da = np.empty_like(gates)                            # (N, 4H)
        dc_prev = gates_backward(parts(gates), c_prev, tanh_c, dh_next, dc_next, parts(da))
        for grad, value in zip(self.grads, (x.T @ da, h_prev.T @ da, da.sum(axis=0))):
            grad[...] = value
        return da @ Wx.T, da @ Wh.T, dc_prev


def parts(a):
    """The four gates of a (N, 4H), as views: (4, N, H)."""
    return a.reshape(len(a), 4, -1).swapaxes(0, 1)


def gates_forward(a, c_prev, out=(None, None, None)):
    """h_next, c_next and tanh(c_next), from the sums a (4, ...), which become the gates f, g, i, o in place."""
    f, g, i, o = a
    h_next, c_next, tanh_c = out
    sigmoid_in_place(f)
    np.tanh(g, out=g)
    sigmoid_in_place(a[2:])                                  # i and o
    c_next = np.multiply(f, c_prev, out=c_next)
    c_next += g * i
    tanh_c = np.tanh(c_next, out=tanh_c)
    return np.multiply(o, tanh_c, out=h_next), c_next, tanh_c


def gates_backward(gates, c_prev, tanh_c, dh, dc_next, da):
    """dc_prev; and da (4, ...), the gradients of the sums, is filled in. dh, dc_next: of h_next and of c_next."""
    f, g, i, o = gates
    da_f, da_g, da_i, da_o = da
    slope = np.empty_like(f)                                 # one array for 1 - f, 1 - i, 1 - o, 1 - g^2, 1 - tanh^2
    np.multiply(dh, o, out=da_o)
    dc = one_minus_square(tanh_c, slope) * da_o
    dc += dc_next
    np.multiply(da_o, tanh_c, out=da_o)                      # dh o tanh(c) (1 - o)
    da_o *= np.subtract(1, o, out=slope)
    np.multiply(dc, i, out=da_i)
    np.multiply(da_i, one_minus_square(g, slope), out=da_g)  # dc i (1 - g^2)
    da_i *= g                                                # dc i g (1 - i)
    da_i *= np.subtract(1, i, out=slope)
    dc *= f
    np.multiply(dc, c_prev, out=da_f)                        # dc f c_prev (1 - f)
    da_f *= np.subtract(1, f, out=slope)
    return dc


def one_minus_square(x, out):
    """1 - x^2, written into `out`."""
    np.multiply(x, x, out=out)
    return np.subtract(1, out, out=out)


class TimeLSTM(Recurrent):
    """An LSTM over T steps (section 6.3.1); the equations are LSTM's, at every step.

    xs: (N, T, D) -> hs (N, T, H); see Recurrent for stateful, reset_state and dh. The state is h and c, both (N, H).
    recurrent_dropout: a TimeDropout for h_{t-1} on its way into the gates (section 6.5.2: dropout along time).
    forward(xs, mask): at steps where mask (N, T) is False, padding, the state stays as it is (section 7.2.3).
    forward(xs, always=h): what enters at every step, (N, A), beside x_t, and before it: the input is [h ; x_t] and Wx is
    (A + D, 4H). So a decoder peeks (section 7.4.2); what is the same at all steps is multiplied once, and after backward()
    `dalways` (N, A) is its gradient.
    """

    def __init__(self, Wx, Wh, b, stateful=False, *, recurrent_dropout=None):
        super().__init__(Wx, Wh, b, stateful)
        self.c, self.dc, self.dalways = None, None, None
        self.recurrent_dropout = recurrent_dropout

    def set_state(self, h, c=None):
        """Start the next forward() from h and c, both (N, H); zeros where one is None."""
        self.h, self.c, self.state_given = self._as_state(h), self._as_state(c), True

    def reset_state(self):
        self.h, self.c = None, None

    def _states(self):
        return self.h, self.c

    def forward(self, xs, mask=None, always=None):
        Wx, Wh, _ = self.params
        A = 0 if always is None else always.shape[1]
        inputs = self._all_inputs(xs, A)                     # (H + D + 1, T, N)
        (_, T, N), H = inputs.shape, len(Wh)
        padding = None if mask is None else padded_steps(mask, N, T)              # (T, N)
        gates, hs = self._own("gates", T, 4 * H, N), self._lend("hs", N, T, H)
        c, tanh_c = self._own("c", T + 1, H, N), self._own("tanh_c", T, H, N)
        h, h_next = self._own("h", H, N), self._own("h_next", H, N)
        h[...], c[0] = self._start(self.h, N), self._start(self.c, N)
        masks = self.recurrent_dropout and self.recurrent_dropout.masks(T, (H, N), Wh.dtype)
        sums, from_always = self._sums(inputs), None if always is None else Wx[:A].T @ always.T   # (4H, N)
        for t in range(T):
            if masks is None:
                inputs[:H, t] = h
            else:
                np.multiply(h, masks[t], out=inputs[:H, t])
            sums(t, gates[t])                                # (4H, N)
            if always is not None:
                gates[t] += from_always
            gates_forward(gates[t].reshape(4, H, N), c[t], out=(h_next, c[t + 1], tanh_c[t]))
            if padding is not None:
                np.copyto(h_next, h, where=padding[t])
                np.copyto(c[t + 1], c[t], where=padding[t])
            h, h_next = h_next, h
            hs[:, t] = h.T
        self.cache = inputs, always, gates, c, tanh_c, masks, padding
        self.h, self.c, self.state_given = h.T.copy(), c[T].T.copy(), False
        return hs

    def backward(self, dhs=None, dh=None):
        Wx, Wh, _ = self.params
        inputs, always, gates, c, tanh_c, masks, padding = self.take("cache")
        T, H, N = tanh_c.shape
        dhs, dh = self._from_above(dhs, dh, T, H, N)
        dc = np.zeros((H, N), Wh.dtype)
        da, da_t = self._own("da", 4 * H, T, N), self._own("da_t", 4 * H, N)
        back, dxs = self._back(inputs)
        for t in reversed(range(T)):
            if dhs is not None:
                dh += dhs[t]                                 # from above and from the future
            dh_next, dc_next = dh, dc
            dc = gates_backward(gates[t].reshape(4, H, N), c[t], tanh_c[t], dh, dc, da_t.reshape(4, H, N))
            if padding is not None:                          # no gate was used: what came in goes on
                np.copyto(da_t, 0, where=padding[t])
                np.copyto(dc, dc_next, where=padding[t])
            da[:, t] = da_t
            dh = back(t, da_t)                               # (H, N)
            if masks is not None:
                dh *= masks[t]
            if padding is not None:
                np.copyto(dh, dh_next, where=padding[t])
        self.dh, self.dc = dh.T.copy(), dc.T.copy()
        if always is not None:
            A, da_all = always.shape[1], da.sum(axis=1)      # (4H, N)
            np.matmul(always.T, da_all.T, out=self.grads[0][:A])                  # (A, N) (N, 4H)
            self.dalways = np.matmul(da_all.T, Wx[:A].T)     # (N, 4H) (4H, A)
        return self._all_gradients(inputs, da, dxs)


class TimeBiLSTM(Layer):
    """Two LSTMs over one sequence, from both of its ends (section 8.4.1).

        hs = [ forward LSTM(x_1 ... x_T) ; backward LSTM(x_T ... x_1), turned round again ]

    Wx1, Wh1, b1: of the forward one; Wx2, Wh2, b2: of the backward one. xs: (N, T, D) -> (N, T, 2H): step t knows all
    that comes before it, and all that comes after.
    """

    param_names = ("Wx1", "Wh1", "b1", "Wx2", "Wh2", "b2")

    def __init__(self, Wx1, Wh1, b1, Wx2, Wh2, b2, stateful=False):
        self.stateful = stateful
        self.forward_lstm = TimeLSTM(Wx1, Wh1, b1, stateful)
        self.backward_lstm = TimeLSTM(Wx2, Wh2, b2, stateful)
        self.params = self.forward_lstm.params + self.backward_lstm.params
        self.grads = self.forward_lstm.grads + self.backward_lstm.grads

    def forward(self, xs, mask=None):
        xs = np.asarray(xs)
        there = self.forward_lstm.forward(xs, mask)
        back = self.backward_lstm.forward(xs[:, ::-1], None if mask is None else mask[:, ::-1])
        return np.concatenate([there, back[:, ::-1]], axis=2)                     # (N, T, H), (N, T, H) -> (N, T, 2H)

    def backward(self, dhs):
        H = len(self.params[1])
        dxs = self.forward_lstm.backward(dhs[:, :, :H])
        dxs += self.backward_lstm.backward(dhs[:, ::-1, H:])[:, ::-1]
        return dxs

    def get_state(self):
        """h and c of the forward LSTM, then of the backward one."""
        return self.forward_lstm.get_state() + self.backward_lstm.get_state()

    def set_state(self, h1, c1=None, h2=None, c2=None):
        """Start the next forward() from these."""
        self.forward_lstm.set_state(h1, c1)
        self.backward_lstm.set_state(h2, c2)

    def reset_state(self):
        """Forget the states of both."""
        self.forward_lstm.reset_state()
        self.backward_lstm.reset_state()
