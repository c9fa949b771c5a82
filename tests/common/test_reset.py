"""RnnlmTrainer(reset=): which rows forget, what that changes, and a run that is resumed with it."""

import numpy as np
import pytest

from ch05_rnn.simple_rnnlm import SimpleRnnlm
from ch06_lstm.awd_rnnlm import AwdRnnlm
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import Rnnlm
from ch08_attention.transformer import TransformerLM
from common.base_model import BaseModel
from common.errors import InputError
from common.gradient_check import check_gradients
from common.layers import Affine
from common.optimizer import SGD
from common.runs import Run
from common.trainer import RnnlmTrainer
from tests.common.test_trainer import run_until

CORPUS = np.random.default_rng(0).integers(0, 12, 251)
XS, TS = CORPUS[:-1], CORPUS[1:]
SOME = np.array([True, False, False, True])
(X0, T0), (X1, T1) = np.random.default_rng(1).integers(0, 12, (2, 2, 4, 3))
MODELS = {
    "simple": lambda: SimpleRnnlm(12, 5, 5, rng=0, dtype=float),
    **{cell: lambda cell=cell: Rnnlm(12, 5, 5, cell=cell, rng=0, dtype=float)
       for cell in ("rnn", "gru", "lstm")},
    "better": lambda: BetterRnnlm(12, 5, 5, dropout="variational", rng=0, dtype=float),
    "awd": lambda: AwdRnnlm(12, 5, 6, layers=2, alpha=0, beta=0, rng=0, dtype=float)}
each_model = pytest.mark.parametrize("name", MODELS)


def make(model, reset=0.0):
    return RnnlmTrainer(model, SGD(0.5), rng=1, reset=reset)


def trained(model, reset=0.0, run=None):
    """A trainer after two epochs of seven steps of five rows."""
    trainer = make(model, reset)
    trainer.fit(XS, TS, 2, 5, 7, 0.25, eval_interval=1, verbose=False, run=run)
    return trainer


def assert_equal_weights(one, two):
    for a, b in zip(one.params, two.params, strict=True):
        np.testing.assert_array_equal(a, b)


@each_model
def test_with_probability_1_every_step_begins_from_nothing(name):
    model, other = MODELS[name](), MODELS[name]()
    forward = other.forward
    other.forward = lambda *args: other.reset_state() or forward(*args)
    reset, by_hand, carried = trained(model, 1.0), trained(other), trained(MODELS[name]())
    assert reset.ppl_list == by_hand.ppl_list != carried.ppl_list
    assert_equal_weights(model, other)


@pytest.mark.parametrize("reset", [0.0, 0.3])
def test_rows_are_drawn_by_the_number_of_the_step_and_with_probability_0_not_at_all(
        reset):
    trainer, forgot = make(MODELS["lstm"](), reset), []
    trainer.model.forget = lambda rows: forgot.append(rows.tolist())
    trainer.fit(XS, TS, 2, 5, 7, verbose=False)
    expected = [(np.random.default_rng([trainer.seed, step, 1]).random(5) < 0.3).tolist()
                for step in range(14)]
    assert forgot == (expected if reset else [])


@each_model
def test_some_rows_forget_and_the_others_go_on(name):
    model = MODELS[name]()
    model.predict(X0)
    kept = model.get_state()
    model.forget(SOME)
    for state, old in zip(model.get_state(), kept, strict=True):
        for value, before in zip(state, old, strict=True):
            assert not value[SOME].any() and before[SOME].all()
            np.testing.assert_array_equal(value[~SOME], before[~SOME])
    scores = model.predict(X1)
    model.reset_state()
    np.testing.assert_allclose(scores[SOME], model.predict(X1[SOME]), rtol=1e-12)
    model.reset_state()
    model.predict(X0)
    np.testing.assert_allclose(scores[~SOME], model.predict(X1)[~SOME], rtol=1e-12)


@each_model
def test_gradients_are_right_after_some_rows_forgot(name):
    model = MODELS[name]()
    for p in model.params:
        p += 0.3 * np.random.default_rng(0).standard_normal(p.shape)
    model.forward(X0, T0)
    model.forget(SOME)
    check_gradients(model, X1, T1)


@pytest.mark.parametrize("name", ["lstm", "awd"])
@pytest.mark.parametrize("steps", [3, 7, 11])
def test_a_resumed_run_resets_the_same_rows(name, steps, tmp_path):
    path = tmp_path / "run.npz"
    whole = trained(MODELS[name](), 0.3)
    run_until(make(MODELS[name](), 0.3), steps, XS, TS, 2, 5, 7, 0.25, 1, run=Run(path, every=1))
    resumed = RnnlmTrainer(MODELS[name](), SGD(0.5), rng=99, reset=0.3)
    resumed.fit(XS, TS, 2, 5, 7, 0.25, 1, verbose=False, run=Run(path, resume=True))
    assert_equal_weights(whole.model, resumed.model)
    assert whole.ppl_list == resumed.ppl_list != trained(MODELS[name]()).ppl_list
    with pytest.raises(InputError, match=r"its reset was 0\.3, now it is 0\.2"):
        trained(MODELS[name](), 0.2, Run(path, resume=True))


def test_a_transformer_has_nothing_to_forget():
    one, two = (TransformerLM(12, 8, 8, layers=1, window=7, rng=0) for _ in range(2))
    trained(one, 0.5)
    trained(two)
    assert_equal_weights(one, two)


class Stateless(BaseModel):
    def __init__(self):
        self.affine = Affine(np.ones((2, 2)), np.ones(2))
        self.gather()


def test_what_cannot_be_reset_is_told():
    for reset in (-0.1, 1.1, np.nan):
        with pytest.raises(InputError, match=r"0\.\.1, got"):
            make(MODELS["lstm"](), reset)
    book = type("Net", (), {"params": [], "grads": [], "reset_state": lambda self: None})()
    make(book)
    with pytest.raises(InputError, match=r"needs a model with forget\(rows\).* derive Net from"):
        make(book, 0.1)
    with pytest.raises(InputError, match="Stateless has no state to forget"):
        trained(Stateless(), 0.1)
    model = MODELS["lstm"]()
    model.predict(X0)
    with pytest.raises(ValueError, match=r"of a batch of 4, this batch has 5: call reset_state"):
        trained(model, 0.1)
