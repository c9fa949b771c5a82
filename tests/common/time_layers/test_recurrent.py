"""Whole sequences against stepped cells, state kept and refused, dropout along time."""

import numpy as np
import pytest

from common.errors import InputError
from common.time_layers import GRU, LSTM, RNN, TimeBiLSTM, TimeDropout, TimeGRU, TimeLSTM, TimeRNN, recurrent

FAMILIES = [(RNN, TimeRNN, 1), (LSTM, TimeLSTM, 4), (GRU, TimeGRU, 3)]


def weights(rng, gates=1, D=3, H=4):
    return rng.standard_normal((D, gates * H)), rng.standard_normal((H, gates * H)), rng.standard_normal(gates * H)


def as_tuple(value):
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize("narrow", [0, recurrent.NARROW])
@pytest.mark.parametrize("N", [2, 20])
@pytest.mark.parametrize("Cell, TimeCell, gates", FAMILIES)
def test_time_layer_equals_stepped_cells(monkeypatch, Cell, TimeCell, gates, N, narrow):
    monkeypatch.setattr(recurrent, "NARROW", narrow)         # 0: every Wx counts as wide
    rng = np.random.default_rng(0)
    params = weights(rng, gates)
    layer, cells = TimeCell(*params), [Cell(*params) for _ in range(5)]
    xs, dhs = rng.standard_normal((N, 5, 3)), rng.standard_normal((N, 5, 4))
    state = tuple(rng.standard_normal((N, 4)) for _ in layer.get_state())
    layer.set_state(*state)
    hs = layer.forward(xs)
    for t, cell in enumerate(cells):
        state = as_tuple(cell.forward(xs[:, t], *state))
        np.testing.assert_allclose(hs[:, t], state[0])
    for kept, last in zip(layer.get_state(), state):
        np.testing.assert_allclose(kept, last)
    dxs, dstate = layer.backward(dhs), [np.zeros((N, 4)) for _ in state]
    for t in reversed(range(5)):
        dx, *dstate = cells[t].backward(dhs[:, t] + dstate[0], *dstate[1:])
        np.testing.assert_allclose(dxs[:, t], dx)
    np.testing.assert_allclose(layer.dh, dstate[0])
    if Cell is LSTM:
        np.testing.assert_allclose(layer.dc, dstate[1])
    for k, grad in enumerate(layer.grads):
        np.testing.assert_allclose(grad, sum(cell.grads[k] for cell in cells))


@pytest.mark.parametrize("Cell, TimeCell, gates", FAMILIES)
def test_the_gradient_of_the_last_state_alone(Cell, TimeCell, gates):
    rng = np.random.default_rng(0)
    layer, xs, dh = TimeCell(*weights(rng, gates)), rng.standard_normal((2, 5, 3)), rng.standard_normal((2, 4))
    dhs = np.zeros((2, 5, 4))
    dhs[:, -1] = dh
    layer.forward(xs)
    dxs, grads = layer.backward(dhs), [grad.copy() for grad in layer.grads]
    layer.forward(xs)
    np.testing.assert_allclose(layer.backward(dh=dh), dxs, atol=1e-14)
    for grad, expected in zip(layer.grads, grads):
        np.testing.assert_allclose(grad, expected, atol=1e-14)
    layer.forward(xs)
    np.testing.assert_allclose(layer.backward(dhs, dh), 2 * dxs)
    layer.forward(xs)
    with pytest.raises(ValueError, match=r"\(2, 4\), got \(3, 4\)"):
        layer.backward(dh=np.zeros((3, 4)))


@pytest.mark.parametrize("narrow", [0, recurrent.NARROW])
def test_a_context_equals_repeating_it(monkeypatch, narrow):
    monkeypatch.setattr(recurrent, "NARROW", narrow)
    rng = np.random.default_rng(0)
    params, context, xs = weights(rng, 4, D=5), rng.standard_normal((2, 3)), rng.standard_normal((2, 6, 2))
    one, other, dhs = TimeLSTM(*params), TimeLSTM(*params), rng.standard_normal((2, 6, 4))
    repeated = np.concatenate([np.repeat(context[:, None], 6, axis=1), xs], axis=2)
    np.testing.assert_allclose(one.forward(xs, context=context), other.forward(repeated))
    dxs, drepeated = one.backward(dhs), other.backward(dhs)
    np.testing.assert_allclose(dxs, drepeated[:, :, 3:])
    np.testing.assert_allclose(one.dcontext, drepeated[:, :, :3].sum(axis=1))
    for grad, expected in zip(one.grads, other.grads):
        np.testing.assert_allclose(grad, expected)


