"""What TimeRNN, TimeLSTM and TimeGRU share: a state that is kept between calls, and one product for all time steps.

The cell (RNN, LSTM, GRU) is one time step, written as the equations are, with a row for each sequence of the batch. The
time layer computes the same numbers with columns for rows: a state is (H, N), one step of the recurrence is

    a_t = Wh^T h_{t-1} + Wx^T x_t + b           (G H, H) (H, N) + ...        G gates, packed below each other

For a wide matrix and few sequences the BLAS is up to twice as fast this way round (H = 650, N = 20), and each gate is one
piece of memory. Wx^T x_t + b is one product for all t before the walk through time; dWx, dWh, db and dx are one
product each after it. Letters: N batch, T time, D input width, H hidden width.
"""

import numpy as np

from common.layers import Layer


class Recurrent(Layer):
    """The frame of a time layer with weights Wx (D, G H), Wh (H, G H), b (G H,).

    xs: (N, T, D) -> hs (N, T, H). stateful: the next forward() goes on from the last state (truncated BPTT, section
    5.2.2: the state is handed on, the gradient is not). Else each forward() starts from zeros, or from the state that
    set_state gave just before. After forward() `h` (N, H) is the state after the last step; after backward() `dh` (N, H) is
    the gradient that would flow into the state before the first step.
    """

    param_names = ("Wx", "Wh", "b")

    def __init__(self, Wx, Wh, b, stateful=False):
        super().__init__(Wx, Wh, b)
        self.stateful = stateful
        self.h, self.dh, self.cache = None, None, None
        self.state_given = False                             # by set_state, since the last forward()
        self.kept = {}

    def set_state(self, h):
        """Start the next forward() from h (N, H)."""
        self.h, self.state_given = self._as_state(h), True

    def reset_state(self):
        """Forget: the next forward() starts from zeros."""
        self.h = None

    def get_state(self):
        """The kept state, for set_state(*state) later: copies of h (and c), None where nothing is kept."""
        return tuple(None if value is None else value.copy() for value in self._states())

    def _states(self):
        return (self.h,)

    def _as_state(self, value):
        return None if value is None else np.array(value, self.params[1].dtype)

    def _scratch(self, name, *shape):
        """An array of the layer's own, kept from call to call: new memory at each step took a tenth of its time."""
        array = self.kept.get(name)
        if array is None or array.shape != shape:
            array = self.kept[name] = np.empty(shape, self.params[1].dtype)
        return array

    def _start(self, value, N):
        """The state (H, N) before the first step, from a kept one (N, H) or from zeros."""
        Wh = self.params[1]
        H = len(Wh)
        if value is None or not (self.stateful or self.state_given):
            return np.zeros((H, N), Wh.dtype)
        if value.ndim != 2 or value.shape[1] != H:
            raise ValueError(f"the state of this {type(self).__name__} is (N, {H}), but set_state got {value.shape}")
        if len(value) != N:
            raise ValueError(f"the kept state is of a batch of {len(value)}, this batch has {N}: call reset_state() first")
        return value.T

    def _all_inputs(self, xs):
        """x (T N, D), its steps one after the other, and Wx^T x + b for all of them, (G H, T, N)."""
        Wx, _, b = self.params
        xs = np.asarray(xs, Wx.dtype)
        if xs.ndim != 3 or xs.shape[2] != len(Wx):
            raise ValueError(f"{type(self).__name__} takes xs of shape (N, T, {len(Wx)}), got {xs.shape}")
        N, T, D = xs.shape
        if not T:
            raise ValueError("the sequence has no time steps: T must be 1 or more")
        x = self._scratch("x", T, N, D)
        x[...] = xs.transpose(1, 0, 2)
        x = x.reshape(T * N, D)
        a = self._scratch("a", len(b), T, N)
        np.matmul(Wx.T, x.T, out=a.reshape(-1, T * N))       # (G H, D) (D, T N)
        a += b[:, None, None]
        return x, a

    def _by_step(self, dhs, T, H, N):
        """(N, T, H) -> (T, H, N): what flows in from above, a step at a time."""
        steps = self._scratch("dhs", T, H, N)
        dhs = np.asarray(dhs)
        if dhs.shape != (N, T, H):
            raise ValueError(f"the gradient of hs must have its shape, {(N, T, H)}, got {dhs.shape}")
        steps[...] = dhs.transpose(1, 2, 0)
        return steps

    def _all_gradients(self, x, da, h_prev):
        """Set dWx, dWh, db and return dxs (N, T, D), from x (T N, D), da (G H, T, N) and h_prev (T, H, N)."""
        Wx = self.params[0]
        _, T, N = da.shape
        da = da.reshape(-1, T * N)
        h_prev = h_prev.transpose(1, 0, 2).reshape(-1, T * N)                     # (H, T N)
        np.matmul(x.T, da.T, out=self.grads[0])              # (D, T N) (T N, G H)
        np.matmul(h_prev, da.T, out=self.grads[1])           # (H, T N) (T N, G H)
        np.sum(da, axis=1, out=self.grads[2])
        dx = np.matmul(da.T, Wx.T)                           # (T N, G H) (G H, D)
        return dx.reshape(T, N, -1).transpose(1, 0, 2).copy()


def padded_steps(mask, N, T):
    """Where a mask (N, T) of real steps is False, step by step: (T, N); ValueError where its shape is another."""
    mask = np.asarray(mask, bool)
    if mask.shape != (N, T):
        raise ValueError(f"a mask for {N} sequences of {T} steps must have the shape {(N, T)}, got {mask.shape}")
    return ~mask.T


def by_sequence(hs):
    """(T, H, N) -> (N, T, H): what a time layer returns."""
    return hs.transpose(2, 0, 1).copy()


def sigmoid_in_place(x):
    """x <- sigmoid(x) = (1 + tanh(x / 2)) / 2, without a temporary."""
    x *= 0.5
    np.tanh(x, out=x)
    x *= 0.5
    x += 0.5
