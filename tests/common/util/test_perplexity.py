"""Perplexity: known values, every word read once, the run left as it was."""

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from ch06_lstm.awd_rnnlm import AwdRnnlm
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import Rnnlm
from ch08_attention.transformer import TransformerLM
from common.errors import InputError
from common.optimizer import SGD
from common.trainer import RnnlmTrainer
from common.util import eval_perplexity
from common.util.perplexity import perplexity, perplexity_by_row

CORPUS = np.random.default_rng(0).integers(0, 12, 400)


def test_perplexity_of_a_loss():
    assert perplexity(math.log(8)) == pytest.approx(8)
    assert perplexity(1e6) == math.inf and math.isnan(perplexity(math.nan))


def test_a_model_that_knows_nothing_has_the_perplexity_of_the_vocabulary():
    model = Rnnlm(12, 4, 5, rng=0)
    for p in model.params:
        p[...] = 0
    assert eval_perplexity(model, CORPUS, 4, 10) == pytest.approx(12, rel=1e-6)


class Priced:
    """A model without a state, to whom the word k costs prices[k] nats; it notes what it read."""

    def __init__(self, *prices):
        self.prices, self.read = np.array(prices), []

    def forward(self, xs, ts):
        self.read += [(xs.shape, *pair) for pair in zip(xs.ravel().tolist(), ts.ravel().tolist())]
        return self.prices[ts].mean()

    def reset_state(self):
        pass


@pytest.mark.parametrize("batch_size", [1, 2, 3, 5, 7, 10, 400, 690, 1000])
@pytest.mark.parametrize("time_size", [1, 4, 35, 1000])
def test_every_word_is_scored_once_in_batches_of_any_size(batch_size, time_size):
    corpus = np.array([0] + ([0] * 35 + [1] * 34) * 10)
    ppl = eval_perplexity(Priced(1, 5), corpus, batch_size, time_size)
    assert ppl == pytest.approx(math.exp(2050 / 690), rel=1e-12)
    order, model = np.arange(62), Priced(*np.ones(62))
    eval_perplexity(model, order, batch_size, time_size)
    pairs = [pair for _, *pair in model.read]
    assert sorted(pairs) == [[i, i + 1] for i in range(61)]
    assert all(batch_size >= N and time_size >= T for (N, T), *_ in model.read)


def test_a_text_of_two_words_has_a_perplexity_and_one_of_one_has_none():
    assert eval_perplexity(Priced(1, 5), [0, 1]) == pytest.approx(math.exp(5))
    for corpus in ([0], []):
        with pytest.raises(InputError, match=rf"of {len(corpus)} words is too short.* 2 or more"):
            eval_perplexity(Priced(1, 5), corpus)
    for sizes in ((0, 35), (10, 0)):
        with pytest.raises(InputError, match="must be 1 or more"):
            eval_perplexity(Priced(1, 5), [0, 1], *sizes)


def test_each_piece_is_read_from_an_empty_state_and_its_state_goes_on():
    model, n = Rnnlm(12, 4, 5, rng=0, dtype=float), 399 // 7                      # 57: 8 x 7 and 1
    total = 0.0
    for begin in range(0, 399, n):
        piece = CORPUS[None, begin:begin + n + 1]
        model.reset_state()
        total += n * model.forward(piece[:, :-1], piece[:, 1:])
    expected = pytest.approx(math.exp(total / 399), rel=1e-12)
    assert eval_perplexity(model, CORPUS, 7, 7) == expected
    assert eval_perplexity(model, CORPUS, 7, 1000) == expected


@pytest.mark.parametrize("make", [lambda: Rnnlm(12, 4, 5, rng=0, dtype=float),
                                  lambda: BetterRnnlm(12, 5, 5, rng=0, dtype=float),
                                  lambda: AwdRnnlm(12, 5, 5, layers=2, rng=0, dtype=float)])
