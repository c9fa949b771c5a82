"""Perplexity: known values, the book's windows, and a run that evaluation does not change."""

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import Rnnlm
from common.errors import InputError
from common.optimizer import SGD
from common.trainer import RnnlmTrainer
from common.util import eval_perplexity
from common.util.perplexity import perplexity

CORPUS = np.random.default_rng(0).integers(0, 12, 400)


def test_perplexity_of_a_loss():
    assert perplexity(math.log(8)) == pytest.approx(8)
    assert perplexity(1e6) == math.inf and math.isnan(perplexity(math.nan))


def test_a_model_that_knows_nothing_has_the_perplexity_of_the_vocabulary():
    model = Rnnlm(12, 4, 5, rng=0)
    for p in model.params:
        p[...] = 0
    assert eval_perplexity(model, CORPUS, 4, 10) == pytest.approx(12, rel=1e-6)


def test_the_windows_are_the_books():
    model = Rnnlm(12, 4, 5, rng=0, dtype=float)
    total, jump = 0.0, (len(CORPUS) - 1) // 3
    iterations = (len(CORPUS) - 1) // (3 * 7)
    for i in range(iterations):
        rows = np.array([CORPUS[i * 7 + n * jump:i * 7 + n * jump + 8] for n in range(3)])
        total += model.forward(rows[:, :-1], rows[:, 1:])
    model.reset_state()
    expected = pytest.approx(math.exp(total / iterations), rel=1e-12)
    assert eval_perplexity(model, CORPUS, 3, 7) == expected


@pytest.mark.parametrize("Model", [Rnnlm, BetterRnnlm])
def test_evaluation_in_the_middle_leaves_the_run_unchanged(Model):
    models = [Model(12, 5, 5, rng=0) for _ in range(2)]
    for evaluated, model in enumerate(models):
        trainer = RnnlmTrainer(model, SGD(0.5), rng=0)
        for _ in trainer.epochs(CORPUS[:-1], CORPUS[1:], 3, 5, 7, 0.25, verbose=False):
            if evaluated:
                eval_perplexity(model, CORPUS, 4, 10)
    for a, b in zip(*(model.params for model in models)):
        assert_array_equal(a, b)
    for a, b in zip(*(model.get_state() for model in models)):
        assert_array_equal(a, b)
    one, two = (eval_perplexity(models[0], CORPUS, 4, 10) for _ in range(2))
    assert one == two                                        # dropout is off, the start the same


def test_a_model_written_as_in_the_book_is_evaluated_too():
    inner = Rnnlm(12, 4, 5, rng=0)
    model = type("Net", (), {"forward": lambda self, xs, ts: inner.forward(xs, ts),
                             "reset_state": lambda self: inner.reset_state()})()
    assert eval_perplexity(model, CORPUS, 4, 10) == eval_perplexity(inner, CORPUS, 4, 10)


def test_what_cannot_be_evaluated_is_told():
    model = Rnnlm(12, 4, 5, rng=0)
    with pytest.raises(InputError, match="too short for one batch of 10 x 35"):
        eval_perplexity(model, CORPUS[:100])
    with pytest.raises(ValueError, match=r"0\.\.11, got"):
        eval_perplexity(model, CORPUS + 1)
    model.params[0][...] = np.nan
    with pytest.raises(InputError, match=r"perplexity is nan.*learning rate"):
        eval_perplexity(model, CORPUS, 4, 10)
    assert model.get_state() == [(None, None)]
