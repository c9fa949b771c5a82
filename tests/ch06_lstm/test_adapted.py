"""Memory and learning at test time: equal to their definitions, blind to what comes later."""

import copy
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from ch06_lstm.adapted import (
    RULES,
    THETAS,
    CacheSettings,
    Diverged,
    RuleSettings,
    mean_perplexity,
    print_adapted,
    read,
    tune_cache,
    tune_rule,
)
from ch06_lstm.awd_rnnlm import AwdRnnlm
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.cache import NeuralCache, mix
from ch06_lstm.dynamic import DynamicRMS, DynamicSGD, gradient_rms
from ch06_lstm.rnnlm import Rnnlm
from ch08_attention.transformer import TransformerLM
from common.errors import InputError
from common.util import eval_perplexity
from tests.run_script import call_main

CORPUS = np.random.default_rng(0).integers(0, 6, 83)
MODELS = {
    "Rnnlm": lambda: Rnnlm(6, 4, 5, rng=0, dtype=float),
    "BetterRnnlm": lambda: BetterRnnlm(6, 4, 4, rng=0, dtype=float),
    "AwdRnnlm": lambda: AwdRnnlm(6, 4, 5, layers=2, rng=0, dtype=float),
    "TransformerLM": lambda: TransformerLM(6, 4, 8, heads=2, window=16, rng=0, dtype=float),
}
LEARNING = [name for name in MODELS if name != "TransformerLM"]
ONE_PIECE = {"batch_size": 1, "time_size": 7}


def model_of(name, seed=1, scale=0.7):
    model = MODELS[name]()
    rng = np.random.default_rng(seed)
    for p in model.params:
        p += scale * rng.standard_normal(p.shape)
    return model


def literal_cache(hs, ts, theta, window):
    """P_cache of each word of one row, by the sum over the past."""
    found = [math.nan]
    for t in range(1, len(ts)):
        past = range(max(0, t - window), t)
        a = {i: math.exp(theta * float(hs[t] @ hs[i])) for i in past}
        found.append(sum(a[i] for i in past if ts[i] == ts[t]) / sum(a.values()))
    return found


@pytest.mark.parametrize("theta, window", [(0.7, 4), (2.0, 1), (0.3, 100)])
@pytest.mark.parametrize("sizes", [[12], [5, 5, 2], [1] * 12])
def test_the_cache_is_a_sum_over_the_past(theta, window, sizes):
    rng = np.random.default_rng(0)
    hs, ts = rng.standard_normal((2, 12, 3)), rng.integers(0, 3, (2, 12))
    cache, ends = NeuralCache(theta, window), np.cumsum(sizes)
    found = np.concatenate([cache.forward(hs[:, end - T:end], ts[:, end - T:end])
                            for T, end in zip(sizes, ends)], axis=1)
    expected = [literal_cache(*row, theta, window) for row in zip(hs, ts)]
    assert_allclose(found, expected, rtol=1e-12)
    cache.reset_state()
    assert np.isnan(cache.forward(hs[:, :1], ts[:, :1])).all()


def test_the_cache_says_by_hand():
    """Three states, the last like the first: e^2 : 1, and without theta one half each."""
    hs, ts = np.array([[[1.0], [0.0], [1.0]]]), np.array([[7, 3, 7]])
    assert NeuralCache(2.0).forward(hs, ts)[0, 2] == pytest.approx(math.e ** 2 / (math.e ** 2 + 1))
    assert NeuralCache(0.0).forward(hs, ts)[0, 2] == 0.5
    assert_allclose(mix(np.array([0.5, 0.5]), np.array([np.nan, 0.9]), 0.25), [0.5, 0.6])


def test_what_the_cache_gives_to_all_words_is_one():
    rng = np.random.default_rng(0)
    cache = NeuralCache(0.9, 5)
    cache.forward(rng.standard_normal((1, 9, 4)), rng.integers(0, 6, (1, 9)))
    h = rng.standard_normal((1, 1, 4))
    total = sum(copy.copy(cache).forward(h, np.array([[word]]))[0, 0] for word in range(6))
    assert total == pytest.approx(1, rel=1e-12)


