"""The gradient cases of the Neural Turing Machine: each stage of addressing, each part, the whole; see gradient_cases.py."""

import numpy as np

from ch08_attention.ntm import CONTROLLERS, NTM, DeepLSTM
from ch08_attention.ntm.addressing import (
    address,
    address_backward,
    content,
    content_backward,
    interpolate,
    interpolate_backward,
    sharpen,
    sharpen_backward,
    shift,
    shift_backward,
)
from ch08_attention.ntm.heads import Heads
from ch08_attention.ntm.loss import BitLoss
from ch08_attention.ntm.memory import read, read_backward, write, write_backward
from common.functions import softmax
from common.layers import Layer

N, T, R, W, H = 2, 4, 6, 3, 5    # batch, time, rows of the memory, their width, controller


class Stage(Layer):
    """A pair of functions as a layer. stage(*inputs) -> what comes out, and a function from its gradient to the inputs'."""

    def __init__(self, stage):
        super().__init__()
        self.stage, self.back = stage, None

    def forward(self, *inputs):
        out, self.back = self.stage(*inputs)
        return out

    def backward(self, *dout):
        return self.take("back")(*dout)


def content_stage(M, k, beta):
    w_c, kept = content(M, k, beta)
    return w_c, lambda dw_c: content_backward(dw_c, M, beta, w_c, kept)


def interpolate_stage(w_c, w_prev, g):
    return interpolate(w_c, w_prev, g), lambda dw_g: interpolate_backward(dw_g, w_c, w_prev, g)


def shift_stage(w_g, s):
    return shift(w_g, s), lambda dw_s: shift_backward(dw_s, w_g, s)


def sharpen_stage(w_s, gamma):
    w, log_w = sharpen(w_s, gamma)
    return w, lambda dw: sharpen_backward(dw, w_s, gamma, w, log_w)


def address_stage(M, w_prev, k, beta, g, s, gamma):
    w, cache = address(M, w_prev, k, beta, g, s, gamma)
    return w, lambda dw: address_backward(dw, cache)


def read_stage(M, w):
    return read(M, w), lambda dr: read_backward(dr, M, w)


def write_stage(M, w, e, a):
    return write(M, w, e, a), lambda dM: write_backward(dM, M, w, e, a)


class AllSteps(Layer):
    """The frame of a part that is walked through step by step: all its steps as one forward and one backward."""

    def __init__(self, part):
        self.part, self.params, self.grads, self.param_names = part, part.params, part.grads, part.param_names
        self.walked = None


class AllHeads(AllSteps):
    """hs (T, N, H) -> the seven orders, each (T, N, ...)."""

    def forward(self, hs):
        self.part.begin(hs)
        self.walked = hs.shape
        return tuple(np.stack(orders) for orders in zip(*(self.part.step(t) for t in range(len(hs)))))

    def backward(self, *d):
        dhs = np.empty(self.take("walked"), d[0].dtype)
        for t in reversed(range(len(dhs))):
            dhs[t] = self.part.step_back(t, [part[t] for part in d])
        self.part.end()
        return dhs


class AllControls(AllSteps):
    """xs (N, T, D) and what was read before each step, rs (T, N, C) -> hs (T, N, H)."""

    def forward(self, xs, rs):
        hs = self.part.begin(xs, rs.shape[2])
        for t, r in enumerate(rs):
            self.part.step(t, r)
        self.walked = rs.shape
        return hs.copy()

    def backward(self, dhs):
        drs = np.empty(self.take("walked"), dhs.dtype)
        for t in reversed(range(len(dhs))):
            drs[t] = self.part.step_back(t, dhs[t])
        return self.part.end(), drs


def weighting(rng, *shape):
    return softmax(rng.standard_normal(shape))


