"""A checkpoint of another run is refused by name, a changed one by its hash, and nothing of the run
that reads it changes before."""

import json
import os
import pickle

import numpy as np
import pytest

from ch04_fast_word2vec.cbow import CBOW
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import Rnnlm
from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from common.optimizer import SGD, Adam, Momentum
from common.runs import Run
from common.runs.checkpoint import load_checkpoint
from common.schedule import EpochDecay, LinearDecay
from common.trainer import RnnlmTrainer, Trainer

IDS = np.random.default_rng(0).integers(0, 7, 43)


class Small:
    """A small run of a language model with all parts of a checkpoint: slots, states, random
    streams, best weights."""

    def __init__(self, seed=0, optimizer=Adam, lr=0.01, hidden_size=3):
        self.model = BetterRnnlm(7, hidden_size, hidden_size, rng=seed)
        self.optimizer = optimizer(lr)
        self.trainer = RnnlmTrainer(self.model, self.optimizer, rng=seed)

    def fit(self, epochs=1, batch_size=2, ids=IDS, **run):
        run = Run("run.npz", **run)
        for _ in self.trainer.epochs(ids[:-1], ids[1:], epochs, batch_size, 7, eval_interval=1,
                                     verbose=False, run=run):
            self.trainer.validated(3.0)
        return self

    def resume(self, epochs=2, **options):
        return self.fit(epochs, resume=True, **options)

    def parts(self):
        return [*(p.tobytes() for p in self.model.params), str(self.optimizer.state),
                str(vars(self.optimizer)), str(self.model.get_state()), self.trainer.seed,
                self.trainer.current_epoch, self.trainer.valid_list]


def refused(message, run=None, **options):
    run = run or Small(seed=5)
    before = run.parts()
    with pytest.raises(InputError, match=message) as error:
        run.resume(**options)
    assert "run.npz" in str(error.value) and run.parts() == before


def edit(change):
    """Save run.npz again with change(arrays, what the JSON text holds) done to it."""
    arrays = load_arrays("run.npz")
    run = json.loads(arrays["run"].tobytes())
    change(arrays, run)
    if "run" in arrays:
        arrays["run"] = np.frombuffer(json.dumps(run).encode(), np.uint8)
    save_arrays("run.npz", arrays)


def test_a_file_that_is_written_again_unchanged_loads():
    whole = Small().fit(2)
    os.remove("run.npz")
    Small().fit()
    edit(lambda arrays, run: None)
    resumed = Small(seed=5).resume()
    assert [p.tobytes() for p in resumed.model.params] == [p.tobytes() for p in whole.model.params]


