"""The tasks of the Neural Turing Machine, as on the page, and the same from the same seed."""

import hashlib
import random

import numpy as np
import pytest

from ch08_attention.ntm.tasks import (
    TASKS,
    AssociativeRecall,
    Batch,
    Copy,
    DynamicNGrams,
    PrioritySort,
    RepeatCopy,
    TaskBatches,
    mean_cost,
    random_bits,
)
from common.errors import InputError

RNG = random.Random(0)


def test_copy():
    x, t, mask = Copy().batch(RNG, 3, 4)
    assert x.shape == (3, 9, 9) and t.shape == (3, 9, 8)
    np.testing.assert_array_equal(x[:, :4, :8], t[:, 5:])
    np.testing.assert_array_equal(x[:, :, 8], [np.eye(9)[4]] * 3)                 # the mark
    assert not x[:, 5:].any() and not t[:, :5].any()
    np.testing.assert_array_equal(mask, [[False] * 5 + [True] * 4] * 3)


def test_repeat_copy():
    task = RepeatCopy()
    x, t, mask = task.batch(RNG, 2, 3, 4)
    assert x.shape == (2, 3 + 1 + 12 + 1, 10)
    for repeat in range(4):
        np.testing.assert_array_equal(t[:, 4 + 3 * repeat:7 + 3 * repeat, :8], x[:, :3, :8])
    np.testing.assert_array_equal(t[:, :, 8], [np.eye(17)[16]] * 2)               # the end mark
    assert np.all(x[:, 3, 8] == 1)
    assert np.allclose(x[:, 3, 9], (4 - 5.5) / np.std(range(1, 11)))
    assert not x[:, 4:].any() and not mask[:, :4].any() and mask[:, 4:].all()


def test_associative_recall():
    x, t, mask = AssociativeRecall().batch(RNG, 50, 4)
    assert x.shape == (50, 24, 8)
    items = x[:, :16].reshape(50, 4, 4, 8)
    assert np.all(items[:, :, 0] == np.eye(8)[6]) and not items[:, :, 1:, 6:].any()
    assert np.all(x[:, [16, 20]] == np.eye(8)[7])
    items = items[:, :, 1:, :6]
    asked = (items[:, :3] == x[:, None, 17:20, :6]).all(axis=(2, 3))              # (50, 3)
    answers = asked & (items[:, 1:] == t[:, None, 21:]).all(axis=(2, 3))
    assert np.all(answers.any(axis=1)) and np.all(answers.any(axis=0))            # any but the last
    assert not x[:, 21:].any() and not mask[:, :21].any() and mask[:, 21:].all()


@pytest.mark.parametrize("name, digest", [("copy", "c450fc5c"), ("repeat-copy", "dd53efe0"),
                                          ("associative-recall", "10092245"),
                                          ("dynamic-n-grams", "e8d1306f"),
                                          ("priority-sort", "f634f2ab")])
def test_the_same_place_gives_the_same_bits_everywhere(name, digest):
    task = TASKS[name]()
    batch = task.at(4, 1, 2, 3)
    bits = np.packbits(batch.x > 0).tobytes() + np.packbits(batch.t).tobytes()
    assert hashlib.sha256(bits).hexdigest()[:8] == digest
    batches = TaskBatches(task, 4, 10)
    batches.seed = 1
    assert all(np.array_equal(a, b) for a, b in zip(batches.get(2, 3), batch))
    assert any(a.shape != b.shape or np.any(a != b) for a, b in zip(batches.get(2, 4), batch))


def test_the_first_epochs_are_of_half_the_size():
    batches = TaskBatches(RepeatCopy(1, 4), 1, 10, small_epochs=2)
    steps = [max(batches.get(epoch, i).mask.sum() for i in range(50)) for epoch in range(3)]
    assert steps == [2 * 2 + 1, 2 * 2 + 1, 4 * 4 + 1]
    assert Copy(1, 1).at(1, 0, small=True).t.shape == (1, 3, 8)  # nothing is smaller


def test_bits_are_as_likely_0_as_1():
    bits = random_bits(random.Random(1), 100, 100)
    assert set(np.unique(bits)) == {0, 1} and abs(bits.mean() - 0.5) < 0.02
    assert np.abs(bits.mean(axis=0) - 0.5).max() < 0.25


