"""The fast trainer computes what the layered models compute, on the same pairs and negatives, and stays stable."""

import numpy as np
import pytest
from common.table_trainer import TableTrainer

from ch04_fast_word2vec.cbow import CBOW
from ch04_fast_word2vec.fast import BLOCK, Band, FastWord2vec, minus_sigmoid, sigmoid_of_minus
from ch04_fast_word2vec.skip_gram import SkipGram
from common.errors import InputError
from common.functions import sigmoid
from dataset import toy

V, D, W, K = 50, 6, 3, 4


def trainer(model, corpus, **options):
    fast = FastWord2vec(V, D, W, corpus, model=model, rng=0, dtype=float, **options)
    fast.W_in[...], fast.W_out[...] = np.random.default_rng(1).standard_normal((2, V, D))
    return fast


def dense(ids, rows):
    table = np.zeros((V, D))
    table[ids] = rows
    return table


def by_pairs(fast, ids, windows, negative, weight):
    """Loss and gradients pair by pair, as the docstring of gradients() says."""
    loss, dW_in, dW_out = 0.0, np.zeros((V, D)), np.zeros((V, D))
    for t, center in enumerate(ids):
        around = [c for c in range(max(0, t - windows[t]), min(len(ids), t + windows[t] + 1)) if c != t]
        if fast.model == "skipgram":
            asks = [([t], ids[c]) for c in around]
            right = {ids[c] for c in around}
        else:
            asks, right = [(around, center)] if around else [], {center}
        for inputs, answer in asks:
            h = np.mean([fast.W_in[ids[i]] for i in inputs], axis=0)
            for word, label, count in [(answer, 1, 1.0)] + [(k, 0, w) for k, w in zip(negative, weight) if k not in right]:
                y = sigmoid(h @ fast.W_out[word])
                loss -= count * np.log(y if label else 1 - y)
                dW_out[word] += count * (y - label) * h
                for i in inputs:
                    dW_in[ids[i]] += count * (y - label) * fast.W_out[word] / len(inputs)
    return loss, dW_in, dW_out


@pytest.mark.parametrize("model", ["cbow", "skipgram"])
@pytest.mark.parametrize("T", [1, 2, BLOCK - 1, BLOCK, 3 * BLOCK + 5])
def test_loss_and_gradients_are_those_of_all_pairs(model, T):
    rng = np.random.default_rng(T)
    ids, windows = rng.integers(0, V, T), rng.integers(1, W + 1, T)
    negative, weight = np.sort(rng.choice(V, 12, replace=False)), rng.uniform(0.1, 1, 12)   # some are right answers
    fast = trainer(model, np.arange(V))
    loss, pairs, grad_in, grad_out = fast.gradients(ids, windows, negative, weight)
    expected = by_pairs(fast, ids, windows, negative, weight)
    assert loss == pytest.approx(expected[0])
    np.testing.assert_allclose(dense(*grad_in), expected[1], atol=1e-10)
    np.testing.assert_allclose(dense(*grad_out), expected[2], atol=1e-10)
    assert pairs == (sum(min(T, t + windows[t] + 1) - max(0, t - windows[t]) - 1 for t in range(T)) if model == "skipgram"
                     else T if T > 1 else 0)
    assert fast.gradients(ids, windows, negative, weight, with_loss=False)[0] is None


@pytest.mark.parametrize("model, Layered", [("cbow", CBOW), ("skipgram", SkipGram)])
def test_loss_and_gradients_are_those_of_the_layered_model(model, Layered):
    """One token with a full window on each side, K negatives that are not among them, each of weight 1."""
    ids, negative = np.array([7, 3, 9, 4, 8, 3, 5]), np.array([20, 21, 22, 23])
    windows = np.array([0, 0, 0, W, 0, 0, 0])
    fast, layered = trainer(model, np.arange(V)), Layered(V, D, W, np.arange(V), sample_size=K, sparse=False, dtype=float)
    for p, table in zip(layered.params, (fast.W_in, fast.W_out)):
        p[...] = table
    contexts, target = ids[None, [0, 1, 2, 4, 5, 6]], ids[[3]]
    loss, _, grad_in, grad_out = fast.gradients(ids, windows, negative, np.ones(K))
    rows = 1 if model == "cbow" else 2 * W
    assert loss == pytest.approx(layered.forward(contexts, target, negative=np.tile(negative, (rows, 1))))
    layered.backward()
    for grad, expected in zip((grad_in, grad_out), layered.grads):
        np.testing.assert_allclose(dense(*grad), expected, atol=1e-10)


