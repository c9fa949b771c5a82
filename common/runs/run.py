"""A training run: the file that keeps it, what must not change in it, and its end by Ctrl-C."""

import contextlib
import os
import time

import numpy as np

from common.errors import InputError
from common.files.writing import check_can_write, remove_leftovers
from common.runs.checkpoint import load_checkpoint, save_checkpoint, settings_of
from common.runs.interrupt import Stopped, listening
from common.runs.progress import Progress


class Run:
    """Where a training run is kept, and whether it goes on.

        for epoch in trainer.epochs(x, t, 10, run=Run("run.npz")): ...
        for epoch in trainer.epochs(x, t, 10, run=Run("run.npz", resume=True)): ...

    save: the checkpoint, written at the start, every `every` steps (None: not within epochs) and
    around the end of each epoch; None keeps nothing. An existing file is never overwritten by a new
    run: resume=True goes on with it. settings: {name: value}, or a function that gives it: what
    must be the same when the run goes on, beside the model, the optimizer and the data.

    `steps`, `seconds`: made by this process, and how long they took.
    """

    file, to_save, to_resume = "FILE", "run=Run(FILE)", "Run(FILE, resume=True)"  # what to type

    def __init__(self, save=None, resume=False, every=1000, settings=None):
        self.path, self.resume, self.every = save, resume, every
        self.settings = settings or {}
        self.steps, self.seconds = 0, 0.0
        self._trainer = self._agreed = self._listener = self._progress = None
        self.check()

    def check(self):
        """InputError where the run could not be kept, or another one would be lost."""
        if self.resume and self.path is None:
            raise InputError(f"{self.to_resume} needs {self.file}, the checkpoint to go on from")
        if self.every is not None and self.every < 1:
            raise InputError(f"every must be 1 or more, or None, got {self.every}")
        if self.path is not None and not self.resume and os.path.exists(self.path):
            raise InputError(f"{self.path} is there already: go on with that run by "
                             f"{self.to_resume}, name another file, or delete it")
        if self.path is not None:
            check_can_write(self.path)

    def check_begun(self):
        """InputError where there is no run to be resumed."""
        if self.resume and not os.path.exists(self.path):
            raise InputError(f"cannot read {self.path}: there is no run yet to go on with. Begin "
                             f"it without {self.to_resume}.")

    def begin(self, trainer, settings):
        """Put the trainer where the run is. settings: a function without arguments."""
        self.check()
        self.check_begun()
        self._trainer = trainer
        if self.path is not None:
            own = self.settings() if callable(self.settings) else self.settings
            self._agreed = settings_of(trainer.model, trainer.optimizer, {**own, **settings()})
        if self.resume:
            remove_leftovers(self.path)
            trainer.go_on_from(*load_checkpoint(self.path, trainer.model, trainer.optimizer,
                                                self._agreed, self.to_resume))
        else:
            self.keep()                                      # the file is this run's from now on

    def keep(self):
        """Write the checkpoint, if there is to be one."""
        if self.path is not None:
            trainer = self._trainer
            trainer.check_moments(self)
            with self._telling():
                save_checkpoint(self.path, trainer.model, trainer.optimizer, self._agreed,
                                trainer.position(), trainer.kept)

    def print_rate(self, units, a_step):
        """Print how fast the steps were, if this process made any: `a_step` units in each."""
        if self.steps:
            rate = self.steps * a_step / self.seconds / 1e6
            print(f"{rate:.2f} million {units} a second")

    @contextlib.contextmanager
    def stepping(self, done, total, label):
        """Within the block Ctrl-C and its like wait for stepped(), and a line tells how far it is.

        NumPy's overflow warnings are silenced: the trainer reports numbers that are not finite.
        """
        began, self._progress = time.monotonic(), Progress(total, label, done)
        with listening() as self._listener, np.errstate(over="ignore", invalid="ignore"):
            try:
                with self._telling():
                    yield
            finally:
                self.seconds += time.monotonic() - began
                self._progress.close()

    def stepped(self, done, text):
        """After step `done` of the block: keep the run where that is due, end if asked to."""
        self.steps += 1
        self._progress.update(done, text)
        asked = self._listener.signal                        # one that comes later waits a step
        if asked or (self.every and done % self.every == 0):
            self.keep()
        if asked:
            raise Stopped(f"stopped in {self._progress.label}, after step {done}. {self.kept()}",
                          128 + asked)

    @contextlib.contextmanager
    def _telling(self):
        """A Ctrl-C at once, within the block, says where the run is too."""
        try:
            yield
        except KeyboardInterrupt as stop:
            stop.args = stop.args or (f"stopped. {self.kept()}",)
            raise

    @property
    def begun(self):
        """Whether a trainer trains, or has trained, in it."""
        return self._trainer is not None

    def kept(self):
        """A sentence: where the run is, and what to type."""
        return (f"The run is in {self.path}: {self.to_resume} goes on with it." if self.path
                else f"Nothing of the run was kept: {self.to_save} keeps it.")