def test_an_lstm_step_worked_by_hand():
    """D = H = 1, all weights 1, biases 0, x = 1, h = 0, c = 2: all sums are 1."""
    cell = LSTM(np.ones((1, 4)), np.ones((1, 4)), np.zeros(4))
    h, c = cell.forward(np.ones((1, 1)), np.zeros((1, 1)), np.full((1, 1), 2.0))
    s, g = 1 / (1 + np.exp(-1)), np.tanh(1)                  # 0.7310586, 0.7615942
    np.testing.assert_allclose(c, s * 2 + g * s)
    np.testing.assert_allclose(h, s * np.tanh(s * 2 + g * s))


def test_the_gates_stand_in_the_order_of_the_book():
    """With one gate's bias at -50 and the others at 50, or 0 for g, what is shut tells which gate it is."""
    closed = {name: np.repeat([-50.0 if name == gate else 0.0 if gate == "g" else 50.0 for gate in "fgio"], 1)
              for name in "fio"}
    one, two = np.ones((1, 1)), np.full((1, 1), 2.0)
    nothing = np.zeros((1, 4))
    outcome = {name: [v.item() for v in LSTM(nothing, nothing, b).forward(one, one, two)] for name, b in closed.items()}
    assert outcome["f"] == pytest.approx([0, 0], abs=1e-12)                       # c forgotten, and g = tanh(0) adds nothing
    assert outcome["o"] == pytest.approx([0, 2], abs=1e-12)                       # c kept, nothing shown
    assert outcome["i"] == pytest.approx([np.tanh(2), 2])
    z_shut, z_open = ([-50.0, 0.0, 50.0], [50.0, 0.0, 50.0])
    gru = [float(GRU(np.zeros((1, 3)), np.zeros((1, 3)), np.array(b)).forward(one, two)[0, 0]) for b in (z_shut, z_open)]
    assert gru == pytest.approx([2, 1])                                           # the old state kept; the new one taken


@pytest.mark.parametrize("Cell, TimeCell, gates", FAMILIES)
def test_a_stateful_layer_goes_on_and_a_stateless_one_starts_anew(Cell, TimeCell, gates):
    rng = np.random.default_rng(0)
    params, xs = weights(rng, gates), rng.standard_normal((2, 6, 3))
    whole = TimeCell(*params).forward(xs)
    layer = TimeCell(*params, stateful=True)
    np.testing.assert_allclose(np.concatenate([layer.forward(xs[:, :4]), layer.forward(xs[:, 4:])], axis=1), whole)
    layer.reset_state()
    np.testing.assert_allclose(layer.forward(xs[:, :4]), whole[:, :4])
    state = layer.get_state()
    stateless = TimeCell(*params)
    for _ in range(2):
        np.testing.assert_allclose(stateless.forward(xs), whole)
    np.testing.assert_allclose(stateless.h, whole[:, -1])
    for layer in (stateless, TimeCell(*params, stateful=True)):
        layer.set_state(*state)
        np.testing.assert_allclose(layer.forward(xs[:, 4:]), whole[:, 4:])
    np.testing.assert_allclose(stateless.forward(xs), whole)                      # a state given holds for one forward()


def test_an_lstm_takes_a_hidden_state_alone():
    rng = np.random.default_rng(0)
    params, xs, h = weights(rng, 4), rng.standard_normal((2, 3, 3)), rng.standard_normal((2, 4))
    layer, other = TimeLSTM(*params), TimeLSTM(*params)
    layer.set_state(h)
    other.set_state(h, np.zeros((2, 4)))
    np.testing.assert_array_equal(layer.forward(xs), other.forward(xs))


@pytest.mark.parametrize("N, T, H", [(2, 3, 4), (1, 3, 4), (2, 1, 1), (1, 1, 4)])
@pytest.mark.parametrize("Cell, TimeCell, gates", FAMILIES)
def test_what_is_returned_and_kept_belongs_to_its_owner(Cell, TimeCell, gates, N, T, H):
    rng = np.random.default_rng(0)
    params, xs, dhs = weights(rng, gates, H=H), rng.standard_normal((N, T, 3)), rng.standard_normal((N, T, H))
    layer, given = TimeCell(*params, stateful=True), [rng.standard_normal((N, H)) for _ in range(1 + (Cell is LSTM))]
    layer.set_state(*given)
    untouched = TimeCell(*params)
    untouched.set_state(*(value.copy() for value in given))
    for value in given:
        value[...] = 9                                       # a state that was given is the layer's own
    untouched.forward(xs)
    hs, states = layer.forward(xs), [value for value in (layer.h, getattr(layer, "c", None)) if value is not None]
    before = [value.copy() for value in states]
    hs[...] = 7                                              # what was handed out is the caller's
    first, expected = layer.backward(dhs), untouched.backward(dhs)
    np.testing.assert_array_equal(first, expected)
    for a, b in zip(layer.grads, untouched.grads):
        np.testing.assert_array_equal(a, b)
    layer.get_state()[0][...] = 9
    layer.forward(xs)
    layer.backward(dhs)
    for value, kept in zip(states, before):                  # and is not written to again
        np.testing.assert_array_equal(value, kept)
    assert np.all(hs == 7)
    np.testing.assert_array_equal(first, expected)


