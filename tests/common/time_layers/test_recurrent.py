"""Whole sequences against the plain reference, state kept and refused, dropout along time."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.errors import InputError
from common.time_layers import (
    GRU,
    LSTM,
    RNN,
    TimeBiLSTM,
    TimeDropout,
    TimeGRU,
    TimeLSTM,
    TimeRNN,
    recurrent,
)
from common.time_layers.lstm import gates_backward, gates_backward_in_place
from dlfs2.reference import time_layers as reference

FAMILIES = [(RNN, TimeRNN, 1), (LSTM, TimeLSTM, 4), (GRU, TimeGRU, 3)]
each_family = pytest.mark.parametrize("Cell, TimeCell, gates", FAMILIES)
narrow_and_wide = pytest.mark.parametrize("narrow", [recurrent.NARROW, 0])


def normals(rng, *shapes):
    return [rng.standard_normal(shape) for shape in shapes]


def weights(rng, gates=1, D=3, H=4):
    return normals(rng, (D, gates * H), (H, gates * H), gates * H)


def as_tuple(value):
    return value if isinstance(value, tuple) else (value,)


def states(layer):
    """The arrays h and, of an LSTM, c, that a layer keeps."""
    return [value for value in (layer.h, getattr(layer, "c", None)) if value is not None]


@narrow_and_wide
@pytest.mark.parametrize("N", [2, 20])
@each_family
def test_a_time_layer_equals_the_plain_one(monkeypatch, Cell, TimeCell, gates, N, narrow):
    monkeypatch.setattr(recurrent, "NARROW", narrow)  # 0: every Wx counts as wide
    rng = np.random.default_rng(0)
    params = weights(rng, gates)
    layer, plain = TimeCell(*params), getattr(reference, TimeCell.__name__)(*params, stateful=True)
    xs, dhs = normals(rng, (N, 5, 3), (N, 5, 4))
    state = [rng.standard_normal((N, 4)) for _ in layer.get_state()]
    layer.set_state(*state)
    plain.set_state(*state)
    assert_allclose(layer.forward(xs), plain.forward(xs))
    assert_allclose(layer.backward(dhs), plain.backward(dhs))
    for ours, expected in zip((*states(layer), layer.dh, *layer.grads),
                              (*states(plain), plain.dh, *plain.grads), strict=True):
        assert_allclose(ours, expected)


@each_family
def test_the_gradient_of_the_last_state_alone(Cell, TimeCell, gates):
    rng = np.random.default_rng(0)
    layer = TimeCell(*weights(rng, gates))
    xs, dh = normals(rng, (2, 5, 3), (2, 4))
    dhs = np.zeros((2, 5, 4))
    dhs[:, -1] = dh
    layer.forward(xs)
    dxs, grads = layer.backward(dhs), [grad.copy() for grad in layer.grads]
    layer.forward(xs)
    assert_allclose(layer.backward(dh=dh), dxs, atol=1e-14)
    for grad, expected in zip(layer.grads, grads):
        assert_allclose(grad, expected, atol=1e-14)
    layer.forward(xs)
    assert_allclose(layer.backward(dhs, dh), 2 * dxs)
    layer.forward(xs)
    with pytest.raises(ValueError, match=r"\(2, 4\), got \(3, 4\)"):
        layer.backward(dh=np.zeros((3, 4)))


@narrow_and_wide
def test_a_context_equals_repeating_it(monkeypatch, narrow):
    monkeypatch.setattr(recurrent, "NARROW", narrow)
    rng = np.random.default_rng(0)
    params = weights(rng, 4, D=5)
    context, xs, dhs = normals(rng, (2, 3), (2, 6, 2), (2, 6, 4))
    one, other = TimeLSTM(*params), TimeLSTM(*params)
    repeated = np.concatenate([np.repeat(context[:, None], 6, axis=1), xs], axis=2)
    assert_allclose(one.forward(xs, context=context), other.forward(repeated))
    dxs, drepeated = one.backward(dhs), other.backward(dhs)
    assert_allclose(dxs, drepeated[:, :, 3:])
    assert_allclose(one.dcontext, drepeated[:, :, :3].sum(axis=1))
    for grad, expected in zip(one.grads, other.grads):
        assert_allclose(grad, expected)


def test_both_ways_back_through_the_gates_agree_to_the_bit():
    rng = np.random.default_rng(0)
    gates = rng.random((4, 6, 5), "f")
    rest = rng.standard_normal((4, 6, 5)).astype("f")        # c_prev, tanh_c, dh_next, dc_next
    one, other = np.empty_like(gates), np.empty_like(gates)
    before = gates.copy(), rest.copy()
    dc_prev = gates_backward(gates, *rest, one)
    assert_array_equal(gates_backward_in_place(gates, *rest, other), dc_prev)
    assert_array_equal(other, one)
    assert_array_equal(gates, before[0])
    assert_array_equal(rest, before[1])


def test_an_lstm_step_worked_by_hand():
    """D = H = 1, all weights 1, biases 0, x = 1, h = 0, c = 2: all sums are 1."""
    cell = LSTM(np.ones((1, 4)), np.ones((1, 4)), np.zeros(4))
    h, c = cell.forward(np.ones((1, 1)), np.zeros((1, 1)), np.full((1, 1), 2.0))
    s, g = 1 / (1 + np.exp(-1)), np.tanh(1)  # 0.7310586, 0.7615942
    assert_allclose(c, s * 2 + g * s)
    assert_allclose(h, s * np.tanh(s * 2 + g * s))


@pytest.mark.parametrize("Cell, b, expected", [
    (LSTM, [-50, 0, 50, 50], [0, 0]),           # f shut: c forgotten, and g = tanh(0)
    (LSTM, [50, 0, -50, 50], [np.tanh(2), 2]),  # i shut: c kept
    (LSTM, [50, 0, 50, -50], [0, 2]),           # o shut: c kept, nothing shown
    (GRU, [-50, 0, 50], [2]),                   # z shut: the old state kept
    (GRU, [50, 0, 50], [1])])                   # z open: the new one taken
def test_the_gates_stand_in_the_order_of_the_book(Cell, b, expected):
    nothing = np.zeros((1, len(b)))
    cell, two = Cell(nothing, nothing, np.array(b, float)), np.full((1, 1), 2.0)
    given = (np.ones((1, 1)), two) if Cell is LSTM else (two,)
    states = as_tuple(cell.forward(np.ones((1, 1)), *given))
    assert [state.item() for state in states] == pytest.approx(expected, abs=1e-12)


@each_family
def test_a_stateful_layer_goes_on_and_a_stateless_one_starts_anew(Cell, TimeCell, gates):
    rng = np.random.default_rng(0)
    params, xs = weights(rng, gates), rng.standard_normal((2, 6, 3))
    whole = TimeCell(*params).forward(xs)
    layer = TimeCell(*params, stateful=True)
    assert_allclose(layer.forward(xs[:, :4]), whole[:, :4])
    assert_allclose(layer.forward(xs[:, 4:]), whole[:, 4:])
    layer.reset_state()
    assert_allclose(layer.forward(xs[:, :4]), whole[:, :4])
    state = layer.get_state()
    stateless = TimeCell(*params)
    for _ in range(2):
        assert_allclose(stateless.forward(xs), whole)
    assert_allclose(stateless.h, whole[:, -1])
    for layer in (stateless, TimeCell(*params, stateful=True)):
        layer.set_state(*state)
        assert_allclose(layer.forward(xs[:, 4:]), whole[:, 4:])
    assert_allclose(stateless.forward(xs), whole)  # a state given holds for one forward()


def test_an_lstm_takes_a_hidden_state_alone():
    rng = np.random.default_rng(0)
    params = weights(rng, 4)
    xs, h = normals(rng, (2, 3, 3), (2, 4))
    layer, other = TimeLSTM(*params), TimeLSTM(*params)
    layer.set_state(h)
    other.set_state(h, np.zeros((2, 4)))
    assert_array_equal(layer.forward(xs), other.forward(xs))


@pytest.mark.parametrize("N, T, H", [(2, 3, 4), (1, 3, 4), (2, 1, 1), (1, 1, 4)])
@each_family
def test_what_is_returned_and_kept_belongs_to_its_owner(Cell, TimeCell, gates, N, T, H):
    rng = np.random.default_rng(0)
    params = weights(rng, gates, H=H)
    xs, dhs = normals(rng, (N, T, 3), (N, T, H))
    layer, untouched = TimeCell(*params, stateful=True), TimeCell(*params)
    given = [rng.standard_normal((N, H)) for _ in layer.get_state()]
    layer.set_state(*given)
    untouched.set_state(*(value.copy() for value in given))
    for value in given:
        value[...] = 9                          # a state that was given is the layer's own
    untouched.forward(xs)
    hs, kept = layer.forward(xs), states(layer)
    before = [value.copy() for value in kept]
    hs[...] = 7                                 # what was handed out is the caller's
    first, expected = layer.backward(dhs), untouched.backward(dhs)
    assert_array_equal(first, expected)
    for a, b in zip(layer.grads, untouched.grads):
        assert_array_equal(a, b)
    layer.get_state()[0][...] = 9
    layer.forward(xs)
    layer.backward(dhs)
    for value, as_it_was in zip(kept, before):  # and is not written to again
        assert_array_equal(value, as_it_was)
    assert np.all(hs == 7)
    assert_array_equal(first, expected)


@each_family
def test_a_state_from_which_a_walk_started_may_be_written_to(Cell, TimeCell, gates):
    rng = np.random.default_rng(0)
    params = weights(rng, gates)
    xs, dhs = normals(rng, (2, 6, 3), (2, 3, 4))
    grads = []
    for write in (False, True):
        layer = TimeCell(*params, stateful=True)
        layer.forward(xs[:, :3])
        kept = states(layer)
        layer.forward(xs[:, 3:])
        for state in kept if write else ():
            state[...] = 9
        layer.backward(dhs)
        grads.append([grad.copy() for grad in layer.grads])
    for grad, expected in zip(*grads):
        assert_array_equal(grad, expected)


@each_family
def test_the_dtype_is_that_of_the_weights(Cell, TimeCell, gates):
    rng = np.random.default_rng(0)
    params = [p.astype("f") for p in weights(rng, gates)]
    cell, layer, x = Cell(*params), TimeCell(*params), rng.integers(-2, 3, (2, 3))
    out = as_tuple(cell.forward(x, *(rng.standard_normal((2, 4)) for _ in layer.get_state())))
    back = cell.backward(*(np.ones((2, 4)) for _ in out))
    assert all(value.dtype == np.float32 for value in (*out, *back))
    hs, dxs = layer.forward(x[:, None]), layer.backward(np.ones((2, 1, 4)))
    assert hs.dtype == dxs.dtype == np.float32
    layer.forward(x[:, None])
    with pytest.raises(ValueError, match=r"\(2, 1, 4\), got \(1, 1, 4\)"):
        layer.backward(np.ones((1, 1, 4)))


@each_family
def test_another_batch_size_width_and_no_steps_are_told(Cell, TimeCell, gates):
    layer = TimeCell(*weights(np.random.default_rng(0), gates), stateful=True)
    layer.forward(np.zeros((3, 2, 3)))
    for shape, message in (((1, 2, 3), r"batch of 3, this batch has 1: call reset_state\(\)"),
                           ((3, 0, 3), "no time steps"),
                           ((3, 2, 5), r"\(N, T, 3\), got \(3, 2, 5\)")):
        with pytest.raises(ValueError, match=message):
            layer.forward(np.zeros(shape))
    with pytest.raises(InputError, match=r"takes a state \(N, 4\), got \(3, 5\)"):
        layer.set_state(np.zeros((3, 5)))


def test_a_bidirectional_layer_reads_from_both_ends():
    rng = np.random.default_rng(0)
    there, back = weights(rng, 4), weights(rng, 4)
    xs = rng.standard_normal((2, 5, 3))
    hs = TimeBiLSTM(*there, *back).forward(xs)
    assert hs.shape == (2, 5, 8)
    assert_allclose(hs[:, :, :4], TimeLSTM(*there).forward(xs))
    assert_allclose(hs[:, :, 4:], TimeLSTM(*back).forward(xs[:, ::-1])[:, ::-1])
    layer = TimeBiLSTM(*there, *back, stateful=True)
    first, second = layer.forward(xs), layer.forward(xs)
    for half in (slice(4), slice(4, 8)):
        assert not np.allclose(first[:, :, half], second[:, :, half])
    layer.reset_state()
    assert_allclose(layer.forward(xs), hs)
    state = layer.get_state()
    second = layer.forward(xs)
    layer.set_state(*state)
    assert_array_equal(layer.forward(xs), second)


def test_a_mask_of_a_bidirectional_layer_may_be_a_list():
    rng = np.random.default_rng(0)
    layer, xs = TimeBiLSTM(*weights(rng, 4), *weights(rng, 4)), rng.standard_normal((1, 3, 3))
    mask = [[True, False, True]]
    assert_array_equal(layer.forward(xs, mask), layer.forward(xs, np.array(mask)))
    with pytest.raises(ValueError, match=r"shape \(1, 3\), got \(1, 2\)"):
        layer.forward(xs, [[True, False]])


@pytest.mark.parametrize("variational", [False, True])
def test_dropout_along_time_masks_what_enters_the_gates(variational):
    rng = np.random.default_rng(0)
    params, xs = weights(rng, 4), rng.standard_normal((2, 5, 3))
    dropout = TimeDropout(0.5, variational=variational, rng=0)
    layer = TimeLSTM(*params, recurrent_dropout=dropout)
    hs = layer.forward(xs)
    masks = TimeDropout(0.5, variational=variational, rng=0).masks(5, (4, 2), float)
    assert np.all(masks == masks[0]) == variational
    h, c = np.zeros((2, 4)), np.zeros((2, 4))
    for t in range(5):
        h, c = LSTM(*params).forward(xs[:, t], h * masks[t].T, c)
        assert_allclose(hs[:, t], h)
    dropout.train_flg = False
    assert_array_equal(layer.forward(xs), TimeLSTM(*params).forward(xs))
