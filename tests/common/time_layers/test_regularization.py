"""The ingredients of AWD-LSTM: what is dropped, what rests, what a penalty costs."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.gradient_check import numerical_gradient, relative_error
from common.time_layers import (
    ActivationPenalty,
    EmbeddingDropout,
    TimeEmbedding,
    TimeLSTM,
    WeightDrop,
)


def lstm(rng, D=3, H=4):
    shapes = (D, 4 * H), (H, 4 * H), 4 * H
    return TimeLSTM(*(rng.standard_normal(shape) for shape in shapes), stateful=True)


def test_weights_are_dropped_anew_and_the_learned_ones_stay():
    rng = np.random.default_rng(0)
    layer, xs = WeightDrop(lstm(rng), 0.25, rng=1), rng.standard_normal((2, 5, 3))
    Wh = layer.params[1].copy()
    used = []
    for _ in range(100):
        layer.forward(xs)
        used.append(layer.layer.params[1] / Wh)
    assert_array_equal(layer.params[1], Wh)
    dropped = np.mean(np.array(used) == 0, axis=0)  # for each weight
    assert dropped.mean() == pytest.approx(0.25, abs=0.02)
    assert 0.05 < dropped.min() < dropped.max() < 0.5
    assert_allclose(np.unique(np.round(used, 6)), [0, 4 / 3], 1e-5)


def test_in_evaluation_a_layer_with_dropped_weights_is_the_layer():
    rng = np.random.default_rng(0)
    plain = lstm(rng)
    copies = [p.copy() for p in plain.params]
    layer = WeightDrop(TimeLSTM(*copies, stateful=True), 0.5, rng=1)
    xs = rng.standard_normal((2, 5, 3))
    assert not np.allclose(layer.forward(xs), plain.forward(xs))
    plain.reset_state()
    layer.reset_state()
    layer.train_flg = False
    for _ in range(2):  # the state is kept, and handed on
        assert_array_equal(layer.forward(xs), plain.forward(xs))
    for mine, theirs in zip(layer.get_state(), plain.get_state(), strict=True):
        assert_array_equal(mine, theirs)
    layer.set_state(*(2 * value for value in layer.get_state()))
    plain.set_state(*(2 * value for value in plain.get_state()))
    assert_array_equal(layer.forward(xs), plain.forward(xs))


def test_a_dropped_word_is_gone_wherever_it_stands():
    W = np.random.default_rng(0).standard_normal((50, 3))
    layer, xs = EmbeddingDropout(W, 0.4, rng=0), np.arange(200).reshape(4, 50) % 50
    out = layer.forward(xs)
    gone = np.all(out == 0, axis=2)
    assert_array_equal(gone, np.broadcast_to(gone[0], (4, 50)))
    assert 10 <= gone[0].sum() <= 30
    assert_allclose(out[~gone], W[xs[~gone]] / 0.6, rtol=1e-4)
    layer.train_flg = False
    assert_array_equal(layer.forward(xs), TimeEmbedding(W).forward(xs))


def test_the_penalty_by_hand():
    layer = ActivationPenalty(2.0, 3.0)
    hs = np.array([[[1.0], [3.0], [0.0]]])
    assert_array_equal(layer.forward(hs), hs)
    assert layer.penalty == pytest.approx(2 * 10 / 3 + 3 * (4 + 9) / 2)
    assert_allclose(layer.backward(np.zeros_like(hs)),
                               [[[4 / 3 - 3 * 2], [4 + 3 * (2 + 3)], [-3 * 3]]])
    layer.train_flg = False
    assert_array_equal(layer.backward(layer.forward(hs)), hs)
    with pytest.raises(RuntimeError):
        layer.backward(hs)


def test_the_penalty_lends_nothing_out():
    layer, hs = ActivationPenalty(), np.ones((1, 2, 1))
    for layer.train_flg in (True, False):
        out = layer.forward(hs)
        out *= 0
        assert (hs == 1).all()


@pytest.mark.parametrize("T", [1, 6])
def test_the_gradient_of_the_penalty_is_its_slope(T):
    rng = np.random.default_rng(0)
    layer = ActivationPenalty(1.5, 0.7)
    hs, upstream = rng.standard_normal((2, 2, T, 3))

    def objective():
        return float(np.sum(layer.forward(hs) * upstream)) + layer.penalty

    numerical = numerical_gradient(objective, hs)
    layer.forward(hs)
    assert relative_error(layer.backward(upstream), numerical) < 1e-8
