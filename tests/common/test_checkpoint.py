"""A checkpoint cut, flipped or edited by hand is refused by name, and nothing of the run that reads it is changed."""

import json
import os

import numpy as np
import pytest

from ch03_word2vec.glove import GloVe
from ch06_lstm.better_rnnlm import BetterRnnlm
from common.array_file import load_arrays, save_arrays
from common.checkpoint import load_checkpoint
from common.errors import InputError
from common.optimizer import SGD, Adam, Momentum
from common.table_trainer import TableTrainer
from common.trainer import RnnlmTrainer
from tests.fuzz_files import IDS

NAN = float("nan")


class Run:
    """A small run of a language model with all parts of a checkpoint: slots, states, random streams, best weights."""

    def __init__(self, seed=0, optimizer=Adam):
        self.model, self.optimizer = BetterRnnlm(7, 3, 3, rng=seed), optimizer(0.01)
        self.trainer = RnnlmTrainer(self.model, self.optimizer, rng=seed)

    def fit(self, epochs=1, **options):
        self.trainer.fit(IDS[:-1], IDS[1:], epochs, 2, 7, eval_interval=1, validate=lambda: 3.0, verbose=False,
                         save="run.npz", **options)
        return self

    def resume(self):
        return self.fit(2, resume=True)

    def parts(self):
        return [*(p.tobytes() for p in self.model.params), str(self.optimizer.state), str(vars(self.optimizer)),
                str(self.model.get_state()), self.trainer.seed, self.trainer.current_epoch]


def refused(message=r"run\.npz", run=None):
    run = run or Run(seed=5)
    before = run.parts()
    with pytest.raises(InputError, match=message) as error:
        run.resume()
    assert "run.npz" in str(error.value) and run.parts() == before


def edit(change):
    """Save run.npz again with change(arrays, what the JSON text holds) done to it."""
    arrays = load_arrays("run.npz")
    run = json.loads(arrays["run"].tobytes())
    change(arrays, run)
    if "run" in arrays:
        arrays["run"] = np.frombuffer(json.dumps(run).encode(), np.uint8)
    save_arrays("run.npz", arrays)


def test_an_edit_that_changes_nothing_loads():
    whole = Run().fit(2)
    Run().fit()
    edit(lambda arrays, run: None)
    resumed = Run(seed=5).resume()
    assert [*map(np.ndarray.tobytes, resumed.model.params)] == [*map(np.ndarray.tobytes, whole.model.params)]


def set_at(*path):
    """A change: the value at the end of `path` put at the place before it."""
    def change(arrays, run):
        *way, last, value = path
        for key in way:
            run = run[key]
        run[last] = value
    return change


def without(*path):
    def change(arrays, run):
        *way, last = path
        for key in way:
            run = run[key]
        del run[last]
    return change


POSITION = ["epoch", "iteration", "total_loss", "count", "history", "history_at", "valid_list", "seed", "time_idx"]
EDITS = {
    **{f"no {part}": without(part) for part in ("settings", "position", "optimizer", "generators")},
    **{f"{part} is {value!r}": set_at(part, value) for part in ("settings", "position", "optimizer", "generators")
       for value in (None, 1, "x", [1], {"x": 1})},
    **{f"no {name}": without("position", name) for name in POSITION},
    **{f"{name} is {value!r:.9}": set_at("position", name, value) for name in POSITION
       for value in (None, "x", {}, True, NAN, [[1]], -1 if name != "total_loss" else [], ["a"])},
    **{f"{name} is {value!r:.9}": set_at("optimizer", name, value) for name in ("lr", "beta1", "iter")
       for value in (None, "x", [], NAN, float("inf"), -1, True, 10 ** 400)},
    "beta2 is 2": set_at("optimizer", "beta2", 2), "iter is half": set_at("optimizer", "iter", 1.5),
    "seed is too large": set_at("position", "seed", 2 ** 64), "no lr": without("optimizer", "lr"),
    "one number more": set_at("optimizer", "momentum", 0.9), "history is longer": set_at("position", "history", [1.0] * 99),
    "no stream": set_at("generators", []), "a stream is 1": set_at("generators", 0, 1),
    "a stream is {}": set_at("generators", 0, {}),
    "another generator": set_at("generators", 0, "bit_generator", "MT19937"), "weights": set_at("settings", "weights", [1]),
    **{f"a stream's state is {value!r:.9}": set_at("generators", 0, "state", "state", value)
       for value in (None, -1, 1.5, 10 ** 99)},
    "model": set_at("settings", "model", "GPT"), "a size": set_at("settings", "weights", "embed.W", [7, 4]),
    "no settings": set_at("settings", {}), "no weights": without("settings", "weights"),
}


@pytest.mark.parametrize("name", EDITS)
def test_text_that_was_edited_is_refused(name):
    Run().fit()
    edit(EDITS[name])
    refused()


@pytest.mark.parametrize("Bits", [np.random.PCG64DXSM, np.random.Philox, np.random.MT19937, np.random.SFC64])
def test_every_generator_goes_on(Bits):
    models = [BetterRnnlm(7, 3, 3, rng=np.random.Generator(Bits(1))) for _ in range(3)]
    for model, epochs, options in ((models[0], 2, {}), (models[1], 1, {"save": "run.npz"}),
                                   (models[2], 2, {"save": "run.npz", "resume": True})):
        RnnlmTrainer(model, SGD(1.0), rng=0).fit(IDS[:-1], IDS[1:], epochs, 2, 7, verbose=False, **options)
    for whole, resumed in zip(models[0].params, models[2].params):
        np.testing.assert_array_equal(whole, resumed)


