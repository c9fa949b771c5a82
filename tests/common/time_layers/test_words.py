"""Dropout over a sequence, and the context of scores. tests/dlfs2 has the layers' numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.time_layers import TimeAffine, TimeDropout


def test_the_context_of_a_time_affine_equals_repeating_it():
    rng = np.random.default_rng(0)
    W, b, context, xs = (rng.standard_normal(shape) for shape in ((5, 4), 4, (2, 3), (2, 6, 2)))
    one, other, dout = TimeAffine(W, b), TimeAffine(W, b), rng.standard_normal((2, 6, 4))
    repeated = np.concatenate([np.repeat(context[:, None], 6, axis=1), xs], axis=2)
    assert_allclose(one.forward(xs, context=context), other.forward(repeated))
    dxs, drepeated = one.backward(dout), other.backward(dout)
    assert_allclose(dxs, drepeated[:, :, 3:])
    assert_allclose(one.dcontext, drepeated[:, :, :3].sum(axis=1))
    for ours, expected in zip(one.grads, other.grads, strict=True):
        assert_allclose(ours, expected)
    with pytest.raises(RuntimeError, match="needs a forward"):
        one.backward(dout)


@pytest.mark.parametrize("ratio", [0.0, 0.25, 0.5, 0.9])
def test_dropout_keeps_the_mean_and_drops_its_share(ratio):
    xs = np.ones((100, 50, 40), "f")
    out = TimeDropout(ratio, rng=0).forward(xs)
    assert np.mean(out == 0) == pytest.approx(ratio, abs=0.005)
    assert out.mean() == pytest.approx(1, abs=0.02)
    assert out.dtype == np.float32 and len(np.unique(out)) <= 2


def test_dropout_draws_new_masks_at_every_step_or_one_a_sequence():
    xs = np.ones((3, 6, 50))
    each = TimeDropout(0.5, rng=0).forward(xs)
    one = TimeDropout(0.5, variational=True, rng=0).forward(xs)
    assert not np.array_equal(each[:, 0], each[:, 1])
    assert np.array_equal(one, np.repeat(one[:, :1], 6, axis=1))
    assert not np.array_equal(one[0], one[1])


def test_dropout_does_nothing_in_evaluation_and_hands_out_a_copy():
    layer, xs = TimeDropout(0.5, rng=0), np.ones((2, 3, 4))
    layer.train_flg = False
    out = layer.forward(xs)
    out[...] = 5
    assert np.all(xs == 1)
    assert_array_equal(layer.backward(xs), xs)


def test_dropout_takes_whole_numbers_any_shape_and_ratios_near_one():
    assert set(np.unique(TimeDropout(0.25, rng=0).forward(np.full((2, 30, 4), 3)))) == {0, 4}
    assert TimeDropout(0.5, rng=0).forward(np.ones((4, 5))).shape == (4, 5)
    assert np.isfinite(TimeDropout(0.9999999, rng=0).forward(np.ones((2, 3, 4)))).all()
    layer = TimeDropout(0.5, rng=0)
    layer.forward(np.ones((2, 3, 4), "f"))
    assert layer.backward(np.ones((2, 3, 4))).dtype == np.float32


@pytest.mark.parametrize("ratio", [-0.1, 1.0, float("nan")])
def test_a_ratio_that_leaves_nothing_is_told(ratio):
    with pytest.raises(ValueError, match="dropout_ratio"):
        TimeDropout(ratio)
