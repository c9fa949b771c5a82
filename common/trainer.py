"""The training loop, written once (section 1.4.4); ch05_rnn/train_custom_loop.py shows the same loop by hand.

A step is: forward, backward, merge the gradients of shared weights, clip, update.
"""

import time

import numpy as np

from common.checkpoint import fingerprint, load_checkpoint, save_checkpoint, settings_of
from common.errors import InputError
from common.script import Progress, duration
from common.util.gradients import clip_grads, find_shared, remove_duplicate

__all__ = ["ShuffledBatches", "Trainer", "remove_duplicate"]


class ShuffledBatches:
    """x and t in batches, in a new order each epoch; the order follows from a seed and the number of the epoch."""

    def __init__(self, x, t, batch_size, seed):
        if len(x) != len(t):
            raise InputError(f"x and t belong together one by one, but x has {len(x)} entries and t has {len(t)}")
        if not 1 <= batch_size <= len(x):
            raise InputError(f"batch_size must lie in 1..{len(x)}, the number of examples, got {batch_size}")
        self.x, self.t, self.batch_size, self.seed = x, t, batch_size, seed
        self.iterations = len(x) // batch_size               # a remainder waits for the next epoch
        self.epoch = self.order = None

    def get(self, epoch, iteration):
        """(x, t) of one step."""
        if epoch != self.epoch:
            self.epoch, self.order = epoch, np.random.default_rng([self.seed, epoch]).permutation(len(self.x))
        chosen = self.order[iteration * self.batch_size:(iteration + 1) * self.batch_size]
        return self.x[chosen], self.t[chosen]


class Trainer:
    """Fit a model to pairs (x, t) in shuffled batches (section 1.4.4).

    model: forward(x, t) -> loss, backward(), params, grads. rng: a Generator, a seed or None, for the shuffling.
    After fit(), `loss_list` holds the mean loss of every `eval_interval` iterations and plot() draws it.
    """

    def __init__(self, model, optimizer, *, rng=None):
        self.model = model
        self.optimizer = optimizer
        self.loss_list = []
        self.eval_interval = None
        self.current_epoch = 0
        self.seed = int(np.random.default_rng(rng).integers(2 ** 63))             # of the shuffling

    def fit(self, x, t, max_epoch=10, batch_size=32, max_grad=None, eval_interval=20, *, verbose=True, save=None,
            resume=False, checkpoint_every=1000):
        """Train for `max_epoch` epochs; a resumed run goes on up to that many in all.

        x, t: arrays of equal length. max_grad: the largest norm of the gradients. save: a file to which the run is
        written every `checkpoint_every` iterations and at the end of each epoch; resume: go on from that file.
        InputError where the data do not fit together, and where the loss is no longer a number.
        """
        batches = ShuffledBatches(x, t, batch_size, self.seed)
        settings = None
        if save:
            settings = settings_of(self.model, self.optimizer, batch_size=batch_size, data=fingerprint(x, t))
        self.eval_interval = eval_interval
        last_epoch = self.current_epoch + max_epoch
        run = {"iteration": 0, "total_loss": 0.0, "count": 0}                     # within the epoch; the sum to be averaged
        if resume:
            run = self._resume(save, settings)
            batches.seed, last_epoch = self.seed, max_epoch
        self._loop(batches, last_epoch, max_grad, verbose, run, save, settings, checkpoint_every)

    def _loop(self, batches, last_epoch, max_grad, verbose, run, save, settings, checkpoint_every):
        groups = find_shared(self.model.params)
        while self.current_epoch < last_epoch:
            epoch, began = self.current_epoch, time.monotonic()
            progress, losses = Progress(batches.iterations, f"epoch {epoch + 1}"), []
            for iteration in range(run["iteration"], batches.iterations):
                loss = self._step(batches.get(epoch, iteration), max_grad, groups)
                if not np.isfinite(loss):
                    kept = f" The last checkpoint is in {save}." if save else ""
                    raise InputError(f"the loss became {loss} in epoch {epoch + 1}, iteration {iteration + 1}: training "
                                     f"diverged. Lower the learning rate or set max_grad.{kept}")
                losses.append(loss)
                run = {"iteration": iteration + 1, "total_loss": run["total_loss"] + loss, "count": run["count"] + 1}
                if self.eval_interval and iteration % self.eval_interval == 0:
                    self.loss_list.append(run["total_loss"] / run["count"])
                    run.update(total_loss=0.0, count=0)
                progress.update(iteration + 1, f"loss {loss:.3f}")
                if save and run["iteration"] % checkpoint_every == 0 and run["iteration"] < batches.iterations:
                    self._save(save, settings, run)
            progress.close()
            self.current_epoch += 1
            run["iteration"] = 0
            if save:
                self._save(save, settings, run)
            if verbose:
                print(f"| epoch {epoch + 1} | loss {np.mean(losses):.3f} | {duration(time.monotonic() - began)}", flush=True)

    def _step(self, batch, max_grad, groups):
        loss = self.model.forward(*batch)
        self.model.backward()
        params, grads = remove_duplicate(self.model.params, self.model.grads, groups)
        if max_grad is not None:
            clip_grads(grads, max_grad)
        self.optimizer.update(params, grads)
        return loss

    def _save(self, path, settings, run):
        position = {**run, "epoch": self.current_epoch, "loss_list": self.loss_list, "seed": self.seed}
        save_checkpoint(path, self.model, self.optimizer, settings, position)

    def _resume(self, path, settings):
        if path is None:
            raise InputError("resume needs the file to resume from: fit(..., save=FILE, resume=True)")
        position = load_checkpoint(path, self.model, self.optimizer, settings)
        self.current_epoch, self.loss_list, self.seed = (position.pop(key) for key in ("epoch", "loss_list", "seed"))
        return position

    def plot(self, ylim=None, *, axes=None):
        """Draw the loss over iterations: in a window, or on the matplotlib `axes` that are given."""
        window = axes is None
        if window:
            from matplotlib import pyplot
            axes = pyplot.figure(layout="constrained").subplots()
        axes.plot(np.arange(len(self.loss_list)) * (self.eval_interval or 1), self.loss_list, label="train")
        axes.set(xlabel="iterations", ylabel="loss")
        if ylim is not None:
            axes.set_ylim(*ylim)
        if window:
            pyplot.show()