def half(array):
    return array[:len(array) // 2]


@pytest.mark.parametrize("change", [
    lambda arrays, run: run["optimizer"].update(lr=20.0),
    lambda arrays, run: run["position"].update(epoch=0),
    lambda arrays, run: run["position"]["valid_list"].append(1.0),
    lambda arrays, run: run["settings"].update(batch_size=3),
    lambda arrays, run: run["generators"][0]["state"].update(state=1),
    lambda arrays, run: arrays.pop("optimizer 0 1"),
    lambda arrays, run: arrays.pop("best embed.W"),
    lambda arrays, run: arrays.update(x=np.zeros(3)),
    lambda arrays, run: arrays.update({"optimizer 0 0": arrays["optimizer 0 1"]}),
    lambda arrays, run: arrays.update({"weight embed.W": arrays["weight embed.W"].T}),
    lambda arrays, run: arrays.update({"state 0 0": half(arrays["state 0 0"])}),
    lambda arrays, run: arrays.update({"weight embed.W": arrays["weight embed.W"].astype(float)}),
    lambda arrays, run: arrays.update(sha256=np.zeros(32, np.uint8)),
    lambda arrays, run: arrays.update(sha256=np.zeros(3)),
])
def test_a_file_that_was_changed_by_hand_is_refused(change):
    Small().fit()
    edit(change)
    refused("is damaged, or was changed by hand")


def test_weights_alone_and_runs_of_an_earlier_version_are_refused_by_name():
    Small().model.save_params("run.npz")
    refused("no checkpoint of a run")
    os.remove("run.npz")
    Small().fit()
    edit(lambda arrays, run: arrays.pop("sha256"))
    refused("earlier version of this library")


def test_every_byte_counts():
    """Cut at any 13th byte, any 13th byte flipped: refused by name, or it is the same run."""
    first = Small().fit()
    with open("run.npz", "rb") as file:
        data = file.read()
    settings = json.loads(load_arrays("run.npz")["run"].tobytes())["settings"]
    run = Small(seed=5)
    before = run.parts()
    for size in [*range(len(data) - 1, 0, -13), 0]:
        os.truncate("run.npz", size)
        with pytest.raises(InputError, match=r"run\.npz"):
            load_checkpoint("run.npz", run.model, run.optimizer, settings)
    assert run.parts() == before
    weights = [p.tobytes() for p in first.model.params]
    refusals = 0
    for place in range(0, len(data), 13):
        with open("run.npz", "wb") as file:
            file.write(data[:place] + bytes([data[place] ^ 255]) + data[place + 1:])
        try:
            load_checkpoint("run.npz", run.model, run.optimizer, settings)
        except InputError as error:
            assert "run.npz" in str(error)
            refusals += 1
        else:                                                # the zip's own bytes, such as a date
            assert [p.tobytes() for p in run.model.params] == weights
    assert refusals > len(data) / 13 / 2


def test_a_pickle_is_refused_unread():
    class Attack:
        def __reduce__(self):
            return open, ("touched", "w")

    with open("run.npz", "wb") as file:
        pickle.dump(Attack(), file)
    refused("run.npz is damaged")
    assert os.listdir() == ["run.npz"]


OTHER = np.roll(IDS, 1)


@pytest.mark.parametrize("run, options, message", [
    (Small, {"batch_size": 3}, "its batch_size was 2, now it is 3"),
    (Small, {"ids": OTHER}, "it learned from other data"),
    (lambda: Small(optimizer=SGD), {}, "its optimizer was Adam, now it is SGD"),
    (lambda: Small(hidden_size=4), {}, r"its embed\.W was \[7, 3\], now it is \[7, 4\]"),
    (Small, {"settings": {"dropout": 0.2}}, r"its dropout was 0\.1, now it is 0\.2"),
    (Small, {"settings": {}}, r"its dropout was 0\.1, now it is None"),
    (lambda: Small(lr=LinearDecay(0.1, 3, 9)), {},
     r"schedule was None, now it is LinearDecay\(.*earlier version"),
    # other data have other defaults, which nobody typed: the data are named first
    (Small, {"ids": OTHER, "batch_size": 3}, "it learned from other data"),
])
def test_another_run_is_refused_by_name(run, options, message):
    Small().fit(settings={"dropout": 0.1})
    refused(message, run(), **{"settings": {"dropout": 0.1}, **options})


@pytest.mark.parametrize("changed, message", [
    ({"momentum": 0.5}, "its optimizer's momentum was 0.9, now it is 0.5"),
    ({"weight_decay": 0.1}, "its optimizer's weight_decay was 0.0"),
    ({"max_grad": 3.0}, "its max_grad was None, now it is 3.0"), ({"lr": 5.0}, None)])
def test_other_numbers_of_the_optimizer_are_refused_but_for_its_learning_rate(changed, message):
    def train(resume, max_grad=None, lr=0.1, **numbers):
        trainer = RnnlmTrainer(Rnnlm(7, 3, 3, rng=0), Momentum(lr, **numbers), rng=0)
        trainer.fit(IDS[:-1], IDS[1:], 1 + resume, 2, 7, max_grad, verbose=False,
                    run=Run("run.npz", resume=resume))
        return trainer.optimizer.lr

    train(False)
    if message:
        with pytest.raises(InputError, match=message):
            train(True, **changed)
    else:
        assert train(True, **changed) == 0.1                 # what the loop made of it is kept


def test_another_model_or_number_type_is_refused_by_name():
    Small().fit()
    for model, message in ((Rnnlm(7, 3, 3), "its model was BetterRnnlm, now it is Rnnlm"),
                           (BetterRnnlm(7, 3, 3, dtype=float), "its dtype was float32"),
                           (BetterRnnlm(7, 3, 3, tied=False), r"its affine\.W was None")):
        trainer = RnnlmTrainer(model, Adam(0.01))
        with pytest.raises(InputError, match=message):
            trainer.fit(IDS[:-1], IDS[1:], 2, 2, 7, run=Run("run.npz", resume=True))


def test_the_end_of_a_schedule_may_not_move():
    Small(lr=LinearDecay(0.1, 3, 9)).fit()
    refused(r"its schedule was LinearDecay\(peak=0\.1, flat=3, end=9\), now it is .*end=12\)",
            Small(lr=LinearDecay(0.1, 3, 12)))
    refused("It ends with the run: the number of epochs must be the same",
            Small(lr=LinearDecay(0.1, 3, 12)))
    Small(lr=LinearDecay(0.1, 3, 9)).resume()
    os.remove("run.npz")
    Small(lr=lambda t: 0.1).fit()                            # a function is known by its name
    Small(lr=lambda t: 0.1).resume(3)
    refused("its schedule was", Small(lr=EpochDecay(0.1, 0.5, 3)))


def test_settings_that_json_knows_no_difference_between_are_the_same():
    Small().fit(settings={"lr": np.float32(0.5), "sizes": (1, 2), "n": np.int64(3)})
    resumed = Small().resume(settings={"lr": 0.5, "sizes": [1, 2], "n": 3})
    assert resumed.trainer.current_epoch == 2


@pytest.mark.parametrize("optimizer", [SGD, Momentum, Adam])
@pytest.mark.parametrize("Bits", [np.random.PCG64DXSM, np.random.Philox, np.random.MT19937,
                                  np.random.SFC64])
def test_every_optimizer_and_generator_goes_on(Bits, optimizer):
    models = [BetterRnnlm(7, 3, 3, rng=np.random.Generator(Bits(1))) for _ in range(3)]
    for model, epochs, run in ((models[0], 2, None), (models[1], 1, Run("run.npz")),
                               (models[2], 2, Run("run.npz"))):
        if model is models[2]:
            run = Run("run.npz", resume=True)
        trainer = RnnlmTrainer(model, optimizer(1.0), rng=0)
        trainer.fit(IDS[:-1], IDS[1:], epochs, 2, 7, verbose=False, run=run)
    for whole, resumed in zip(models[0].params, models[2].params):
        np.testing.assert_array_equal(whole, resumed)


def test_a_model_without_names_cannot_be_kept():
    model = CBOW(7, 3, 1, IDS, rng=0)
    book = type("Net", (), {"forward": model.forward, "backward": model.backward,
                            "params": model.params, "grads": model.grads})()
    with pytest.raises(InputError, match="derive it from BaseModel"):
        Trainer(book, SGD()).fit(IDS[:4], IDS[:4], run=Run("run.npz"), batch_size=2)
