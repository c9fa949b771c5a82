"""What TimeRNN, TimeLSTM and TimeGRU share: a state that is kept between calls, and few products for all time steps.

The cell (RNN, LSTM, GRU) is one time step, written as the equations are, with a row for each sequence of the batch. The
time layer computes the same numbers with columns for rows: a state is (H, N), one step of the recurrence is

    a_t = Wh^T h_{t-1} + Wx^T x_t + b           (G H, H) (H, N) + ...        G gates, packed below each other

For a wide matrix and few sequences the BLAS is up to twice as fast this way round (H = 650, N = 20), and each gate is one
piece of memory. What enters all steps is one array of columns [h_{t-1} ; x_t ; 1], so that dWh, dWx and db together are one
product after the walk through time.
Letters: N batch, T time, D input width, H hidden width.
"""

import numpy as np

from common.errors import InputError
from common.layers import Layer
from common.scratch import Scratch

NARROW = 2 ** 17             # numbers in a Wx that stays in the cache with Wh


class Recurrent(Layer):
    """The frame of a time layer with weights Wx (D, G H), Wh (H, G H), b (G H,).

    xs: (N, T, D) -> hs (N, T, H). stateful: the next forward() goes on from the last state (truncated BPTT, section
    5.2.4: the state is handed on, the gradient is not). Else each forward() starts from zeros, or from the state that
    set_state gave just before. After forward() `h` (N, H) is the state after the last step. backward(dhs, dh) takes the
    gradients of hs and of that last state, either of which may be None; after it the attribute `dh` (N, H) is the gradient
    that would flow into the state before the first step.
    """

    param_names = ("Wx", "Wh", "b")

    def __init__(self, Wx, Wh, b, stateful=False):
        super().__init__(Wx, Wh, b)
        self.stateful = stateful
        self.h, self.dh, self.cache = None, None, None
        self.state_given = False                             # by set_state, since the last forward()
        self.scratch = Scratch()

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
        if value is None:
            return None
        H, value = len(self.params[1]), np.array(value, self.params[1].dtype)
        if value.ndim != 2 or value.shape[1] != H:
            raise InputError(f"the state of this {type(self).__name__} is (N, {H}), but set_state got {value.shape}")
        return value

    def _own(self, name, *shape):
        """Memory of the layer's own, kept from call to call."""
        return self.scratch.own(name, shape, self.params[1].dtype)

    def _lend(self, name, *shape):
        """Memory for what is returned."""
        return self.scratch.lend(name, shape, self.params[1].dtype)

    def _start(self, value, N):
        """The state (H, N) before the first step, from a kept one (N, H) or from zeros."""
        Wh = self.params[1]
        H = len(Wh)
        if value is None or not (self.stateful or self.state_given):
            return np.zeros((H, N), Wh.dtype)
        if len(value) != N:
            raise ValueError(f"the kept state is of a batch of {len(value)}, this batch has {N}: call reset_state() first")
        return value.T

    def _all_inputs(self, xs, A=0):
        """What enters, columns [h_{t-1} ; x_t ; 1] with h still to come: (H + D + 1, T, N). x_t meets Wx[A:] (D, G H)."""
        Wx, Wh, _ = self.params
        D, H = len(Wx) - A, len(Wh)
        xs = np.asarray(xs, Wx.dtype)
        if xs.ndim != 3 or xs.shape[2] != D:
            raise ValueError(f"{type(self).__name__} takes xs of shape (N, T, {D}), got {xs.shape}")
        N, T, _ = xs.shape
        if not T:
            raise ValueError("the sequence has no time steps: T must be 1 or more")
        inputs = self._own("inputs", H + D + 1, T, N)
        inputs[H:-1] = xs.transpose(2, 1, 0)
        inputs[-1] = 1
        return inputs

    def _from_x(self, inputs):
        """Wx^T x_t + b for all steps in one product, (G H, T, N)."""
        Wx, Wh, b = self.params
        (rows, T, N), H = inputs.shape, len(Wh)
        a, D = self._own("a", len(b), T, N), rows - H - 1
        W = np.concatenate([Wx[len(Wx) - D:], b[None]], out=self._own("W", D + 1, len(b)))
        np.matmul(W.T, inputs[H:].reshape(-1, T * N), out=a.reshape(-1, T * N))
        return a

    def _sums(self, inputs):
        """A function (t, out) that writes a_t into out (G H, N), once h_{t-1} is among the inputs.

        A narrow Wx is multiplied together with Wh, step by step. A wide one would be read from memory at each step anew,
        where all steps in one product read it once.
        """
        Wx, Wh, b = self.params
        H = len(Wh)
        D = len(inputs) - H - 1
        if D * len(b) <= NARROW:
            W = np.concatenate([Wh, Wx[len(Wx) - D:], b[None]], out=self._own("W", len(inputs), len(b)))
            return lambda t, out: np.matmul(W.T, inputs[:, t], out=out)
        a = self._from_x(inputs)

        def add(t, out):
            np.matmul(Wh.T, inputs[:H, t], out=out)          # (G H, H) (H, N)
            out += a[:, t]
        return add

    def _from_above(self, dhs, dh, T, H, N):
        """What flows in: into every step, (T, H, N), or None where nothing does; and into the last state, (H, N)."""
        dh = np.zeros((H, N), self.params[1].dtype) if dh is None else np.array(dh, self.params[1].dtype).T.copy()
        if dh.shape != (H, N):
            raise ValueError(f"the gradient of the last state must have its shape, {(N, H)}, got {dh.shape[::-1]}")
        if dhs is None:
            return None, dh
        dhs = np.asarray(dhs)
        if dhs.shape != (N, T, H):
            raise ValueError(f"the gradient of hs must have its shape, {(N, T, H)}, got {dhs.shape}")
        steps = self._own("dhs", T, H, N)
        for n in range(0, N, 16):                            # 16 sequences, a line of the cache: three times as fast as all
            steps[:, :, n:n + 16] = dhs[n:n + 16].transpose(1, 2, 0)
        return steps, dh

    def _back(self, inputs):
        """The way back through _sums: a function (t, da_t) that returns dh_{t-1} = Wh da_t, (H, N); and dxs.

        A narrow Wx is multiplied together with Wh, and the function fills dxs (N, T, D). Else dxs is None.
        """
        _, Wh, b = self.params
        (rows, T, N), H = inputs.shape, len(Wh)
        D = rows - H - 1
        if D * len(b) > NARROW:
            return lambda t, da_t: np.matmul(Wh, da_t), None                      # (H, G H) (G H, N)
        W, dxs = self._own("W", rows, len(b)), self._lend("dxs", N, T, D)

        def back(t, da_t):
            d = np.matmul(W[:-1], da_t)                      # (H + D, G H) (G H, N)
            dxs[:, t] = d[H:].T
            return d[:H]
        return back, dxs

    def _all_gradients(self, inputs, da, dxs=None):
        """Set dWx, dWh, db from inputs (H + D + 1, T, N) and da (G H, T, N); return dxs (N, T, D), new if there is none."""
        Wx, Wh, b = self.params
        (_, T, N), H = da.shape, len(Wh)
        D = len(inputs) - H - 1
        da = da.reshape(-1, T * N)
        dW = self._own("dW", H + D + 1, len(b))
        np.matmul(inputs.reshape(-1, T * N), da.T, out=dW)   # (H + D + 1, T N) (T N, G H)
        dWx, dWh, db = self.grads
        dWh[...], dWx[len(Wx) - D:], db[...] = dW[:H], dW[H:-1], dW[-1]
        if dxs is not None:
            return dxs
        dx = self._own("dx", T * N, D)
        np.matmul(da.T, Wx[len(Wx) - D:].T, out=dx)          # (T N, G H) (G H, D)
        dxs = self._lend("dxs", N, T, D)
        dxs[...] = dx.reshape(T, N, D).transpose(1, 0, 2)
        return dxs


def padded_steps(mask, N, T):
    """Where a mask (N, T) of real steps is False, step by step: (T, N); ValueError where its shape is another."""
    mask = np.asarray(mask, bool)
    if mask.shape != (N, T):
        raise ValueError(f"a mask for {N} sequences of {T} steps must have the shape {(N, T)}, got {mask.shape}")
    return ~mask.T


def sigmoid_in_place(x):
    """x <- sigmoid(x) = (1 + tanh(x / 2)) / 2, without a temporary. Wrong by 6e-8 at most in float32: for gates."""
    x *= 0.5
    np.tanh(x, out=x)
    x *= 0.5
    x += 0.5
