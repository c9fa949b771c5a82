"""Two ways to cut data into batches: examples in a new order each epoch, and text in the order of time."""

import numpy as np

from common.errors import InputError


class ShuffledBatches:
    """x and t in batches, in a new order each epoch; the order follows from a seed and the number of the epoch."""

    def __init__(self, x, t, batch_size, seed):
        _check_pairs(x, t)
        if not 1 <= batch_size <= len(x):
            raise InputError(f"batch_size must lie in 1..{len(x)}, the number of examples, got {batch_size}")
        self.x, self.t, self.batch_size, self.seed = x, t, batch_size, seed
        self.iterations = len(x) // batch_size               # the last len(x) % batch_size of an order are left out
        self.epoch = self.order = None

    def get(self, epoch, iteration):
        """(x, t) of one step."""
        if epoch != self.epoch:
            self.epoch, self.order = epoch, np.random.default_rng([self.seed, epoch]).permutation(len(self.x))
        chosen = self.order[iteration * self.batch_size:(iteration + 1) * self.batch_size]
        return self.x[chosen], self.t[chosen]


class TimeBatches:
    """Text in windows that follow each other (sections 5.2.5 and 5.5.3: batches in truncated BPTT).

    The text is cut into `batch_size` pieces of equal length; row n of every batch reads piece n, and each batch goes
    on where the one before it ended, so that a kept hidden state fits. With 1,000 words, batch_size 2 and time_size 10:

        row 0:  words 0..9       then  10..19    ...           row 1:  words 500..509   then  510..519   ...

    xs, ts: (N_words,), usually corpus[:-1] and corpus[1:]. Past its end the text is read from the start again.
    """

    def __init__(self, xs, ts, batch_size, time_size):
        _check_pairs(xs, ts)
        if batch_size < 1 or time_size < 1:
            raise InputError(f"batch_size and time_size must be 1 or more, got {batch_size} and {time_size}")
        self.iterations = len(xs) // (batch_size * time_size)
        if not self.iterations:
            raise InputError(f"a text of {len(xs)} words is too short for one batch of {batch_size} x {time_size}: "
                             "take a longer text, or a smaller batch_size or time_size")
        self.xs, self.ts = np.asarray(xs), np.asarray(ts)
        self.offsets = np.arange(batch_size) * (len(xs) // batch_size)            # where each row's piece begins
        self.steps = np.arange(time_size)

    def at(self, time_idx):
        """xs and ts (batch_size, time_size) from place `time_idx` of every piece."""
        place = (self.offsets[:, None] + time_idx + self.steps) % len(self.xs)    # (N, 1) + (T,) -> (N, T)
        return self.xs[place], self.ts[place]


def _check_pairs(x, t):
    if len(x) != len(t):
        raise InputError(f"x and t belong together one by one, but x has {len(x)} entries and t has {len(t)}")
