"""The network that works the heads: it sees the input and what was read before.

(arXiv 1410.5401, section 3.4.) A controller goes through time step by step, for what is read at one
step enters the next:

    hs = begin(xs, C), then T times step(t, r)     r: (N, C), read by all heads at the step before
    T times step_back(t, dh) -> dr (N, C), from the last step to the first, then dxs = end()

The steps fill in hs (T, N, H). All that enters them is kept as rows [h_{t-1} ; x_t ; r_{t-1}] or
[x_t ; r_{t-1}], so that dW is one product. Letters: N batch, T time, D input width, H hidden width.
"""

import numpy as np

from common.layers import Layer
from common.time_layers.lstm import gates_backward_in_place, gates_forward, parts


class Controller(Layer):
    """The frame: W (rows of what enters, G), b (G,).

    A subclass makes h of the sums a = [...] W + b, and da of dh.
    """

    param_names = ("W", "b")
    gates = 1                                                # G / H
    recurrent = False                                        # whether h_{t-1} enters

    @property
    def hidden_size(self):
        return len(self.params[1]) // self.gates

    def begin(self, xs, C):
        W, _ = self.params
        N, T, D = xs.shape
        H = self.hidden_size
        before = H if self.recurrent else 0
        if len(W) != before + D + C:
            raise ValueError(f"W of this {type(self).__name__} takes {len(W) - before - C} numbers "
                             f"of input beside {before + C} of its own, xs has {D}: {xs.shape}")
        self.x_rows = slice(before, before + D)
        self.r_rows = slice(before + D, None)
        self.inputs = np.empty((T, N, len(W)), W.dtype)
        self.inputs[:, :, self.x_rows] = xs.swapaxes(0, 1)
        self.dsums = np.empty((T, N, self.gates * H), W.dtype)
        self.hs = np.empty((T, N, H), W.dtype)
        self.dh_prev = 0.0                                   # of h_t, from step t + 1
        return self.hs

    def step(self, t, r):
        W, b = self.params
        self.inputs[t, :, self.r_rows] = r
        if self.recurrent:
            self.inputs[t, :, :self.hidden_size] = self.hs[t - 1] if t else 0
        a = self.inputs[t] @ W                               # (N, H + D + C) (H + D + C, G)
        a += b
        self.activate(t, a)

    def step_back(self, t, dh):
        W, _ = self.params
        self.activate_back(t, dh + self.dh_prev)
        d = self.dsums[t] @ W.T                              # (N, G) (G, H + D + C)
        if self.recurrent:
            self.dh_prev = d[:, :self.hidden_size]
        return d[:, self.r_rows]

    def end(self):
        W, b = self.params
        dW, db = self.grads
        dsums = self.dsums.reshape(-1, len(b))               # (T N, G)
        np.matmul(self.inputs.reshape(-1, len(W)).T, dsums, out=dW)  # (rows, T N) (T N, G)
        np.sum(dsums, axis=0, out=db)
        T, N, _ = self.inputs.shape
        dxs = dsums @ W[self.x_rows].T                       # (T N, G) (G, D)
        return dxs.reshape(T, N, -1).swapaxes(0, 1).copy()   # (N, T, D)


class FeedforwardController(Controller):
    """h_t = tanh([x_t ; r_{t-1}] W + b): all that it remembers is in the memory.

    W: (D + C, H), b: (H,).
    """

    def activate(self, t, a):
        np.tanh(a, out=self.hs[t])

    def activate_back(self, t, dh):
        h = self.hs[t]
        np.multiply(dh, 1 - h * h, out=self.dsums[t])


class LSTMController(Controller):
    """An LSTM of [x_t ; r_{t-1}]: the equations of section 6.3, gates f, g, i, o.

    W: (H + D + C, 4H), rows for h_{t-1}, x_t and r_{t-1}; b: (4H,).
    """

    gates, recurrent = 4, True

    def begin(self, xs, C):
        hs = super().begin(xs, C)
        T, N, H = hs.shape
        self.gate = np.empty((T, 4, N, H), hs.dtype)         # f, g, i, o, each in one piece
        self.dgate = np.empty_like(self.gate[0])
        self.c = np.zeros((T + 1, N, H), hs.dtype)
        self.tanh_c = np.empty_like(hs)
        self.dc = 0.0                                        # of c_t, from step t + 1
        return hs

    def activate(self, t, a):
        self.gate[t] = parts(a)
        self.hs[t], self.c[t + 1], self.tanh_c[t] = gates_forward(self.gate[t], self.c[t])

    def activate_back(self, t, dh):
        self.dc = gates_backward_in_place(self.gate[t], self.c[t], self.tanh_c[t], dh, self.dc,
                                          self.dgate)
        parts(self.dsums[t])[...] = self.dgate
