"""The fast models compute what is specified pair by pair, as the layered models do; runs go on."""

import numpy as np
import pytest

from ch04_fast_word2vec.band import BLOCK, Band
from ch04_fast_word2vec.cbow import CBOW
from ch04_fast_word2vec.chunks import ChunkBatches
from ch04_fast_word2vec.fast import FAST, FastCBOW, FastSkipGram, sigmoid_of_minus, union
from ch04_fast_word2vec.fast_by_pairs import BY_PAIRS
from ch04_fast_word2vec.skip_gram import SkipGram
from ch04_fast_word2vec.training import fit_fast, make_optimizer, start_from, tables_of
from common.errors import InputError
from common.functions import sigmoid
from common.optimizer import RowAdaGrad
from common.schedule import LinearDecay
from common.trainer import Trainer
from dataset import toy
from tests.ch03_word2vec.killed_runs import whole_and_resumed

V, D, W, K = 50, 6, 3, 4


def make(model, **options):
    fast = FAST[model](V, D, W, np.arange(V), rng=0, dtype=float, **options)
    for p, table in zip(fast.params, np.random.default_rng(1).standard_normal((2, V, D))):
        p[...] = table
    return fast


@pytest.mark.parametrize("model", FAST)
@pytest.mark.parametrize("T", [0, 1, 2, BLOCK - 1, BLOCK, 3 * BLOCK + 5])
def test_loss_and_gradients_are_those_of_all_pairs(model, T):
    rng = np.random.default_rng(T)
    ids, windows = rng.integers(0, V, T), rng.integers(0, W + 1, T)
    negative = np.sort(rng.choice(V, 12, replace=False))     # some are right answers
    drawn = {"windows": windows, "negative": negative, "weight": rng.uniform(0.1, 1, 12)}
    fast = make(model)
    loss, dW_in, dW_out = BY_PAIRS[model](*fast.params, ids, **drawn)
    assert fast.forward(ids, **drawn) == pytest.approx(loss)
    fast.backward()
    for grad, expected in zip(fast.grads, (dW_in, dW_out)):
        np.testing.assert_allclose(np.asarray(grad), expected, atol=1e-10)
        assert np.all(np.diff(grad.ids) > 0)
    near = [sum(0 < abs(c - t) <= windows[t] for c in range(T)) for t in range(T)]
    assert fast.terms == (sum(near) if model == "skipgram" else np.count_nonzero(near))
    assert fast.forward(ids, False, **drawn) is None


@pytest.mark.parametrize("model, Layered", [("cbow", CBOW), ("skipgram", SkipGram)])
def test_loss_and_gradients_are_those_of_the_layered_model(model, Layered):
    """One token with a full window on each side, K negatives not among them, each of weight 1."""
    ids, negative = np.array([7, 3, 9, 4, 8, 3, 5]), np.array([20, 21, 22, 23])
    windows = np.array([0, 0, 0, W, 0, 0, 0])
    fast, layered = make(model), Layered(V, D, W, np.arange(V), sample_size=K, sparse=False,
                                         dtype=float)
    for p, table in zip(layered.params, fast.params):
        p[...] = table
    contexts, target = ids[None, [0, 1, 2, 4, 5, 6]], ids[[3]]
    loss = fast.forward(ids, windows=windows, negative=negative, weight=np.ones(K))
    rows = 1 if model == "cbow" else 2 * W
    expected = layered.forward(contexts, target, negative=np.tile(negative, (rows, 1)))
    assert loss == pytest.approx(expected)
    fast.backward()
    layered.backward()
    for grad, expected in zip(fast.grads, layered.grads):
        np.testing.assert_allclose(np.asarray(grad), expected, atol=1e-10)


def test_the_band_holds_the_pairs_within_the_windows():
    windows = np.array([1, 2, 0, 3, 1])
    t, c = Band(3).neighbours(windows, np.ones(5, bool))
    assert set(zip(t.tolist(), c.tolist())) == {(i, j) for i in range(5) for j in range(5)
                                                if 0 < abs(i - j) <= windows[i]}


