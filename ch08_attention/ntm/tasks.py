"""The tasks of the Neural Turing Machine, as batches of bits (arXiv 1410.5401, 4.1 to 4.5).

    copy                 read a sequence, then write it
    repeat-copy          read a sequence and a number, then write it that often, and an end mark
    associative-recall   read items and one of them again, then write the one that followed it
    dynamic-n-grams      say of each bit how likely it is, after the five bits before it
    priority-sort        read vectors and how urgent each is, then write the most urgent in order

A Batch has N sequences of one length. The bits come from the standard library's random.Random: the
same from the same seed on every machine.
"""

import random
from typing import NamedTuple

import numpy as np

from common.errors import InputError


class Batch(NamedTuple):
    """Sequences and the answers to them."""

    x: np.ndarray            # (N, T, D) inputs, float32
    t: np.ndarray            # (N, T, B) target bits
    mask: np.ndarray         # (N, T) True where the output counts


def random_bits(rng, *shape):
    """Bits of this shape from a random.Random, as likely 0 as 1."""
    size = int(np.prod(shape))
    octets = rng.getrandbits(size).to_bytes(-(-size // 8), "little")
    bits = np.unpackbits(np.frombuffer(octets, np.uint8), count=size, bitorder="little")
    return bits.reshape(shape)


class Task:
    """The frame. A subclass has a name, batch(rng, N, *size), input_size D and output_size B.

    And the `sizes` of training, and those `beyond`, for the test; `quantity`: what cost() counts;
    `unit`: what a size counts; `parts`: of what the output consists, {name: channels}, where that
    is more than one thing.
    """

    quantity, unit, parts = "bit errors", "vectors", {}

    def cost(self, scores, batch, channels=slice(None)):
        """What the scores (N, T, B) of a batch cost: the wrong bits; a score above 0 says 1."""
        wrong = ((scores > 0) != batch.t) & batch.mask[:, :, None]
        return int(wrong[:, :, channels].sum())

    def best(self, batch):
        """The scores of the best possible predictor; None where answers can be right or wrong."""

    def note(self, scores, batch):
        """Further remarks on the scores (N, T, B) of a batch, in words; or nothing."""
        return ""

    def at(self, N, *place, small=False):
        """N sequences of one random size; place: (seed, epoch, iteration).

        small: no number of the size is more than half the largest.
        """
        rng = random.Random(repr(place))
        half = max(map(max, self.sizes)) / 2
        sizes = [size for size in self.sizes if max(size) <= half] if small else self.sizes
        return self.batch(rng, N, *rng.choice(sizes or self.sizes[:1]))

    def test(self, seed, each=10, sizes=None):
        """A Batch of `each` sequences for each of the sizes, by default all of training."""
        return [self.batch(random.Random(repr(("test", seed, *size))), each, *size)
                for size in sizes or self.sizes]

    def empty(self, N, T):
        """A Batch of zeros."""
        return Batch(np.zeros((N, T, self.input_size), np.float32),
                     np.zeros((N, T, self.output_size), np.uint8), np.zeros((N, T), bool))


class TaskBatches:
    """The batches of a task for a Trainer; the first `small_epochs` epochs have small sizes.

    Each batch follows from the seed, the epoch and the iteration.
    """

    def __init__(self, task, batch_size, iterations, small_epochs=0):
        self.task, self.batch_size = task, batch_size
        self.iterations, self.small_epochs = iterations, small_epochs
        self.seed = None

    def settings(self):
        return {"task": self.task.name, "sizes": self.task.sizes, "batch_size": self.batch_size,
                "iterations": self.iterations, "small_epochs": self.small_epochs}

    def get(self, epoch, iteration):
        """(x, t, mask) of one step."""
        small = epoch < self.small_epochs
        return self.task.at(self.batch_size, self.seed, epoch, iteration, small=small)


class Copy(Task):
    """n vectors of 8 bits, n in 1..20, and a mark on a channel of its own; then n steps to write.

    T = 2n + 1.
    """

    name = "copy"

    def __init__(self, low=1, high=20, bits=8):
        check_range("the length of a sequence", low, high)
        self.bits, self.input_size, self.output_size = bits, bits + 1, bits
        self.sizes = [(n,) for n in range(low, high + 1)]
        self.beyond = [(2 * high,), (4 * high,)]

    def batch(self, rng, N, n):
        check_range("the length of a sequence", n, n)
        bits = random_bits(rng, N, n, self.bits)
        x, t, mask = self.empty(N, 2 * n + 1)
        x[:, :n, :-1] = bits
        x[:, n, -1] = 1
        t[:, n + 1:] = bits
        mask[:, n + 1:] = True
        return Batch(x, t, mask)


class RepeatCopy(Task):
    """n vectors of 8 bits and a number m, both in 1..10; to be written m times, then an end mark.

    T = n + 1 + m n + 1. The number has a channel of its own, scaled to mean 0 and variance 1.
    """

    name = "repeat-copy"

    def __init__(self, low=1, high=10, bits=8):
        check_range("the length of a sequence", low, high)
        self.low, self.high = low, high
        self.bits, self.input_size, self.output_size = bits, bits + 2, bits + 1
        self.parts = {"vectors": slice(bits), "end mark": slice(bits, None)}
        self.sizes = [(n, m) for n in range(low, high + 1) for m in range(low, high + 1)]
        self.beyond = [(2 * high, high), (high, high + 1), (high, 2 * high)]

    def batch(self, rng, N, n, m):
        check_range("the length of a sequence and the number of repeats", min(n, m), max(n, m))
        bits = random_bits(rng, N, n, self.bits)
        x, t, mask = self.empty(N, n + 1 + m * n + 1)
        x[:, :n, :self.bits] = bits
        x[:, n, -2:] = 1, self.scaled(m)                     # the mark and the number
        t[:, n + 1:-1, :-1] = np.tile(bits, (1, m, 1))       # (N, m n, bits)
        t[:, -1, -1] = 1
        mask[:, n + 1:] = True
        return Batch(x, t, mask)

    def note(self, scores, batch):
        """Repeats before the first wrong vector, and before the first end mark: does it lose the
        vectors, or the count alone, as the paper's machine does (4.2)?"""
        n = int(batch.x[0, :, -2].argmax())                  # vectors; the mark follows them
        said, t = scores[:, n + 1:] > 0, batch.t[:, n + 1:]  # from there on

        def repeats_before(event):                           # (N, m n + 1); on average
            return (~np.logical_or.accumulate(event, axis=1))[:, :-1].sum(axis=1).mean() / n

        wrong = (said != t)[:, :, :-1].any(axis=2)
        return (f"{repeats_before(wrong):.1f} repeats before the first wrong vector, "
                f"{repeats_before(said[:, :, -1]):.1f} before the first end mark")

    def scaled(self, m):
        """m, less the mean of low..high, over their standard deviation."""
        count = self.high - self.low + 1
        return (m - (self.low + self.high) / 2) / max(((count ** 2 - 1) / 12) ** 0.5, 1)


class AssociativeRecall(Task):
    """n items of three vectors of 6 bits, n in 2..6, each after a mark; then one of them again.

    The item that followed it is to be written. T = 4n + 5 + 3: the item asked for stands between
    marks on another channel.
    """

    name, unit, length = "associative-recall", "items", 3

    def __init__(self, low=2, high=6, bits=6):
        check_range("the number of items", low, high, least=2)
        self.bits, self.input_size, self.output_size = bits, bits + 2, bits
        self.sizes = [(n,) for n in range(low, high + 1)]
        self.beyond = [(n,) for n in range(high + 1, 2 * high + 4)]

    def batch(self, rng, N, n):
        check_range("the number of items", n, n, least=2)
        L = self.length
        items = random_bits(rng, N, n, L, self.bits)
        asked = np.array([rng.randrange(n - 1) for _ in range(N)])                # any but the last
        x, t, mask = self.empty(N, n * (L + 1) + L + 2 + L)
        shown = x[:, :n * (L + 1)].reshape(N, n, L + 1, -1)  # a view
        shown[:, :, 0, -2] = 1
        shown[:, :, 1:, :-2] = items
        start = n * (L + 1)
        x[:, start, -1] = x[:, start + L + 1, -1] = 1
        x[:, start + 1:start + L + 1, :-2] = items[np.arange(N), asked]
        t[:, -L:] = items[np.arange(N), asked + 1]
        mask[:, -L:] = True
        return Batch(x, t, mask)


class DynamicNGrams(Task):
    """n bits, each of which is 1 with a probability that follows from the five bits before it.

    The 32 probabilities are drawn anew for each sequence, from Beta(1/2, 1/2). T = n - 1: step k
    shows bit k, its target is bit k + 1; counted from where five bits are known.
    """

    name, quantity, context = "dynamic-n-grams", "bits", 5

    def __init__(self, length=200):
        check_range("the number of bits", length, length, least=self.context + 1)
        self.input_size = self.output_size = 1
        self.sizes, self.beyond = [(length,)], [(2 * length,)]

    def batch(self, rng, N, n):
        check_range("the number of bits", n, n, least=self.context + 1)
        C = self.context
        table = _uniform(rng, N, 2 ** C)
        table = np.sin(np.pi / 2 * table) ** 2               # (N, 32), Beta(1/2, 1/2)
        u, bits = _uniform(rng, N, n), np.zeros((N, n), np.uint8)
        bits[:, :C] = u[:, :C] < 0.5
        for k in range(C, n):
            place = self._place(bits[:, k - C:k])            # (N,)
            bits[:, k] = u[:, k] < table[np.arange(N), place]
        x, t, mask = self.empty(N, n - 1)
        x[:, :, 0], t[:, :, 0] = bits[:, :-1], bits[:, 1:]
        mask[:, C - 1:] = True
        return Batch(x, t, mask)

    def cost(self, scores, batch, channels=slice(None)):
        """The length of the code of the counted bits that follows from the scores, in bits."""
        sign = np.where(batch.t, -1.0, 1.0)
        losses = np.logaddexp(0, sign * scores)[batch.mask]  # (counted steps, 1) [nats]
        return float(losses.sum()) / np.log(2)

    def best(self, batch):
        """The scores of who knows how sequences are made, and has counted this one up to here.

            P(1 | context) = (N1 + 1/2) / (N0 + N1 + 1),    score = log((N1 + 1/2) / (N0 + 1/2))

        N1, N0: how often a 1, a 0 followed these five bits (Murphy 2012, 3.3).
        """
        bits, C = batch.x[:, :, 0].astype(int), self.context
        N, T = bits.shape
        counts, scores, rows = np.full((N, 2 ** C, 2), 0.5), np.zeros((N, T, 1)), np.arange(N)
        for k in range(C - 1, T):
            place = self._place(bits[:, k - C + 1:k + 1])
            known = counts[rows, place]                      # (N, 2)
            scores[:, k, 0] = np.log(known[:, 1] / known[:, 0])
            counts[rows, place, batch.t[:, k, 0]] += 1
        return scores

    def _place(self, bits):
        """The row (N,) of the table for five bits (N, 5)."""
        return bits @ 2 ** np.arange(self.context)


class PrioritySort(Task):
    """n vectors of 8 bits, each with a priority in -1..1; then the m highest, highest first.

    T = n + 1 + m: a mark on a channel of its own stands between. n = 20, m = 16, as in the paper.
    """

    name = "priority-sort"

    def __init__(self, low=20, high=20, bits=8):
        check_range("the number of vectors", low, high)
        self.bits, self.input_size, self.output_size = bits, bits + 2, bits
        self.sizes = [(n, -(-4 * n // 5)) for n in range(low, high + 1)]
        self.beyond = []

    def batch(self, rng, N, n, m):
        check_range("the number of vectors to be written, and of all,", m, n)
        bits, priority = random_bits(rng, N, n, self.bits), 2 * _uniform(rng, N, n) - 1
        x, t, mask = self.empty(N, n + 1 + m)
        x[:, :n, :self.bits] = bits
        x[:, :n, -1] = priority
        x[:, n, -2] = 1
        order = np.argsort(-priority, axis=1)[:, :m]         # (N, m)
        t[:, n + 1:] = np.take_along_axis(bits, order[:, :, None], axis=1)
        mask[:, n + 1:] = True
        return Batch(x, t, mask)


TASKS = {task.name: task for task in (Copy, RepeatCopy, AssociativeRecall, DynamicNGrams,
                                      PrioritySort)}


def _uniform(rng, *shape):
    """Numbers in 0..1 of this shape from a random.Random."""
    return np.array([rng.random() for _ in range(int(np.prod(shape)))]).reshape(shape)


def check_range(what, low, high, least=1):
    """InputError unless least <= low <= high."""
    if low < least:
        raise InputError(f"{what} must be {least} or more, got {low}")
    if high < low:
        raise InputError(f"{what} goes from the smallest to the largest, got {low} to {high}: "
                         "swap them")


def mean_cost(task, batches, answers, channels=slice(None)):
    """What a sequence costs on average; answers: the scores (N, T, B) of each batch."""
    costs = [task.cost(scores, batch, channels) for scores, batch in zip(answers, batches)]
    return sum(costs) / sum(len(batch.x) for batch in batches)


def answers_of(model, batches):
    return [model.predict(batch.x) for batch in batches]
