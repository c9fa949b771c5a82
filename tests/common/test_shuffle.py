"""RnnlmTrainer(shuffle=): each row begins its piece elsewhere each epoch, and reads all of it."""

import numpy as np
import pytest

from ch06_lstm import train_awd_rnnlm
from ch06_lstm.rnnlm import Rnnlm
from common.batches import TimeBatches
from common.errors import InputError
from common.optimizer import SGD
from common.runs import Run
from common.trainer import RnnlmTrainer

XS, TS = np.arange(120), np.arange(1, 121)                   # each word tells where it stands


class Reader:
    """A model that notes the batches (N, T) that it is given."""

    params, grads = [], []

    def __init__(self):
        self.read = []

    def forward(self, xs, ts):
        np.testing.assert_array_equal(ts, xs + 1)
        self.read.append(xs)
        return 0.0

    def backward(self):
        pass


def epochs_of(shuffle, rng=1, epochs=3):
    """What each epoch read, (epochs, N, words of a row): four rows of 30 words, five steps."""
    model = Reader()
    trainer = RnnlmTrainer(model, SGD(), rng=rng, shuffle=shuffle)
    trainer.fit(XS, TS, epochs, 4, 6, verbose=False)
    return np.concatenate(model.read, axis=1).reshape(4, epochs, 30).swapaxes(0, 1)


def test_every_row_reads_all_of_its_piece_from_another_word_on():
    pieces = XS.reshape(4, 30)
    read = epochs_of(True)
    for epoch in read:
        for row, piece in zip(epoch, pieces):
            np.testing.assert_array_equal(np.roll(piece, piece[0] - row[0]), row)
    turns = read[:, :, 0] - pieces[:, 0]                     # (epochs, N)
    assert len(np.unique(turns)) > 8
    np.testing.assert_array_equal(read, epochs_of(True))
    assert not np.array_equal(read, epochs_of(True, rng=2))
    np.testing.assert_array_equal(epochs_of(False)[0], pieces)


def test_words_that_fill_no_window_are_others_in_each_epoch():
    batches = TimeBatches(XS, TS, 4, 7)
    first, last = ([batches.turned(i, np.full(4, turn))[0] for i in range(batches.iterations)]
                   for turn in (0, 20))
    np.testing.assert_array_equal(np.concatenate(first, axis=1), XS.reshape(4, 30)[:, :28])
    np.testing.assert_array_equal(np.concatenate(last, axis=1)[0], [*range(20, 30), *range(18)])


def make(shuffle=True):
    return RnnlmTrainer(Rnnlm(120, 5, 5, rng=0), SGD(0.5), rng=1, shuffle=shuffle)


def test_a_shuffled_run_is_resumed_as_one():
    whole, resumed = make(), make()
    whole.fit(XS[:-1], TS[:-1], 3, 4, 6, verbose=False)
    for epoch in make().epochs(XS[:-1], TS[:-1], 3, 4, 6, verbose=False, run=Run("run.npz")):
        if epoch == 2:
            break
    resumed.fit(XS[:-1], TS[:-1], 3, 4, 6, verbose=False, run=Run("run.npz", resume=True))
    for a, b in zip(whole.model.params, resumed.model.params, strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(InputError, match="its shuffle was True, now it is None"):
        make(False).fit(XS[:-1], TS[:-1], 3, 4, 6, run=Run("run.npz", resume=True))


def test_shuffle_reaches_the_trainer():
    for arguments in ([], ["--shuffle"]):
        _, trainer = train_awd_rnnlm.main(["--quick", "--corpus", "toy", *arguments])
        assert trainer.shuffle == bool(arguments)