def enter_cases(case):
    """Enter all cases; `case` is that of gradient_cases.py."""
    for K in (1, 3):
        heads = f"{K} head{'s' if K > 1 else ''}"

        def column(rng, low, high, K=K):
            return rng.uniform(low, high, (N, K, 1))

        @case(f"NTM content, {heads}")
        def _(rng, K=K, column=column):
            return Stage(content_stage), [rng.standard_normal((N, R, W)), rng.standard_normal((N, K, W)), column(rng, 0, 5)]

        @case(f"NTM interpolation, {heads}")
        def _(rng, K=K, column=column):
            return Stage(interpolate_stage), [weighting(rng, N, K, R), weighting(rng, N, K, R), column(rng, 0, 1)]

        for S in (0, 1, 2):
            @case(f"NTM shift by up to {S}, {heads}")
            def _(rng, K=K, S=S):
                return Stage(shift_stage), [weighting(rng, N, K, R), weighting(rng, N, K, 2 * S + 1)]

        @case(f"NTM sharpening, {heads}")
        def _(rng, K=K, column=column):
            return Stage(sharpen_stage), [weighting(rng, N, K, R), column(rng, 1, 4)]

        @case(f"NTM addressing, {heads}")
        def _(rng, K=K, column=column):
            return Stage(address_stage), [rng.standard_normal((N, R, W)), weighting(rng, N, K, R),
                                          rng.standard_normal((N, K, W)), column(rng, 0, 5), column(rng, 0, 1),
                                          weighting(rng, N, K, 5), column(rng, 1, 4)]

        @case(f"NTM read, {heads}")
        def _(rng, K=K):
            return Stage(read_stage), [rng.standard_normal((N, R, W)), weighting(rng, N, K, R)]

        @case(f"NTM write, {heads}")
        def _(rng, K=K):
            return Stage(write_stage), [rng.standard_normal((N, R, W)), weighting(rng, N, K, R), rng.random((N, K, W)),
                                        rng.standard_normal((N, K, W))]

        @case(f"NTM Heads, {heads} and as many that write")
        def _(rng, K=K):
            sizes = 2 * K, K, W, 1
            P = Heads.columns(*sizes)
            return AllHeads(Heads(rng.standard_normal((H, P)), rng.standard_normal(P), sizes)), [
                rng.standard_normal((T, N, H))]

    for name, Control in CONTROLLERS.items():
        @case(f"NTM controller, {name}")
        def _(rng, Control=Control):
            rows, G = 3 + 4 + (H if Control.recurrent else 0), Control.gates * H
            part = Control(rng.standard_normal((rows, G)), rng.standard_normal(G))
            return AllControls(part), [rng.standard_normal((N, T, 3)), rng.standard_normal((T, N, 4))]

        for K_read, K_write, S in ((1, 1, 1), (2, 3, 2)):
            def make(rng, name=name, K_read=K_read, K_write=K_write, S=S):
                model = NTM(3, 2, H, R, W, controller=name, read_heads=K_read, write_heads=K_write, shifts=S, rng=rng,
                            dtype=float)
                for p in model.params:
                    p += np.linspace(-0.5, 0.5, len(p)) if p.ndim == 1 else 0
                return model

            for given in (False, True):
                @case(f"TimeNTM, {name}, {K_read} + {K_write} heads{', given a memory' if given else ''}")
                def _(rng, make=make, given=given):
                    memory = [rng.standard_normal((N, R, W))] if given else []
                    return make(rng).ntm, [rng.standard_normal((N, T, 3)), *memory]

                @case(f"NTM, {name}, {K_read} + {K_write} heads{', masked' if given else ''}")
                def _(rng, make=make, given=given):
                    mask = [np.array([[False, True, False, True], [True, False, True, True]])] if given else []
                    return make(rng), [rng.integers(0, 2, (N, T, 3)), rng.integers(0, 2, (N, T, 2)), *mask]

    for given in (False, True):
        form = ", masked" if given else ""

        @case(f"DeepLSTM{form}")
        def _(rng, given=given):
            model = DeepLSTM(3, 2, H, rng=rng, dtype=float)
            for p in model.params:
                p += np.linspace(-0.5, 0.5, len(p)) if p.ndim == 1 else 0
            mask = [np.array([[False, True, False, True], [True, False, True, True]])] if given else []
            return model, [rng.integers(0, 2, (N, T, 3)), rng.integers(0, 2, (N, T, 2)), *mask]

        @case(f"BitLoss{form}")
        def _(rng, given=given):
            mask = [np.array([[False, True, False, True], [True, False, True, True]])] if given else []
            return BitLoss(), [rng.standard_normal((N, T, 2)), rng.integers(0, 2, (N, T, 2)), *mask]
