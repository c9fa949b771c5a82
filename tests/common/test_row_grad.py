"""Gradients of a few rows: their sums, and arithmetic that is refused with a way out."""

import operator

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.layers import Embedding
from common.row_grad import RowGrad, sum_rows


def test_rows_of_one_id_are_summed():
    ids, rows = sum_rows(np.array([2, 0, 2]), np.array([[1.0, 2], [3, 4], [5, 6]]))
    assert_array_equal(ids, [0, 2])
    assert_array_equal(rows, [[3, 4], [6, 8]])


def test_why_gradients_are_added():
    """Section 4.1.2: with ids [0, 2, 0] the gradient of row 0 is the sum of both its uses."""
    layer = Embedding(np.zeros((3, 2)))
    layer.forward(np.array([0, 2, 0]))
    layer.backward(np.array([[1.0, 2], [3, 4], [10, 20]]))
    assert_array_equal(layer.grads[0], [[11, 22], [0, 0], [3, 4]])


@pytest.mark.parametrize("N", [0, 1, 8, 20, 200])            # ids: 4 a row, 32 a block
@pytest.mark.parametrize("words", [1, 30, 500])
@pytest.mark.parametrize("weighted", [True, False])
def test_sums_of_several_ids_a_row(N, words, weighted):
    rng = np.random.default_rng(0)
    ids, x = rng.integers(0, words, (N, 4)), rng.standard_normal((N, 5))
    weights = rng.standard_normal((N, 4)) if weighted else None
    expected = np.zeros((words, 5))
    np.add.at(expected, ids, (weights if weighted else np.ones((N, 4)))[:, :, None] * x[:, None])
    unique, rows = sum_rows(ids, x, weights)
    assert_array_equal(unique, np.unique(ids))
    assert_allclose(rows, expected[unique], atol=1e-12)


def test_as_an_array_it_is_the_full_gradient():
    grad = RowGrad((4, 2), np.float32)
    assert_array_equal(np.asarray(grad), np.zeros((4, 2)))
    grad.ids, grad.rows = np.array([1]), np.array([[5, 6]], "f")
    assert np.asarray(grad).dtype == np.float32 and np.asarray(grad, dtype=float).dtype == float
    assert_array_equal(np.asarray(grad), [[0, 0], [5, 6], [0, 0], [0, 0]])


@pytest.mark.parametrize("arithmetic", [
    lambda g: 0.1 * g, lambda g: g * 0.1, lambda g: np.float64(0.1) * g, lambda g: g ** 2,
    lambda g: g + g, lambda g: -g, lambda g: np.sum(g * g), lambda g: g[0], lambda g: np.sqrt(g),
    lambda g: g / 2, lambda g: np.ones((4, 2)) - g, lambda g: operator.imul(g, 2),
    lambda g: operator.isub(np.ones((4, 2)), g)])
def test_arithmetic_is_refused_and_names_both_ways_out(arithmetic):
    with pytest.raises(TypeError, match=r"optimizer.*np\.asarray\(grad\)"):
        arithmetic(RowGrad((4, 2), float))
