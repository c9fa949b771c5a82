"""Dynamic evaluation: a model that goes on learning from the text it is tested on (after 6.5).

Krause, Kahembwe, Murray and Renals 2018, "Dynamic Evaluation of Neural Sequence Models" (arXiv
1709.07432). Each window of words is scored first and learned from afterwards, so that no word is
seen before it is scored. Afterwards the model has its trained weights again.
"""

import contextlib
import itertools

import numpy as np

from common.optimizer import Optimizer
from common.row_grad import RowGrad
from common.util.gradients import find_shared, remove_duplicate
from common.util.perplexity import windows


class DynamicSGD(Optimizer):
    """SGD that is drawn back to the trained weights W0.

        W <- W - lr dW + decay (W0 - W)

    Of a RowGrad only the used rows move, back too.
    """

    slots = ("trained",)

    def __init__(self, lr=0.1, decay=0.0):
        super().__init__(lr)
        self.decay = decay

    def new_slots(self, p):
        return [p.copy()]

    def rule(self, p, g, trained):
        p += self.decay * (trained - p) - self.rate * g


class DynamicRMS(DynamicSGD):
    """DynamicSGD in steps that fit each weight: small where gradients are large.

        W <- W - lr dW / (rms + m) + min(decay rms / m, 1) (W0 - W)

    rms: of each weight's gradient on the training text, from gradient_rms(); m: the mean of all.

    Differs from the paper: the number that keeps the quotient finite is m, not one to be tuned.
    """

    slots = ("trained", "rms")

    def __init__(self, rms, lr=0.003, decay=0.002):
        super().__init__(lr, decay)
        self.rms = rms
        self.mean = sum(r.sum(dtype=float) for r in rms) / sum(r.size for r in rms)

    def make_state(self, params):
        if self.state is None:
            self.state = [[p.copy(), r] for p, r in zip(params, self.rms, strict=True)]

    def rule(self, p, g, trained, rms):
        back = np.minimum(self.decay / self.mean * rms, 1)
        back *= trained - p
        p += back
        p -= self.rate * g / (rms + self.mean)


def gradients(model, shared=None):
    """(params, grads) of the words just scored, each shared weight once."""
    model.backward()
    return remove_duplicate(model.params, model.grads, shared, overwrite=True)


def gradient_rms(model, corpus, time_size=20, steps=600, pieces=20):
    """The root of the mean square of each weight's gradient, over windows of the training text.

        rms = sqrt(mean(N dW^2))

    A list in the order of gradients(). Read are `steps` times N = `pieces` windows side by side, of
    `time_size` words, from places evenly spread over the text; nothing is learned from them, and
    nothing dropped. dW is the mean of N gradients that have little in common, so that its square is
    N times smaller than one window's.
    """
    shared, squares, count = find_shared(model.params), [], 0
    with contextlib.closing(windows(model, corpus, pieces, time_size)) as reading:
        for _, position, _ in itertools.islice(reading, steps):
            params, grads = gradients(model, shared)
            squares = squares or [np.zeros_like(p) for p in params]
            for square, g in zip(squares, grads):
                if isinstance(g, RowGrad):
                    square[g.ids] += len(position) * g.rows ** 2
                else:
                    square += len(position) * g * g
            count += 1
    return [np.sqrt(square / count) for square in squares]
