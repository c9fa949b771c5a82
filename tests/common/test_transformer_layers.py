"""Values by hand and properties of the Transformer's layers and of the learning rates it is trained with."""

import math

import numpy as np
import pytest

from common.errors import InputError
from common.optimizer import SGD, AdaGrad, Adam, AveragedSGD, Momentum, Nesterov, RMSprop
from common.schedule import EpochDecay, LinearDecay, Noam, Product, WarmUpCosine
from common.time_layers import TimeSoftmaxWithLoss
from common.transformer_layers import FeedForward, LayerNorm, positional_encoding


def test_layer_norm_by_hand():
    layer = LayerNorm(np.array([1.0, 1, 2]), np.array([0.0, 0, 10]), eps=0)
    s = 1.5 ** 0.5                                           # of [1, 2, 3]: mean 2, variance 2/3
    np.testing.assert_allclose(layer.forward(np.array([[1.0, 2, 3]])), [[-s, 0, 2 * s + 10]])


def test_layer_norm_does_not_see_scale_and_shift():
    layer, x = LayerNorm(np.ones(8), np.zeros(8), eps=0), np.random.default_rng(0).standard_normal((2, 3, 8))
    np.testing.assert_allclose(layer.forward(x).copy(), layer.forward(5 * x - 3))


def test_feed_forward_by_hand():
    layer = FeedForward(np.array([[1.0, -1]]), np.zeros(2), np.array([[2.0], [3]]), np.array([1.0]))
    np.testing.assert_array_equal(layer.forward(np.array([[4.0], [-5]])), [[9], [16]])


def test_positions_turn_by_an_angle_that_depends_on_the_distance_alone():
    table = positional_encoding(50, 8, float)
    np.testing.assert_allclose(table[0], [0, 1] * 4)
    np.testing.assert_allclose(table[3, :2], [math.sin(3), math.cos(3)])
    np.testing.assert_allclose(table[7, 6:], [math.sin(7 / 1000), math.cos(7 / 1000)])
    similarity = table @ table.T
    np.testing.assert_allclose(np.diag(similarity, 5), similarity[0, 5])
    with pytest.raises(InputError, match="must be even, got 5"):
        positional_encoding(3, 5)


def test_smoothing_shares_some_of_the_label():
    """Scores 0 and ln 3: y = 1/4, 3/4. With s = 0.2 the target of label 1 is 0.1, 0.9."""
    layer = TimeSoftmaxWithLoss(0.2)
    loss = layer.forward(np.array([[[0.0, math.log(3)]]]), np.array([[1]]))
    assert loss == pytest.approx(-0.1 * math.log(1 / 4) - 0.9 * math.log(3 / 4))
    np.testing.assert_allclose(layer.backward(), [[[1 / 4 - 0.1, 3 / 4 - 0.9]]])


def test_the_learning_rate_rises_and_falls():
    paper = Noam(512, 4000)
    assert paper(4000) == pytest.approx((512 * 4000) ** -0.5)
    assert paper(1000) == pytest.approx(paper(4000) / 4)
    assert paper(16000) == pytest.approx(paper(4000) / 2)
    cosine = WarmUpCosine(0.5, 10, 110)
    assert [cosine(t) for t in (1, 10, 60, 110, 500)] == pytest.approx([0.05, 0.5, 0.25, 0, 0])
    line = LinearDecay(0.5, 10, 30)
    assert [line(t) for t in (1, 10, 15, 20, 30, 99)] == pytest.approx([0.5, 0.5, 0.375, 0.25, 0, 0])
    both = Product(EpochDecay(8, 0.5, 10), LinearDecay(1.0, 10, 30))
    assert [both(t) for t in (1, 10, 15, 20, 30)] == pytest.approx([8, 8, 4 * 0.75, 4 * 0.5, 0])
    assert "EpochDecay(peak=8, factor=0.5" in repr(both) and "LinearDecay(peak=1.0, flat=10" in repr(both)


@pytest.mark.parametrize("Optimizer", [SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam, AveragedSGD])
def test_an_optimizer_asks_the_schedule_at_every_step(Optimizer):
    p, q = np.ones(3), np.ones(3)
    scheduled, by_hand = Optimizer(lambda t: 0.1 / t), Optimizer(0.1)
    for t in range(1, 4):
        by_hand.lr = 0.1 / t
        for optimizer, param in ((scheduled, p), (by_hand, q)):
            optimizer.update([param], [np.full(3, 0.5)])
    np.testing.assert_array_equal(p, q)
    assert np.all(p < 1)
