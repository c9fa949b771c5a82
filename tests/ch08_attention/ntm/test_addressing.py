"""Addressing: values by hand, stages that change nothing, weightings that stay weightings."""

import numpy as np
import pytest

from ch08_attention.ntm.addressing import (
    address,
    content,
    interpolate,
    sharpen,
    sharpen_backward,
    shift,
)
from common.functions import softmax


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def one_hot(row, rows=5):
    return np.eye(rows)[None, None, row]                     # (1, 1, R)


def column(value):
    return np.full((1, 1, 1), float(value))


def test_content_by_hand():
    """Rows along, across and against the key: similarities 1, 0 and -1, of any length."""
    M, k = np.array([[[3.0, 0], [0, 5], [-2, 0]]]), np.array([[[7.0, 0]]])
    w_c, _ = content(M, k, column(np.log(2)))
    np.testing.assert_allclose(w_c, [[[2 / 3.5, 1 / 3.5, 0.5 / 3.5]]], rtol=1e-6)


def test_a_key_of_no_strength_points_everywhere_and_a_strong_one_at_the_row_that_it_equals(rng):
    M = rng.standard_normal((2, 6, 4))
    k = M[:, [1, 4]]                                         # (2, 2, 4)
    weak, _ = content(M, k, np.zeros((2, 2, 1)))
    strong, _ = content(M, k, np.full((2, 2, 1), 500.0))
    np.testing.assert_allclose(weak, 1 / 6)
    np.testing.assert_allclose(strong, [np.eye(6)[[1, 4]]] * 2, atol=1e-6)


def test_an_empty_memory_and_an_empty_key_are_no_error():
    w_c, _ = content(np.zeros((1, 3, 2)), np.zeros((1, 1, 2)), column(9))
    np.testing.assert_allclose(w_c, 1 / 3)


def test_interpolation_by_hand():
    w_c, w_prev = one_hot(1), one_hot(3)
    np.testing.assert_allclose(interpolate(w_c, w_prev, column(0.25)), [[[0, 0.25, 0, 0.75, 0]]])
    np.testing.assert_array_equal(interpolate(w_c, w_prev, column(1)), w_c)
    np.testing.assert_array_equal(interpolate(w_c, w_prev, column(0)), w_prev)


@pytest.mark.parametrize("S", [1, 2])
def test_shifts_of_one_row_are_exact_and_go_round(S):
    for row in range(5):
        for j in range(-S, S + 1):
            s = np.eye(2 * S + 1)[None, None, S + j]
            np.testing.assert_array_equal(shift(one_hot(row), s), one_hot((row + j) % 5))


def test_a_blurred_shift_by_hand():
    s = np.array([[[0.1, 0.7, 0.2]]])
    np.testing.assert_allclose(shift(one_hot(0), s), [[[0.7, 0.2, 0, 0, 0.1]]])


def test_shift_is_the_sum_of_the_paper(rng):
    w, s = softmax(rng.standard_normal((2, 3, 7))), softmax(rng.standard_normal((2, 3, 5)))
    slow = np.zeros_like(w)
    for i in range(7):
        for j in range(-2, 3):
            slow[:, :, i] += s[:, :, j + 2] * w[:, :, (i - j) % 7]
    np.testing.assert_allclose(shift(w, s), slow, rtol=1e-12)


def test_sharpening_by_hand():
    w = np.array([[[0.6, 0.3, 0.1, 0, 0]]])
    np.testing.assert_allclose(sharpen(w, column(1))[0], w, atol=1e-15)
    np.testing.assert_allclose(sharpen(w, column(2))[0], w ** 2 / 0.46, atol=1e-15)


def test_zero_weights_are_sharpened_without_a_warning_in_float32():
    w = one_hot(2).astype("f")
    np.testing.assert_allclose(sharpen(w, np.full((1, 1, 1), 30, "f"))[0], w, atol=1e-12)


@pytest.mark.parametrize("gamma", [1.0, 1.5, 3.0])
def test_the_gradient_of_sharpening_holds_for_the_least_weights(gamma):
    """dw_s(i) = gamma w_s(i)^(gamma-1) (dw(i) - sum_j dw(j) w(j)) / sum_j w_s(j)^gamma."""
    w_s = np.array([[[0.7, 0.3, 1e-15, 1e-19, 1e-21, 1e-30, 1e-200]]])
    dw, power = np.array([[[1.0, -2, 3, 4, -5, 6, -7]]]), w_s ** gamma
    w, log_w = sharpen(w_s, column(gamma))
    dw_s, _ = sharpen_backward(dw, w_s, column(gamma), w, log_w)
    expected = power / power.sum()
    np.testing.assert_allclose(w, expected, rtol=1e-12)
    expected = gamma * w_s ** (gamma - 1) * (dw - (dw * expected).sum()) / power.sum()
    np.testing.assert_allclose(dw_s, expected, rtol=1e-12)


def test_all_stages_together_pass_the_old_weighting_on(rng):
    """g = 0, no shift, gamma = 1: whatever the key is, the head stays where it is."""
    w_prev = softmax(rng.standard_normal((1, 1, 5)))
    w, _ = address(rng.standard_normal((1, 5, 3)), w_prev, rng.standard_normal((1, 1, 3)),
                   column(4), column(0), np.array([[[0.0, 1, 0]]]), column(1))
    np.testing.assert_allclose(w, w_prev, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["f", "d"])
def test_weightings_sum_to_one_and_are_never_negative(rng, dtype):
    for _ in range(20):
        N, K, R, W = 3, 2, 9, 4
        inputs = [rng.standard_normal((N, R, W)), softmax(5 * rng.standard_normal((N, K, R))),
                  rng.standard_normal((N, K, W)), rng.uniform(0, 30, (N, K, 1)),
                  rng.random((N, K, 1)), softmax(5 * rng.standard_normal((N, K, 3))),
                  rng.uniform(1, 20, (N, K, 1))]
        w, _ = address(*(value.astype(dtype) for value in inputs))
        assert w.dtype == dtype and w.shape == (N, K, R) and w.min() >= 0
        np.testing.assert_allclose(w.sum(axis=2), 1, rtol=1e-5 if dtype == "f" else 1e-12)