def test_a_cache_of_other_rows_asks_to_be_reset():
    cache = NeuralCache()
    cache.forward(np.ones((2, 3, 4)), np.ones((2, 3), int))
    for shape in ((1, 3, 4), (2, 3, 5)):
        with pytest.raises(InputError, match=r"remembers states \(2, K, 4\), got .*reset_state"):
            cache.forward(np.ones(shape), np.ones(shape[:2], int))
    with pytest.raises(InputError, match="window must be 1 or more, got 0"):
        NeuralCache(0.5, 0)


def test_a_theta_that_overflows_is_told():
    hs = np.full((1, 3, 2), 1e20, np.float32)
    with pytest.raises(InputError, match=r"theta 1e\+30 is too large"):
        NeuralCache(1e30).forward(hs, np.array([[1, 2, 1]]))


def test_of_characters_bits_are_printed_too(capsys):
    model = Rnnlm(253, 4, 4, rng=0)
    model.save_params("w.npz")
    call_main("ch06_lstm/eval.py", "--quick", "--corpus", "toy-ko", "--weights", "w.npz",
              "--cache", "--dynamic", "sgd", "--lr", "0")
    lines = capsys.readouterr().out.splitlines()[-3:]
    for line in lines:
        ppl, bits = re.search(r": (\d+\.\d\d), (\d\.\d{3}) bits$", line).groups()
        assert float(bits) == pytest.approx(math.log2(float(ppl)), abs=1e-3)
    assert lines[0].startswith("read in one piece: ")


def test_large_states_do_not_overflow():
    hs = np.full((1, 3, 2), 100, np.float32)
    assert_allclose(NeuralCache(1.0).forward(hs, np.array([[1, 2, 1]])), [[np.nan, 0, 0.5]])


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("batch_size", [1, 3])
def test_plain_reading_is_eval_perplexity_and_a_cache_reads_beside_it(name, batch_size):
    model = model_of(name)
    P, found = read(model, CORPUS, [NeuralCache(0.5, 9), NeuralCache(0.5, 2)],
                    batch_size=batch_size, time_size=7)
    assert mean_perplexity(P) == pytest.approx(eval_perplexity(model, CORPUS, batch_size, 7))
    pieces = batch_size + (batch_size > 1)                   # one word is left of 82
    assert [np.isnan(P_cache).sum() for P_cache in found] == [pieces] * 2
    assert not np.array_equal(*found)


def test_the_cache_reads_the_states_that_the_scores_are_made_of():
    model = model_of("Rnnlm")
    _, (found,) = read(model, CORPUS, [NeuralCache(0.5, 9)], **ONE_PIECE)
    xs = model.embed.forward(CORPUS[None, :-1])
    hs = model.lstm_layer.forward(xs)[0]
    assert_allclose(found, literal_cache(hs, CORPUS[1:], 0.5, 9), rtol=1e-9)


def rules(model):
    return {"sgd": DynamicSGD(0.5, 0.01), "rms": DynamicRMS(gradient_rms(model, CORPUS, 7, 10, 2),
                                                            0.05, 0.01)}


@pytest.mark.parametrize("name", LEARNING)
@pytest.mark.parametrize("kind", RULES)
def test_no_word_is_seen_before_it_is_scored(name, kind):
    """Other words from 40 on: the first 39 have the same probabilities, later ones have not."""
    changed = np.concatenate([CORPUS[:40], (CORPUS[40:] + 1) % 6])
    results = []
    for corpus in (CORPUS, changed):
        model = model_of(name)
        results.append(read(model, corpus, [NeuralCache(0.5, 9)], rules(model)[kind], **ONE_PIECE))
    (P, (P_cache,)), (other, (other_cache,)) = results
    assert_array_equal(P[:39], other[:39])
    assert_array_equal(P_cache[:39], other_cache[:39])
    assert (P[39:] != other[39:]).all() and (P_cache[39:] != other_cache[39:]).any()


@pytest.mark.parametrize("name", LEARNING)
@pytest.mark.parametrize("kind", RULES)
def test_at_rate_0_learning_is_plain_evaluation(name, kind):
    model = model_of(name)
    rule = rules(model)[kind]
    rule.lr = 0
    assert_array_equal(read(model, CORPUS, (), rule, **ONE_PIECE)[0],
                       read(model, CORPUS, **ONE_PIECE)[0])


