"""The optimizers of the book, each one rule (section 1.3.6).

update(params, grads) changes the params in place. lr is a number, which may be changed between
steps, or a function of the step, 1, 2, ... (schedule.py). weight_decay = d adds d/2 ||W||^2 to the
loss, that is, d W to each gradient.

Of a RowGrad the rule is applied to the used rows alone. For SGD and AdaGrad that changes nothing
but the time. Momentum, Nesterov, RMSprop and Adam become lazy: rows without a gradient are not
updated, and their moments do not decay. Weight decay reaches only the used rows.
"""

import contextlib

import numpy as np

from common.row_grad import RowGrad
from common.util.gradients import find_shared

BLOCK = 2 ** 15              # numbers at a time, so that what a rule computes stays in the cache


class Optimizer:
    """The base of all: rule(p, g, *slots) changes p and its slots in place, and leaves g.

    `state`: the slots of each weight. adam.m is None or the list of all weights' `m`. `touched`:
    the weights, or the rows of them, that the last step changed.
    """

    slots = ()                                               # what the rule remembers of a weight

    def __init__(self, lr=0.01, *, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay
        self.iter = 0                                        # steps made
        self.state = None
        self.touched = []

    def __getattr__(self, name):
        if name not in self.slots:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        return self.state and [slots[self.slots.index(name)] for slots in self.state]

    @property
    def rate(self):
        """The learning rate of this step."""
        return float(self.lr(self.iter) if callable(self.lr) else self.lr)

    def new_slots(self, p):
        """The slots of a weight before the first step: zeros of its shape."""
        return [np.zeros_like(p) for _ in self.slots]

    def make_state(self, params):
        """Make the state of these weights, if there is none yet."""
        if self.state is None:
            self.state = [self.new_slots(p) for p in params]

    def update(self, params, grads):
        """One step."""
        self.iter += 1
        self.make_state(params)
        if not len(params) == len(grads) == len(self.state):
            raise ValueError(f"{len(params)} params and {len(grads)} grads, but this optimizer "
                             f"began with {len(self.state)} weights: make an optimizer for each "
                             "model")
        self.touched = []
        for p, g, slots in zip(params, grads, self.state):
            if isinstance(g, RowGrad):
                used = p.take(g.ids, axis=0)              # the rows that were used
                used_slots = [slot.take(g.ids, axis=0) for slot in slots]
                self._apply(used, g.rows, used_slots)
                p[g.ids] = used
                for slot, changed in zip(slots, used_slots):
                    slot[g.ids] = changed
                self.touched.append(used)
            else:
                self._apply(p, np.asarray(g), slots)
                self.touched.append(p)

    @contextlib.contextmanager
    def averaged(self, model):
        """Within the block the model has its averaged weights: its own, where none are kept."""
        yield

    def _apply(self, p, g, slots):
        arrays = [p, g, *slots]
        if all(a.flags.c_contiguous for a in arrays):
            flat = [a.reshape(-1) for a in arrays]           # the same memory
            for start in range(0, p.size, BLOCK):
                self._rule(*(a[start:start + BLOCK] for a in flat))
        else:
            self._rule(*arrays)

    def _rule(self, p, g, *slots):
        self.rule(p, g + self.weight_decay * p if self.weight_decay else g, *slots)


class SGD(Optimizer):
    """Stochastic gradient descent: W <- W - lr dW."""

    def rule(self, p, g):
        p -= self.rate * g


class AveragedSGD(SGD):
    """ASGD: SGD that remembers the mean of its weights (Polyak and Juditsky 1992).

        W <- W - lr dW
        mean <- mean + (W - mean) / k        k = 1, 2, ... after step `begin`, every `every` steps

    At a constant learning rate the weights wander around a point that is better than each of them:
    their mean. It is there from step `begin + every`, in `with optimizer.averaged(model): ...`.
    """

    slots = ("mean",)

    def __init__(self, lr=0.01, begin=0, every=10, *, weight_decay=0.0):
        super().__init__(lr, weight_decay=weight_decay)
        self.begin, self.every = begin, every

    def rule(self, p, g, mean):
        super().rule(p, g)

    def update(self, params, grads):
        super().update(params, grads)
        past = self.iter - self.begin
        if past > 0 and past % self.every == 0:
            for p, mean in zip(params, self.mean):
                mean += (p - mean) / (past // self.every)

    @contextlib.contextmanager
    def averaged(self, model):
        """Within the block the model's weights are their means."""
        if self.iter - self.begin < self.every:
            yield
            return
        params = [model.params[group[0][0]] for group in find_shared(model.params)]
        kept = [p.copy() for p in params]
        try:
            for p, mean in zip(params, self.mean):
                p[...] = mean
            yield
        finally:
            for p, value in zip(params, kept):
                p[...] = value


class Momentum(Optimizer):
    """A ball that rolls with friction: v <- momentum v - lr dW, W <- W + v."""

    slots = ("v",)

    def __init__(self, lr=0.01, momentum=0.9, *, weight_decay=0.0):
        super().__init__(lr, weight_decay=weight_decay)
        self.momentum = momentum

    def rule(self, p, g, v):
        v *= self.momentum
        v -= self.rate * g
        p += v


class Nesterov(Momentum):
    """Momentum that looks ahead (Bengio et al. 2012, arXiv 1212.0901, equations 6 and 7).

        W <- W + momentum^2 v - (1 + momentum) lr dW         with the v from before
        v <- momentum v - lr dW

    The book's code computes W with the v from after; see docs/differences.md.
    """

    def rule(self, p, g, v):
        step = self.rate * g
        p += self.momentum ** 2 * v
        p -= (1 + self.momentum) * step
        v *= self.momentum
        v -= step


class AdaGrad(Optimizer):
    """A learning rate for each number, smaller the more it has moved.

        h <- h + dW^2          W <- W - lr dW / (sqrt(h) + 1e-7)
    """

    slots = ("h",)

    def rule(self, p, g, h):
        h += g * g
        p -= self.rate * g / (np.sqrt(h) + 1e-7)


class RowAdaGrad(Optimizer):
    """AdaGrad with one scale for each row of a table.

        h <- h + mean(dW^2)          W <- W - lr dW / sqrt(h + h0)

    W: (V, D), h: (V,), the mean over a row's D numbers. A batch that sums hundreds of gradients of
    a frequent word cannot make its row jump: however large dW is, its first step has a root mean
    square of lr at most, and later steps are shorter. With the default h0 it is lr however *small*
    dW is, too: a row whose gradients are few uses up its step while the rest of the model still
    knows nothing. A larger h0 lets it wait: until a row's h reaches h0 it moves as by SGD.
    """

    slots = ("h",)

    def __init__(self, lr=0.05, *, h0=1e-12, weight_decay=0.0):
        super().__init__(lr, weight_decay=weight_decay)
        self.h0 = h0

    def new_slots(self, p):
        return [np.zeros(len(p), p.dtype)]

    def _apply(self, p, g, slots):
        self._rule(p, g, *slots)                             # whole rows, not blocks of numbers

    def rule(self, p, g, h):
        h += np.einsum("rd,rd->r", g, g) / g.shape[1]        # (R, D) -> (R,)
        p -= g * (self.rate / np.sqrt(h + self.h0))[:, None]


class RMSprop(Optimizer):
    """AdaGrad that forgets.

        h <- decay_rate h + (1 - decay_rate) dW^2          W <- W - lr dW / (sqrt(h) + 1e-7)
    """

    slots = ("h",)

    def __init__(self, lr=0.01, decay_rate=0.99, *, weight_decay=0.0):
        super().__init__(lr, weight_decay=weight_decay)
        self.decay_rate = decay_rate

    def rule(self, p, g, h):
        h *= self.decay_rate
        h += (1 - self.decay_rate) * (g * g)
        p -= self.rate * g / (np.sqrt(h) + 1e-7)


class Adam(Optimizer):
    """Momentum and RMSprop, their start at zero corrected (Kingma and Ba 2014, arXiv 1412.6980).

        m <- m + (1 - beta1) (dW - m)          v <- v + (1 - beta2) (dW^2 - v)
        W <- W - lr sqrt(1 - beta2^t) / (1 - beta1^t)  m / (sqrt(v) + 1e-7)   t = 1, 2, ... (`iter`)
    """

    slots = ("m", "v")

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, *, weight_decay=0.0):
        super().__init__(lr, weight_decay=weight_decay)
        self.beta1, self.beta2 = beta1, beta2

    def rule(self, p, g, m, v):
        lr_t = self.rate * (1 - self.beta2 ** self.iter) ** 0.5 / (1 - self.beta1 ** self.iter)
        step = (1 - self.beta1) * g
        m *= self.beta1
        m += step
        np.multiply(g, g, out=step)
        step *= 1 - self.beta2
        v *= self.beta2
        v += step
        np.sqrt(v, out=step)
        step += 1e-7
        np.divide(m, step, out=step)
        step *= lr_t
        p -= step
