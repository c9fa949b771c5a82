"""The whole machine: it is its equations step by step, and refuses what it cannot do."""

import numpy as np
import pytest

from ch08_attention.ntm import CONTROLLERS, NTM, DeepLSTM
from ch08_attention.ntm.addressing import address
from ch08_attention.ntm.loss import BitLoss
from ch08_attention.ntm.memory import read, write
from common.errors import InputError
from common.functions import sigmoid, softmax
from common.layers import SigmoidWithLoss
from common.time_layers import LSTM

D, B, H, R, W = 3, 2, 5, 7, 4


def make(controller="lstm", **options):
    return NTM(D, B, H, R, W, controller=controller, rng=0, dtype=float, **options)


@pytest.fixture
def x():
    return np.random.default_rng(1).standard_normal((2, 4, D))


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_the_machine_is_its_equations_step_by_step(controller, x):
    """One head that reads, two that write; columns k, a, g, e, beta, gamma, s of the heads."""
    model = make(controller, write_heads=2)
    for p in model.params:
        p[...] = np.random.default_rng(2).standard_normal(p.shape)
    Wc, bc, Wu, bu, Wy, by = model.params
    M, w, r = np.full((2, R, W), 1e-6), np.zeros((2, 3, R)), np.zeros((2, W))
    h = c = np.zeros((2, H))
    w[:, :, 0] = 1
    scores = model.predict(x)
    for t in range(4):
        if controller == "lstm":
            cell = LSTM(Wc[H:], Wc[:H], bc)
            h, c = cell.forward(np.hstack([x[:, t], r]), h, c)
        else:
            h = np.tanh(np.hstack([x[:, t], r]) @ Wc + bc)
        ends = np.cumsum([3 * W, 2 * W, 3, 2 * W, 3, 3])
        k, a, g, e, beta, gamma, s = np.split(h @ Wu + bu, ends, axis=1)
        beta, gamma = (np.log1p(np.exp(u))[:, :, None] for u in (beta, gamma))
        w, _ = address(M, w, np.tanh(k).reshape(2, 3, W), beta, sigmoid(g)[:, :, None],
                       softmax(s.reshape(2, 3, 3)), 1 + gamma)
        r = read(M, w[:, :1])[:, 0]
        M = write(M, w[:, 1:], sigmoid(e).reshape(2, 2, W), np.tanh(a).reshape(2, 2, W))
        np.testing.assert_allclose(model.ntm.weights[:, t], w, rtol=1e-9)
        np.testing.assert_allclose(scores[:, t], np.hstack([h, r]) @ Wy + by, rtol=1e-9)


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_a_sequence_alone_or_in_a_batch_gives_the_same(controller, x):
    model = make(controller)
    both = model.predict(x)
    np.testing.assert_allclose(model.predict(x[1:]), both[1:], rtol=1e-10)


def test_the_loss_sees_only_the_steps_of_the_mask(x):
    model, t, mask = make(), np.zeros((2, 4, B), int), np.zeros((2, 4), bool)
    mask[0, 1] = mask[1, 3] = True
    loss = model.forward(x, t, mask)
    t[~mask] = 1
    assert model.forward(x, t, mask) == loss
    scores = model.predict(x)[mask]
    expected = SigmoidWithLoss().forward(scores, np.zeros(scores.shape, int))
    assert loss == pytest.approx(expected, rel=1e-12)


def test_what_was_returned_is_not_overwritten(x):
    model = make()
    first, weights = model.ntm.forward(x), model.ntm.weights
    kept = first.copy(), weights.copy()
    model.ntm.backward(np.ones_like(first))
    model.ntm.forward(-x)
    np.testing.assert_array_equal(first, kept[0])
    np.testing.assert_array_equal(weights, kept[1])


def test_training_is_in_float32_throughout(x):
    model = NTM(D, B, H, R, W, rng=0)
    model.forward(x, np.zeros((2, 4, B), int))
    model.backward()
    arrays = *model.params, *model.grads, model.ntm.weights
    assert {array.dtype for array in arrays} == {np.dtype("f")}


def test_the_weights_fit_a_memory_of_any_number_of_rows(x, tmp_path):
    small, large = make(), NTM(D, B, H, 3 * R, W, rng=5, dtype=float)
    small.save_params(tmp_path / "ntm.npz")
    large.load_params(tmp_path / "ntm.npz")
    large.predict(x)
    assert large.ntm.weights.shape == (2, 4, 2, 3 * R)
    with pytest.raises(InputError, match=r"'ntm\.controller_W' has shape"):
        NTM(D, B, H, R, W + 1, rng=0).load_params(tmp_path / "ntm.npz")


@pytest.mark.parametrize("options, message", [
    ({"rows": 2}, "memory of 3 rows or more, got 2: take more rows"),
    ({"shifts": 4}, "memory of 9 rows or more, got 7"), ({"shifts": -1}, "shifts"),
    ({"read_heads": 0}, "read_heads must be 1 or more, got 0"),
    ({"write_heads": 0}, "write_heads must be 1 or more"),
    ({"width": 0}, "width must be 1 or more"), ({"hidden_size": 0}, "hidden_size must be"),
    ({"controller": "gru"}, "one of lstm, feedforward, got 'gru'")])
def test_a_machine_that_cannot_be_made(options, message):
    with pytest.raises(InputError, match=message):
        NTM(D, B, **{"hidden_size": H, "rows": R, "width": W, **options})


def test_inputs_of_another_shape_are_refused(x):
    model = make()
    with pytest.raises(InputError, match="T of 1 or more"):
        model.predict(x[:, :0])
    with pytest.raises(InputError, match=r"takes xs \(N, T, D\), got \(4, 3\)"):
        model.predict(x[0])
    with pytest.raises(ValueError, match=r"LSTMController takes 3 .* 9 of its own, xs has 2"):
        model.predict(x[:, :, :2])
    with pytest.raises(ValueError, match=r"\(2, 7, 4\), got \(2, 7, 5\)"):
        model.ntm.forward(x, np.zeros((2, R, W + 1)))
    with pytest.raises(ValueError, match="mask"):
        model.forward(x, np.zeros((2, 4, B), int), np.ones((2, 3), bool))
    with pytest.raises(ValueError, match="counts no step"):
        BitLoss().forward(np.zeros((1, 2, 3)), np.zeros((1, 2, 3)), np.zeros((1, 2), bool))


def test_the_baseline_has_the_layers_of_the_paper():
    model = DeepLSTM(9, 8, rng=0)
    matrices = [p.shape for p in model.params if p.ndim == 2]
    assert matrices == [(9, 1024), *[(256, 1024)] * 5, (256, 8)]
