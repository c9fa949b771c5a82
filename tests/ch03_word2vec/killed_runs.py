"""A run that is killed after any step must go on to the weights of one that never was."""

import numpy as np
import pytest

from common.runs import Run


def assert_a_killed_run_goes_on(make_trainer, batches, stop, path):
    """Two epochs, killed in the backward() after `stop` steps, equal two in one go, bit for bit."""
    whole, killed, resumed = make_trainer(), make_trainer(), make_trainer()

    def train(trainer, run):
        for _ in trainer.over(batches, 2, run=run, verbose=False):
            pass

    step, steps = killed.model.backward, []

    def dies():
        steps.append(step())
        if len(steps) > stop:
            raise MemoryError

    killed.model.backward = dies
    train(whole, Run())
    with pytest.raises(MemoryError):
        train(killed, Run(path, every=1))
    train(resumed, Run(path, resume=True))
    for p, q in zip([*whole.model.params, *whole.optimizer.h],
                    [*resumed.model.params, *resumed.optimizer.h], strict=True):
        np.testing.assert_array_equal(p, q)
    assert resumed.loss_list == whole.loss_list and resumed.whole.value == whole.whole.value
