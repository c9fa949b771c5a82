"""Losses over a sequence: the one-step layer's, ignored labels, large scores, whose memory."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.layers import SoftmaxWithLoss
from common.time_layers import TimeSoftmaxWithLoss
from common.time_layers import loss as loss_module


@pytest.mark.parametrize("block", [1, 7, 2 ** 17])
def test_equals_the_layer_for_one_step(monkeypatch, block):
    monkeypatch.setattr(loss_module, "BLOCK", block)
    rng = np.random.default_rng(0)
    xs, ts = rng.standard_normal((3, 5, 7)), rng.integers(0, 7, (3, 5))
    layer, simple = TimeSoftmaxWithLoss(), SoftmaxWithLoss()
    assert layer.forward(xs, ts) == pytest.approx(simple.forward(xs.reshape(15, 7), ts.reshape(15)))
    dx = simple.backward(2.0).reshape(3, 5, 7)
    assert_allclose(layer.backward(2.0), dx, atol=1e-15)
    assert layer.forward(xs, np.eye(7)[ts]) == layer.forward(xs, ts)


def test_ignored_labels_leave_no_trace():
    rng = np.random.default_rng(0)
    xs, ts = rng.standard_normal((2, 4, 5)), rng.integers(0, 5, (2, 4))
    ts[0, 2:], ts[1, 3] = -1, -1
    layer, counted = TimeSoftmaxWithLoss(), ts != -1
    simple = SoftmaxWithLoss()
    assert layer.forward(xs, ts) == pytest.approx(simple.forward(xs[counted], ts[counted]))
    dx = layer.backward()
    assert_allclose(dx[counted], simple.backward())
    assert not np.any(dx[~counted])
    layer.ignore_label = 3
    assert layer.forward(xs, np.where(counted, ts, 3)) == pytest.approx(
        simple.forward(xs[counted & (ts != 3)], ts[counted & (ts != 3)]))


@pytest.mark.parametrize("block", [1, 12, 2 ** 17])
@pytest.mark.parametrize("smoothing", [0, 0.2])
def test_the_losses_of_the_labels_are_kept(monkeypatch, block, smoothing):
    monkeypatch.setattr(loss_module, "BLOCK", block)
    rng = np.random.default_rng(0)
    xs, ts = rng.standard_normal((2, 4, 5)), rng.integers(0, 5, (2, 4))
    ts[0, 2:], ts[1, 3] = -1, -1
    layer, one = TimeSoftmaxWithLoss(smoothing), TimeSoftmaxWithLoss(smoothing)
    layer.forward(xs, ts)
    expected = [[one.forward(xs[n, t], ts[n, t]) if ts[n, t] >= 0 else 0 for t in range(4)]
                for n in range(2)]
    assert_allclose(layer.losses, expected, rtol=1e-12)


def test_smoothing_shares_some_of_the_label():
    """Scores 0 and ln 3: y = 1/4, 3/4. With s = 0.2 the target of label 1 is 0.1, 0.9."""
    layer = TimeSoftmaxWithLoss(0.2)
    loss = layer.forward(np.array([[[0.0, math.log(3)]]]), np.array([[1]]))
    assert loss == pytest.approx(-0.1 * math.log(1 / 4) - 0.9 * math.log(3 / 4))
    assert_allclose(layer.backward(), [[[1 / 4 - 0.1, 3 / 4 - 0.9]]])


@pytest.mark.parametrize("smoothing", [0, 0.25])
@pytest.mark.parametrize("one_hot", [True, False])
def test_a_masked_class_is_as_one_that_is_not_there(smoothing, one_hot):
    rng, layer = np.random.default_rng(0), TimeSoftmaxWithLoss(smoothing)
    xs, ts = rng.standard_normal((2, 3, 5)), rng.integers(0, 5, (2, 3))
    loss, dx = layer.forward(xs, ts), layer.backward()
    wide, labels = np.insert(xs, 2, -np.inf, axis=2), ts + (ts >= 2)
    masked = layer.forward(wide, np.eye(6, dtype=int)[labels] if one_hot else labels)
    assert masked == pytest.approx(loss, rel=1e-12)
    assert_allclose(layer.backward(), np.insert(dx, 2, 0, axis=2), atol=1e-12)


def test_what_stands_in_an_ignored_row_does_not_matter():
    xs, layer = np.random.default_rng(0).standard_normal((1, 3, 4)), TimeSoftmaxWithLoss()
    loss, dx = layer.forward(xs[:, :2], np.array([[1, 3]])), layer.backward()
    xs[:, 2] = -np.inf
    assert layer.forward(xs, np.array([[1, 3, -1]])) == loss
    assert_array_equal(layer.backward(), np.append(dx, np.zeros((1, 1, 4)), axis=1))


def test_large_scores_give_a_finite_loss():
    layer = TimeSoftmaxWithLoss()
    assert layer.forward(np.array([[[0.0, 1000.0]]]), np.array([[0]])) == 1000
    assert_array_equal(layer.backward(), [[[-1.0, 1.0]]])


def test_scores_are_left_alone_unless_they_are_given_away():
    xs, ts = np.random.default_rng(0).standard_normal((2, 3, 4)).astype("f"), np.zeros((2, 3), int)
    before, layer = xs.copy(), TimeSoftmaxWithLoss()
    layer.forward(xs, ts)
    assert_array_equal(xs, before)
    kept = layer.backward()
    layer.forward(xs, ts, overwrite=True)
    given = layer.backward()
    assert_array_equal(given, kept)
    assert np.shares_memory(given, xs) and given.dtype == np.float32


@pytest.mark.parametrize("ts, message", [
    ([[0, 4]], r"0\.\.3, got 0\.\.4"), ([[0, -2]], r"0\.\.3, got -2"),
    ([[-1, -1]], "nothing to learn"), ([0, 1], r"\(1, 2\) \(ids\)")])
def test_labels_that_cannot_be_are_told(ts, message):
    with pytest.raises(ValueError, match=message):
        TimeSoftmaxWithLoss().forward(np.zeros((1, 2, 4)), np.array(ts))


@pytest.mark.parametrize("row", [[0, 0, 0], [0.5, 0.5, 0], [1, 1, 0], [2, -1, 0]])
def test_labels_that_are_not_one_hot_are_refused(row):
    with pytest.raises(ValueError, match="one-hot"):
        TimeSoftmaxWithLoss().forward(np.zeros((1, 2, 3)), np.array([[[0, 1, 0], row]]))