@pytest.mark.parametrize("name", TASKS)
def test_every_size_is_tested(name):
    task = TASKS[name]()
    batches = task.test(0, each=2)
    lengths = [task.batch(RNG, 1, *size).x.shape[1] for size in task.sizes]
    assert [batch.x.shape[:2] for batch in batches] == [(2, length) for length in lengths]


def test_bit_errors_count_only_where_an_answer_is_due():
    task, scores = Copy(), np.ones((5, 5, 8))                # 1, but at the last step 0
    scores[:, -1] = -1
    batch = task.batch(RNG, 5, 2)
    expected = ((batch.t[:, 3] == 0).sum() + (batch.t[:, 4] == 1).sum()) / 5
    assert mean_cost(task, [batch], [scores]) == expected
    assert mean_cost(task, [batch, batch], [scores, scores]) == expected


def test_the_parts_of_an_answer_are_counted_apart():
    task = RepeatCopy()
    batch = task.batch(RNG, 5, 3, 4)
    scores = np.where(batch.t, 1.0, -1.0)
    scores[:, -1, -1] = -1                                   # no end mark is seen
    scores[0, 5, :2] *= -1
    costs = [mean_cost(task, [batch], [scores], part) for part in task.parts.values()]
    assert costs == [2 / 5, 1] and list(task.parts) == ["vectors", "end mark"]
    assert mean_cost(task, [batch], [scores]) == sum(costs)


def test_a_lost_count_is_told_from_lost_vectors():
    task = RepeatCopy()
    batch = task.batch(RNG, 2, 3, 4)                         # 4 inputs, 12 vectors, an end mark
    scores = np.where(batch.t, 1.0, -1.0)
    assert task.note(scores, batch) == ("4.0 repeats before the first wrong vector, 4.0 before the "
                                        "first end mark")
    scores[0, 4 + 6, -1] = 1                                 # after two repeats
    scores[1, 4 + 9, 2] *= -1                                # after three
    scores[1, -1, -1] = -1
    assert task.note(scores, batch) == ("3.5 repeats before the first wrong vector, 3.0 before the "
                                        "first end mark")


def test_dynamic_n_grams_follow_a_table_of_their_own():
    """In 20,000 bits each context is followed by 1 about as often as one table says."""
    task = DynamicNGrams()
    x, t, mask = task.batch(RNG, 3, 20_000)
    np.testing.assert_array_equal(x[:, 1:, 0], t[:, :-1, 0])
    assert mask[:, 4:].all() and not mask[:, :4].any() and x.shape == (3, 19_999, 1)
    shares = []
    for row in np.concatenate([x[:, :, 0], t[:, -1:, 0]], axis=1).astype(int):    # (20000,)
        windows = np.lib.stride_tricks.sliding_window_view(row, 6)
        place = windows[:, :5] @ 2 ** np.arange(5)
        halves = [np.bincount(place[part], windows[part, 5], 32) / np.maximum(
            np.bincount(place[part], minlength=32), 1) for part in np.array_split(
                np.arange(len(place)), 2)]
        often = np.min([np.bincount(place[part], minlength=32) for part in np.array_split(
            np.arange(len(place)), 2)], axis=0) > 200
        assert often.sum() > 3 and np.abs(halves[0] - halves[1])[often].max() < 0.15
        shares.append(halves[0])
    assert np.abs(shares[0] - shares[1]).max() > 0.5


def test_the_tables_are_drawn_from_beta_of_a_half():
    """Of whom a third lies below 1/4, where a uniform number does in a quarter of the cases."""
    bits = DynamicNGrams().batch(RNG, 4000, 7).t[:, :, 0]    # one bit follows five, then another
    _, ones = np.unique(bits[:, 4], return_counts=True)
    assert abs(ones[1] / 4000 - 0.5) < 0.03
    same = [DynamicNGrams(8).batch(RNG, 1, 300) for _ in range(300)]
    shares = []
    for x, t, _ in same:
        row = np.concatenate([x[0, :, 0], t[0, -1:, 0]]).astype(int)
        place = np.lib.stride_tricks.sliding_window_view(row, 5)[:-1] @ 2 ** np.arange(5)
        count = np.bincount(place, minlength=32)
        share = np.bincount(place, row[5:], 32)[count > 30] / count[count > 30]
        shares += share.tolist()
    assert np.mean((np.array(shares) < 0.1) | (np.array(shares) > 0.9)) > 0.35    # uniform: 0.2


