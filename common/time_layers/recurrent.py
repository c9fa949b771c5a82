"""The frame of TimeRNN, TimeLSTM and TimeGRU: a state between calls, few products for all steps.

The cell (RNN, LSTM, GRU) is one time step, written as the equations are, a row for each sequence
of the batch. The time layer computes the same numbers in columns: a state is (H, N), and

    a_t = Wh^T h_{t-1} + Wx^T x_t + b      (G H, H) (H, N) + ...    G gates, below each other

for then the BLAS is up to twice as fast with a wide matrix and few sequences (H = 650, N = 20),
and each gate is one piece of memory. What can be done for all steps at once is done before the walk
through time (_inputs, _weights; _from_above) and after it (_gradients); the walk stands in each
layer. Letters: N batch, T time, D input width, H hidden width, A width of the context.
"""

import numpy as np

from common.layers import Layer
from common.shapes import float_array

NARROW = 2 ** 15  # numbers in a Wx that is better multiplied in each step, together with Wh


class Recurrent(Layer):
    """The frame of a time layer with weights Wx (D, G H), Wh (H, G H), b (G H,).

    xs: (N, T, D) -> hs (N, T, H); `h` (N, H) is then the state after the last step. stateful: the
    next forward() goes on from it (truncated BPTT, section 5.2.4: the state is handed on, the
    gradient is not); else it starts from zeros, or from what set_state gave just before.
    backward(dhs, dh) takes the gradients of hs and of the last state, of which either may be None;
    `dh` (N, H) is then the gradient of the state before the first step.
    """

    param_names = ("Wx", "Wh", "b")

    def __init__(self, Wx, Wh, b, stateful=False):
        super().__init__(Wx, Wh, b)
        self.stateful = stateful
        self.h = self.dh = self.cache = None
        self.state_given = False  # by set_state, since the last forward()

    def set_state(self, h):
        """Start the next forward() from h (N, H)."""
        self.h = self._as_state(h)
        self.state_given = True

    def reset_state(self):
        """Start the next forward() from zeros."""
        self.h = None

    def get_state(self):
        """The state for set_state(*state) later: copies of h (and c), None where none is kept."""
        return tuple(None if value is None else value.copy() for value in self._states())

    def _states(self):
        return (self.h,)

    def _as_state(self, value):
        if value is None:
            return None
        return float_array(self, "a state", value, "N", len(self.params[1])).copy()

    def _start(self, value, N):
        """The state (H, N) before the first step, from a kept one (N, H) or from zeros."""
        Wh = self.params[1]
        if value is None or not (self.stateful or self.state_given):
            return np.zeros((len(Wh), N), Wh.dtype)
        if len(value) != N:
            raise ValueError(f"the kept state is of a batch of {len(value)}, this batch has {N}: "
                             "call reset_state() first")
        return value.T.copy()

    def _inputs(self, xs, context=None):
        """Columns [h_{t-1} ; x_t ; 1], h still to come: (H + D + 1, T, N). x_t meets Wx[A:]."""
        Wx, Wh, _ = self.params
        H = len(Wh)
        if context is None:
            xs = float_array(self, "xs", xs, "N", "T", len(Wx))
        else:
            N, A = context.shape
            xs = float_array(self, f"context {N, A} and xs", xs, N, "T", len(Wx) - A)
        N, T, D = xs.shape
        if not T:
            raise ValueError("the sequence has no time steps: T must be 1 or more")
        inputs = np.empty((H + D + 1, T, N), Wx.dtype)
        inputs[H:-1] = xs.transpose(2, 1, 0)
        inputs[-1] = 1
        return inputs

    def _weights(self, inputs, context=None):
        """W and rest: a_t = W^T inputs[:len(W), t] + rest[:, t]. rest (G H, T, N): None for 0.

        A narrow Wx costs least beside Wh, in one product at each step: W is [Wh ; Wx ; b]. A wide
        one would be read from memory at each step: then W is Wh, and rest is Wx^T x_t + b, one
        product for all steps. A context (N, A), the same at all steps, is multiplied once.
        """
        Wx, Wh, b = self.params
        H = len(Wh)
        rows, T, N = inputs.shape
        A = len(Wx) - (rows - H - 1)
        rest = None
        if context is not None:
            once = Wx[:A].T @ context.T  # (G H, A) (A, N) -> (G H, N)
            rest = np.broadcast_to(once[:, None], (len(b), T, N))
        if Wx[A:].size <= NARROW:
            return np.concatenate([Wh, Wx[A:], b[None]]), rest
        from_x = self._from_x(inputs, Wx[A:])
        if context is not None:
            from_x += rest
        return Wh, from_x

    def _from_x(self, inputs, Wx):
        """Wx^T x_t + b for all steps in one product, (G H, T, N)."""
        _, Wh, b = self.params
        _, T, N = inputs.shape
        x = inputs[len(Wh):].reshape(-1, T * N)  # (D + 1, T N)
        W = np.concatenate([Wx, b[None]])        # (D + 1, G H)
        return (W.T @ x).reshape(-1, T, N)

    def _from_above(self, dhs, dh, N, T):
        """The gradients of hs, (N, T, H), and of the last state, transposed: (H, N)."""
        H = len(self.params[1])
        dhs = self._gradient_of("hs", dhs, (N, T, H))
        dh = self._gradient_of("the last state", dh, (N, H))
        return dhs, dh.T.copy()

    def _gradient_of(self, name, value, shape):
        """The value as an array, 0 where it is None."""
        if value is None:
            return np.broadcast_to(self.params[1].dtype.type(0), shape)
        return float_array(self, f"the gradient of {name}", value, *shape)

    def _gradients(self, inputs, da, dx=()):
        """Set dWx, dWh, db; return dxs (N, T, D).

        inputs: (H + D + 1, T, N). da: (G H, T, N). dx: W da_t without its rows of h, (D + 1, T, N);
        without rows where Wx is not in W.
        """
        Wx, Wh, _ = self.params
        dWx, dWh, db = self.grads
        H = len(Wh)
        rows, T, N = inputs.shape
        A = len(Wx) - (rows - H - 1)
        da = da.reshape(-1, T * N)
        dW = inputs.reshape(-1, T * N) @ da.T         # (H + D + 1, T N) (T N, G H)
        dWh[...] = dW[:H]
        dWx[A:] = dW[H:-1]
        db[...] = dW[-1]
        if len(dx):
            return dx[:-1].transpose(2, 1, 0).copy()  # (D, T, N) -> (N, T, D)
        dx = da.T @ Wx[A:].T                          # (T N, G H) (G H, D)
        return dx.reshape(T, N, -1).swapaxes(0, 1).copy()


def sigmoid_in_place(x):
    """x <- sigmoid(x) = (1 + tanh(x / 2)) / 2, for gates; exact to 6e-8 in float32."""
    x *= 0.5
    np.tanh(x, out=x)
    x *= 0.5
    x += 0.5
