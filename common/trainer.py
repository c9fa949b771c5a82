"""The training loop of every model (section 1.4.4); ch05_rnn/train_custom_loop.py has it by hand.

    for epoch in trainer.epochs(x, t, max_epoch=10):
        trainer.validated(evaluate(model))

Trainer feeds examples in a new order each epoch, RnnlmTrainer text in the order of time.
"""

import contextlib
import math
import time

import numpy as np

from common.batches import ShuffledBatches, TimeBatches
from common.errors import InputError
from common.runs import Run
from common.runs.progress import duration
from common.util.gradients import clip_grads, find_shared, remove_duplicate
from common.util.perplexity import perplexity

__all__ = ["RnnlmTrainer", "ShuffledBatches", "TimeBatches", "Trainer", "remove_duplicate"]


class Trainer:
    """Fit a model to pairs (x, t) in shuffled batches (section 1.4.4).

    model: forward(x, t) -> loss, backward(), params, grads. rng: a Generator, a seed or None, for
    the shuffling. `loss_list`: the mean loss of every `eval_interval` iterations; `valid_list`: the
    values that validated() was given, `valid_seconds` [s] the time trained before each.
    """

    quantity = "loss"                                        # that measure() gives
    history = ("first_epoch", "current_epoch", "iteration", "steps", "handing_over", "loss_list",
               "loss_at", "valid_list", "valid_seconds", "seconds", "seed")  # in a checkpoint

    def __init__(self, model, optimizer, *, rng=None):
        self.model = model
        self.optimizer = optimizer
        self.loss_list, self.loss_at = [], []                # the values, and the steps before them
        self.valid_list, self.valid_seconds = [], []
        self.seconds = 0.0                                   # trained in all, by the clock
        self.kept = None                                     # the best weights, {name: array}
        self.first_epoch = self.current_epoch = 0            # epochs before this run; and trained
        self.iteration, self.steps = 0, 0                    # steps of this epoch, and in all
        self.handing_over = False                            # trained, the loop's body not yet done
        self.recent, self.whole = Mean(), Mean()             # losses: since a value, of the epoch
        self.seed = int(np.random.default_rng(rng).integers(2 ** 63))             # of the shuffling
        self.shared = self.iterations = self.eval_interval = self.line = None

    def step(self, batch, max_grad=None):
        """One step on a batch, the arguments of model.forward(); returns the loss."""
        loss = self.model.forward(*batch)
        self.model.backward()
        params, grads = remove_duplicate(self.model.params, self.model.grads, self.shared,
                                         overwrite=True)
        if max_grad is not None:
            clip_grads(grads, max_grad)
        self.optimizer.update(params, grads)
        return loss

    def epochs(self, x, t, max_epoch=10, batch_size=32, max_grad=None, eval_interval=20, *,
               run=None, verbose=True):
        """Train, and yield the number of each epoch, 1, 2, ..., once it is trained.

        x, t: arrays of equal length. max_epoch: how many epochs; when resuming, the total number.
        max_grad: the largest norm of the gradients. run: the Run that keeps it. What is done
        between two epochs (validate, change the learning rate) is part of the run: one that ends
        there is resumed with the same epoch handed over again.

        Ctrl-C, SIGTERM and SIGHUP in a step end the run after it, its checkpoint written, with
        Stopped (a KeyboardInterrupt); between epochs they act as usual. InputError where the data
        do not fit together, and where the loss or a weight is no longer finite.
        """
        batches = ShuffledBatches(x, t, batch_size)
        return self.over(batches, max_epoch, max_grad, eval_interval, run=run, verbose=verbose)

    def fit(self, x, t, max_epoch=10, batch_size=32, max_grad=None, eval_interval=20, *,
            run=None, verbose=True):
        """epochs(...), with nothing done between them."""
        for _ in self.epochs(x, t, max_epoch, batch_size, max_grad, eval_interval,
                             run=run, verbose=verbose):
            pass

    def validated(self, value, *, higher_is_better=False):
        """Note an epoch's validation value; True, and the weights kept, if it is the best yet."""
        beaten = (old >= value if higher_is_better else old <= value for old in self.valid_list)
        best = bool(math.isfinite(value)) and not any(beaten)
        if best:
            self.kept = {name: p.copy() for name, p in self._weights().items()}
        self.valid_list.append(float(value))
        self.valid_seconds.append(self.seconds)
        self._print_line(f" | validation {value:.3f}")
        return best

    @property
    def best(self):
        """{name: array}: the weights that were best on validation; without it, the current ones."""
        return self.kept or self._weights()

    def plot(self, ylim=None, *, axes=None):
        """Draw loss_list over iterations: in a window, or on the matplotlib `axes` given."""
        window = axes is None
        if window:
            from matplotlib import pyplot
            axes = pyplot.figure(layout="constrained").subplots()
        axes.plot(self.loss_at, self.loss_list, label="train")
        axes.set(xlabel="iterations", ylabel=self.quantity)
        if ylim is not None:
            axes.set_ylim(*ylim)
        if window:
            pyplot.show()

    # The workshop: what epochs() is made of, and what a run on disk needs.

    def over(self, batches, max_epoch, max_grad=None, eval_interval=20, *, run=None, verbose=True):
        """epochs() for batches of any kind; common/batches.py says what they have."""
        run = Run() if run is None else run
        self.first_epoch = self.current_epoch                # a trainer may have trained before
        self.shared = find_shared(self.model.params)         # once, not at every step
        self.iterations, self.eval_interval = batches.iterations, eval_interval
        self.iteration, self.handing_over = 0, False
        self.recent, self.whole = Mean(), Mean()
        if run.path and not run.resume and not _finite(self.model.params):
            raise InputError("the weights are infinite or no numbers before the first step: begin "
                             f"with a new model. Nothing was written to {run.path}")
        run.begin(self, lambda: {"max_grad": max_grad, **self.settings(), **batches.settings()})
        last_epoch = self.first_epoch + max_epoch
        if run.resume and self.current_epoch >= last_epoch and not self.handing_over:
            print(f"{run.path} has had {self.current_epoch} epochs: nothing is left to train")
        batches.seed = self.seed                             # a resumed run shuffles as it began
        return self._epochs(batches, last_epoch, max_grad, run, verbose)

    def _epochs(self, batches, last_epoch, max_grad, run, verbose):
        while self.current_epoch < last_epoch or self.handing_over:
            began = time.monotonic()
            if not self.handing_over:                        # else it goes on with the body
                self._train_epoch(batches, last_epoch, max_grad, run)
                run.keep()
            self.line = (self._reached(), began) if verbose else None
            try:
                yield self.current_epoch
            except GeneratorExit:                            # at the loop's break, or at its error
                with contextlib.suppress(OSError):           # such as of a pipe that is closed
                    self._print_line()
                raise
            self._print_line()
            self.handing_over = False
            self._check_between(run)
            run.keep()

    def _train_epoch(self, batches, last_epoch, max_grad, run):
        """The rest of an epoch, from self.iteration on."""
        if self.iteration == 0:
            self.whole = Mean()
        epoch = self.current_epoch
        label = f"epoch {epoch + 1} of {last_epoch}"
        with run.stepping(self.iteration, batches.iterations, label):
            began = time.monotonic() - self.seconds
            while self.iteration < batches.iterations:
                loss = self.step(self._batch(batches, epoch, self.iteration), max_grad)
                self._check(loss, run)
                self._note(loss)
                self.iteration += 1
                self.steps += 1
                self.seconds = time.monotonic() - began
                run.stepped(self.iteration, self._reached())
        self.check_moments(run)
        self.current_epoch, self.iteration, self.handing_over = epoch + 1, 0, True

    def _batch(self, batches, epoch, iteration):
        return batches.get(epoch, iteration)

    def _check(self, loss, run):
        """InputError if the loss, or a weight that the step changed, is not finite."""
        fault = None
        if loss is not None and not math.isfinite(self.measure(loss)):
            fault = f"{self.quantity} became {self.measure(loss)}"
        elif not _finite(getattr(self.optimizer, "touched", None) or self.model.params):
            fault = "weights became infinite or no numbers"
        if fault:
            place = f"in epoch {self.current_epoch + 1}, iteration {self.iteration + 1}"
            raise _diverged(f"the {fault} {place}", run)

    def _check_between(self, run):
        """InputError if a weight is not finite after what the loop's body did."""
        if not _finite(self.model.params):
            raise _diverged("the weights became infinite or no numbers after epoch "
                            f"{self.current_epoch}", run)

    def _note(self, loss):
        if loss is not None:
            terms = getattr(self.model, "terms", 1)          # summed up in it; 1: a mean
            self.recent.add(loss, terms)
            self.whole.add(loss, terms)
        if self.eval_interval and self.iteration % self.eval_interval == 0 and self.recent.count:
            self.loss_list.append(self.measure(self.recent.value))
            self.loss_at.append(self.steps)
            self.recent = Mean()

    def settings(self):
        """{name: value} of what must be the same when a run is resumed, as batches have it."""
        return {}

    def measure(self, loss):
        """A mean loss as it is shown: the loss itself."""
        return loss

    def _reached(self):
        return f"{self.quantity} {self.measure(self.whole.value):.3f}"

    def _print_line(self, more=""):
        if self.line:
            reached, began = self.line
            took = duration(time.monotonic() - began)
            print(f"| epoch {self.current_epoch} | {reached}{more} | {took}", flush=True)
        self.line = None

    def _weights(self):
        if hasattr(self.model, "named_params"):
            return self.model.named_params()
        return {f"param{i}": p for i, p in enumerate(self.model.params)}

    def check_moments(self, run):
        """InputError if what the optimizer keeps of the weights is not finite.

        Asked at each epoch's end and before each checkpoint: at every step it would cost 3 % of
        CBOW's.
        """
        state = getattr(self.optimizer, "state", None) or []
        if not _finite(slot for slots in state for slot in slots):
            raise _diverged("the optimizer's moments became infinite or no numbers in epoch "
                            f"{self.current_epoch + 1}, by iteration {self.iteration}", run)

    def position(self):
        """The place of the run, for its checkpoint; go_on_from() takes it."""
        return {**{name: getattr(self, name) for name in self.history},
                "recent": vars(self.recent), "whole": vars(self.whole)}

    def go_on_from(self, position, best):
        """Go on from a position(), with the weights {name: array} that were best up to there."""
        unknown = {"seconds": math.nan, "valid_seconds": [math.nan] * len(position["valid_list"])}
        position = {**unknown, **position}                   # an earlier version did not time
        for name in self.history:
            setattr(self, name, position[name])
        self.recent, self.whole = Mean(**position["recent"]), Mean(**position["whole"])
        self.kept = best


