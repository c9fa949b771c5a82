"""Each rule by hand, weight decay against the loss it stands for, rows against whole tables."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.optimizer import (
    SGD,
    AdaGrad,
    Adam,
    AveragedSGD,
    Momentum,
    Nesterov,
    RMSprop,
    RowAdaGrad,
)
from common.row_grad import RowGrad

ALL = [SGD, Momentum, Nesterov, AdaGrad, RowAdaGrad, RMSprop, Adam]


def steps(optimizer, gradients, start=1.0):
    W, path = np.array([[start]]), []
    for g in gradients:
        optimizer.update([W], [np.array([[float(g)]])])
        path.append(W.item())
    return path


def test_rules_by_hand():
    assert_allclose(steps(SGD(0.1), [1, 2]), [0.9, 0.7])
    assert_allclose(steps(Momentum(0.1, 0.5), [1, 2]), [0.9, 0.65])  # v = -0.1, then -0.25
    assert_allclose(steps(AdaGrad(0.1), [3, 4]), [0.9, 0.82], rtol=1e-6)  # h = 9, then 25
    assert_allclose(steps(RMSprop(0.1, 0.75), [2, 2]), [0.8, 0.8 - 0.2 / 1.75 ** 0.5], rtol=1e-6)
    assert_allclose(steps(Adam(0.1), [5, 5]), [0.9, 0.8], rtol=1e-6)  # equal gradients: lr each


def test_a_scale_for_each_row_by_hand():
    W, optimizer = np.zeros((2, 2)), RowAdaGrad(0.1)
    optimizer.make_state([W])
    assert optimizer.h[0].tolist() == [0, 0] and optimizer.iter == 0
    optimizer.update([W], [np.array([[3.0, 4], [1, 1]])])    # h = (9 + 16) / 2 and 1
    assert_allclose(W, [[-0.3 / 12.5 ** 0.5, -0.4 / 12.5 ** 0.5], [-0.1, -0.1]])
    optimizer.update([W], [np.array([[0.0, 0], [0, 4]])])    # h = 12.5 and 1 + 8
    assert_allclose(W[1], [-0.1, -0.1 - 0.4 / 3])
    assert_allclose(optimizer.h[0], [12.5, 9])


@pytest.mark.parametrize("size", [1.0, 1000.0])
def test_a_row_moves_by_the_learning_rate_however_much_is_summed(size):
    W = np.zeros((9, 4))
    RowAdaGrad(0.1).update([W], [row_grad((9, 4), [5], np.full((1, 4), size))])
    assert_allclose(W[5], -0.1)
    assert not W[[0, 1, 2, 3, 4, 6, 7, 8]].any()


def test_a_scale_that_begins_higher_lets_small_gradients_wait():
    W = np.zeros((2, 1))
    optimizer = RowAdaGrad(0.1, h0=16)
    optimizer.update([W], [np.array([[3.0], [0.01]])])       # h = 9, of 16 + 9; and almost nothing
    assert_allclose(W, [[-0.1 * 3 / 5], [-0.1 * 0.01 / 4]], rtol=1e-5)
    assert_allclose(optimizer.h[0], [9, 1e-4])               # what is kept begins at 0


def test_nesterov_follows_the_paper():
    path = steps(Nesterov(0.1), [1, 1, 1, 1], start=0.0)
    assert_allclose(path[0], -0.19)
    W, v, expected = 0.0, 0.0, []
    for _ in range(4):                                       # classical, seen from the point ahead
        theta = W - 0.9 * v
        v = 0.9 * v - 0.1
        theta += v
        W = theta + 0.9 * v
        expected.append(W)
    assert_allclose(path, expected)


@pytest.mark.parametrize("Optimizer", ALL)
def test_weight_decay_is_the_gradient_of_the_squared_norm(Optimizer):
    rng = np.random.default_rng(0)
    decayed, by_loss = rng.standard_normal((2, 3, 4))[[0, 0]]
    one, two = Optimizer(0.1, weight_decay=0.3), Optimizer(0.1)
    for _ in range(5):
        g = rng.standard_normal((3, 4))
        one.update([decayed], [g])
        two.update([by_loss], [g + 0.3 * by_loss])           # d/dW of 0.3 / 2 ||W||^2
    assert_allclose(decayed, by_loss, rtol=1e-12)


@pytest.mark.parametrize("Optimizer", ALL)
def test_gradients_stay_as_they_were_and_float32_stays_float32(Optimizer):
    W, g = np.ones((300, 300), "f"), np.full((300, 300), 0.5, "f")  # more than one block
    Optimizer(np.float64(0.1), weight_decay=0.1).update([W], [g])
    assert W.dtype == np.float32 and np.all(g == 0.5)
    assert np.all(W[0, 0] == W) and W[0, 0] != 1


@pytest.mark.parametrize("Optimizer", ALL)
def test_a_transposed_weight_is_updated_as_its_copy(Optimizer):
    rng = np.random.default_rng(0)
    W, g = rng.standard_normal((2, 4, 3))
    one, two, transposed = Optimizer(0.1), Optimizer(0.1), np.ascontiguousarray(W.T).T
    for _ in range(3):
        one.update([W], [g])
        two.update([transposed], [g])
    assert_allclose(W, transposed, rtol=1e-12)


def row_grad(shape, ids, rows):
    grad = RowGrad(shape, float)
    grad.ids, grad.rows = np.array(ids), rows
    return grad


@pytest.mark.parametrize("Optimizer", [SGD, AdaGrad, RowAdaGrad])
def test_rows_alone_change_nothing_but_the_time(Optimizer):
    rng = np.random.default_rng(0)
    dense, sparse = np.ones((6, 3)), np.ones((6, 3))
    one, two = Optimizer(0.1), Optimizer(0.1)
    for _ in range(20):
        ids = np.sort(rng.choice(6, 3, replace=False))
        grad = row_grad((6, 3), ids, rng.standard_normal((3, 3)))
        one.update([dense], [np.asarray(grad)])
        two.update([sparse], [grad])
    assert_allclose(sparse, dense, rtol=1e-12)


@pytest.mark.parametrize("Optimizer", ALL)
def test_rows_that_were_not_used_rest(Optimizer):
    W, optimizer = np.ones((4, 2)), Optimizer(0.1, weight_decay=0.1)
    for _ in range(3):
        optimizer.update([W], [row_grad((4, 2), [1, 2], np.ones((2, 2)))])
    assert np.all(W[[0, 3]] == 1) and np.all(W[[1, 2]] < 1)


def test_what_is_remembered_has_the_names_of_the_book():
    adam, momentum = Adam(), Momentum()
    assert adam.m is adam.v is momentum.v is None and adam.iter == 0
    steps(adam, [2.0])
    assert_allclose([adam.m[0].item(), adam.v[0].item()], [0.2, 0.004])
    assert adam.iter == 1


def test_the_mean_of_the_weights_by_hand():
    optimizer, W = AveragedSGD(1.0, begin=1, every=2), np.array([0.0])
    seen = []
    for _ in range(6):
        with optimizer.averaged(SimpleNamespace(params=[W])):
            seen.append(float(W[0]))
        optimizer.update([W], [np.array([-1.0])])
    with optimizer.averaged(SimpleNamespace(params=[W])):
        assert W[0] == 4                                     # of 3 and 5, after steps 3 and 5
    assert W[0] == 6 and seen == [0, 1, 2, 3, 3, 4]


def test_rows_that_rest_are_in_the_mean_too():
    optimizer, W = AveragedSGD(1.0, every=1), np.zeros((3, 1))
    for row in (0, 1):
        optimizer.update([W], [row_grad((3, 1), [row], np.array([[-1.0]]))])
    with optimizer.averaged(SimpleNamespace(params=[W])):
        assert_array_equal(W, [[1], [0.5], [0]])


def test_an_optimizer_is_of_one_model():
    optimizer = SGD()
    optimizer.update([np.zeros(2)], [np.ones(2)])
    with pytest.raises(ValueError, match="an optimizer for each model"):
        optimizer.update([np.zeros(2), np.zeros(3)], [np.ones(2), np.ones(3)])