def test_each_row_has_its_own_perplexity_and_their_mean_is_the_texts(make):
    model, expected, words = make(), [], [57] * 7 + [3]                           # 402 words
    corpus = np.append(CORPUS, [3, 1, 4])
    model.params[0] *= 100                                   # far from 1/12 for every word
    options = {} if isinstance(model, Rnnlm) else {"train_flg": False}
    for begin, length in zip(range(0, 402, 57), words):
        piece = corpus[None, begin:begin + length + 1]
        model.reset_state()
        expected.append(math.exp(model.forward(piece[:, :-1], piece[:, 1:], **options)))
    rows = perplexity_by_row(model, corpus, 7, 10)
    np.testing.assert_allclose(rows, expected, rtol=1e-12)
    assert max(rows[:7]) > 1.02 * min(rows[:7])
    mean = np.average(np.log(rows), weights=words)
    assert math.exp(mean) == pytest.approx(eval_perplexity(model, corpus, 7, 10), rel=1e-12)
    assert perplexity_by_row(model, corpus[:400], 7, 10).shape == (7,)            # none is left


def test_the_rows_of_a_tiny_model_by_hand():
    """Scores ln 3 and 0 whatever comes before: word 0 has 3/4, word 1 has 1/4."""
    model = Rnnlm(2, 1, 1, rng=0, dtype=float)
    for p in model.params:
        p[...] = 0
    model.params[-1][...] = math.log(3), 0
    rows = perplexity_by_row(model, [1, 0, 0, 0, 1, 1, 1, 0], 3, 1)               # 00 01 11 0
    np.testing.assert_allclose(rows, [4 / 3, 4 / 3 ** 0.5, 4, 4 / 3], rtol=1e-12)


def test_the_books_windows_can_be_had_by_name():
    model = Rnnlm(12, 4, 5, rng=0, dtype=float)
    total, jump = 0.0, (len(CORPUS) - 1) // 3
    iterations = (len(CORPUS) - 1) // (3 * 10)
    for i in range(iterations):
        rows = np.array([CORPUS[i * 10 + n * jump:i * 10 + n * jump + 11] for n in range(3)])
        total += model.forward(rows[:, :-1], rows[:, 1:])
    model.reset_state()
    expected = pytest.approx(math.exp(total / iterations), rel=1e-12)
    assert eval_perplexity(model, CORPUS, 3, 10, book_windows=True) == expected
    with pytest.raises(InputError, match=r"100 words is too short.* 351 or more"):
        eval_perplexity(model, CORPUS[:100], book_windows=True)


@pytest.mark.parametrize("make", [
    lambda: BetterRnnlm(12, 5, 5, rng=0), lambda: BetterRnnlm(12, 5, 5, dropout="time", rng=0),
    lambda: AwdRnnlm(12, 5, 5, layers=2, rng=0),
    lambda: TransformerLM(12, 8, 8, layers=2, dropout_ratio=0.1, window=40, rng=0)])
@pytest.mark.parametrize("train_flg", [True, False])
def test_dropout_is_on_or_off_as_before(make, train_flg):
    model = make()
    model.predict(CORPUS[None, :30], train_flg=train_flg)
    eval_perplexity(model, CORPUS)
    flags = model.train_flags()
    assert len(flags) >= 3 and all(flag == train_flg for _, flag in flags)


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


def test_a_model_whose_losses_are_in_no_rows_has_a_perplexity_too():
    """Its scores are (N T, V): which loss is of which row is not known."""
    model, flat = Rnnlm(12, 4, 5, rng=0), Rnnlm(12, 4, 5, rng=0)
    flat.forward = lambda xs, ts: flat.loss_layer.forward(flat.predict(xs).reshape(-1, 12),
                                                          ts.reshape(-1))
    assert eval_perplexity(flat, CORPUS) == eval_perplexity(model, CORPUS)
    with pytest.raises(InputError, match="Rnnlm does not tell"):
        perplexity_by_row(flat, CORPUS)


def test_what_cannot_be_evaluated_is_told():
    with pytest.raises(InputError, match="Priced does not tell what each row lost"):
        perplexity_by_row(Priced(1, 5), [0, 1, 1])
    model = Rnnlm(12, 4, 5, rng=0)
    with pytest.raises(ValueError, match=r"0\.\.11, got"):
        eval_perplexity(model, CORPUS + 1)
    model.params[0][...] = np.nan
    with pytest.raises(InputError, match=r"perplexity is nan.*learning rate"):
        eval_perplexity(model, CORPUS, 4, 10)
    assert model.get_state() == [(None, None)]


@pytest.mark.parametrize("corpus", [[[0, 1]], 3, [0.0, 1.0], None, "text"])
def test_a_corpus_that_is_no_row_of_ids_is_named(corpus):
    with pytest.raises(InputError, match="eval_perplexity takes corpus"):
        eval_perplexity(Rnnlm(5, 4, 3, rng=0), corpus)