@pytest.mark.parametrize("model", FAST)
@pytest.mark.parametrize("lr, chunk, epochs", [
    (0.2, 32, 2), (0.2, 500, 4), (0.2, 4096, 10), (0.2, 100_000, 40), (None, 32, 2), (None, 512, 4),
])
def test_training_is_stable_at_every_size_of_chunk(model, lr, chunk, epochs):
    corpus, word_to_id, _ = toy.load_data("train", 0, 20_000)
    fast = FAST[model](len(word_to_id), 20, 5, corpus, shared=64, rng=0)
    batches, knows_nothing = ChunkBatches(corpus, chunk), 6 * np.log(2)
    optimizer = RowAdaGrad(lr) if lr else make_optimizer(fast, 2 * epochs * batches.iterations)
    trainer = Trainer(fast, optimizer, rng=0)
    losses = [trainer.whole.value for _ in trainer.over(batches, epochs, verbose=False)]
    assert max(losses) < 1.05 * knows_nothing and np.mean(losses[-3:]) < 0.85 * knows_nothing
    assert np.abs(fast.word_vecs).max() < 10


def test_the_learning_rate_decays_linearly_from_the_first_step_to_the_last():
    batches = ChunkBatches(np.arange(V), 10)                 # 5 steps an epoch
    schedule = fit_fast(make("cbow"), batches, 2, 0.2, verbose=False).optimizer.lr
    np.testing.assert_allclose([schedule(t) for t in range(1, 11)], 0.2 * (1 - np.arange(10) / 10))


@pytest.mark.parametrize("model", FAST)
def test_the_optimizer_has_the_settings_of_the_model_and_a_smaller_rate_to_go_on(model):
    fast = make(model)
    first, later, own = (make_optimizer(fast, 5, *rest) for rest in
                         ((), (None, {"W_in": fast.word_vecs}), (0.3, {"W_in": fast.word_vecs})))
    assert first.h0 == later.h0 == FAST[model].H0 > 1
    assert first.lr(1) == FAST[model].LR and later.lr(1) == FAST[model].LR / 5 and own.lr(1) == 0.3


@pytest.mark.parametrize("model, subsample", [("cbow", 0), ("skipgram", 0), ("skipgram", 1e-2)])
@pytest.mark.parametrize("stop", [1, 7, 13])
def test_a_run_that_was_killed_goes_on_bit_for_bit(model, subsample, stop, tmp_path):
    corpus = np.random.default_rng(0).integers(0, V, 1000) ** 2 // V

    def make_trainer():
        fast = FAST[model](V, D, W, corpus, rng=3)
        return Trainer(fast, RowAdaGrad(LinearDecay(0.2, 1, 21)), rng=5)

    whole, resumed = whole_and_resumed(make_trainer, ChunkBatches(corpus, 100, subsample), stop,
                                       tmp_path / "run.npz")
    assert resumed == whole


def test_the_same_seed_gives_the_same_vectors_and_subsampling_discards_frequent_words():
    corpus = np.random.default_rng(0).permutation(np.concatenate([np.zeros(5000, int),
                                                                  np.arange(V)]))
    with pytest.raises(InputError, match="a chunk needs 2 tokens or more"):
        ChunkBatches(corpus, 1)
    batches = ChunkBatches(corpus, 500, subsample=1e-3)
    one, two = (FastSkipGram(V, D, W, corpus, rng=3) for _ in range(2))
    for fast in (one, two):
        fit_fast(fast, batches, 1, 0.1, verbose=False)
    np.testing.assert_array_equal(one.word_vecs, two.word_vecs)
    assert batches.iterations == 11
    epochs = [np.concatenate([batches.get(epoch, k)[0] for k in range(11)]) for epoch in (0, 1)]
    for tokens in epochs:
        assert np.sum(tokens == 0) == pytest.approx(5000 * (1e-3 / 0.99) ** 0.5, rel=0.3)
        assert 30 < np.sum(tokens != 0) <= V
    assert len(epochs[0]) != len(epochs[1]) or np.any(epochs[0] != epochs[1])