def test_learning_is_a_step_after_each_window():
    """By hand, with full gradients; of the words of the table only the used ones move."""
    lr, decay = 0.5, 0.1
    P, _ = read(model_of("Rnnlm"), CORPUS, (), DynamicSGD(lr, decay), **ONE_PIECE)
    model, expected = model_of("Rnnlm"), []
    trained = [p.copy() for p in model.params]
    for i in range(0, 82, 7):
        xs, ts = CORPUS[None, i:min(i + 7, 82)], CORPUS[None, i + 1:i + 8]
        model.forward(xs, ts)
        expected.append(np.exp(-model.loss_layer.losses[0]))
        model.backward()
        for k, (p, g, old) in enumerate(zip(model.params, model.grads, trained)):
            back = old - p
            if k == 0:
                back[np.setdiff1d(np.arange(6), xs)] = 0
            p += decay * back - lr * np.asarray(g)
    assert_allclose(P, np.concatenate(expected), rtol=1e-9)


def test_steps_by_the_size_of_gradients_by_hand():
    """rms 1 and 3, mean 2: steps of 0.6 / 3 and 0.6 / 5, back by 0.1 / 2 and 0.3 / 2 of the way."""
    W = np.array([1.0, 1.0])
    rule = DynamicRMS([np.array([1.0, 3.0])], lr=0.3, decay=0.1)
    rule.update([W], [np.array([2.0, 2.0])])
    assert_allclose(W, [1 - 0.2, 1 - 0.12])
    rule.update([W], [np.zeros(2)])
    assert_allclose(W, [0.8 + 0.05 * 0.2, 0.88 + 0.15 * 0.12])
    rule.decay = 100.0                                       # back to W0, not beyond it
    rule.update([W], [np.zeros(2)])
    assert_allclose(W, [1, 1])


@pytest.mark.parametrize("name", LEARNING)
def test_the_sizes_of_gradients(name):
    """Three windows of 9 words of each of three pieces; and of the one word that is left."""
    model, squares = model_of(name), []
    side_by_side = np.array([[0], [27], [54]]) + np.arange(27)
    for at in (*np.split(side_by_side, 3, axis=1), np.array([[81]])):
        if at[0, 0] in (0, 81):
            model.reset_state()
        options = {} if name == "Rnnlm" else {"train_flg": False}
        model.forward(CORPUS[at], CORPUS[at + 1], **options)
        model.backward()
        *grads, affine_W, affine_b = [np.array(g) for g in model.grads]
        if name == "Rnnlm":
            grads.append(affine_W)
        else:
            grads[0] += affine_W.T                           # the table is shared
        squares.append([len(at) * g ** 2 for g in [*grads, affine_b]])
    for steps in (2, 4):
        expected = [np.sqrt(np.mean(parts, axis=0)) for parts in zip(*squares[:steps])]
        for rms, exact in zip(gradient_rms(model_of(name), CORPUS, 9, steps, 3), expected,
                              strict=True):
            assert_allclose(rms, exact, rtol=1e-9)


@pytest.mark.parametrize("name", LEARNING)
def test_the_trained_weights_and_the_state_are_there_again(name):
    model = model_of(name)
    model.forward(CORPUS[None, :5], CORPUS[None, 1:6])
    before = [p.copy() for p in model.params], copy.deepcopy(model.get_state())
    read(model, CORPUS, (), DynamicSGD(0.5), **ONE_PIECE)
    for settings in ((1e200, 0), (1e5, 0), (0.5, 30)):       # NaN; far too sure; thrown back
        with pytest.raises(Diverged, match="lower --lr or --decay"):
            read(model, CORPUS, (), DynamicSGD(*settings), **ONE_PIECE)
    for p, old in zip(model.params, before[0]):
        assert_array_equal(p, old)
    for layer, old in zip(model.get_state(), before[1]):
        assert_array_equal(layer[0], old[0])


def test_a_model_learns_from_one_piece_alone():
    with pytest.raises(InputError, match="in one piece, batch_size 1, got 10"):
        read(model_of("Rnnlm"), CORPUS, (), DynamicSGD(0.5))


