"""The loop is the loop by hand, stops where it must, and goes on as if it had never stopped."""

import math
import re

import numpy as np
import pytest

from ch03_word2vec.simple_cbow import SimpleCBOW
from ch04_fast_word2vec.cbow import CBOW
from common.base_model import BaseModel
from common.errors import InputError
from common.files.arrays import load_arrays
from common.layers import Affine, Embedding, SoftmaxWithLoss
from common.optimizer import (
    SGD,
    AdaGrad,
    Adam,
    AveragedSGD,
    Momentum,
    Nesterov,
    RMSprop,
    RowAdaGrad,
)
from common.runs import Run
from common.trainer import ShuffledBatches, Trainer
from common.util import convert_one_hot, create_contexts_target, preprocess, remove_duplicate

CORPUS = np.random.default_rng(0).integers(0, 20, 200)
CONTEXTS, TARGET = create_contexts_target(CORPUS, 2)


def make(seed=0, optimizer=Adam, **options):
    rng = np.random.default_rng(seed)
    model = CBOW(20, 4, 2, CORPUS, rng=rng, **options)
    return Trainer(model, optimizer(0.05), rng=rng)


def test_the_toy_text_of_chapter_3_is_learned():
    corpus, word_to_id, _ = preprocess("You say goodbye and I say hello.")
    contexts, target = (convert_one_hot(ids, 7) for ids in create_contexts_target(corpus))
    trainer = Trainer(SimpleCBOW(7, 5, rng=0), Adam(), rng=0)
    trainer.fit(contexts, target, 1000, 3, eval_interval=1, verbose=False)
    assert trainer.loss_list[0] > 1.9 and np.mean(trainer.loss_list[-20:]) < 0.6


def test_a_step_is_the_step_by_hand():
    trainer, other = make(optimizer=SGD), make(optimizer=SGD)
    trainer.fit(CONTEXTS, TARGET, 2, 50, max_grad=0.5, verbose=False)
    batches = ShuffledBatches(CONTEXTS, TARGET, 50, other.seed)
    for epoch in range(2):
        for iteration in range(3):
            other.model.forward(*batches.get(epoch, iteration))
            other.model.backward()
            params, grads = remove_duplicate(other.model.params, other.model.grads)
            norm = sum(np.sum(g.rows.astype(float) ** 2) for g in grads) ** 0.5
            for p, g in zip(params, grads):
                p -= 0.05 * min(1, 0.5 / norm) * np.asarray(g)
    for a, b in zip(trainer.model.params, other.model.params):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_every_example_is_seen_once_an_epoch_in_a_new_order():
    x = np.arange(12)
    batches = ShuffledBatches(x, x, 4, seed=0)
    epochs = [np.concatenate([batches.get(epoch, i)[0] for i in range(3)]) for epoch in (0, 1)]
    assert all(sorted(order) == list(x) for order in epochs) and not np.array_equal(*epochs)


def test_history_lines_and_figure(capsys):
    from matplotlib.figure import Figure
    trainer = make()
    trainer.fit(CONTEXTS, TARGET, 2, 50, eval_interval=2)
    assert len(trainer.loss_list) == 4 and trainer.current_epoch == 2
    assert capsys.readouterr().out.count("| epoch ") == 2
    axes = Figure().subplots()
    trainer.plot(ylim=(0, 9), axes=axes)
    assert axes.get_ylim() == (0, 9) and list(axes.lines[0].get_xdata()) == [0, 2, 3, 5]
    trainer.fit(CONTEXTS, TARGET, 1, 98, eval_interval=1, verbose=False)          # it goes on
    assert trainer.current_epoch == 3 and trainer.loss_at == [0, 2, 3, 5, 6, 7]


def test_without_an_interval_no_loss_is_noted(capsys):
    trainer = make()
    trainer.fit(CONTEXTS, TARGET, 1, 50, eval_interval=None)
    assert trainer.loss_list == [] and "| epoch 1 | loss 4." in capsys.readouterr().out


@pytest.mark.parametrize("arguments, message", [
    ((CONTEXTS, TARGET[:-1]), "196 entries and t has 195"),
    ((CONTEXTS, TARGET, 1, 197), r"1\.\.196"), ((CONTEXTS, TARGET, 1, 0), "batch_size"),
])
def test_data_that_do_not_fit_are_told_when_epochs_is_called(arguments, message):
    with pytest.raises(InputError, match=message):
        make().epochs(*arguments)


