"""Values worked out by hand, extreme arguments, and every rank."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.functions import (
    cross_entropy_error,
    log_softmax,
    relu,
    row_max,
    row_sum,
    sigmoid,
    softmax,
)


def test_sigmoid_by_hand():
    assert_allclose(sigmoid(np.array([0, np.log(3), -np.log(3)])), [0.5, 0.75, 0.25], rtol=1e-15)


@pytest.mark.parametrize("dtype", ["f", "d"])
def test_sigmoid_never_overflows_and_keeps_its_digits_and_dtype(dtype):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        y = sigmoid(np.array([-1e4, -800, 800, 1e4], dtype))
    assert y.dtype == dtype
    assert_array_equal(y, [0, 0, 1, 1])
    assert_allclose(sigmoid(np.array(-40.0)), np.exp(-40.0), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.uint16, np.int32, np.uint64, bool])
@pytest.mark.parametrize("function", [sigmoid, softmax, log_softmax])
def test_whole_numbers_become_float64(function, dtype):
    x = np.array([0, 1, 100]).astype(dtype)
    y = function(x)
    assert y.dtype == np.float64
    assert_array_equal(y, function(x.astype(float)))


def test_relu():
    assert_array_equal(relu(np.array([-1.0, 0, 2])), [0, 0, 2])


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (2, 1, 3, 4)])
def test_softmax_works_on_the_last_axis_of_any_rank(shape):
    x = np.random.default_rng(0).standard_normal(shape)
    y = softmax(x)
    assert_allclose(y, np.exp(x) / np.exp(x).sum(-1, keepdims=True))
    assert_allclose(log_softmax(x), np.log(y))


@pytest.mark.parametrize("dtype", ["f", "d"])
@pytest.mark.parametrize("shape", [(1, 1), (7,), (3, 5), (2, 3, 4, 6), (4, 1000), (0, 3)])
def test_the_sum_and_the_maximum_of_each_row(shape, dtype):
    x = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    assert_array_equal(row_max(x), x.max(axis=-1, keepdims=True))
    bound = 1e-6 * np.abs(x).sum(axis=-1).max(initial=1)     # of what float32 rounds away
    assert_allclose(row_sum(x), x.sum(axis=-1, keepdims=True, dtype=float), rtol=0, atol=bound)
    assert row_sum(x).dtype == row_max(x).dtype == dtype


@pytest.mark.parametrize("dtype", ["f", "d"])
def test_softmax_of_large_scores(dtype):
    x = np.array([[0, 1000], [1000, 1000], [-1e6, -1e6]], dtype)
    assert_array_equal(softmax(x), np.array([[0, 1], [0.5, 0.5], [0.5, 0.5]], dtype))
    assert softmax(x).dtype == log_softmax(x).dtype == dtype
    assert log_softmax(x)[0, 0] == -1000


def test_cross_entropy_error_by_hand():
    y = np.array([[0.5, 0.5], [0.25, 0.75]])
    expected = -(np.log(0.5 + 1e-7) + np.log(0.75 + 1e-7)) / 2
    assert cross_entropy_error(y, np.array([0, 1])) == pytest.approx(expected, rel=1e-12)
    assert cross_entropy_error(y, np.array([[1, 0], [0, 1]])) == pytest.approx(expected, rel=1e-12)
    assert cross_entropy_error(y[0], 1) == pytest.approx(-np.log(0.5 + 1e-7), rel=1e-12)
    with pytest.raises(ValueError, match="one-hot of shape"):
        cross_entropy_error(y, np.array([0, 1, 0]))


@pytest.mark.parametrize("t", [-1, 2, -3])
def test_cross_entropy_error_refuses_labels_outside_the_classes(t):
    y = np.array([[0.5, 0.5], [0.25, 0.75]])
    with pytest.raises(ValueError, match=rf"labels must lie in 0\.\.1, got .*{t}"):
        cross_entropy_error(y, np.array([0, t]))
    with pytest.raises(ValueError, match="labels must lie in"):
        cross_entropy_error(y[0], t)


@pytest.mark.parametrize("t", [[1, 1], [[0, 1], [0, 1]]])
def test_a_class_of_probability_0_that_is_not_the_target_adds_nothing(t):
    error = cross_entropy_error(softmax(np.array([[-np.inf, 0.0], [-np.inf, 9.0]])), np.array(t))
    assert error == pytest.approx(0, abs=1e-6)
