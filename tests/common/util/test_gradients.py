"""Shared weights are found by memory and merged into new arrays; norms are clipped together."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.errors import InputError
from common.row_grad import RowGrad
from common.util import clip_grads, find_shared, remove_duplicate


def test_shared_by_identity_by_view_and_by_transpose():
    W, square = np.ones((3, 4)), np.ones((3, 3))
    params = [W, square, W, W.T, square.T, W[:], np.ones((3, 4)), W[:2]]
    assert find_shared(params) == [[(0, False), (2, False), (3, True), (5, False)],
                                   [(1, False), (4, True)], [(6, False)], [(7, False)]]


def test_equal_values_are_not_shared():
    params = [np.zeros((3, 3)), np.zeros((3, 3))]
    assert len(remove_duplicate(params, [np.ones((3, 3)), np.ones((3, 3))])[0]) == 2


def test_gradients_are_added_and_calling_twice_gives_the_same():
    W = np.zeros((2, 3))
    grads = [np.ones((2, 3)), np.full((2, 3), 2.0), np.arange(6.0).reshape(3, 2)]
    copies = [g.copy() for g in grads]
    for _ in range(2):
        params, merged = remove_duplicate([W, W, W.T], grads)
        assert len(params) == 1 and params[0] is W
        assert_array_equal(merged[0], 3 + np.arange(6).reshape(3, 2).T)
    assert all(np.array_equal(a, b) for a, b in zip(grads, copies))


def test_rows_are_merged_with_rows_and_with_full_gradients():
    rng, W = np.random.default_rng(0), np.zeros((5, 3))
    rows = []
    for ids in ([0, 2], [2, 4]):
        rows.append(RowGrad((5, 3), float))
        rows[-1].ids, rows[-1].rows = np.array(ids), rng.standard_normal((2, 3))
    merged = remove_duplicate([W, W], rows)[1][0]
    assert isinstance(merged, RowGrad)
    assert_allclose(np.asarray(merged), np.asarray(rows[0]) + np.asarray(rows[1]))
    full = rng.standard_normal((3, 5))
    for params, grads in (([W, W.T], [rows[0], full]), ([W.T, W], [full, rows[0]])):
        merged = remove_duplicate(params, grads)[1][0]
        expected = np.asarray(rows[0]) + full.T
        assert_allclose(merged, expected if params[0] is W else expected.T)


def test_clipping_by_hand_over_all_gradients():
    rows = RowGrad((9, 1), float)
    rows.ids, rows.rows = np.array([4]), np.array([[4.0]])
    grads = [np.array([3.0]), rows, np.zeros((2, 2)).T]
    assert clip_grads(grads, 2.5) == pytest.approx(5)
    assert_allclose([grads[0][0], rows.rows[0, 0]], [1.5, 2.0], rtol=1e-6)
    assert clip_grads(grads, 10) == pytest.approx(2.5)
    assert_allclose(grads[0], 1.5, rtol=1e-6)


def test_large_gradients_are_clipped_and_not_lost():
    grads = [np.full(4, 1e20, np.float32)]
    assert clip_grads(grads, 1) == pytest.approx(2e20)
    assert_allclose(grads[0], 0.5, rtol=1e-6)


def test_clipping_counts_transposed_gradients():
    assert clip_grads([np.full((2, 3), 2.0).T], 100) == pytest.approx(24 ** 0.5)


@pytest.mark.parametrize("max_norm", [0, -1, float("nan")])
def test_a_norm_that_is_not_positive_is_refused(max_norm):
    with pytest.raises(InputError, match="max_norm"):
        clip_grads([np.ones(2)], max_norm)