def test_each_epoch_is_handed_over_and_a_break_ends_the_run():
    whole, trainer = make(), make()
    whole.fit(CONTEXTS, TARGET, 3, 50, verbose=False)
    numbers = []
    for epoch in trainer.epochs(CONTEXTS, TARGET, 9, 50, verbose=False):
        numbers.append((epoch, trainer.current_epoch, trainer.optimizer.iter))
        if epoch == 2:
            break
    assert numbers == [(1, 1, 3), (2, 2, 6)]
    for epoch in trainer.epochs(CONTEXTS, TARGET, 1, 50, verbose=False):          # it goes on
        assert epoch == 3
    for a, b in zip(whole.model.params, trainer.model.params):
        np.testing.assert_array_equal(a, b)


def test_the_line_of_an_epoch_has_what_was_validated(capsys):
    trainer = make()
    for _ in trainer.epochs(CONTEXTS, TARGET, 2, 50):
        trainer.validated(0.5)
        break
    assert "| validation 0.500 | " in capsys.readouterr().out
    for _ in trainer.epochs(CONTEXTS, TARGET, 2, 50):
        break
    assert capsys.readouterr().out.startswith("| epoch 2 | loss ")


@pytest.mark.parametrize("higher, best_epoch", [(False, 2), (True, 4)])
def test_the_best_weights_are_kept(higher, best_epoch):
    trainer, seen, best = make(), [], []
    for epoch in trainer.epochs(CONTEXTS, TARGET, 5, 50, verbose=False):
        seen.append(trainer.model.params[0].copy())
        value = [3.0, 1.0, 2.0, 4.0, 4.0][epoch - 1]
        best.append(trainer.validated(value, higher_is_better=higher))
    assert best == ([True, False, False, True, False] if higher else [True, True] + 3 * [False])
    np.testing.assert_array_equal(trainer.best["in_layer.W"], seen[best_epoch - 1])
    assert trainer.valid_list == [3.0, 1.0, 2.0, 4.0, 4.0]


def test_without_validation_the_best_weights_are_the_last_and_nan_is_never_best():
    trainer = make()
    trainer.fit(CONTEXTS, TARGET, 1, 50, verbose=False)
    assert trainer.best["in_layer.W"] is trainer.model.params[0]
    assert not trainer.validated(math.nan) and trainer.kept is None
    assert trainer.validated(2.0) and not trainer.validated(3.0)                  # nor is it lowest


def test_a_loss_that_is_no_number_stops_the_run_with_a_message():
    trainer = make()
    trainer.model.params[0][...] = np.nan
    with pytest.raises(InputError, match=r"nan in epoch 1, iteration 1.*learning rate"):
        trainer.fit(CONTEXTS, TARGET, 1, 50)


class Spoiling(SGD):
    """After `good` steps it makes one number of a row that was used infinite."""

    good = 4

    def rule(self, p, g):
        super().rule(p, g)
        if self.iter > self.good:
            p.flat[0] = np.inf


@pytest.mark.parametrize("sparse", [True, False])
def test_a_weight_that_is_no_number_stops_the_run_before_it_is_saved(tmp_path, sparse):
    path = tmp_path / "run.npz"
    trainer = make(optimizer=Spoiling, sparse=sparse)
    with pytest.raises(InputError, match=r"weights became infinite.* in epoch 2, iteration 2.*"
                                         r"checkpoint is in .*run\.npz"):
        trainer.fit(CONTEXTS, TARGET, 3, 50, verbose=False, run=Run(path, every=1))
    again = make(optimizer=type("Spoiling", (SGD,), {}), sparse=sparse)
    again.fit(CONTEXTS, TARGET, 3, 50, verbose=False, run=Run(path, resume=True))
    assert all(np.isfinite(p).all() for p in again.model.params)


