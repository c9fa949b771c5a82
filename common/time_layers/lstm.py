"""Long short-term memory (section 6.2; Hochreiter, Schmidhuber 1997; Gers et al. 2000).

The weights of the four gates are packed side by side in the book's order f, g, i, o. PyTorch packs
i, f, g, o: the blocks of H columns in the order [2, 0, 1, 3].
"""

import numpy as np

from common.attention import check_mask
from common.layers import Layer
from common.shapes import check_weights, float_array
from common.time_layers.recurrent import Recurrent, sigmoid_in_place


class LSTM(Layer):
    """One step of an LSTM (section 6.3, equations 6.6 to 6.8).

        forward   f = sigmoid(x Wx_f + h_prev Wh_f + b_f)    what to keep
                  g = tanh(x Wx_g + h_prev Wh_g + b_g)       what is new
                  i = sigmoid(x Wx_i + h_prev Wh_i + b_i)    how much of it to take
                  o = sigmoid(x Wx_o + h_prev Wh_o + b_o)    what to show
                  c_next = f c_prev + g i       h_next = o tanh(c_next)
        backward  dc = dc_next + dh_next o (1 - tanh(c_next)^2)    both paths that lead to c_next
                  da_f = dc c_prev f (1 - f)    da_g = dc i (1 - g^2)
                  da_i = dc g i (1 - i)         da_o = dh_next tanh(c_next) o (1 - o)
                  dc_prev = dc f    dx = da Wx^T    dh_prev = da Wh^T    dWx, dWh, db as in RNN

    Wx: (D, 4H), Wh: (H, 4H), b: (4H,), columns f, g, i, o. x: (N, D), h_prev and c_prev: (N, H) ->
    h_next, c_next.
    """

    param_names = ("Wx", "Wh", "b")
    param_shapes = ("D 4H", "H 4H", "4H")

    def __init__(self, Wx, Wh, b):
        super().__init__(Wx, Wh, b)
        self.cache = None

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        x = float_array(self, "x", x, "N", len(Wx))
        h_prev = float_array(self, "h_prev", h_prev, len(x), len(Wh))
        c_prev = float_array(self, "c_prev", c_prev, len(x), len(Wh))
        gates = parts(x @ Wx + h_prev @ Wh + b)  # (4, N, H)
        h_next, c_next, tanh_c = gates_forward(gates, c_prev)
        self.cache = x, h_prev, c_prev, gates, tanh_c
        return h_next, c_next

    def backward(self, dh_next, dc_next):
        Wx, Wh, b = self.params
        dWx, dWh, db = self.grads
        x, h_prev, c_prev, gates, tanh_c = self.take("cache")
        dh_next = float_array(self, "dh_next", dh_next, *c_prev.shape)
        dc_next = float_array(self, "dc_next", dc_next, *c_prev.shape)
        da = np.empty((len(x), len(b)), Wx.dtype)  # (N, 4H)
        dc_prev = gates_backward(gates, c_prev, tanh_c, dh_next, dc_next, parts(da))
        dWx[...] = x.T @ da
        dWh[...] = h_prev.T @ da
        db[...] = da.sum(axis=0)
        return da @ Wx.T, da @ Wh.T, dc_prev


def parts(a):
    """The four gates of a (N, 4H), as views: (4, N, H)."""
    return a.reshape(len(a), 4, -1).swapaxes(0, 1)


def gates_forward(a, c_prev):
    """h_next, c_next, tanh(c_next); the sums a (4, ...) become the gates f, g, i, o in place."""
    f, g, i, o = a
    sigmoid_in_place(f)
    np.tanh(g, out=g)
    sigmoid_in_place(a[2:])  # i and o
    c_next = f * c_prev + g * i
    tanh_c = np.tanh(c_next)
    return o * tanh_c, c_next, tanh_c