def test_chunks_are_the_corpus_and_an_empty_one_does_no_harm():
    batches = ChunkBatches(np.arange(250) % V, 100)
    np.testing.assert_array_equal(np.concatenate([batches.get(0, k)[0] for k in range(3)]),
                                  batches.corpus)
    assert [batches.get(3, k)[1] for k in (0, 1, 99, 100)] == [True, False, False, True]
    fast, optimizer = make("skipgram"), RowAdaGrad(0.1)
    before = [p.copy() for p in fast.params]
    assert fast.forward(np.zeros(0, int)) == 0
    fast.backward()
    optimizer.update(fast.params, fast.grads)
    for p, old in zip(fast.params, before):
        np.testing.assert_array_equal(p, old)


@pytest.mark.parametrize("Model", [FastCBOW, FastSkipGram])
def test_training_goes_on_from_tables_and_refuses_those_that_do_not_fit(Model):
    old, new = make("cbow"), Model(V + 5, D, W, np.arange(V + 5), rng=2)
    trainer, optimizer = fit_fast(old, ChunkBatches(np.arange(V)), 1, 0.1,
                                  verbose=False), RowAdaGrad(0.1)
    tables, fresh = tables_of(old, trainer.optimizer), new.word_vecs.copy()
    assert [*tables] == ["W_in", "W_out", "h_in", "h_out"] and np.all(tables["h_in"] > 0)
    start_from(new, optimizer, tables)
    np.testing.assert_allclose(new.params[1][:V], old.params[1], rtol=1e-6)
    np.testing.assert_allclose(optimizer.h[1][:V], tables["h_out"], rtol=1e-6)
    np.testing.assert_array_equal(new.word_vecs[V:], fresh[V:])
    assert not optimizer.h[0][V:].any()
    for tables in ({"W_in": np.ones((3, D + 1))}, {"W_in": np.ones((V + 6, D))}):
        with pytest.raises(InputError, match="does not fit"):
            start_from(new, optimizer, tables)


@pytest.mark.parametrize("arguments, message", [
    ((V, D, 0, [1]), r"1\.\.16"), ((V, D, 17, [1]), r"1\.\.16"), ((V, D, 2, []), "at least one id"),
    ((V, D, 2, [V]), "ids must lie"),
])
def test_bad_arguments_are_told(arguments, message):
    with pytest.raises(InputError, match=message):
        FastCBOW(*arguments)


def test_backward_needs_a_forward():
    fast = make("skipgram")
    fast.forward(np.arange(9))
    fast.backward()
    with pytest.raises(RuntimeError, match="needs a forward"):
        fast.backward()


def test_the_sigmoid_in_place_does_not_overflow():
    x = np.array([-1e4, -2, 0, 3, 1e4], "f")
    np.testing.assert_allclose(sigmoid_of_minus(-x), sigmoid(x), atol=1e-30, rtol=1e-6)


def test_a_union_adds_the_rows_of_both():
    ids, rows = union(np.array([1, 4]), np.array([[1.0], [2]]), np.array([0, 4]),
                      np.array([[10.0], [20]]))
    assert ids.tolist() == [0, 1, 4] and rows[:, 0].tolist() == [10, 1, 22]


def test_tables_that_are_not_whole_and_text_that_is_all_discarded_are_refused():
    fast, optimizer = make("cbow"), RowAdaGrad(0.1)
    for tables in ({"h_in": np.ones(3)}, {"h_in": np.full(V, np.nan)}, {"h_in": np.full(V, "a")}):
        with pytest.raises(InputError, match="h_in"):
            start_from(fast, optimizer, {"W_in": fast.word_vecs, **tables})
    with pytest.raises(InputError, match="leaves no word"):
        ChunkBatches(np.arange(V), subsample=1e-30)
