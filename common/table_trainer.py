"""The loop for models that update their own tables: GloVe and the fast word2vec.

Such a model has begin_epoch() -> number of steps, which draws what the epoch's order needs, and train_step(k, lr) ->
(loss, count), a sum and what it is a sum over, or None where no loss was computed. From BaseModel it has its tables by name.
"""

import time
from types import SimpleNamespace

import numpy as np

from common.base_model import generators_of
from common.checkpoint import load_checkpoint, save_checkpoint, settings_of
from common.errors import InputError
from common.interrupt import listening
from common.script import Progress, duration

NO_OPTIMIZER = SimpleNamespace(state=None)


class TableTrainer:
    """Train a model that has begin_epoch() and train_step() (above); `history`: the mean loss of each epoch.

    `passes`: the epochs that the last fit() trained, 2.5 where it began in the middle of one; those before it do not count.
    """

    def __init__(self, model):
        self.model = model
        self.history = []
        self.passes = 0.0

    def fit(self, max_epoch, lr, *, falls=False, verbose=True, save=None, resume=False, checkpoint_every=1000,
            settings=None):
        """Train up to `max_epoch` epochs in all. falls=True lets the learning rate fall in a line from lr to 0.

        save, resume, checkpoint_every, settings, and what ends a run: as for Trainer.fit. With falls=True the number of
        epochs is part of the run and may not change when it is resumed.
        """
        if resume and save is None:
            raise InputError("resume needs the file to resume from: fit(..., save=FILE, resume=True)")
        settings = {**(settings or {}), "lr": lr, "falls": max_epoch if falls else False}
        settings = settings_of(self.model, NO_OPTIMIZER, settings) if save else None
        done = {"step": 0, "loss": 0.0, "count": 0, "drawn_from": None}           # within the epoch
        if resume:
            done = self._resume(save, settings)
        self.passes = 0.0
        with listening() as listener:
            for epoch in range(len(self.history), max_epoch):
                began, steps = time.monotonic(), self._begin(done)
                progress = Progress(steps, f"epoch {epoch + 1}")
                for k in range(done["step"], steps):
                    rate = lr * (1 - (epoch + k / steps) / max_epoch) if falls else lr
                    measured = self.model.train_step(k, rate)
                    done["step"] = k + 1
                    self.passes += 1 / steps
                    if measured is not None:
                        done.update(loss=done["loss"] + measured[0], count=done["count"] + measured[1])
                    mean = done["loss"] / max(done["count"], 1)
                    if not np.isfinite(mean):
                        raise InputError(f"the loss became {mean} in epoch {epoch + 1}: lower the learning rate")
                    progress.update(k + 1, f"loss {mean:.3f}")
                    if save and (done["step"] % checkpoint_every == 0 or listener.signal):
                        self._save(save, settings, done)
                    if listener.signal:
                        progress.close()
                        listener.end(f"in epoch {epoch + 1}, after step {k + 1}", save)
                progress.close()
                self.history.append(done["loss"] / max(done["count"], 1))
                done = {"step": 0, "loss": 0.0, "count": 0, "drawn_from": None}
                if save:
                    self._save(save, settings, done)
                if verbose:
                    took = duration(time.monotonic() - began)
                    print(f"| epoch {epoch + 1} | loss {self.history[-1]:.3f} | {took}", flush=True)
            if listener.signal:                              # heard while the last epoch was saved
                listener.end(f"after epoch {len(self.history)}", save)
        return self.history

    def _begin(self, done):
        """Begin an epoch, or a second time the one that was stopped: with the random numbers it began with."""
        generators = generators_of(self.model)
        now = [generator.bit_generator.state for generator in generators]
        if done["drawn_from"] is None:
            done["drawn_from"] = now
            return self.model.begin_epoch()
        for generator, state in zip(generators, done["drawn_from"], strict=True):
            generator.bit_generator.state = state
        steps = self.model.begin_epoch()
        for generator, state in zip(generators, now):
            generator.bit_generator.state = state
        return steps

    def _save(self, path, settings, done):
        save_checkpoint(path, self.model, NO_OPTIMIZER, settings, {**done, "history": self.history})

    def _resume(self, path, settings):
        position, _ = load_checkpoint(path, self.model, NO_OPTIMIZER, settings)
        self.history = position.pop("history")
        return position
