"""The gradient cases of the Neural Turing Machine: stages of addressing, parts, the whole."""

import numpy as np

from ch08_attention.ntm import CONTROLLERS, NTM, DeepLSTM
from ch08_attention.ntm import addressing as stages
from ch08_attention.ntm.heads import Heads
from ch08_attention.ntm.loss import BitLoss
from ch08_attention.ntm.memory import read, read_backward, write, write_backward
from common.functions import softmax
from common.layers import Layer
from tests.gradient_inputs import ordinary, random

N, T, R, W, H = 2, 4, 6, 3, 5    # batch, time, rows of the memory, their width, controller
MASK = np.array([[False, True, False, True], [True, False, True, True]])


class Stage(Layer):
    """A pair of functions as a layer.

    stage(*inputs) -> what comes out, and a function from its gradient to the inputs'.
    """

    def __init__(self, stage):
        super().__init__()
        self.stage, self.back = stage, None

    def forward(self, *inputs):
        out, self.back = self.stage(*inputs)
        return out

    def backward(self, *dout):
        return self.take("back")(*dout)


def content(M, k, beta):
    w_c, kept = stages.content(M, k, beta)
    return w_c, lambda dw_c: stages.content_backward(dw_c, M, beta, w_c, kept)


def interpolation(*inputs):
    return stages.interpolate(*inputs), lambda dw_g: stages.interpolate_backward(dw_g, *inputs)


def shift(w_g, s):
    return stages.shift(w_g, s), lambda dw_s: stages.shift_backward(dw_s, w_g, s)


def sharpening(w_s, gamma):
    w, log_w = stages.sharpen(w_s, gamma)
    return w, lambda dw: stages.sharpen_backward(dw, w_s, gamma, w, log_w)


def addressing(*inputs):
    w, cache = stages.address(*inputs)
    return w, lambda dw: stages.address_backward(dw, cache)


def reading(M, w):
    return read(M, w), lambda dr: read_backward(dr, M, w)


def writing(*inputs):
    return write(*inputs), lambda dM: write_backward(dM, *inputs)


class AllSteps(Layer):
    """The frame of a part that is walked through step by step, as one forward and one backward."""

    def __init__(self, part):
        self.part, self.walked = part, None
        self.params, self.grads, self.param_names = part.params, part.grads, part.param_names


class AllHeads(AllSteps):
    """hs (T, N, H) -> the seven parameters of the heads, each (T, N, ...)."""

    def forward(self, hs):
        self.part.begin(hs)
        self.walked = hs.shape
        return tuple(np.stack(part) for part in zip(*(self.part.step(t) for t in range(len(hs)))))

    def backward(self, *d):
        dhs = np.empty(self.take("walked"), d[0].dtype)
        self.part.begin_back()
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


def parts(K):
    """The stages, reading and writing, and the heads' parameters, with K heads."""
    heads = f"{K} head{'s' * (K > 1)}"
    sizes = 2 * K, K, W, 1
    P = Heads.columns(*sizes)

    def column(rng, low, high):
        return rng.uniform(low, high, (N, K, 1))

    inputs = {
        "content": (content, lambda rng: [*random(rng, (N, R, W), (N, K, W)), column(rng, 0, 5)]),
        "interpolation": (interpolation, lambda rng: [weighting(rng, N, K, R),
                                                      weighting(rng, N, K, R), column(rng, 0, 1)]),
        **{f"shift by up to {S}": (shift, lambda rng, S=S: [weighting(rng, N, K, R),
                                                            weighting(rng, N, K, 2 * S + 1)])
           for S in (0, 1, 2)},
        "sharpening": (sharpening, lambda rng: [weighting(rng, N, K, R), column(rng, 1, 4)]),
        "addressing": (addressing, lambda rng: [
            *random(rng, (N, R, W)), weighting(rng, N, K, R), *random(rng, (N, K, W)),
            column(rng, 0, 5), column(rng, 0, 1), weighting(rng, N, K, 5), column(rng, 1, 4)]),
        "read": (reading, lambda rng: [*random(rng, (N, R, W)), weighting(rng, N, K, R)]),
        "write": (writing, lambda rng: [*random(rng, (N, R, W)), weighting(rng, N, K, R),
                                        rng.random((N, K, W)), *random(rng, (N, K, W))])}
    found = {f"NTM {name}, {heads}": staged(*stage) for name, stage in inputs.items()}
    found[f"NTM Heads, {heads} and as many that write"] = lambda rng: (
        AllHeads(Heads(*random(rng, (H, P), P), sizes)), random(rng, (T, N, H)))
    return found


def staged(stage, inputs):
    return lambda rng: (Stage(stage), inputs(rng))


def controller(Control):
    def build(rng):
        G = Control.gates * H
        part = Control(*random(rng, (3 + 4 + Control.recurrent * H, G), G))
        return AllControls(part), random(rng, (N, T, 3), (T, N, 4))
    return build


def bits(rng, masked):
    """t (N, T, 2), and a mask."""
    return [rng.integers(0, 2, (N, T, 2)), *[MASK] * masked]


def machines(name, K_read, K_write, S):
    """The layer, also given a memory, and the model, also masked."""
    def make(rng):
        return ordinary(NTM(3, 2, H, R, W, controller=name, read_heads=K_read, shifts=S,
                            write_heads=K_write, rng=rng, dtype=float))

    kind = f"{name}, {K_read} + {K_write} heads"
    return {
        f"TimeNTM, {kind}": lambda rng: (make(rng).ntm, random(rng, (N, T, 3))),
        f"TimeNTM, {kind}, given a memory":
            lambda rng: (make(rng).ntm, random(rng, (N, T, 3), (N, R, W))),
        f"NTM, {kind}": lambda rng: (make(rng), [rng.integers(0, 2, (N, T, 3)), *bits(rng, False)]),
        f"NTM, {kind}, masked":
            lambda rng: (make(rng), [rng.integers(0, 2, (N, T, 3)), *bits(rng, True)])}


def baseline(masked):
    form = ", masked" * masked
    return {
        f"DeepLSTM{form}":
            lambda rng: (ordinary(DeepLSTM(3, 2, H, rng=rng, dtype=float)),
                         [rng.integers(0, 2, (N, T, 3)), *bits(rng, masked)]),
        f"BitLoss{form}": lambda rng: (BitLoss(), [*random(rng, (N, T, 2)), *bits(rng, masked)])}


def cases():
    found = {**parts(1), **parts(3)}
    for name, Control in CONTROLLERS.items():
        found[f"NTM controller, {name}"] = controller(Control)
        found.update({**machines(name, 1, 1, 1), **machines(name, 2, 3, 2)})
    return {**found, **baseline(False), **baseline(True)}
