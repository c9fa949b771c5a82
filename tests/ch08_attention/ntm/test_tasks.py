"""The tasks of the Neural Turing Machine, as on the page, and the same from the same seed."""

import hashlib
import random

import numpy as np
import pytest

from ch08_attention.ntm.tasks import (
    TASKS,
    AssociativeRecall,
    Copy,
    RepeatCopy,
    TaskBatches,
    bit_errors,
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
                                          ("associative-recall", "10092245")])
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
    class Model:                                             # it says 1, but at the last step 0
        def predict(self, x):
            scores = np.ones((*x.shape[:2], 8))
            scores[:, -1] = -1
            return scores

    x, t, mask = Copy().batch(RNG, 5, 2)
    expected = ((t[:, 3] == 0).sum() + (t[:, 4] == 1).sum()) / 5
    assert bit_errors(Model(), [(x, t, mask)]) == expected
    assert bit_errors(Model(), [(x, t, mask), (x, t, mask)]) == expected


@pytest.mark.parametrize("make, message", [
    (lambda: Copy(0, 5), "length of a sequence must be 1 or more, got 0"),
    (lambda: Copy(6, 5), "swap them"),
    (lambda: Copy().batch(RNG, 1, 0), "must be 1 or more, got 0"),
    (lambda: RepeatCopy().batch(RNG, 1, 3, 0), "got 0"),
    (lambda: AssociativeRecall(1, 4), "number of items must be 2 or more"),
    (lambda: AssociativeRecall().batch(RNG, 1, 1), "must be 2 or more, got 1")])
def test_sizes_that_cannot_be(make, message):
    with pytest.raises(InputError, match=message):
        make()
