"""What TableTrainer says of a run: the epochs that this process worked through."""

import numpy as np
import pytest

from ch03_word2vec.glove import GloVe
from common.table_trainer import TableTrainer


def test_passes_are_those_of_this_process():
    def trainer():
        return TableTrainer(GloVe(5, 2, np.arange(40) % 5, 2, rng=0))

    first = trainer()
    first.fit(2, 0.1, verbose=False, save="run.npz")
    again = trainer()
    again.fit(5, 0.1, verbose=False, save="run.npz", resume=True)
    assert (first.passes, again.passes) == (pytest.approx(2), pytest.approx(3)) and len(again.history) == 5