class Steep(BaseModel):
    """Affine and SoftmaxWithLoss; gradients of 1e30 and more, of which the weights see nothing."""

    def __init__(self, sparse):
        self.embed = Embedding(np.ones((4, 3), np.float32), sparse=sparse)
        self.affine = Affine(np.zeros((3, 2), np.float32), np.zeros(2, np.float32))
        self.loss_layer = SoftmaxWithLoss()
        self.gather()

    def forward(self, x, t):
        return self.loss_layer.forward(self.affine.forward(self.embed.forward(x) * 1e30), t)

    def backward(self, dout=1):
        self.embed.backward(self.affine.backward(self.loss_layer.backward(dout)) * 1e30)


class Table(Steep):
    """Steep, of which only the table is learned."""

    def gather(self):
        self.affine.params[0] += [1, -1]
        self.params, self.grads, self.param_names = self.embed.params, self.embed.grads, ["W"]


ALL_OPTIMIZERS = [SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam, AveragedSGD, RowAdaGrad]


@pytest.mark.parametrize("sparse", [True, False])
@pytest.mark.parametrize("Rule", ALL_OPTIMIZERS)
@pytest.mark.parametrize("lr", [1e10, 1e38, 1e-3])
@pytest.mark.parametrize("kept", [True, False])
def test_a_last_step_that_leaves_no_finite_numbers_ends_the_run(tmp_path, Rule, lr, sparse, kept):
    """One step is all: nothing after it would notice."""
    path = str(tmp_path / "run.npz") if kept else None
    model = (Table if Rule is RowAdaGrad else Steep)(sparse)
    optimizer = Rule(lr)
    trainer = Trainer(model, optimizer, rng=0)
    arguments = np.array([0, 1, 1, 0]), np.array([0, 1, 1, 1]), 1, 4
    try:
        trainer.fit(*arguments, verbose=False, run=Run(path, every=1))
    except InputError as error:
        assert re.search("(weights|moments) became .* iteration 1: .* diverged", str(error))
    else:
        slots = [slot for slots in optimizer.state for slot in slots]
        assert all(np.isfinite(a).all() for a in [*model.params, *slots])
        assert lr < 1e38 and Rule not in (AdaGrad, RMSprop, Adam)                 # dW^2 overflows
    if kept:
        assert all(np.isfinite(a).all() for a in load_arrays(path).values())


def test_a_mean_that_is_no_number_ends_the_run():
    trainer = Trainer(Steep(True), AveragedSGD(1e-38, 0, 1), rng=0)
    trainer.optimizer.make_state(trainer.model.params)
    trainer.optimizer.mean[0][3] = -np.inf                   # in no row of this batch
    with pytest.raises(InputError, match="moments became infinite"):
        trainer.fit(np.array([0, 1]), np.array([0, 1]), 1, 2, verbose=False)


def test_an_update_of_ones_own_is_looked_at_too():
    class Own(SGD):
        def update(self, params, grads):
            params[1][...] = np.inf

    with pytest.raises(InputError, match="weights became infinite"):
        make(optimizer=Own).fit(CONTEXTS, TARGET, 1, 50, verbose=False)


def test_what_the_loops_body_spoils_is_not_saved(tmp_path):
    path, trainer = tmp_path / "run.npz", make()
    with pytest.raises(InputError, match=r"no numbers after epoch 2: .*run\.npz"):
        for epoch in trainer.epochs(CONTEXTS, TARGET, 2, 50, verbose=False, run=Run(path)):
            trainer.model.params[0][0] = np.nan if epoch == 2 else 1
    arrays = load_arrays(path)
    assert all(np.isfinite(array).all() for array in arrays.values())
    resumed = make(seed=3)                                   # and it goes on, with epoch 2's body
    assert list(resumed.epochs(CONTEXTS, TARGET, 3, 50, verbose=False,
                               run=Run(path, resume=True))) == [2, 3]


def test_a_run_does_not_begin_with_weights_that_are_no_numbers(tmp_path):
    trainer = make()
    trainer.model.params[0][0] = np.inf
    with pytest.raises(InputError, match="before the first step"):
        trainer.fit(CONTEXTS, TARGET, 1, 50, run=Run(tmp_path / "run.npz"))
    assert not (tmp_path / "run.npz").exists()