@pytest.mark.parametrize("Cell, TimeCell, gates", FAMILIES)
def test_a_state_from_which_a_walk_started_may_be_written_to(Cell, TimeCell, gates):
    rng = np.random.default_rng(0)
    params, xs, dhs = weights(rng, gates), rng.standard_normal((2, 6, 3)), rng.standard_normal((2, 3, 4))
    grads = []
    for write in (False, True):
        layer = TimeCell(*params, stateful=True)
        layer.forward(xs[:, :3])
        states = layer.h, getattr(layer, "c", None)
        layer.forward(xs[:, 3:])
        for state in states if write else ():
            if state is not None:
                state[...] = 9
        layer.backward(dhs)
        grads.append([grad.copy() for grad in layer.grads])
    for grad, expected in zip(*grads):
        np.testing.assert_array_equal(grad, expected)


@pytest.mark.parametrize("Cell, TimeCell, gates", FAMILIES)
def test_the_dtype_is_that_of_the_weights(Cell, TimeCell, gates):
    rng = np.random.default_rng(0)
    params = [p.astype("f") for p in weights(rng, gates)]
    cell, x = Cell(*params), rng.integers(-2, 3, (2, 3))
    out = as_tuple(cell.forward(x, *(rng.standard_normal((2, 4)) for _ in range(1 + (Cell is LSTM)))))
    back = cell.backward(*(np.ones((2, 4)) for _ in out))
    assert all(value.dtype == np.float32 for value in (*out, *back))
    layer = TimeCell(*params)
    assert layer.forward(x[:, None]).dtype == layer.backward(np.ones((2, 1, 4))).dtype == np.float32
    with pytest.raises(ValueError, match=r"\(2, 1, 4\), got \(1, 1, 4\)"):
        layer.forward(x[:, None])
        layer.backward(np.ones((1, 1, 4)))


@pytest.mark.parametrize("Cell, TimeCell, gates", FAMILIES)
def test_another_batch_size_width_and_no_steps_are_told(Cell, TimeCell, gates):
    layer = TimeCell(*weights(np.random.default_rng(0), gates), stateful=True)
    layer.forward(np.zeros((3, 2, 3)))
    with pytest.raises(ValueError, match=r"batch of 3, this batch has 1: call reset_state\(\)"):
        layer.forward(np.zeros((1, 2, 3)))
    with pytest.raises(ValueError, match="no time steps"):
        layer.forward(np.zeros((3, 0, 3)))
    with pytest.raises(ValueError, match=r"\(N, T, 3\), got \(3, 2, 5\)"):
        layer.forward(np.zeros((3, 2, 5)))
    with pytest.raises(InputError, match=r"\(N, 4\), but set_state got \(3, 5\)"):
        layer.set_state(np.zeros((3, 5)))


def test_a_bidirectional_layer_reads_from_both_ends():
    rng = np.random.default_rng(0)
    there, back = weights(rng, 4), weights(rng, 4)
    xs = rng.standard_normal((2, 5, 3))
    hs = TimeBiLSTM(*there, *back).forward(xs)
    assert hs.shape == (2, 5, 8)
    np.testing.assert_allclose(hs[:, :, :4], TimeLSTM(*there).forward(xs))
    np.testing.assert_allclose(hs[:, :, 4:], TimeLSTM(*back).forward(xs[:, ::-1])[:, ::-1])
    layer = TimeBiLSTM(*there, *back, stateful=True)
    first, second = layer.forward(xs), layer.forward(xs)
    assert not np.allclose(first[:, :, :4], second[:, :, :4]) and not np.allclose(first[:, :, 4:], second[:, :, 4:])
    layer.reset_state()
    np.testing.assert_allclose(layer.forward(xs), hs)
    state = layer.get_state()
    second = layer.forward(xs)
    layer.set_state(*state)
    np.testing.assert_array_equal(layer.forward(xs), second)


@pytest.mark.parametrize("variational", [False, True])
def test_dropout_along_time_masks_what_enters_the_gates(variational):
    rng = np.random.default_rng(0)
    params, xs = weights(rng, 4), rng.standard_normal((2, 5, 3))
    dropout = TimeDropout(0.5, variational=variational, rng=0)
    hs = TimeLSTM(*params, recurrent_dropout=dropout).forward(xs)
    masks = TimeDropout(0.5, variational=variational, rng=0).masks(5, (4, 2), float)
    assert np.all(masks == masks[0]) == variational
    h, c = np.zeros((2, 4)), np.zeros((2, 4))
    for t in range(5):
        h, c = LSTM(*params).forward(xs[:, t], h * masks[t].T, c)
        np.testing.assert_allclose(hs[:, t], h)
    dropout.train_flg = False
    np.testing.assert_array_equal(TimeLSTM(*params, recurrent_dropout=dropout).forward(xs), TimeLSTM(*params).forward(xs))
