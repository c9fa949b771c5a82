"""The training loop of all models with forward and backward (section 1.4.4); ch05_rnn/train_custom_loop.py has it by hand.

Models that update their own tables, GloVe and the fast word2vec, have table_trainer.py.

A step is: forward, backward, merge the gradients of shared weights, clip, update. Trainer feeds it examples in a new
order each epoch, RnnlmTrainer text in the order of time.
"""

import contextlib
import time

import numpy as np

from common.batches import ShuffledBatches, TimeBatches
from common.checkpoint import fingerprint, load_checkpoint, save_checkpoint, settings_of
from common.errors import InputError
from common.interrupt import listening
from common.script import Progress, duration
from common.util.gradients import clip_grads, find_shared, remove_duplicate
from common.util.perplexity import perplexity

__all__ = ["RnnlmTrainer", "ShuffledBatches", "TimeBatches", "Trainer", "remove_duplicate"]


class Trainer:
    """Fit a model to pairs (x, t) in shuffled batches (section 1.4.4).

    model: forward(x, t) -> loss, backward(), params, grads. rng: a Generator, a seed or None, for the shuffling.
    After fit(), `loss_list` holds the mean loss of every `eval_interval` iterations and plot() draws it; `valid_list` holds
    what `validate` returned after each epoch.
    """

    quantity = "loss"                                        # what is shown: measure() of the mean loss

    def __init__(self, model, optimizer, *, rng=None):
        self.model = model
        self.optimizer = optimizer
        self.history, self.history_at, self.valid_list = [], [], []               # history_at: the iteration of each value
        self.best, self.iterations = None, None                                  # iterations: of one epoch
        self.eval_interval = None
        self.current_epoch = 0
        self.seed = int(np.random.default_rng(rng).integers(2 ** 63))             # of the shuffling

    @property
    def loss_list(self):
        return self.history

    def measure(self, loss):
        """What is shown for a mean loss: the loss itself."""
        return loss

    def fit(self, x, t, max_epoch=10, batch_size=32, max_grad=None, eval_interval=20, *, validate=None, verbose=True,
            save=None, resume=False, checkpoint_every=1000, settings=None):
        """Train for `max_epoch` epochs; a resumed run goes on up to that many in all.

        x, t: arrays of equal length. max_grad: the largest norm of the gradients. validate: a function without arguments,
        called after each epoch; it returns a number, and may change the optimizer's lr. save: a file to which the run is
        written every `checkpoint_every` iterations and at the end of each epoch; resume: go on from that file. settings:
        whatever else must be the same when the run is resumed, {name: value}. Ctrl-C and SIGTERM end the run after the step
        that is under way, its checkpoint written, with Stopped (a KeyboardInterrupt). InputError where the data do not fit
        together, and where the loss is no longer a number.
        """
        batches = ShuffledBatches(x, t, batch_size, self.seed)
        settings = {**(settings or {}), "batch_size": batch_size, "data": lambda: fingerprint(x, t)}
        self._run(batches, settings, max_epoch, max_grad, eval_interval, validate, verbose, save, resume, checkpoint_every)

    def _run(self, batches, settings, max_epoch, max_grad, eval_interval, validate, verbose, save, resume, checkpoint_every):
        if resume and save is None:
            raise InputError("resume needs the file to resume from: fit(..., save=FILE, resume=True)")
        if save:
            settings = {name: value() if callable(value) else value for name, value in settings.items()}
            settings = settings_of(self.model, self.optimizer, settings)
        self.eval_interval, self.iterations = eval_interval, batches.iterations
        last_epoch = self.current_epoch + max_epoch
        run = {"iteration": 0, "total_loss": 0.0, "count": 0}                     # within the epoch; the sum to be averaged
        if resume:
            run, last_epoch = self._resume(save, settings), max_epoch
            if self.current_epoch >= last_epoch:
                print(f"{save} has had {self.current_epoch} epochs: nothing is left to train")
        with listening() as listener, np.errstate(over="ignore", invalid="ignore"):         # _check tells of divergence
            while self.current_epoch < last_epoch:
                run = self._epoch(batches, run, settings, max_grad, validate, verbose, save, checkpoint_every, listener)
            if listener.signal:                              # heard while the last epoch was validated
                listener.end(f"after epoch {self.current_epoch}", save)

    def _epoch(self, batches, run, settings, max_grad, validate, verbose, save, checkpoint_every, listener):
        """The rest of an epoch from the position `run` on; returns the position at the start of the next one."""
        epoch, began, groups = self.current_epoch, time.monotonic(), find_shared(self.model.params)
        progress, losses = Progress(batches.iterations, f"epoch {epoch + 1}"), []
        for iteration in range(run["iteration"], batches.iterations):
            loss = self._step(self._batch(batches, epoch, iteration), max_grad, groups)
            self._check(loss, epoch, iteration, save)
            losses.append(loss)
            run = {"iteration": iteration + 1, "total_loss": run["total_loss"] + loss, "count": run["count"] + 1}
            if self.eval_interval and iteration % self.eval_interval == 0:
                self.history.append(self.measure(run["total_loss"] / run["count"]))
                self.history_at.append(epoch * batches.iterations + iteration)
                run.update(total_loss=0.0, count=0)
            progress.update(iteration + 1, f"{self.quantity} {self.measure(loss):.3f}")
            due = run["iteration"] % checkpoint_every == 0 and run["iteration"] < batches.iterations
            if save and (due or listener.signal):
                self._save(save, settings, run)
            if listener.signal:
                progress.close()
                listener.end(f"in epoch {epoch + 1}, after iteration {iteration + 1}", save)
        progress.close()
        self.current_epoch += 1
        run = {**run, "iteration": 0}
        reached = f"{self.quantity} {self.measure(np.mean(losses)):.3f}" if losses else "resumed at its end"
        if validate:
            with self._evaluated_weights():
                self._validated(validate())
            reached += f" | validation {self.valid_list[-1]:.3f}"
        if save:
            self._save(save, settings, run)
        if verbose:
            print(f"| epoch {epoch + 1} | {reached} | {duration(time.monotonic() - began)}", flush=True)
        return run

    def _evaluated_weights(self):
        """A block in which the model has the weights to evaluate: an averaging optimizer's means, else its own."""
        if hasattr(self.optimizer, "averaged"):
            return self.optimizer.averaged([self.model.params[group[0][0]] for group in find_shared(self.model.params)])
        return contextlib.nullcontext()

    def _validated(self, value):
        self.valid_list.append(value)

    def _batch(self, batches, epoch, iteration):
        batches.seed = self.seed                             # a resumed run shuffles as its first half did
        return batches.get(epoch, iteration)

    def _step(self, batch, max_grad, groups):
        loss = self.model.forward(*batch)
        self.model.backward()
        params, grads = remove_duplicate(self.model.params, self.model.grads, groups, overwrite=True)
        if max_grad is not None:
            clip_grads(grads, max_grad)
        self.optimizer.update(params, grads)
        return loss

    def _check(self, loss, epoch, iteration, save):
        if not np.isfinite(self.measure(loss)):
            kept = f" The last checkpoint is in {save}." if save else ""
            raise InputError(f"the {self.quantity} became {self.measure(loss)} in epoch {epoch + 1}, iteration "
                             f"{iteration + 1}: training diverged. Lower the learning rate or max_grad.{kept}")

    def _position(self):
        return {"epoch": self.current_epoch, "history": self.history, "history_at": self.history_at,
                "valid_list": self.valid_list, "seed": self.seed}

    def _save(self, path, settings, run):
        save_checkpoint(path, self.model, self.optimizer, settings, {**run, **self._position()}, best=self.best)

    def _resume(self, path, settings):
        position, self.best = load_checkpoint(path, self.model, self.optimizer, settings)
        self.current_epoch = position.pop("epoch")
        self.history, self.history_at, self.valid_list, self.seed = (
            position.pop(key) for key in ("history", "history_at", "valid_list", "seed"))
        return position

    def plot(self, ylim=None, *, axes=None):
        """Draw the history over iterations: in a window, or on the matplotlib `axes` that are given."""
        window = axes is None
        if window:
            from matplotlib import pyplot
            axes = pyplot.figure(layout="constrained").subplots()
        axes.plot(self.history_at, self.history, label="train")
        axes.set(xlabel="iterations", ylabel=self.quantity)
        if ylim is not None:
            axes.set_ylim(*ylim)
        if window:
            pyplot.show()