def test_large_weights_are_finite_weights():
    trainer = make(optimizer=SGD)
    trainer.model.params[0][0] = 1e30                        # its square is none in float32
    trainer.model.params[1][...] = 0
    trainer.optimizer.lr = 0.0
    trainer.fit(CONTEXTS, TARGET, 1, 50, verbose=False)
    assert trainer.current_epoch == 1


class Stop(Exception):
    pass


def run_until(trainer, steps, *arguments, body=lambda epoch: None, **options):
    """Train, and raise Stop in the step after `steps`, as a run that is killed there."""
    step, done = trainer.step, []

    def counted(*args):
        if len(done) == steps:
            raise Stop
        done.append(step(*args))
        return done[-1]

    trainer.step = counted
    with pytest.raises(Stop):
        for epoch in trainer.epochs(*arguments, verbose=False, **options):
            body(epoch)


@pytest.mark.parametrize("optimizer", [SGD, Momentum, Adam])
@pytest.mark.parametrize("steps", range(1, 9))
def test_a_run_that_is_resumed_ends_as_one_that_was_never_stopped(tmp_path, optimizer, steps):
    path, arguments = tmp_path / "run.npz", (CONTEXTS, TARGET, 3, 50, None, 2)
    whole = make(optimizer=optimizer)
    whole.fit(*arguments, verbose=False)
    run_until(make(optimizer=optimizer), steps, *arguments, run=Run(path, every=1))
    resumed = make(seed=99, optimizer=optimizer)             # nothing of it may survive the resume
    resumed.fit(*arguments, verbose=False, run=Run(path, resume=True))
    for a, b in zip(whole.model.params, resumed.model.params):
        np.testing.assert_array_equal(a, b)
    assert whole.loss_list == resumed.loss_list and whole.loss_at == resumed.loss_at
    assert resumed.current_epoch == 3
    assert vars(whole.whole) == vars(resumed.whole)


def test_more_epochs_may_be_asked_for_and_a_finished_run_stays_finished(tmp_path, capsys):
    path, whole = tmp_path / "run.npz", make()
    whole.fit(CONTEXTS, TARGET, 4, 50, verbose=False)
    make().fit(CONTEXTS, TARGET, 2, 50, verbose=False, run=Run(path))
    for _ in range(2):
        assert "nothing is left" not in capsys.readouterr().out
        resumed = make(seed=5)
        resumed.fit(CONTEXTS, TARGET, 4, 50, verbose=False, run=Run(path, resume=True))
        np.testing.assert_array_equal(whole.model.params[0], resumed.model.params[0])
    assert "run.npz has had 4 epochs: nothing is left to train" in capsys.readouterr().out


def test_a_run_counts_what_this_process_trained(tmp_path):
    first, second = Run(tmp_path / "run.npz"), Run(tmp_path / "run.npz", resume=True)
    make().fit(CONTEXTS, TARGET, 2, 50, verbose=False, run=first)
    make().fit(CONTEXTS, TARGET, 5, 50, verbose=False, run=second)
    assert (first.steps, second.steps) == (6, 9) and second.seconds > 0


def test_a_model_written_as_in_the_book_needs_four_things_only():
    inner = make(optimizer=SGD).model
    model = type("Net", (), {"forward": lambda self, x, t: inner.forward(x, t),
                             "backward": lambda self: inner.backward(),
                             "params": inner.params, "grads": inner.grads})()
    trainer = Trainer(model, SGD(0.05))
    trainer.fit(CONTEXTS, TARGET, 1, 50, verbose=False)
    assert len(trainer.loss_list) == 1 and trainer.validated(1.0) and len(trainer.best) == 2


def test_an_optimizer_written_as_in_the_book_needs_one_thing_only():
    class Plain:
        lr = 0.1

        def update(self, params, grads):
            for p, g in zip(params, grads):
                p -= self.lr * g

    trainer = make(sparse=False)
    trainer.optimizer = Plain()
    trainer.fit(CONTEXTS, TARGET, 1, 50, verbose=False)
    with pytest.raises(InputError, match=r"Plain cannot be kept .* derive it from Optimizer"):
        trainer.fit(CONTEXTS, TARGET, 1, 50, run=Run("run.npz"))
    trainer.optimizer.lr = np.inf
    with pytest.raises(InputError, match="diverged"):
        trainer.fit(CONTEXTS, TARGET, 1, 50, verbose=False)
