"""Learning rates that change from step to step: any optimizer takes one in place of a number.

A schedule is called with the step t = 1, 2, ...; by its repr a resumed run knows that it is the
same one.
"""

import math
from typing import NamedTuple


class Noam(NamedTuple):
    """The Transformer's schedule (section 8.5.2; Vaswani et al. 2017, equation 3).

        lr(t) = scale width^(-1/2) min(t^(-1/2), t warm_up^(-3/2))

    Linear warm-up, while Adam's averages are of few gradients, then a fall like 1 / sqrt(t). The
    highest rate is scale / sqrt(width warm_up).
    """

    width: int
    warm_up: int = 4000
    scale: float = 1.0

    def __call__(self, t):
        return self.scale * self.width ** -0.5 * min(t ** -0.5, t * self.warm_up ** -1.5)


class WarmUpCosine(NamedTuple):
    """Linear warm-up to `peak` in `warm_up` steps, then cosine decay to 0 at step `end`.

        lr(t) = peak t / warm_up                                             before warm_up
        lr(t) = peak (1 + cos(pi (t - warm_up) / (end - warm_up))) / 2       from warm_up on
    """

    peak: float
    warm_up: int
    end: int

    def __call__(self, t):
        if t < self.warm_up:
            return self.peak * t / self.warm_up
        share = (t - self.warm_up) / max(self.end - self.warm_up, 1)
        return self.peak * (1 + math.cos(math.pi * min(share, 1))) / 2


class LinearDecay(NamedTuple):
    """Constant for the first `flat` steps, then linear decay to 0 at step `end`.

        lr(t) = peak min(1, (end - t) / (end - flat))
    """

    peak: float
    flat: int
    end: int

    def __call__(self, t):
        return self.peak * min(1, max(self.end - t, 0) / max(self.end - self.flat, 1))


class EpochDecay(NamedTuple):
    """Constant for the first `flat` epochs of `steps` steps, then times `factor` at each new one.

        lr(t) = peak factor^max(e - flat + 1, 0),    e = floor((t - 1) / steps) = 0, 1, 2, ...
    """

    peak: float
    factor: float
    steps: int
    flat: int = 1

    def __call__(self, t):
        return self.peak * self.factor ** max((t - 1) // self.steps - self.flat + 1, 0)


class Product(NamedTuple):
    """Two schedules at once, lr(t) = first(t) second(t), such as EpochDecay and LinearDecay."""

    first: NamedTuple
    second: NamedTuple

    def __call__(self, t):
        return self.first(t) * self.second(t)