def gates_backward(gates, c_prev, tanh_c, dh_next, dc_next, da):
    """dc_prev; da (4, ...), the gradients of the sums, is filled in."""
    f, g, i, o = gates
    dc = dc_next + dh_next * o * (1 - tanh_c ** 2)           # both paths that lead to c_next
    da[0] = dc * f * c_prev * (1 - f)                        # da_f
    da[1] = dc * i * (1 - g ** 2)                            # da_g
    da[2] = dc * i * g * (1 - i)                             # da_i
    da[3] = dh_next * o * tanh_c * (1 - o)                   # da_o
    return dc * f


def gates_backward_in_place(gates, c_prev, tanh_c, dh_next, dc_next, da):
    """gates_backward to the same bits, in half the products and fewer arrays: for TimeLSTM."""
    f, g, i, o = gates
    da_f, da_g, da_i, da_o = da
    da_o[...] = dh_next * o
    dc = dc_next + da_o * (1 - tanh_c ** 2)
    da_o *= tanh_c
    da_o *= 1 - o
    da_i[...] = dc * i
    da_g[...] = da_i * (1 - g ** 2)
    da_i *= g
    da_i *= 1 - i
    dc *= f
    da_f[...] = dc * c_prev
    da_f *= 1 - f
    return dc


class TimeLSTM(Recurrent):
    """An LSTM over T steps (section 6.3.1); the equations are LSTM's, at every step.

    xs: (N, T, D) -> hs (N, T, H); see Recurrent for the state, here h and c, both (N, H).
    recurrent_dropout: a TimeDropout for h_{t-1} on its way into the gates (along time, section
    6.5.2). mask (N, T): where it is False, padding, the state stays as it is (section 7.2.3).
    context (N, A): the input of every step is [context ; x_t], Wx is (A + D, 4H); so a decoder
    peeks (section 7.4.2). It is multiplied once; `dcontext` (N, A) is its gradient.
    """

    param_shapes = LSTM.param_shapes

    def __init__(self, Wx, Wh, b, stateful=False, *, recurrent_dropout=None):
        super().__init__(Wx, Wh, b, stateful)
        self.c = self.dc = self.dcontext = None
        self.recurrent_dropout = recurrent_dropout

    def set_state(self, h, c=None):
        """Start the next forward() from h and c, both (N, H); zeros where one is None."""
        h = self._as_state(h)
        c = self._as_state(c)  # both fit, or neither is set
        self.h, self.c = h, c
        self.state_given = True

    def reset_state(self):
        self.h = None
        self.c = None

    def _states(self):
        return self.h, self.c

    def forward(self, xs, mask=None, context=None):
        if context is not None:
            context = float_array(self, "context", context, "N", "A")
        inputs = self._inputs(xs, context)  # (H + D + 1, T, N)
        W, rest = self._weights(inputs, context)
        H = len(self.params[1])
        _, T, N = inputs.shape
        masks = self.recurrent_dropout and self.recurrent_dropout.masks(T, (H, N), W.dtype)
        padding = None if mask is None else padded_steps(mask, N, T)  # (T, N)
        h = self._start(self.h, N)        # (H, N)
        c = self._start(self.c, N)
        hs, steps = np.empty((N, T, H), W.dtype), []
        for t in range(T):
            inputs[:H, t] = h if masks is None else h * masks[t]
            a = W.T @ inputs[:len(W), t]  # (4H, len(W)) (len(W), N) -> (4H, N)
            if rest is not None:
                a += rest[:, t]
            gates = a.reshape(4, H, N)
            h_next, c_next, tanh_c = gates_forward(gates, c)
            steps.append((gates, c, tanh_c))
            if padding is not None:       # the state stays as it is
                h_next = np.where(padding[t], h, h_next)
                c_next = np.where(padding[t], c, c_next)
            h, c = h_next, c_next
            hs[:, t] = h.T
        self.cache = inputs, W, steps, context, masks, padding
        self.h = h.T.copy()
        self.c = c.T.copy()
        self.state_given = False
        return hs

    def backward(self, dhs=None, dh=None):
        inputs, W, steps, context, masks, padding = self.take("cache")
        H = len(self.params[1])
        _, T, N = inputs.shape
        dhs, dh = self._from_above(dhs, dh, N, T)   # (N, T, H), (H, N)
        dc = np.zeros((H, N), W.dtype)
        da = np.empty((4 * H, T, N), W.dtype)
        da_t = np.empty((4 * H, N), W.dtype)
        dx = np.empty((len(W) - H, T, N), W.dtype)  # no rows, where Wx is not in W
        for t in reversed(range(T)):
            gates, c_prev, tanh_c = steps[t]
            dh_next = dh + dhs[:, t].T              # from the future and from above
            dc_next = dc
            da_gates = da_t.reshape(4, H, N)
            dc = gates_backward_in_place(gates, c_prev, tanh_c, dh_next, dc_next, da_gates)
            if padding is not None:                 # no gate was used: c goes on
                da_t[:, padding[t]] = 0
                dc = np.where(padding[t], dc_next, dc)
            da[:, t] = da_t
            d = W @ da_t                            # (len(W), 4H) (4H, N)
            dx[:, t] = d[H:]
            dh = d[:H] if masks is None else d[:H] * masks[t]
            if padding is not None:
                dh = np.where(padding[t], dh_next, dh)
        self.dh = dh.T.copy()
        self.dc = dc.T.copy()
        if context is not None:
            self._context_backward(context, da)
        return self._gradients(inputs, da, dx)

    def _context_backward(self, context, da):
        """The context's rows of dWx, and dcontext (N, A)."""
        A = context.shape[1]
        Wx, dWx = self.params[0], self.grads[0]
        da_sum = da.sum(axis=1)                      # (4H, N), over the steps that it entered
        np.matmul(context.T, da_sum.T, out=dWx[:A])  # (A, N) (N, 4H)
        self.dcontext = da_sum.T @ Wx[:A].T          # (N, 4H) (4H, A)