class RnnlmTrainer(Trainer):
    """Fit a language model to a text, in windows that follow each other (section 5.5.4: BPTT).

    The model keeps its hidden state from one batch to the next. Within one fit() the hidden state
    and the position in the text carry over from epoch to epoch, as in the book; each fit() begins
    at the start of the text. reset: the probability with which each row's state is set to zero
    before a step. With 0, as in the book, a model may learn to need a state and be lost without.
    shuffle: each epoch every row begins its piece of the text at another word (Press 2019, arXiv
    1903.04167), so that no epoch has the windows of another.
    `ppl_list`: the perplexity of every `eval_interval` iterations.
    """

    quantity = "perplexity"
    history = (*Trainer.history, "time_idx")

    def __init__(self, model, optimizer, *, rng=None, reset=0.0, shuffle=False):
        super().__init__(model, optimizer, rng=rng)
        if not 0 <= reset <= 1:
            raise InputError(f"reset is a probability and must lie in 0..1, got {reset}")
        if reset and not hasattr(model, "forget"):
            raise InputError(f"reset={reset} needs a model with forget(rows), which sets the "
                             f"states of some rows to zero: derive {type(model).__name__} from "
                             "BaseModel, which has it")
        self.reset, self.shuffle = reset, shuffle
        self.warned = False                                  # of a lost piece of a validation text
        self.time_idx = 0

    def step(self, batch, max_grad=None):
        """Trainer.step, before which rows forget; which ones follows from `seed` and `steps`."""
        if self.reset:
            rng = np.random.default_rng([self.seed, self.steps, 1])         # 1: its own stream
            self.model.forget(rng.random(len(batch[0])) < self.reset)
        return super().step(batch, max_grad)

    def settings(self):
        return {"reset": self.reset, **({"shuffle": True} if self.shuffle else {})}

    @property
    def ppl_list(self):
        return self.loss_list

    def measure(self, loss):
        """e^loss."""
        return perplexity(loss)

    def epochs(self, xs, ts, max_epoch=10, batch_size=20, time_size=35, max_grad=None,
               eval_interval=20, *, run=None, verbose=True):
        """Trainer.epochs for ids xs, ts (words,), each of ts the word after that of xs."""
        self.time_idx = 0
        batches = TimeBatches(xs, ts, batch_size, time_size)
        return self.over(batches, max_epoch, max_grad, eval_interval, run=run, verbose=verbose)

    def fit(self, xs, ts, max_epoch=10, batch_size=20, time_size=35, max_grad=None,
            eval_interval=20, *, run=None, verbose=True):
        """epochs(...), with nothing done between them."""
        for _ in self.epochs(xs, ts, max_epoch, batch_size, time_size, max_grad, eval_interval,
                             run=run, verbose=verbose):
            pass

    def get_batch(self, x, t, batch_size, time_size):
        """The window (batch_size, time_size) of x and of t after that of the last call."""
        return self._batch(TimeBatches(x, t, batch_size, time_size))

    def _batch(self, batches, epoch=None, iteration=None):
        if self.shuffle and epoch is not None:
            rng = np.random.default_rng([self.seed, epoch, 2])                # 2: its own stream
            rows = len(batches.offsets)
            return batches.turned(iteration, rng.integers(len(batches.xs) // rows, size=rows))
        batch = batches.at(self.time_idx)
        self.time_idx += len(batches.steps)
        return batch


class Mean:
    """The mean of losses, each a sum of `terms`."""

    def __init__(self, total=0.0, count=0):
        self.total, self.count = total, count

    def add(self, loss, terms=1):
        self.total += float(loss)
        self.count += terms

    @property
    def value(self):
        return self.total / self.count if self.count else math.nan


def _finite(arrays):
    """Whether all numbers are finite: one product, and a closer look only where that overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        return all(math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())
                   for array in arrays)


def _diverged(fault, run):
    kept = f" The last checkpoint is in {run.path}." if run.path else ""
    return InputError(f"{fault}: training diverged. Lower the learning rate or max_grad, an option "
                      f"or a line of the script.{kept}")
