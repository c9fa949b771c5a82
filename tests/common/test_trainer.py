"""The loop equals the loop by hand, stops where it must, and goes on from a checkpoint as if it had never stopped."""

import json

import numpy as np
import pytest

from ch03_word2vec.simple_cbow import SimpleCBOW
from ch04_fast_word2vec.cbow import CBOW
from common.array_file import load_arrays, save_arrays
from common.errors import InputError
from common.optimizer import SGD, Adam, Momentum
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
    trainer.fit(CONTEXTS, TARGET, 1, 50, verbose=False)      # a second fit goes on
    assert trainer.current_epoch == 3


@pytest.mark.parametrize("arguments, message", [
    ((CONTEXTS, TARGET[:-1]), "196 entries and t has 195"), ((CONTEXTS, TARGET, 1, 197), r"1\.\.196"),
    ((CONTEXTS, TARGET, 1, 0), "batch_size"),
])
def test_data_that_do_not_fit_are_told(arguments, message):
    with pytest.raises(InputError, match=message):
        make().fit(*arguments)


def test_a_loss_that_is_no_number_stops_the_run_with_a_message():
    trainer = make()
    trainer.model.params[0][...] = np.nan
    with pytest.raises(InputError, match=r"nan in epoch 1, iteration 1.*learning rate"):
        trainer.fit(CONTEXTS, TARGET, 1, 50)


class Stop(Exception):
    pass


def run_until(trainer, steps, *arguments, **options):
    """trainer.fit(...), and raise Stop in the step after `steps`, as a run that is killed there."""
    step, done = trainer._step, []

    def counted(*args):
        if len(done) == steps:
            raise Stop
        done.append(step(*args))
        return done[-1]

    trainer._step = counted
    with pytest.raises(Stop):
        trainer.fit(*arguments, **options)


@pytest.mark.parametrize("optimizer", [SGD, Momentum, Adam])
@pytest.mark.parametrize("steps", range(1, 9))
def test_a_run_that_is_resumed_ends_as_one_that_was_never_stopped(tmp_path, optimizer, steps):
    whole = make(optimizer=optimizer)
    whole.fit(CONTEXTS, TARGET, 3, 50, verbose=False, eval_interval=2)
    run_until(make(optimizer=optimizer), steps, CONTEXTS, TARGET, 3, 50, verbose=False, save=tmp_path / "run.npz",
              checkpoint_every=1, eval_interval=2)
    resumed = make(seed=99, optimizer=optimizer)             # nothing of it may survive the resume
    resumed.fit(CONTEXTS, TARGET, 3, 50, verbose=False, eval_interval=2, save=tmp_path / "run.npz", resume=True)
    for a, b in zip(whole.model.params, resumed.model.params):
        np.testing.assert_array_equal(a, b)
    assert whole.loss_list == resumed.loss_list and resumed.current_epoch == 3


def test_more_epochs_may_be_asked_for_and_a_finished_run_stays_finished(tmp_path, capsys):
    whole, half = make(), make()
    whole.fit(CONTEXTS, TARGET, 4, 50, verbose=False)
    half.fit(CONTEXTS, TARGET, 2, 50, verbose=False, save=tmp_path / "run.npz")
    for epochs in (4, 4):
        assert "nothing is left" not in capsys.readouterr().out
        resumed = make(seed=5)
        resumed.fit(CONTEXTS, TARGET, epochs, 50, verbose=False, save=tmp_path / "run.npz", resume=True)
        np.testing.assert_array_equal(whole.model.params[0], resumed.model.params[0])
    assert "run.npz has had 4 epochs: nothing is left to train" in capsys.readouterr().out


def test_another_run_is_refused_by_name(tmp_path):
    path = tmp_path / "run.npz"
    make().fit(CONTEXTS, TARGET, 1, 50, verbose=False, save=path)
    other_data = CONTEXTS.copy()
    other_data[0, 0] += 1
    for trainer, data, batch_size, name in ((make(optimizer=SGD), CONTEXTS, 50, "optimizer"),
                                            (make(), other_data, 50, "data"), (make(), CONTEXTS, 25, "batch_size")):
        with pytest.raises(InputError, match=f"its {name} was"):
            trainer.fit(data, TARGET, 1, batch_size, save=path, resume=True)
    with pytest.raises(InputError, match="its batch_size was 50"):                # what tells more than the data's hash
        make().fit(CONTEXTS, TARGET, 1, 50, verbose=False, save=tmp_path / "mine.npz", settings={"data": "mine"})
        make().fit(other_data, TARGET, 1, 25, save=tmp_path / "mine.npz", resume=True, settings={"data": "mine"})
    with pytest.raises(InputError, match=r"its in_layer\.W was \[20, 4\], now it is \[20, 5\]"):
        Trainer(CBOW(20, 5, 2, CORPUS), Adam(0.05)).fit(CONTEXTS, TARGET, 1, 50, save=path, resume=True)
    make().model.save_params(tmp_path / "weights.npz")
    with pytest.raises(InputError, match="no checkpoint"):
        make().fit(CONTEXTS, TARGET, 1, 50, save=tmp_path / "weights.npz", resume=True)
    with pytest.raises(InputError, match="needs the file"):
        make().fit(CONTEXTS, TARGET, 1, 50, resume=True)
    with pytest.raises(InputError, match="cannot read"):
        make().fit(CONTEXTS, TARGET, 1, 50, save=tmp_path / "none.npz", resume=True)


def test_a_checkpoint_without_its_parts_is_told(tmp_path):
    path = tmp_path / "run.npz"
    make().fit(CONTEXTS, TARGET, 1, 50, verbose=False, save=path)
    arrays = load_arrays(path)
    run = json.loads(arrays["run"].tobytes())
    del run["position"]
    save_arrays(path, {**arrays, "run": np.frombuffer(json.dumps(run).encode(), np.uint8)})
    with pytest.raises(InputError, match="no checkpoint"):
        make().fit(CONTEXTS, TARGET, 1, 50, save=path, resume=True)


def test_a_model_written_as_in_the_book_needs_four_things_only():
    inner = make(optimizer=SGD).model
    model = type("Net", (), {"forward": lambda self, x, t: inner.forward(x, t), "backward": lambda self: inner.backward(),
                             "params": inner.params, "grads": inner.grads})()
    trainer = Trainer(model, SGD(0.05))
    trainer.fit(CONTEXTS, TARGET, 1, 50, verbose=False)
    assert len(trainer.loss_list) == 1