def padded_steps(mask, N, T):
    """Where a mask (N, T) of real steps is False, (T, N)."""
    return ~check_mask(mask, (N, T)).T


class TimeBiLSTM(Layer):
    """Two LSTMs over one sequence, from both of its ends (section 8.4.1).

        hs = [ forward LSTM(x_1 ... x_T) ; backward LSTM(x_T ... x_1), reversed again ]

    Wx1, Wh1, b1: the forward one's; Wx2, Wh2, b2: the backward one's. xs: (N, T, D) -> hs (N, T,
    2H), which at step t knows all steps.
    """

    param_names = ("Wx1", "Wh1", "b1", "Wx2", "Wh2", "b2")
    param_shapes = LSTM.param_shapes * 2

    def __init__(self, Wx1, Wh1, b1, Wx2, Wh2, b2, stateful=False):
        check_weights(self, Wx1, Wh1, b1, Wx2, Wh2, b2)
        self.stateful = stateful
        self.forward_lstm = TimeLSTM(Wx1, Wh1, b1, stateful)
        self.backward_lstm = TimeLSTM(Wx2, Wh2, b2, stateful)
        self.params = self.forward_lstm.params + self.backward_lstm.params
        self.grads = self.forward_lstm.grads + self.backward_lstm.grads

    def forward(self, xs, mask=None):
        xs = float_array(self, "xs", xs, "N", "T", len(self.params[0]))
        there = self.forward_lstm.forward(xs, mask)
        mask = None if mask is None else np.asarray(mask)[:, ::-1]
        back = self.backward_lstm.forward(xs[:, ::-1], mask)
        return np.concatenate([there, back[:, ::-1]], axis=2)  # 2 (N, T, H) -> (N, T, 2H)

    def backward(self, dhs):
        H = len(self.params[1])
        dhs = float_array(self, "dhs", dhs, "N", "T", 2 * H)
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
