"""What the plain layers compute and refuse; their backward passes are in test_gradients.py."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.layers import (
    Affine,
    Dropout,
    Embedding,
    MatMul,
    Sigmoid,
    SigmoidWithLoss,
    Softmax,
    SoftmaxWithLoss,
)


def test_affine_by_hand():
    layer = Affine(np.array([[1.0, 2], [3, 4]]), np.array([10.0, 20]))
    assert_array_equal(layer.forward(np.array([[1.0, 1]])), [[14, 26]])
    assert_array_equal(layer.backward(np.array([[1.0, 0]])), [[1, 3]])
    assert_array_equal(layer.grads[0], [[1, 0], [1, 0]])
    assert_array_equal(layer.grads[1], [1, 0])


def test_matmul_takes_the_dtype_of_its_weights():
    layer = MatMul(np.ones((3, 2), "f"))
    assert layer.forward(np.eye(3, dtype=np.int32)).dtype == np.float32
    assert layer.backward(np.ones((3, 2))).dtype == np.float32


def test_loss_of_certain_but_wrong_scores_is_finite():
    layer = SoftmaxWithLoss()
    assert layer.forward(np.array([[0.0, 1000.0]]), np.array([0])) == 1000
    assert SigmoidWithLoss().forward(np.array([1000.0, -1000.0]), np.array([0, 0])) == 500


def test_softmax_with_loss_by_hand():
    layer = SoftmaxWithLoss()
    x = np.log(np.array([[1.0, 3], [2, 2]]))
    assert layer.forward(x, np.array([1, 0])) == pytest.approx(-(np.log(0.75) + np.log(0.5)) / 2)
    assert_allclose(layer.y, [[0.25, 0.75], [0.5, 0.5]])
    assert_allclose(layer.backward(2), [[0.25, -0.25], [-0.5, 0.5]])


@pytest.mark.parametrize("t", [[-1, 0], [0, 3]])
def test_labels_outside_the_classes_are_refused(t):
    with pytest.raises(ValueError, match=r"0\.\.2"):
        SoftmaxWithLoss().forward(np.zeros((2, 3)), np.array(t))


@pytest.mark.parametrize("dtype", ["f", "d"])
def test_a_masked_class_adds_nothing(dtype):
    x, layer = np.array([[-np.inf, 0, 0], [1, -np.inf, 1]], dtype), SoftmaxWithLoss()
    for t in ([1, 2], [[0, 1, 0], [0, 0, 1]], [[0, 0.5, 0.5], [0.25, 0, 0.75]]):
        assert layer.forward(x, np.array(t)) == pytest.approx(np.log(2), rel=1e-6)
        dx = layer.backward()
        if len(np.shape(t)) == 1 or t[0][1] == 1:
            assert_allclose(dx, [[0, -0.25, 0.25], [0.25, 0, -0.25]], atol=1e-7)
        assert dx.dtype == dtype and dx[0, 0] == dx[1, 1] == 0
    assert layer.forward(x[:1], np.array([[1, 0, 0]])) == np.inf                  # the target


def test_labels_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="labels of shape"):
        SoftmaxWithLoss().forward(np.zeros((2, 3)), np.zeros(3, int))
    with pytest.raises(ValueError, match=r"t \(2,\), got \(2, 1\)"):
        SigmoidWithLoss().forward(np.zeros(2), np.zeros((2, 1)))


@pytest.mark.parametrize("layer, dx", [(Sigmoid(), [0.25, 0]), (Softmax(), [0.25, -0.25])])
def test_writing_into_what_forward_returned_does_not_spoil_backward(layer, dx):
    y = layer.forward(np.zeros(2))
    y[...] = 7
    assert_allclose(layer.backward(np.array([1.0, 0])), dx)


def test_dropout_drops_its_share_and_scales_in_evaluation():
    layer = Dropout(0.3, rng=0)
    x = np.ones((200, 200), "f")
    y = layer.forward(x)
    assert set(np.unique(y)) == {0, 1}
    assert y.mean() == pytest.approx(0.7, abs=0.01)
    assert_array_equal(layer.backward(np.ones_like(x)), y)
    assert_allclose(layer.forward(x, train_flg=False), 0.7, rtol=1e-6)


def test_dropout_takes_its_numbers_from_the_generator_it_is_handed():
    x = np.ones((10, 10))
    assert_array_equal(Dropout(rng=3).forward(x), Dropout(rng=3).forward(x))
    shared = np.random.default_rng(3)
    assert not np.array_equal(Dropout(rng=shared).forward(x), Dropout(rng=shared).forward(x))


@pytest.mark.parametrize("ratio", [-0.1, 1, 1.5, float("nan")])
def test_dropout_ratio_out_of_range_is_refused(ratio):
    with pytest.raises(ValueError, match="dropout_ratio"):
        Dropout(ratio)


def test_rows_of_an_embedding_are_added():
    rng = np.random.default_rng(0)
    idx, dout = rng.integers(0, 7, (4, 50)), rng.standard_normal((4, 50, 3))
    embed = Embedding(rng.standard_normal((9, 3)))
    embed.grads[0][...] = 9                                  # of the step before
    embed.forward(idx)
    embed.backward(dout)
    expected = np.zeros((9, 3))
    np.add.at(expected, idx, dout)
    assert_allclose(embed.grads[0], expected, atol=1e-14)


@pytest.mark.parametrize("sparse", [False, True])
def test_an_embedding_of_nothing_and_of_another_dtype(sparse):
    layer = Embedding(np.zeros((30_000, 2), np.float32), sparse=sparse)
    layer.forward(np.zeros(0, int))
    layer.backward(np.zeros((0, 2)))
    assert not np.asarray(layer.grads[0]).any()
    layer.forward(np.array([1]))
    layer.backward(np.ones((1, 2)))                          # float64
    assert np.asarray(layer.grads[0]).dtype == np.float32


@pytest.mark.parametrize("t", [[-1, 1], [2, 0], [0.5, np.nan]])
def test_labels_of_yes_and_no_lie_in_0_to_1(t):
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        SigmoidWithLoss().forward(np.array([1.0, 2.0]), np.array(t))


@pytest.mark.parametrize("dtype", [int, np.uint8, np.float32, bool])
def test_an_infinite_score_costs_nothing_where_it_is_right(dtype):
    t = np.array([1, 0, 1], dtype)
    assert SigmoidWithLoss().forward(np.array([np.inf, -np.inf, 0.0]), t) == np.log(2) / 3
    assert SigmoidWithLoss().forward(np.array([-np.inf, 0.0, 0.0]), t) == np.inf
