"""GloVe's pairs and gradients by loops, and a corpus it learns."""

import numpy as np
import pytest
from common.table_trainer import TableTrainer

from ch03_word2vec.glove import GloVe, weighted_pairs
from common.errors import InputError
from common.gradient_check import numerical_gradient, relative_error


def test_pairs_count_one_over_their_distance():
    corpus, V, w = np.random.default_rng(0).integers(0, 6, 30), 7, 4
    X = np.zeros((V, V))
    for n in range(30):
        for m in range(30):
            if 0 < abs(n - m) <= w:
                X[corpus[n], corpus[m]] += 1 / abs(n - m)
    i, j, counts = weighted_pairs(corpus, V, w)
    found = np.zeros((V, V))
    found[i, j] = counts
    np.testing.assert_allclose(found, X)
    assert len(i) == np.count_nonzero(X)


def test_gradients_are_those_of_the_loss():
    model = GloVe(6, 3, np.random.default_rng(0).integers(0, 6, 60), 2, x_max=3, rng=1, dtype=float)
    model.W *= 5
    chosen = np.array([0, 3, 3, 7, 9])
    _, *grads = model.gradients(chosen)

    def loss():
        w, v = model.W[model.i[chosen]], model.V[model.j[chosen]]
        X = np.exp(model.log_X[chosen])
        error = np.sum(w[:, :3] * v[:, :3], axis=1) + w[:, 3] * v[:, 3] + w[:, 4] * v[:, 4] - np.log(X)
        return np.sum(np.minimum(1, (X / 3) ** 0.75) * error ** 2)

    assert model.gradients(chosen)[0] == pytest.approx(loss())
    for table, (ids, rows) in zip((model.W, model.V), grads):
        dense = np.zeros_like(table)
        dense[ids] = rows
        assert relative_error(dense, numerical_gradient(loss, table)) < 1e-6


def test_it_learns_and_the_columns_of_ones_stay():
    corpus = np.random.default_rng(0).zipf(1.5, 2000) % 40
    model = GloVe(40, 8, corpus, 3, rng=0, batch_size=100)
    losses = TableTrainer(model).fit(20, 0.05, verbose=False)
    assert losses[-1] < 0.3 * losses[0]
    assert np.all(model.W[:, -1] == 1) and np.all(model.V[:, -2] == 1)
    assert model.word_vecs.shape == (40, 8) and model.word_vecs.dtype == np.float32


@pytest.mark.parametrize("corpus, window_size, x_max, message", [([0, 1], 0, 10, "window_size"), ([0, 1], 1, 0, "x_max"),
                                                                 ([0], 1, 10, "no pairs"), ([], 1, 10, "at least one")])
def test_bad_arguments_are_told(corpus, window_size, x_max, message):
    with pytest.raises(InputError, match=message):
        GloVe(2, 2, np.array(corpus, int), window_size, x_max=x_max)
