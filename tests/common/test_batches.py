"""Text cut in the order of time, as the book's loops cut it."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from common.batches import TimeBatches
from common.errors import InputError
from common.trainer import RnnlmTrainer


def book_batch(x, t, batch_size, time_size, time_idx):
    """The loops of section 5.5.3, written out."""
    jump = len(x) // batch_size
    batch_x, batch_t = (np.empty((batch_size, time_size), int) for _ in range(2))
    for time in range(time_size):
        for i in range(batch_size):
            batch_x[i, time] = x[(i * jump + time_idx + time) % len(x)]
            batch_t[i, time] = t[(i * jump + time_idx + time) % len(x)]
    return batch_x, batch_t


@pytest.mark.parametrize("size, batch_size, time_size",
                         [(100, 2, 10), (103, 4, 7), (11, 3, 3), (5, 1, 5)])
def test_windows_are_those_of_the_book(size, batch_size, time_size):
    x, t = np.arange(size), np.arange(size) + 1000
    batches = TimeBatches(x, t, batch_size, time_size)
    trainer = RnnlmTrainer(None, None)
    assert batches.iterations == size // (batch_size * time_size)
    for i in range(3 * batches.iterations + 2):              # past the end it begins anew
        expected = book_batch(x, t, batch_size, time_size, i * time_size)
        assert_array_equal(batches.at(i * time_size), expected)
        assert_array_equal(trainer.get_batch(x, t, batch_size, time_size), expected)
    assert trainer.time_idx == (3 * batches.iterations + 2) * time_size


@pytest.mark.parametrize("arguments, message", [
    ((np.arange(10), np.arange(9), 1, 1), "10 entries and t has 9"),
    ((np.arange(10), np.arange(10), 2, 6),
     r"10 words is too short for one batch of 2 x 6 \(batch_size x time_size\): take one of 13 or"),
    ((np.arange(10), np.arange(10), 0, 6), "1 or more, got 0 and 6"),
    ((np.arange(10), np.arange(10), 1, 0), "1 or more, got 1 and 0"),
])
def test_texts_that_do_not_fit_are_told(arguments, message):
    with pytest.raises(InputError, match=message):
        TimeBatches(*arguments)