def test_the_best_predictor_by_hand():
    """After 0 0 0 0 0 came 1, 0, 1 and is asked again: 1/2, 3/4 for what came, 3/2 of 3."""
    task = DynamicNGrams()
    bits = np.array([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1])
    x, t, mask = task.empty(1, len(bits) - 1)
    x[0, :, 0], t[0, :, 0], mask[:, 4:] = bits[:-1], bits[1:], True
    scores = task.best(Batch(x, t, mask))
    asked = [k for k in range(4, len(bits) - 1) if not bits[k - 4:k + 1].any()]
    assert asked == [4, 10, 11, 17]
    found = 1 / (1 + np.exp(-scores[0, asked, 0]))           # P(1): (N1 + 1/2) / (N0 + N1 + 1)
    np.testing.assert_allclose(found, [0.5 / 1, 1.5 / 2, 1.5 / 3, 2.5 / 4])
    every = [1 / 2, *[1 / 2] * 5, 1 - 3 / 4, 1 / 2, *[3 / 4] * 5, 5 / 8]
    known = np.where(t[0, :, 0], 1, -1) * scores[0, :, 0]
    np.testing.assert_allclose(1 / (1 + np.exp(-known[4:])), every)
    cost = task.cost(scores, Batch(x, t, mask))
    assert cost == pytest.approx(-np.log2(every).sum())


def test_nobody_predicts_better_than_the_best():
    task = DynamicNGrams()
    batches = task.test(0, 50)
    best = [task.best(batch) for batch in batches]
    cost = mean_cost(task, batches, best)
    for scale in (0, 0.7, 1.4):
        assert cost < mean_cost(task, batches, [scale * scores for scores in best])
    assert mean_cost(task, batches, [0 * best[0]]) == pytest.approx(195)
    assert all(task().best(None) is None for task in TASKS.values() if task is not DynamicNGrams)


def test_priority_sort():
    task = PrioritySort()
    x, t, mask = task.batch(RNG, 7, 5, 3)
    assert PrioritySort(7, 9).sizes == [(7, 6), (8, 7), (9, 8)]                   # not below 4/5
    assert task.sizes == [(20, 16)] and x.shape == (7, 9, 10) and t.shape == (7, 9, 8)
    for bits, priority, wanted in zip(x[:, :5, :8], x[:, :5, 9], t[:, 6:]):
        order = sorted(range(5), key=lambda i: -priority[i])[:3]
        np.testing.assert_array_equal(bits[order], wanted)
    assert np.abs(x[:, :5, 9]).max() <= 1 and (x[:, :5, 9] < 0).any() and x[:, :5, 9].std() > 0.4
    np.testing.assert_array_equal(x[:, :, 8], [np.eye(9)[5]] * 7)                 # the mark
    assert not x[:, 6:].any() and not mask[:, :6].any() and mask[:, 6:].all()


@pytest.mark.parametrize("make, message", [
    (lambda: Copy(0, 5), "length of a sequence must be 1 or more, got 0"),
    (lambda: Copy(6, 5), "swap them"),
    (lambda: Copy().batch(RNG, 1, 0), "must be 1 or more, got 0"),
    (lambda: RepeatCopy().batch(RNG, 1, 3, 0), "got 0"),
    (lambda: AssociativeRecall(1, 4), "number of items must be 2 or more"),
    (lambda: AssociativeRecall().batch(RNG, 1, 1), "must be 2 or more, got 1"),
    (lambda: DynamicNGrams(5), "number of bits must be 6 or more, got 5"),
    (lambda: DynamicNGrams().batch(RNG, 1, 3), "must be 6 or more, got 3"),
    (lambda: PrioritySort().batch(RNG, 1, 3, 0), "must be 1 or more, got 0"),
    (lambda: PrioritySort().batch(RNG, 1, 3, 4), "got 4 to 3: swap them")])
def test_sizes_that_cannot_be(make, message):
    with pytest.raises(InputError, match=message):
        make()