class RnnlmTrainer(Trainer):
    """Fit a language model to a text, in windows that follow each other (section 5.5.4: truncated BPTT).

    The model keeps its hidden state from one batch to the next. Within one fit() state and place in the text run on from
    epoch to epoch, as in the book; each fit() begins at the start of the text. `ppl_list` holds the perplexity of every
    `eval_interval` iterations, `valid_list` what `validate` returned after each epoch, a perplexity, and `best` the weights
    {name: array} of the epoch where that was lowest.
    """

    quantity = "perplexity"

    def __init__(self, model, optimizer, *, rng=None):
        super().__init__(model, optimizer, rng=rng)
        self.time_idx = 0

    @property
    def ppl_list(self):
        return self.history

    def measure(self, loss):
        """e^loss."""
        return perplexity(loss)

    def get_batch(self, x, t, batch_size, time_size):
        """The next window (batch_size, time_size) of x and of t; the one after it follows at the next call."""
        return self._batch(TimeBatches(x, t, batch_size, time_size))

    def fit(self, xs, ts, max_epoch=10, batch_size=20, time_size=35, max_grad=None, eval_interval=20, *, validate=None,
            verbose=True, save=None, resume=False, checkpoint_every=1000, settings=None):
        """Train for `max_epoch` epochs, as Trainer.fit does. xs, ts: ids (words,), each of ts the word after that of xs."""
        batches = TimeBatches(xs, ts, batch_size, time_size)
        settings = {**(settings or {}), "batch_size": batch_size, "time_size": time_size,
                    "data": lambda: fingerprint(xs, ts)}
        self.time_idx = 0
        self._run(batches, settings, max_epoch, max_grad, eval_interval, validate, verbose, save, resume, checkpoint_every)

    def _validated(self, value):
        if value < min(self.valid_list, default=np.inf) and hasattr(self.model, "named_params"):
            self.best = {name: p.copy() for name, p in self.model.named_params().items()}
        super()._validated(value)

    def _batch(self, batches, epoch=None, iteration=None):
        batch = batches.at(self.time_idx)
        self.time_idx += len(batches.steps)
        return batch

    def _position(self):
        return {**super()._position(), "time_idx": self.time_idx}

    def _resume(self, path, settings):
        position = super()._resume(path, settings)
        self.time_idx = position.pop("time_idx")
        return position
