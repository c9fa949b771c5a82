"""The checker is checked: it must fail a gradient that is a little wrong, and say which."""

import numpy as np
import pytest

from common.gradient_check import (
    check_gradients,
    gradient_errors,
    numerical_gradient,
    relative_error,
)
from common.layers import Affine, Layer


class Scale(Layer):
    """y = w * x, with a backward that can be told to err."""

    param_names = ("w",)

    def __init__(self, w, dw_factor=1.0, dx_factor=1.0, dx_shift=0):
        super().__init__(w)
        self.dw_factor, self.dx_factor, self.dx_shift = dw_factor, dx_factor, dx_shift

    def forward(self, x):
        self.x = x
        return self.params[0] * x

    def backward(self, dout):
        self.grads[0][...] = self.dw_factor * dout * self.x
        return self.dx_factor * np.roll(dout, self.dx_shift) * self.params[0]


@pytest.fixture(params=[(3, 4), (3, 5), (30, 40)], ids=["elementwise", "directions", "large"])
def arrays(request):
    rng = np.random.default_rng(1)
    return rng.standard_normal(request.param), rng.standard_normal(request.param)


def test_right_gradients_pass(arrays):
    w, x = arrays
    assert max(check_gradients(Scale(w), x).values()) < 1e-8


def test_a_gradient_wrong_by_a_twentieth_of_a_percent_fails_and_is_named(arrays):
    w, x = arrays
    with pytest.raises(AssertionError, match=r"w \S+ <-"):
        check_gradients(Scale(w, dw_factor=1.0005), x)
    with pytest.raises(AssertionError, match=r"x0 \S+ <-"):
        check_gradients(Scale(w, dx_factor=0.9995), x)


def test_outputs_taken_for_each_other_fail(arrays):
    w, x = arrays
    w[...] = 1                                               # uniform upstream: it would pass
    with pytest.raises(AssertionError):
        check_gradients(Scale(w, dx_shift=1), x)


@pytest.mark.parametrize("wrong", range(20))
def test_one_wrong_number_fails(arrays, wrong):
    w, x = arrays
    factor = np.ones(w.shape)
    factor.flat[wrong * (w.size - 1) // 19] = 1.01
    with pytest.raises(AssertionError):
        check_gradients(Scale(w, dw_factor=factor), x)


def test_gradients_that_are_zero_prove_nothing():
    with pytest.raises(AssertionError, match="inf"):
        check_gradients(Scale(np.ones(3)), np.zeros(3))


def test_nan_fails():
    with pytest.raises(AssertionError, match="nan"):
        check_gradients(Scale(np.ones(3), dw_factor=float("nan")), np.ones(3))


def test_float32_is_refused():
    with pytest.raises(ValueError, match="w is float32"):
        check_gradients(Scale(np.ones(3, "f")), np.ones(3))


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="shape"):
        gradient_errors(Scale(np.ones(3), dx_factor=np.ones((2, 1))), np.ones(3))


def test_layer_and_inputs_are_left_as_they_were():
    W, b, x = np.ones((2, 3)), np.ones(3), np.ones((4, 2))
    layer = Affine(W, b)
    check_gradients(layer, x)
    assert np.all(W == 1) and np.all(b == 1) and np.all(x == 1)
    assert layer.params[0] is W and not layer.grads[0].any() and layer.x is None


def test_numerical_gradient_of_a_square_by_hand():
    x = np.array([1.0, -2.0])
    gradient = numerical_gradient(lambda: float(np.sum(x ** 2)), x)
    np.testing.assert_allclose(gradient, [2, -4], rtol=1e-9)


def test_relative_error_by_hand():
    assert relative_error([3, 4], [3, 4]) == 0
    assert relative_error([1.0], [-1.0]) == 1
    assert relative_error([0.0], [0.0]) == float("inf")


def test_a_gradient_in_another_array_is_not_seen_as_no_model_would():
    class Rebound(Affine):
        def backward(self, dout):
            dx = super().backward(dout)
            self.grads[0] = self.grads[0].copy()             # in its list, in nobody else's
            self.held[...] = 0
            return dx

    layer = Rebound(np.ones((2, 3)), np.ones(3))
    layer.held = layer.grads[0]
    errors = gradient_errors(layer, np.ones((4, 2)))
    assert errors.pop("W") > 0.9 and max(errors.values()) < 1e-6


def test_a_backward_may_write_into_what_comes_from_above():
    class InPlace(Scale):
        def backward(self, dout):
            dout *= self.params[0]
            return super().backward(dout / self.params[0])

    check_gradients(InPlace(np.full(3, 2.0)), np.ones(3))
