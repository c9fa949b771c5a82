"""Whole sequences against stepped cells, state kept and refused."""

import numpy as np
import pytest

from common.time_layers import RNN, TimeRNN


def weights(rng, D=3, H=4):
    return rng.standard_normal((D, H)), rng.standard_normal((H, H)), rng.standard_normal(H)


def test_time_rnn_equals_stepped_cells():
    rng = np.random.default_rng(0)
    params = weights(rng)
    layer, cells = TimeRNN(*params), [RNN(*params) for _ in range(5)]
    xs, dhs = rng.standard_normal((2, 5, 3)), rng.standard_normal((2, 5, 4))
    hs, h = layer.forward(xs), np.zeros((2, 4))
    for t, cell in enumerate(cells):
        h = cell.forward(xs[:, t], h)
        np.testing.assert_allclose(hs[:, t], h)
    dxs, dh = layer.backward(dhs), np.zeros((2, 4))
    for t in reversed(range(5)):
        dx, dh = cells[t].backward(dhs[:, t] + dh)
        np.testing.assert_allclose(dxs[:, t], dx)
    np.testing.assert_allclose(layer.dh, dh)
    for k, grad in enumerate(layer.grads):
        np.testing.assert_allclose(grad, sum(cell.grads[k] for cell in cells))


def test_a_stateful_layer_goes_on_and_a_stateless_one_starts_anew():
    rng = np.random.default_rng(0)
    params, xs = weights(rng), rng.standard_normal((2, 6, 3))
    whole = TimeRNN(*params).forward(xs)
    layer = TimeRNN(*params, stateful=True)
    np.testing.assert_allclose(np.concatenate([layer.forward(xs[:, :4]), layer.forward(xs[:, 4:])], axis=1), whole)
    layer.reset_state()
    np.testing.assert_allclose(layer.forward(xs[:, :4]), whole[:, :4])
    stateless = TimeRNN(*params)
    for _ in range(2):
        np.testing.assert_allclose(stateless.forward(xs), whole)
    layer.set_state(whole[:, 3])
    np.testing.assert_allclose(layer.forward(xs[:, 4:]), whole[:, 4:])


def test_what_is_returned_and_kept_belongs_to_its_owner():
    rng = np.random.default_rng(0)
    params, xs = weights(rng), rng.standard_normal((2, 3, 3))
    layer = TimeRNN(*params, stateful=True)
    hs = layer.forward(xs)
    kept = layer.h.copy()
    hs[...] = 7
    np.testing.assert_array_equal(layer.h, kept)
    first = layer.backward(np.ones((2, 3, 4)))
    again = first.copy()
    layer.forward(xs)
    layer.backward(np.ones((2, 3, 4)))
    np.testing.assert_array_equal(first, again)


def test_another_batch_size_and_no_steps_are_told():
    layer = TimeRNN(*weights(np.random.default_rng(0)), stateful=True)
    layer.forward(np.zeros((3, 2, 3)))
    with pytest.raises(ValueError, match="batch of 3, this batch has 1: call reset_state"):
        layer.forward(np.zeros((1, 2, 3)))
    with pytest.raises(ValueError, match="no time steps"):
        layer.forward(np.zeros((3, 0, 3)))
