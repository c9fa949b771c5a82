"""Learning rates that change from step to step. Every optimizer takes them as its lr, in place of a number."""

import math


def warm_up(width, steps=4000, scale=1.0):
    """The Transformer's schedule, also called Noam (section 8.5.2; Vaswani et al. 2017, equation 3), over t = 1, 2, ...

        lr(t) = scale width^(-1/2) min(t^(-1/2), t steps^(-3/2))

    It rises for `steps` steps, while Adam's averages are of few gradients, and then falls like 1 / sqrt(t). The highest
    rate is scale / sqrt(width steps).
    """
    return lambda t: scale * width ** -0.5 * min(t ** -0.5, t * steps ** -1.5)


def warm_up_then_fall(peak, steps, end):
    """Linear warm-up, cosine decay: a straight rise to `peak` in `steps` steps, then half a cosine down to 0 at step `end`.

        lr(t) = peak min(t / steps, (1 + cos(pi (t - steps) / (end - steps))) / 2)
    """
    def lr(t):
        if t < steps:
            return peak * t / steps
        return peak * (1 + math.cos(math.pi * min((t - steps) / max(end - steps, 1), 1))) / 2
    return lr


def flat_then_fall(peak, flat, end):
    """Constant, then linear decay: `peak` for the first `flat` steps, then a straight line down to 0 at step `end`.

        lr(t) = peak min(1, (end - t) / (end - flat))
    """
    return lambda t: peak * min(1, max(end - t, 0) / max(end - flat, 1))
