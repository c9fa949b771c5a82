"""Learning rates that change with the step, and optimizers that ask for them."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from common.optimizer import SGD, AdaGrad, Adam, AveragedSGD, Momentum, Nesterov, RMSprop
from common.schedule import EpochDecay, LinearDecay, Noam, Product, WarmUpCosine


def test_the_learning_rate_rises_and_falls():
    paper = Noam(512, 4000)
    assert paper(4000) == pytest.approx((512 * 4000) ** -0.5)
    assert paper(1000) == pytest.approx(paper(4000) / 4)
    assert paper(16000) == pytest.approx(paper(4000) / 2)
    cosine = WarmUpCosine(0.5, 10, 110)
    assert [cosine(t) for t in (1, 10, 60, 110, 500)] == pytest.approx([0.05, 0.5, 0.25, 0, 0])
    line = LinearDecay(0.5, 10, 30)
    values = [line(t) for t in (1, 10, 15, 20, 30, 99)]
    assert values == pytest.approx([0.5, 0.5, 0.375, 0.25, 0, 0])
    both = Product(EpochDecay(8, 0.5, 10), LinearDecay(1.0, 10, 30))
    assert [both(t) for t in (1, 10, 15, 20, 30)] == pytest.approx([8, 8, 4 * 0.75, 4 * 0.5, 0])
    for part in ("EpochDecay(peak=8, factor=0.5", "LinearDecay(peak=1.0, flat=10"):
        assert part in repr(both)


@pytest.mark.parametrize("Optimizer", [
    SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam, AveragedSGD])
def test_an_optimizer_asks_the_schedule_at_every_step(Optimizer):
    p, q = np.ones(3), np.ones(3)
    scheduled, by_hand = Optimizer(lambda t: 0.1 / t), Optimizer(0.1)
    for t in range(1, 4):
        by_hand.lr = 0.1 / t
        for optimizer, param in ((scheduled, p), (by_hand, q)):
            optimizer.update([param], [np.full(3, 0.5)])
    assert_array_equal(p, q)
    assert np.all(p < 1)