def put(name, make):
    def change(arrays, run):
        arrays[name] = make(arrays.get(name))
    return change


def drop(start):
    def change(arrays, run):
        for name in [name for name in arrays if name.startswith(start)]:
            del arrays[name]
    return change


def spoiled(array):
    array = array.copy()
    array.flat[0] = np.nan
    return array


ARRAYS = {
    "no text": drop("run"), "no slots": drop("optimizer"),
    "a slot less": drop("optimizer 1 0"), "a slot more": put("optimizer 0 2", lambda a: np.zeros((7, 3), "f")),
    "slots of one weight more": put("optimizer 99 0", lambda a: np.zeros(3, "f")), "no weights": drop("weight"),
    "a turned slot": put("optimizer 0 0", lambda a: a.T), "a flat slot": put("optimizer 0 1", np.ravel),
    "a wide slot": put("optimizer 0 0", lambda a: a.astype(float)),
    "slots of whole numbers": put("optimizer 0 0", lambda a: a.astype(int)),
    "a slot's name": put("optimizer x", lambda a: np.zeros(3, "f")), "NaN in a slot": put("optimizer 0 1", spoiled),
    "NaN in a weight": put("weight embed.W", spoiled), "a weight of text": put("weight embed.W", lambda a: a.astype("U")),
    "a weight less": drop("weight embed.W"), "a weight more": put("weight x", lambda a: np.zeros(3, "f")),
    "best of other size": put("best embed.W", lambda a: a[:3]), "a best weight less": drop("best embed.W"),
    "NaN in the best": put("best embed.W", spoiled), "a state of another batch": put("state 0 0", lambda a: a[:1]),
    "a state of another width": put("state 0 1", lambda a: a[:, :2]), "a flat state": put("state 0 0", np.ravel),
    "a state of no layer": put("state 7 0", lambda a: np.zeros((2, 3), "f")),
    "a state's name": put("state", lambda a: np.zeros(2)),
    "NaN in a state": put("state 0 0", spoiled), "an array of nothing": put("x", lambda a: np.zeros(3)),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_that_were_exchanged_are_refused(name):
    Run().fit()
    edit(ARRAYS[name])
    refused()


@pytest.mark.parametrize("text", [b"", b"{", b"[" * 10 ** 5, b"null", b"[]", b"1", b'"run"', b"\xff",
                                  b'{"settings": ' * 10 ** 5], ids=lambda text: text.decode("latin1")[:9])
def test_text_that_is_no_json_is_refused(text):
    Run().fit()
    arrays = load_arrays("run.npz")
    save_arrays("run.npz", {**arrays, "run": np.frombuffer(text, np.uint8)})
    refused("no checkpoint")


@pytest.mark.parametrize("optimizer", [SGD, Momentum])
def test_slots_of_another_number_are_refused(optimizer):
    Run(optimizer=optimizer).fit()
    Run(5, optimizer).resume()
    Run(optimizer=optimizer).fit()
    edit(put("optimizer 0 1", lambda a: np.zeros((7, 3), "f")))
    refused(run=Run(5, optimizer))


@pytest.mark.parametrize("change", [without("position", "history"), without("position", "drawn_from"),
                                    set_at("position", "step", -1), set_at("position", "loss", NAN),
                                    set_at("position", "drawn_from", [{}]), set_at("position", "drawn_from", 1),
                                    set_at("position", "drawn_from", []), set_at("position", "count", "x")])
def test_a_checkpoint_of_tables_is_held_against_the_run(change):
    TableTrainer(GloVe(7, 2, IDS, 2, batch_size=20, rng=0)).fit(1, 0.1, verbose=False, save="run.npz")
    edit(change)
    with pytest.raises(InputError, match=r"run\.npz is damaged"):
        TableTrainer(GloVe(7, 2, IDS, 2, batch_size=20, rng=0)).fit(2, 0.1, verbose=False, save="run.npz", resume=True)


def test_every_byte_counts():
    """Cut at any byte: refused by name. Any seventh byte flipped: the same, or the same run."""
    first = Run().fit()
    with open("run.npz", "rb") as file:
        data = file.read()
    settings = json.loads(load_arrays("run.npz")["run"].tobytes())["settings"]
    run = Run(seed=5)
    before = run.parts()
    for size in range(len(data)):
        os.truncate("run.npz", len(data) - 1 - size)
        with pytest.raises(InputError, match=r"run\.npz"):
            load_checkpoint("run.npz", run.model, run.optimizer, settings)
    assert run.parts() == before
    weights = [p.tobytes() for p in first.model.params]
    for place in range(0, len(data), 7):
        with open("run.npz", "wb") as file:
            file.write(data[:place] + bytes([data[place] ^ 255]) + data[place + 1:])
        try:
            load_checkpoint("run.npz", run.model, run.optimizer, settings)
        except InputError as error:
            assert "run.npz" in str(error)
        else:
            assert [p.tobytes() for p in run.model.params] == weights
