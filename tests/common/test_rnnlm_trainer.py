"""RnnlmTrainer: the loop by hand, learning, a run resumed with its hidden state and its text."""

import numpy as np
import pytest

from ch05_rnn.simple_rnnlm import SimpleRnnlm
from ch06_lstm.better_rnnlm import BetterRnnlm
from common.errors import InputError
from common.optimizer import SGD, Adam, AveragedSGD
from common.runs import Run
from common.trainer import RnnlmTrainer
from common.util import clip_grads, remove_duplicate
from tests.common.test_batches import book_batch
from tests.common.test_trainer import run_until

CORPUS = np.random.default_rng(0).integers(0, 12, 251)
XS, TS = CORPUS[:-1], CORPUS[1:]


def make(seed=0, optimizer=SGD, **options):
    rng = np.random.default_rng(seed)
    return RnnlmTrainer(BetterRnnlm(12, 5, 5, rng=rng, **options), optimizer(0.5), rng=rng)


def test_fit_is_the_loop_by_hand():
    trainer, other = make(), make()
    trainer.fit(XS, TS, 2, 5, 7, 0.05, eval_interval=3, verbose=False)
    model, losses, ppl_list = other.model, [], []
    for i in range(2 * (250 // 35)):
        losses.append(model.forward(*book_batch(XS, TS, 5, 7, 7 * i)))
        model.backward()
        params, grads = remove_duplicate(model.params, model.grads)
        clip_grads(grads, 0.05)
        for p, g in zip(params, grads):
            p -= 0.5 * np.asarray(g)
        if i % 7 % 3 == 0:
            ppl_list.append(np.exp(np.mean(losses)))
            losses.clear()
    np.testing.assert_allclose(trainer.ppl_list, ppl_list, rtol=1e-5)
    for a, b in zip(trainer.model.params, model.params):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_second_fit_begins_at_the_start_of_the_text():
    trainer = make()
    trainer.fit(XS, TS, 1, 5, 7, verbose=False)
    assert trainer.time_idx == 49
    trainer.fit(XS, TS, 1, 5, 7, verbose=False)
    assert trainer.time_idx == 49 and trainer.current_epoch == 2


def test_a_line_is_memorized():
    corpus = np.tile(np.arange(9), 12)
    trainer = RnnlmTrainer(SimpleRnnlm(9, 8, 8, rng=0), Adam(0.03))
    trainer.fit(corpus[:-1], corpus[1:], 40, 3, 5, verbose=False)
    assert trainer.ppl_list[0] > 5 and trainer.ppl_list[-1] < 1.2


def slower(trainer):
    """A body that changes the learning rate, draws from the model's own stream, and validates."""
    def body(epoch):
        trainer.optimizer.lr *= 0.5
        trainer.model.drop_layers[0].rng.random()
        trainer.validated(float(epoch))
    return body


@pytest.mark.parametrize("optimizer", [SGD, Adam, AveragedSGD])
@pytest.mark.parametrize("steps", range(1, 21, 3))
def test_a_run_that_is_resumed_ends_as_one_that_was_never_stopped(tmp_path, optimizer, steps):
    path, arguments = tmp_path / "run.npz", (XS, TS, 3, 5, 7, 0.25, 2)
    whole, resumed = make(optimizer=optimizer), make(seed=99, optimizer=optimizer)
    half = make(optimizer=optimizer)
    run_until(half, steps, *arguments, body=slower(half), run=Run(path, every=1))
    for trainer, run in ((whole, None), (resumed, Run(path, resume=True))):
        for epoch in trainer.epochs(*arguments, verbose=False, run=run):
            slower(trainer)(epoch)
    for a, b in zip(whole.model.params, resumed.model.params):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(whole.model.get_state(), resumed.model.get_state()):
        np.testing.assert_array_equal(a, b)
    assert whole.ppl_list == resumed.ppl_list and resumed.valid_list == [1, 2, 3]
    assert whole.optimizer.lr == resumed.optimizer.lr and whole.time_idx == resumed.time_idx


def test_a_perplexity_that_is_no_number_stops_the_run(capsys):
    trainer = make()
    trainer.model.params[-1][...] = np.nan
    with pytest.raises(InputError, match=r"perplexity became nan in epoch 1, iteration 1.*Lower"):
        trainer.fit(XS, TS, 1, 5, 7)
    with pytest.raises(InputError, match="too short"):
        make().fit(XS, TS, 1, 5, 51)


def test_lines_and_figure(capsys):
    from matplotlib.figure import Figure
    trainer = make()
    for _ in trainer.epochs(XS, TS, 2, 5, 7):
        trainer.validated(3.0)
    printed = capsys.readouterr().out
    assert printed.count("| perplexity ") == 2 and printed.count("| validation 3.000 |") == 2
    axes = Figure().subplots()
    trainer.plot(axes=axes)
    assert axes.get_ylabel() == "perplexity" and len(axes.lines[0].get_xdata()) == 2


def test_the_best_weights_survive_a_resume(tmp_path):
    path, reached, seen = tmp_path / "run.npz", [5.0, 3.0, 4.0, 3.5], []
    for epochs in (3, 4):
        trainer = make(seed=epochs)
        run = Run(path, resume=path.exists())
        for epoch in trainer.epochs(XS, TS, epochs, 5, 7, verbose=False, run=run):
            seen.append(trainer.model.params[0].copy())
            trainer.validated(reached[epoch - 1])
        np.testing.assert_array_equal(trainer.best["embed.W"], seen[1])
    assert trainer.valid_list == reached and len(seen) == 4


def test_averaged_weights_are_validated_and_training_goes_on_from_its_own():
    trainer, plain = make(), make()
    trainer.optimizer, plain.optimizer = AveragedSGD(0.5, 0, 2), SGD(0.5)
    means = []
    for _ in trainer.epochs(XS, TS, 2, 5, 7, verbose=False):
        with trainer.optimizer.averaged(trainer.model):
            means.append(trainer.model.params[0].copy())
            trainer.validated(-len(means))
    plain.fit(XS, TS, 2, 5, 7, verbose=False)
    np.testing.assert_array_equal(trainer.best["embed.W"], means[1])
    np.testing.assert_array_equal(trainer.model.params[0], plain.model.params[0])
    assert not np.array_equal(means[1], plain.model.params[0])
    with plain.optimizer.averaged(plain.model):              # an optimizer without means
        np.testing.assert_array_equal(trainer.model.params[0], plain.model.params[0])


def test_a_learning_rate_of_any_number_type_is_kept(tmp_path):
    for i, lr in enumerate((np.float32(0.25), np.float64(0.25), 0.25)):
        path, trainer, resumed = tmp_path / f"{i}.npz", make(), make()
        trainer.optimizer.lr = lr
        trainer.fit(XS, TS, 1, 5, 7, verbose=False, run=Run(path))
        resumed.fit(XS, TS, 1, 5, 7, verbose=False, run=Run(path, resume=True))
        assert resumed.optimizer.lr == 0.25


def test_the_loss_runs_on_from_epoch_to_epoch():
    """Seven iterations an epoch, a value every three: an epoch's first has the last one's end."""
    trainer = make()
    losses, step = [], trainer.step
    trainer.step = lambda *args: losses.append(step(*args)) or losses[-1]
    trainer.fit(XS, TS, 2, 5, 7, eval_interval=3, verbose=False)
    expected = [losses[:1], losses[1:4], losses[4:7], losses[7:8], losses[8:11], losses[11:14]]
    np.testing.assert_allclose(np.log(trainer.ppl_list), [*map(np.mean, expected)],
                               rtol=0, atol=1e-6)
    assert trainer.loss_at == [0, 3, 6, 7, 10, 13]
