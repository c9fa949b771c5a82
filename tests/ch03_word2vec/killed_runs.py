"""A run that is killed after any step must end as one that never was."""

import pytest

from common.runs import Run


def whole_and_resumed(make_trainer, batches, stop, path):
    """(weights, scales and losses) after two epochs: in one go, and killed after `stop` steps."""
    whole, killed, resumed = make_trainer(), make_trainer(), make_trainer()

    def train(trainer, run):
        for _ in trainer.over(batches, 2, run=run, verbose=False):
            pass
        arrays = [*trainer.model.params, *trainer.optimizer.h]
        return [p.tolist() for p in arrays], trainer.loss_list, trainer.whole.value

    step, steps = killed.model.backward, []

    def dies():
        steps.append(step())
        if len(steps) > stop:
            raise MemoryError

    killed.model.backward = dies
    with pytest.raises(MemoryError):
        train(killed, Run(path, every=1))
    return train(whole, Run()), train(resumed, Run(path, resume=True))