def test_the_band_holds_the_pairs_within_the_windows():
    windows = np.array([1, 2, 0, 3, 1])
    t, c = Band(3).neighbours(Band(3).pairs(windows), np.ones(5, bool))
    assert set(zip(t.tolist(), c.tolist())) == {(i, j) for i in range(5) for j in range(5) if 0 < abs(i - j) <= windows[i]}


@pytest.mark.parametrize("model", ["cbow", "skipgram"])
@pytest.mark.parametrize("chunk, epochs", [(32, 2), (500, 4), (4096, 10), (100_000, 40)])
def test_training_is_stable_at_every_size_of_chunk(model, chunk, epochs):
    corpus, word_to_id, _ = toy.load_data("train", 0, 20_000)
    fast = FastWord2vec(len(word_to_id), 20, 5, corpus, model=model, chunk=chunk, rng=0)
    losses, knows_nothing = TableTrainer(fast).fit(epochs, 0.2, verbose=False), 6 * np.log(2)
    assert max(losses) < 1.05 * knows_nothing and np.mean(losses[-3:]) < 0.85 * knows_nothing
    assert np.abs(fast.word_vecs).max() < 10


def test_a_row_moves_by_the_learning_rate_however_much_is_summed():
    fast = trainer("skipgram", np.arange(V))
    for size in (1.0, 1000.0):
        before, h = fast.W_in.copy(), np.zeros(V)
        fast._update(fast.W_in, h, np.array([5]), np.full((1, D), size), 0.1)
        np.testing.assert_allclose(before[5] - fast.W_in[5], 0.1)


def test_the_same_seed_gives_the_same_vectors_and_subsampling_drops_frequent_words():
    corpus = np.concatenate([np.zeros(5000, int), np.arange(V)])
    one, two = (FastWord2vec(V, D, W, corpus, rng=3, subsample=1e-3) for _ in range(2))
    for fast in (one, two):
        TableTrainer(fast).fit(1, 0.1, verbose=False)
    np.testing.assert_array_equal(one.word_vecs, two.word_vecs)
    tokens = one._subsampled()
    assert np.sum(tokens == 0) == pytest.approx(5000 * (1e-3 / 0.99) ** 0.5, rel=0.3)
    assert np.sum(tokens != 0) > 30


def test_training_goes_on_from_tables_and_refuses_those_that_do_not_fit():
    old, new = trainer("cbow", np.arange(V)), FastWord2vec(V + 5, D, W, np.arange(V + 5), rng=2)
    fresh = new.W_in.copy()
    new.start_from(old.tables())
    np.testing.assert_allclose(new.W_in[:V], old.W_in, rtol=1e-6)
    np.testing.assert_array_equal(new.W_in[V:], fresh[V:])
    for tables in ({"W_in": np.ones((3, D + 1))}, {"W_in": np.ones((V + 6, D))}):
        with pytest.raises(InputError, match="does not fit"):
            new.start_from(tables)


@pytest.mark.parametrize("arguments, options, message", [
    ((V, D, 0, [1]), {}, r"1\.\.16"), ((V, D, 17, [1]), {}, r"1\.\.16"), ((V, D, 2, []), {}, "at least one id"),
    ((V, D, 2, [V]), {}, "ids must lie"), ((V, D, 2, [1, 2]), {"model": "glove"}, "'cbow' or 'skipgram'"),
])
def test_bad_arguments_are_told(arguments, options, message):
    with pytest.raises(InputError, match=message):
        FastWord2vec(*arguments, **options)


def test_the_sigmoid_in_place_does_not_overflow():
    x = np.array([-1e4, -2, 0, 3, 1e4], "f")
    np.testing.assert_allclose(sigmoid_of_minus(-x), sigmoid(x), atol=1e-30, rtol=1e-6)
    np.testing.assert_allclose(minus_sigmoid(x), -sigmoid(-x), atol=1e-30, rtol=1e-6)
    assert x[1] == -2


def test_tables_that_are_not_whole_and_text_that_is_all_passed_over_are_refused():
    fast = trainer("cbow", np.arange(V))
    for tables in ({"h_in": np.ones(3)}, {"h_in": np.full(V, np.nan)}, {"h_in": np.full(V, "a")}):
        with pytest.raises(InputError, match="h_in"):
            fast.start_from({"W_in": fast.W_in, **tables})
    with pytest.raises(InputError, match="leaves no word"):
        FastWord2vec(V, D, W, np.arange(V), subsample=1e-30, rng=0).begin_epoch()