def test_settings_are_chosen_on_the_text_given():
    """A text that repeats itself: the past knows the next word, and learning helps."""
    corpus = np.tile(np.random.default_rng(1).permutation(6), 40)
    model = model_of("Rnnlm", scale=2)
    chosen = tune_cache(model, corpus, batch_size=1)
    P, (P_cache,) = read(model, corpus, [NeuralCache(chosen.theta, chosen.window)], batch_size=1)
    mixed = mean_perplexity(mix(P, P_cache, chosen.share))
    learning = DynamicSGD(0.5)
    tune_cache(model, corpus, learning, batch_size=1)
    assert learning.iter == 7                                # of the model that learns as it reads
    assert mixed < 0.5 * mean_perplexity(P) and chosen.theta == THETAS[-1] and chosen.share == 0.5

    def cost(*settings):
        return mean_perplexity(read(model, corpus, (), DynamicSGD(*settings), batch_size=1)[0])

    rule = tune_rule(model, corpus, DynamicSGD, RULES["sgd"], batch_size=1)
    for name in rule._fields:
        for factor in (0.5, 2):
            worse = rule._replace(**{name: getattr(rule, name) * factor})
            assert name == "decay" or cost(*rule) < cost(*worse)
    assert cost(*rule) < 0.6 * cost(0, 0)
    far = RuleSettings(1e200, 0.1)                           # all diverge
    assert tune_rule(model, corpus, DynamicSGD, far, batch_size=1) == far
    assert str(CacheSettings(0.07, 1.5, 2000)) == "lambda 0.07, theta 1.5, window 2,000"


@pytest.mark.parametrize("start, optimum, found", [
    ((0.8, 0.08), (0.1, 0.32), (0.1, 0.32)), ((0.1, 0.32), (0.4, 0.04), (0.4, 0.04)),
    ((0.8, 0.08), (6.4, 0.08), (0.8, 0.08))])                # above 1 it diverges
def test_both_settings_are_doubled_or_halved_while_it_helps(start, optimum, found, monkeypatch):
    def cost(model, corpus, caches, rule):
        if rule.lr > 1:
            raise Diverged
        return np.exp(-np.abs(np.log2(rule) - np.log2(optimum))), []

    monkeypatch.setattr("ch06_lstm.adapted.read", cost)
    assert tune_rule(None, None, RuleSettings, RuleSettings(*start)) == pytest.approx(found)


def test_tuning_ends_where_nothing_is_gained_that_shows(monkeypatch):
    monkeypatch.setattr("ch06_lstm.adapted.read", lambda model, corpus, caches, rule: (
        np.exp([-5 - 1e-3 * rule.decay - 1e-6 * rule.lr]), []))
    assert tune_rule(None, None, RuleSettings, RuleSettings(1.0, 8.0)) == (1.0, 0.125)


def texts():
    """Parts that differ in what suits them: few words to validate, to test each five times."""
    rng = np.random.default_rng(3)
    return SimpleNamespace(level="word",
        train=rng.integers(0, 6, 400), test=np.repeat(rng.integers(0, 6, 220), 5),
        valid=np.concatenate([rng.integers(0, 3, 100), rng.integers(0, 6, 200)]))


def lines_of(capsys, model, data, **typed):
    names = ("cache", "dynamic", "tune", "quick", *CacheSettings._fields, *RuleSettings._fields)
    print_adapted(model, SimpleNamespace(**{**dict.fromkeys(names), **typed}), data)
    return capsys.readouterr().out.splitlines()


def test_settings_are_tuned_on_the_validation_text_and_measured_on_the_test_text(
        monkeypatch, capsys):
    for name, value in (("THETAS", (0.5, 1.0)), ("WINDOWS", (3, 200)), ("TUNED_ON", 100)):
        monkeypatch.setattr(f"ch06_lstm.adapted.{name}", value)
    model, data, one_piece = model_of("Rnnlm"), texts(), {"batch_size": 1, "time_size": 20}
    best = tune_cache(model, data.valid)
    P, (P_cache,) = read(model, data.test, [NeuralCache(*best[1:])])
    expected = [f"with the cache ({best}): {mean_perplexity(mix(P, P_cache, best.share)):.2f}"]
    assert lines_of(capsys, model, data, cache=True, tune=True) == expected

    def make_rule(lr, decay):
        return DynamicRMS(gradient_rms(model, data.train), lr, decay)

    plain = mean_perplexity(read(model, data.test, **one_piece)[0])
    rule = tune_rule(model, data.valid[:101], make_rule, RULES["rms"], **one_piece)
    best = tune_cache(model, data.valid[:101], make_rule(*rule), **one_piece)
    P, (P_cache,) = read(model, data.test, [NeuralCache(*best[1:])], make_rule(*rule), **one_piece)
    assert lines_of(capsys, model, data, cache=True, dynamic="rms", tune=True) == [
        f"read in one piece: {plain:.2f}",
        f"learning from it by rms ({rule}): {mean_perplexity(P):.2f}",
        f"and with the cache ({best}): {mean_perplexity(mix(P, P_cache, best.share)):.2f}"]


