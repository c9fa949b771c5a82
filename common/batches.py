"""Two ways to cut data into batches: examples in a new order each epoch, and text in time's order.

A trainer takes any object with `iterations`, the steps of an epoch; `get(epoch, iteration)`, what
the model's forward() takes in that step; `settings()`, {name: value} of what must be the same when
a run is resumed; and, where it draws by chance, a `seed`, which the trainer sets.
"""

import hashlib

import numpy as np

from common.errors import InputError
from common.shapes import number_array


class ShuffledBatches:
    """x and t in batches, in a new order each epoch, which follows from a seed and the epoch."""

    def __init__(self, x, t, batch_size, seed=0):
        x, t = number_array(self, "x", x, "N", ...), number_array(self, "t", t, "N", ...)
        _check_pairs(x, t)
        if not 1 <= batch_size <= len(x):
            raise InputError(f"batch_size must lie in 1..{len(x)}, the number of examples, got "
                             f"{batch_size}")
        self.x, self.t, self.batch_size, self.seed = x, t, batch_size, seed
        self.iterations = len(x) // batch_size               # len(x) % batch_size are left out
        self.epoch = self.order = None

    def settings(self):
        return {"batch_size": self.batch_size, "data": fingerprint(self.x, self.t)}

    def get(self, epoch, iteration):
        """(x, t) of one step."""
        if epoch != self.epoch:
            rng = np.random.default_rng([self.seed, epoch])
            self.epoch, self.order = epoch, rng.permutation(len(self.x))
        chosen = self.order[iteration * self.batch_size:(iteration + 1) * self.batch_size]
        return self.x[chosen], self.t[chosen]


class TimeBatches:
    """Text in windows that follow each other (sections 5.2.5 and 5.5.3: truncated BPTT).

    The text is cut into `batch_size` pieces of equal length; row n of each batch continues piece n,
    so that a kept hidden state fits. With 1,000 words, batch_size 2 and time_size 10:

        row 0:  words 0..9       then  10..19    ...
        row 1:  words 500..509   then  510..519  ...

    xs, ts: (N_words,), usually corpus[:-1] and corpus[1:]. Past its end the text is read from the
    start again.
    """

    def __init__(self, xs, ts, batch_size, time_size):
        xs, ts = number_array(self, "xs", xs, "N"), number_array(self, "ts", ts, "N")
        _check_pairs(xs, ts)
        if batch_size < 1 or time_size < 1:
            raise InputError(f"batch_size and time_size must be 1 or more, got {batch_size} and "
                             f"{time_size}")
        self.iterations = len(xs) // (batch_size * time_size)
        if not self.iterations:
            raise InputError(f"a text of {len(xs)} words is too short for one batch of "
                             f"{batch_size} x {time_size} (batch_size x time_size): take one of "
                             f"{batch_size * time_size + 1} or more, or smaller sizes")
        self.xs, self.ts = xs, ts
        self.offsets = np.arange(batch_size) * (len(xs) // batch_size)            # of each piece
        self.steps = np.arange(time_size)

    def settings(self):
        return {"batch_size": len(self.offsets), "time_size": len(self.steps),
                "data": fingerprint(self.xs, self.ts)}

    def at(self, time_idx):
        """xs and ts (batch_size, time_size) from position `time_idx` of every piece."""
        position = self.offsets[:, None] + time_idx + self.steps  # (N, 1) + (T,) -> (N, T)
        position %= len(self.xs)
        return self.xs[position], self.ts[position]

    def turned(self, iteration, turns):
        """xs and ts of one step of an epoch in which piece n begins at its word turns[n], (N,).

        Its first words follow its last ones, as pages of a book that is opened in the middle.
        """
        length = len(self.xs) // len(self.offsets)
        place = iteration * len(self.steps) + self.steps + turns[:, None]         # (N, T)
        position = self.offsets[:, None] + place % length
        return self.xs[position], self.ts[position]


def fingerprint(*arrays):
    """A short hash of data, by which a resumed run knows that they are the same."""
    digest = hashlib.sha256()
    for array in arrays:
        array = np.ascontiguousarray(array)
        digest.update(f"{array.shape}{array.dtype}".encode())
        digest.update(array)
    return digest.hexdigest()[:16]


def _check_pairs(x, t):
    if len(x) != len(t):
        raise InputError(f"x and t belong together one by one, but x has {len(x)} entries and t "
                         f"has {len(t)}")
