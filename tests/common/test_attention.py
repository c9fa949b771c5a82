"""Attention: hand-worked values, the batched form against the stepped one, and masks."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.attention import Attention, AttentionWeight, TimeAttention, WeightSum


def test_a_weighted_sum_by_hand():
    hs = np.array([[[1.0, 2], [3, 4], [5, 6]]])
    assert_allclose(WeightSum().forward(hs, np.array([[0.5, 0.5, 0]])), [[2, 3]])


def test_weights_by_hand():
    hs, h = np.array([[[1.0, 0], [0, 1], [0, 0]]]), np.log(np.array([[2.0, 3]]))
    assert_allclose(AttentionWeight().forward(hs, h), [[2 / 6, 3 / 6, 1 / 6]])


def test_all_steps_at_once_equal_one_after_the_other_under_a_mask():
    rng, mask = np.random.default_rng(0), np.array([[True, False, True, True, False], [True] * 5])
    hs_enc, hs_dec, dout = (rng.standard_normal((2, T, 4)) for T in (5, 3, 3))
    layer, steps = TimeAttention(), [Attention() for _ in range(3)]
    out = layer.forward(hs_enc, hs_dec, mask)
    dhs_enc, dhs_dec = layer.backward(dout)
    total = 0
    for t, step in enumerate(steps):
        assert_allclose(out[:, t], step.forward(hs_enc, hs_dec[:, t], mask))
        assert_allclose(layer.attention_weights[t], step.attention_weight)
        dhs, dh = step.backward(dout[:, t])
        total = total + dhs
        assert_allclose(dhs_dec[:, t], dh)
    assert_allclose(dhs_enc, total)
    assert_allclose(layer.weights.sum(axis=2), 1)
    assert not np.any(layer.weights[0, :, [1, 4]])


def test_a_mask_is_the_same_as_shorter_sequences():
    rng = np.random.default_rng(0)
    hs_enc, hs_dec = rng.standard_normal((1, 6, 4)), rng.standard_normal((1, 3, 4))
    mask = np.arange(6)[None] < 4
    shorter = TimeAttention().forward(hs_enc[:, :4], hs_dec)
    assert_allclose(TimeAttention().forward(hs_enc, hs_dec, mask), shorter)


@pytest.mark.parametrize("mask, message", [
    (np.ones((2, 4), bool), r"the shape \(2, 5\), got \(2, 4\)"), (np.ones(5, bool), "shape"),
    (np.array([[True] * 5, [False] * 5]), "one real step")])
def test_masks_that_do_not_fit_are_told(mask, message):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=message):
        Attention().forward(rng.standard_normal((2, 5, 4)), rng.standard_normal((2, 4)), mask)


def test_the_weights_that_are_shown_are_not_those_that_are_used():
    rng = np.random.default_rng(0)
    layer = TimeAttention()
    inputs = rng.standard_normal((2, 5, 4)), rng.standard_normal((2, 3, 4))
    layer.forward(*inputs)
    expected = [grad.copy() for grad in layer.backward(np.ones((2, 3, 4)))]
    layer.forward(*inputs)
    layer.weights[...] = 9
    for a, b in zip(layer.backward(np.ones((2, 3, 4))), expected):
        assert_array_equal(a, b)


def test_a_mask_may_be_a_list_and_weights_are_copies():
    hs, h = np.ones((1, 2, 3)), np.ones((1, 2, 3))
    layer = TimeAttention()
    layer.forward(hs, h, [[True, False]])
    assert_array_equal(layer.weights, [[[1, 0], [1, 0]]])
    single = Attention()
    out = single.forward(hs, h[:, 0])
    single.attention_weight[...] = 7
    dhs, _ = single.backward(out)
    assert_allclose(dhs, 0.5)