def test_settings_that_are_typed_are_used_and_a_quick_run_reads_a_thousand_words(capsys):
    model, data = model_of("Rnnlm"), texts()
    P = read(model, data.test[:1000], (), DynamicSGD(0.7, 0.01), batch_size=1, time_size=20)[0]
    assert lines_of(capsys, model, data, dynamic="sgd", lr=0.7, decay=0.01, quick=True)[1:] == [
        f"learning from it by sgd (lr 0.7, decay 0.01): {mean_perplexity(P):.2f}"]
    assert CacheSettings()[1:] == (NeuralCache().theta, NeuralCache().window)


NUMBER = r"(\d+\.\d\d)"


@pytest.mark.parametrize("arguments, lines", [
    (["--cache"], [r"with the cache \(lambda 0\.15, theta 0\.5, window 500\): "]),
    (["--cache", "--tune"], [r"with the cache \(lambda 0\.\d+, theta [\d.]+, window [\d,]+\): "]),
    (["--dynamic", "sgd", "--lr", "0", "--decay", "0"],
     ["read in one piece: ", r"learning from it by sgd \(lr 0, decay 0\): "]),
    (["--dynamic", "rms", "--cache", "--window", "7", "--lambda", "0.5", "--theta", "2"],
     ["read in one piece: ", r"learning from it by rms \(lr 0\.003, decay 0\.002\): ",
      r"and with the cache \(lambda 0\.5, theta 2, window 7\): "]),
])
def test_eval_prints_adapted_numbers_beside_the_plain_one(arguments, lines, capsys):
    model = Rnnlm(599, 4, 4, rng=0)
    model.params[-1][:] = np.linspace(-1, 1, 599)
    model.save_params("w.npz")
    call_main("ch06_lstm/eval.py", "--quick", "--corpus", "toy", "--weights", "w.npz", *arguments)
    printed = capsys.readouterr().out
    plain = re.search(f"test perplexity: {NUMBER} ", printed)[1]
    found = [re.search(line + NUMBER, printed)[1] for line in lines]
    if "0" in arguments:
        assert found[0] == found[1]
    assert plain and len(printed.splitlines()) == 3 + len(lines)


@pytest.mark.parametrize("arguments, message", [
    (["--theta", "1"], "--theta is a setting of --cache"),
    (["--cache", "--lr", "1"], "--lr is a setting of --dynamic"),
    (["--tune"], "--tune chooses the settings of --cache and --dynamic"),
    (["--cache", "--tune", "--window", "3"], "--tune chooses --window"),
    (["--cache", "--lambda", "1.5"], r"--lambda is a share, 0\.\.1, got 1\.5"),
    (["--cache", "--theta", "-1"], "--theta must be 0 or more, got -1"),
    (["--dynamic", "sgd", "--lr", "-0.5"], r"--lr must be 0 or more, got -0\.5"),
    (["--dynamic", "rms", "--decay", "-1"], "--decay must be 0 or more, got -1"),
    (["--cache", "--book-windows"], "--book-windows is for the plain number alone"),
    (["--dynamic", "sgd", "--book-windows"], "--book-windows is for the plain number alone"),
    (["--score", "we like it", "--book-windows"], "--book-windows is for the plain number alone"),
    (["--cache", "--score", "we like it"], "--score")])
def test_settings_that_have_no_meaning_are_told(arguments, message):
    Rnnlm(599, 4, 4, rng=0).save_params("w.npz")
    with pytest.raises(InputError, match=message):
        call_main("ch06_lstm/eval.py", "--quick", "--corpus", "toy", "--weights", "w.npz",
                  *arguments)
