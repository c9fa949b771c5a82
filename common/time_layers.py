"""Layers over a whole sequence: all time steps of a batch at once (chapter 5).

Each recurrent family has two forms. The cell (RNN) is one time step, written as the equations are. The time layer
(TimeRNN) multiplies all inputs by Wx in one product, walks through time once, and forms dWx and dWh in one product at the
end. Letters: N batch, T time, D input width, H hidden width.
"""

import numpy as np

from common.layers import Layer


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
        h_next = np.tanh(h_prev @ Wh + x @ Wx + b)           # (N, H)
        self.cache = x, h_prev, h_next
        return h_next.copy()

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.take("cache")
        da = dh_next * (1 - h_next ** 2)                     # (N, H)
        for grad, value in zip(self.grads, (x.T @ da, h_prev.T @ da, da.sum(axis=0))):
            grad[...] = value
        return da @ Wx.T, da @ Wh.T


class TimeRNN(Layer):
    """A recurrent network over T steps (section 5.3.2); the equations are RNN's, at every step.

    xs: (N, T, D) -> hs (N, T, H). stateful: the next forward() goes on from the last state (truncated BPTT, section
    5.2.2: the state is handed on, the gradient is not); else every forward() starts from set_state's h, or from zeros.
    After backward() `dh` (N, H) is the gradient that would flow into the state before the first step.
    """

    param_names = ("Wx", "Wh", "b")

    def __init__(self, Wx, Wh, b, stateful=False):
        super().__init__(Wx, Wh, b)
        self.stateful = stateful
        self.h, self.dh, self.cache = None, None, None

    def set_state(self, h):
        self.h = np.array(h, self.params[1].dtype)

    def reset_state(self):
        self.h = None

    def forward(self, xs):
        Wx, Wh, b = self.params
        xs = np.asarray(xs, Wx.dtype)
        (N, T, D), H = xs.shape, len(Wh)
        if not T:
            raise ValueError("the sequence has no time steps: T must be 1 or more")
        h = np.zeros((N, H), Wx.dtype) if self.h is None else self.h
        if h.shape != (N, H):
            raise ValueError(f"the kept state is of a batch of {len(h)}, this batch has {N}: call reset_state() first")
        hs = np.empty((T + 1, N, H), Wx.dtype)               # time first: each step is one piece of memory
        hs[0] = h
        a = (xs.transpose(1, 0, 2).reshape(T * N, D) @ Wx + b).reshape(T, N, H)
        for t in range(T):
            np.matmul(hs[t], Wh, out=hs[t + 1])              # (N, H) (H, H)
            hs[t + 1] += a[t]
            np.tanh(hs[t + 1], out=hs[t + 1])
        self.cache = xs, hs
        self.h = hs[T].copy() if self.stateful else None
        return hs[1:].transpose(1, 0, 2).copy()              # (N, T, H)

    def backward(self, dhs):
        Wx, Wh, b = self.params
        xs, hs = self.take("cache")
        (N, T, D), H = xs.shape, len(Wh)
        da, dh = np.empty((T, N, H), Wx.dtype), np.zeros((N, H), Wx.dtype)
        for t in reversed(range(T)):
            dh += dhs[:, t]                                  # from above and from the future
            np.multiply(dh, 1 - hs[t + 1] ** 2, out=da[t])
            dh = da[t] @ Wh.T
        self.dh = dh
        flat = da.reshape(T * N, H)
        np.matmul(xs.transpose(1, 0, 2).reshape(T * N, D).T, flat, out=self.grads[0])        # (D, TN) (TN, H)
        np.matmul(hs[:-1].reshape(T * N, H).T, flat, out=self.grads[1])                      # (H, TN) (TN, H)
        np.sum(flat, axis=0, out=self.grads[2])
        return (flat @ Wx.T).reshape(T, N, D).transpose(1, 0, 2).copy()                      # (N, T, D)
