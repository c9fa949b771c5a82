"""GloVe's pairs and gradients by loops, and a corpus it learns."""

import numpy as np
import pytest

from ch03_word2vec.glove import GloVe, PairBatches, weighted_pairs
from common.errors import InputError
from common.gradient_check import numerical_gradient, relative_error
from common.optimizer import RowAdaGrad
from common.trainer import Trainer
from tests.ch03_word2vec.killed_runs import whole_and_resumed


def test_pairs_count_one_over_their_distance():
    corpus, V, w = np.random.default_rng(0).integers(0, 6, 30), 7, 4
    X = np.zeros((V, V))
    for n in range(30):
        for m in range(30):
            if 0 < abs(n - m) <= w:
                X[corpus[n], corpus[m]] += 1 / abs(n - m)
    pairs, counts = weighted_pairs(corpus, V, w)
    found = np.zeros((V, V))
    found[tuple(pairs.T)] = counts
    np.testing.assert_allclose(found, X)
    assert len(pairs) == np.count_nonzero(X)


def test_gradients_are_those_of_the_loss():
    pairs, X = weighted_pairs(np.random.default_rng(0).integers(0, 6, 60), 6, 2)
    model = GloVe(6, 3, x_max=3, rng=1, dtype=float)
    W, V = model.params
    W *= 5
    chosen = [0, 3, 3, 7, 9]
    pairs, X = pairs[chosen], X[chosen]

    def loss():
        w, v = W[pairs[:, 0]], V[pairs[:, 1]]                # (w, b, 5 for 1) and (v, 1, c)
        error = np.sum(w[:, :3] * v[:, :3], axis=1) + w[:, 3] * 1 + 5 * v[:, 4] - np.log(X)
        return np.sum(np.minimum(1, (X / 3) ** 0.75) * error ** 2)

    assert model.forward(pairs, X) == pytest.approx(loss()) and model.terms == 5
    model.backward(0.5)
    for table, grad in zip((W, V), model.grads):
        assert relative_error(np.asarray(grad), 0.5 * numerical_gradient(loss, table)) < 1e-6
    with pytest.raises(RuntimeError, match="needs a forward"):
        model.backward()


def batches(corpus):
    return PairBatches(*weighted_pairs(corpus, 40, 3), 100)


def test_it_learns_and_the_columns_of_ones_stay():
    corpus = np.random.default_rng(0).zipf(1.5, 2000) % 40
    model = GloVe(40, 8, rng=0)
    trainer = Trainer(model, RowAdaGrad(0.05), rng=0)
    losses = [trainer.whole.value for _ in trainer.over(batches(corpus), 20, verbose=False)]
    assert losses[-1] < 0.3 * losses[0]
    W, V = model.params
    assert np.all(W[:, -1] == 1) and np.all(V[:, -2] == 1)
    assert model.word_vecs.shape == (40, 8) and model.word_vecs.dtype == np.float32


def test_every_pair_is_in_one_batch_of_each_epoch_in_a_new_order():
    some = PairBatches(np.arange(14).reshape(7, 2), np.arange(7.0), 3, seed=1)
    orders = []
    for epoch in (0, 1, 0):
        epoch_batches = [some.get(epoch, k) for k in range(some.iterations)]
        assert [len(X) for _, X in epoch_batches] == [3, 3, 1]
        assert all(np.array_equal(pairs[:, 0], 2 * X) for pairs, X in epoch_batches)
        orders.append(np.concatenate([X for _, X in epoch_batches]).tolist())
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(7))
    assert orders[0] == orders[2] != orders[1]
    assert PairBatches(np.zeros((2, 2), int), np.ones(2)).iterations == 1


@pytest.mark.parametrize("stop", [1, 9, 14])
def test_a_run_that_was_killed_goes_on_bit_for_bit(stop, tmp_path):
    corpus = np.random.default_rng(0).integers(0, 40, 200)
    whole, resumed = whole_and_resumed(
        lambda: Trainer(GloVe(40, 8, rng=0), RowAdaGrad(0.05), rng=0), batches(corpus), stop,
        tmp_path / "run.npz")
    assert resumed == whole


@pytest.mark.parametrize("corpus, window_size, message",
                         [([0, 1], 0, "window_size"), ([0], 1, "no pairs"),
                          ([], 1, "at least one")])
def test_bad_arguments_are_told(corpus, window_size, message):
    with pytest.raises(InputError, match=message):
        weighted_pairs(np.array(corpus, int), 2, window_size)
    with pytest.raises(InputError, match="x_max"):
        GloVe(2, 2, x_max=0)
