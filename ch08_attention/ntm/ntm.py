"""The Neural Turing Machine: a network that reads and writes a memory (section 8.5.3).

(Graves, Wayne and Danihelka 2014, arXiv 1410.5401.) TimeNTM is the recurrent layer, NTM the model.
"""

import numpy as np

from ch08_attention.ntm.addressing import address, address_backward
from ch08_attention.ntm.controller import FeedforwardController, LSTMController
from ch08_attention.ntm.heads import Heads
from ch08_attention.ntm.loss import BitLoss
from ch08_attention.ntm.memory import read, read_backward, write, write_backward
from common.base_model import BaseModel
from common.errors import InputError
from common.initializers import normal, scaled_normal
from common.layers import Layer
from common.shapes import float_array
from common.time_layers import TimeAffine

CONTROLLERS = {"lstm": LSTMController, "feedforward": FeedforwardController}


class TimeNTM(Layer):
    """Controller, heads and memory over T steps.

        h_t = controller(x_t, r_{t-1})
        k, beta, g, s, gamma, e, a = heads(h_t)
        w_t     = address(M_t, w_{t-1}, k, beta, g, s, gamma)             all heads
        r_t     = read(M_t, w_t)                                          of the heads that read
        M_{t+1} = write(M_t, w_t, e, a)                                   of those that write

    xs: (N, T, D) -> [h_t ; r_t] of all steps, (N, T, H + K_read W). `weights` (N, T, K, R) are
    those of the last call, the reading heads first. What is written at a step can be read at the
    next. At first M is `fill` everywhere, all heads point at row 0, and r is 0; forward(xs, memory)
    starts from another memory (N, R, W). None of this is learned: the weights fit any number of
    rows.
    """

    param_names = ("controller_W", "controller_b", "heads_W", "heads_b")
    fill = 1e-6

    def __init__(self, controller, heads, rows):
        self.controller, self.heads, self.rows = controller, heads, rows
        self.params = controller.params + heads.params
        self.grads = controller.grads + heads.grads
        self.weights = self.cache = None

    def forward(self, xs, memory=None):
        dtype = self.params[0].dtype
        xs = float_array(self, "xs", xs, "N", "T", "D")
        if not xs.shape[1]:
            raise InputError(f"TimeNTM takes xs of shape (N, T, D) with T of 1 or more, "
                             f"got {xs.shape}")
        (N, T, _), R = xs.shape, self.rows
        K, K_write, W, _ = self.heads.sizes
        K_read = K - K_write
        if memory is not None:
            memory = float_array(self, "memory", memory, N, R, W)
        hs = self.controller.begin(xs, K_read * W)           # (T, N, H), filled in by the steps
        self.heads.begin(hs)
        M = np.empty((T + 1, N, W, R), dtype).swapaxes(2, 3)  # (T + 1, N, R, W), by columns
        M[0] = self.fill if memory is None else memory
        rs = np.zeros((T + 1, N, K_read, W), dtype)
        w = np.zeros((N, K, R), dtype)
        w[:, :, 0] = 1
        self.weights = np.empty((N, T, K, R), dtype)
        steps = []
        for t in range(T):
            self.controller.step(t, rs[t].reshape(N, -1))
            k, beta, g, s, gamma, e, a = self.heads.step(t)
            w, kept = address(M[t], w, k, beta, g, s, gamma)
            rs[t + 1] = read(M[t], w[:, :K_read])
            write(M[t], w[:, K_read:], e, a, out=M[t + 1])
            self.weights[:, t] = w
            steps.append((kept, w, e, a))
        self.cache = M, steps, memory is not None
        return np.concatenate([hs, rs[1:].reshape(T, N, -1)], axis=2).swapaxes(0, 1)

    def backward(self, dout):
        """dxs, and dmemory too if forward() was given one."""
        M, steps, given = self.take("cache")
        dout = np.asarray(dout, M.dtype)
        T, N, R, W = M[1:].shape
        K, K_write, _, _ = self.heads.sizes
        K_read, H = K - K_write, self.controller.hidden_size
        dM = np.zeros_like(M[0])                             # of M_{t+1}
        dw = np.zeros((N, K, R), M.dtype)                    # of w_t, from step t + 1
        dr = 0.0                                             # of r_t, from step t + 1
        self.heads.begin_back()
        for t in reversed(range(T)):
            kept, w, e, a = steps.pop()
            dr = (dr + dout[:, t, H:]).reshape(N, K_read, W)
            dM, dw_write, de, da = write_backward(dM, M[t], w[:, K_read:], e, a)
            dM_read, dw_read = read_backward(dr, M[t], w[:, :K_read])
            dw += np.concatenate([dw_read, dw_write], axis=1)
            dM_address, dw, *d = address_backward(dw, kept)
            dM += dM_read
            dM += dM_address
            dh = self.heads.step_back(t, (*d, de, da))
            dh += dout[:, t, :H]
            dr = self.controller.step_back(t, dh)            # (N, K_read W)
        self.heads.end()
        dxs = self.controller.end()
        return (dxs, dM) if given else dxs


class NTM(BaseModel):
    """Sequences of bits from sequences of numbers, with a Neural Turing Machine (section 8.5.3).

    forward(x (N, T, D), t (N, T, B) of 0 and 1, mask (N, T)) -> the mean loss of the bits that the
    mask counts. predict(x): scores (N, T, B), above 0 for a 1. controller: 'lstm' or 'feedforward',
    of `hidden_size`. The memory has `rows` of `width`; a head shifts by `shifts` rows at most.
    """

    def __init__(self, input_size, output_size, hidden_size=100, rows=128, width=20, *,
                 controller="lstm", read_heads=1, write_heads=1, shifts=1, rng=None,
                 dtype=np.float32):
        check_sizes(controller, rows, shifts, input_size=input_size, output_size=output_size,
                    hidden_size=hidden_size, width=width, read_heads=read_heads,
                    write_heads=write_heads)
        rng = np.random.default_rng(rng)
        Control = CONTROLLERS[controller]
        H, read_width = hidden_size, read_heads * width
        sizes = read_heads + write_heads, write_heads, width, shifts
        D = input_size + read_width + Control.recurrent * H
        G, P = Control.gates * H, Heads.columns(*sizes)
        controller = Control(scaled_normal(rng, D, G, dtype), np.zeros(G, dtype))
        heads = Heads(scaled_normal(rng, H, P, dtype), np.zeros(P, dtype), sizes)
        self.ntm = TimeNTM(controller, heads, rows)
        self.affine = TimeAffine(scaled_normal(rng, H + read_width, output_size, dtype),
                                 normal(rng, output_size, dtype=dtype))
        self.loss = BitLoss()
        self.gather()

    def predict(self, x):
        return self.affine.forward(self.ntm.forward(x))      # (N, T, D) -> (N, T, B)

    def forward(self, x, t, mask=None):
        return self.loss.forward(self.predict(x), t, mask)

    def backward(self, dout=1):
        self.ntm.backward(self.affine.backward(self.loss.backward(dout)))


def check_sizes(controller, rows, shifts, **sizes):
    """InputError for an NTM that cannot be made."""
    if controller not in CONTROLLERS:
        raise InputError(f"controller must be one of {', '.join(CONTROLLERS)}, got '{controller}'")
    for name, size in sizes.items():
        if size < 1:
            raise InputError(f"{name} must be 1 or more, got {size}")
    if shifts < 0 or 2 * shifts + 1 > rows:
        raise InputError(f"shifts of up to {shifts} to both sides need a memory of "
                         f"{2 * abs(shifts) + 1} rows or more, got {rows}: take more rows or fewer "
                         "shifts")
