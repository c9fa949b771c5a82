"""The backward pass of every layer and model, against numerical gradients."""

import numpy as np
import pytest

from common.gradient_check import check_gradients
from common.row_grad import RowGrad
from tests import gradient_table
from tests.gradient_cases import CASES


@pytest.mark.parametrize("name", CASES)
def test_backward_agrees_with_the_numerical_gradient(name):
    layer, inputs, *options = CASES[name](np.random.default_rng(0))
    assert check_gradients(layer, *inputs, **dict(*options))


@pytest.mark.parametrize("name", CASES)
def test_gradients_are_written_into_the_arrays_that_sit_in_grads(name):
    layer, inputs, *options = CASES[name](np.random.default_rng(0))
    held = list(layer.grads)
    out = layer.forward(*inputs, **dict(*options))
    layer.backward(*upstream(out))
    assert all(a is b for a, b in zip(held, layer.grads))
    assert all(np.any(np.asarray(grad)) for grad in held)
    assert [g.shape for g in held] == [p.shape for p in layer.params]
    assert [g.dtype for g in held] == [p.dtype for p in layer.params]


@pytest.mark.parametrize("name", CASES)
def test_backward_twice_raises(name):
    layer, inputs, *options = CASES[name](np.random.default_rng(0))
    out = layer.forward(*inputs, **dict(*options))
    layer.backward(*upstream(out))
    with pytest.raises(RuntimeError, match="forward"):
        layer.backward(*upstream(out))


LAYERS = [name for name in CASES if not hasattr(CASES[name](np.random.default_rng(0))[0], "gather")]


@pytest.mark.parametrize("name", LAYERS)
def test_float32_stays_float32_and_arguments_stay_as_they_were(name):
    layer, inputs, *options = CASES[name](np.random.default_rng(0))
    single(layer)
    inputs = [x.astype("f") if x.dtype == float else x for x in inputs]
    before = [x.copy() for x in inputs]
    out = layer.forward(*inputs, **dict(*options))
    dout = upstream(out)
    dx = layer.backward(*dout)
    for array in (*as_tuple(out), *as_tuple(dx), *layer.grads):
        assert not hasattr(array, "shape") or array.dtype == np.float32
    assert all(np.array_equal(a, b) for a, b in zip(before, inputs))
    assert all(np.all(d == 1) for d in dout)


def as_tuple(value):
    return value if isinstance(value, tuple) else (value,)


def upstream(out):
    """Ones for each output of forward()."""
    return [np.ones_like(value) if np.ndim(value) else 1 for value in as_tuple(out)]


def single(layer):
    """Make the weights and gradients of a layer float32, those of layers within it too."""
    for part in (layer, *(value for value in vars(layer).values() if hasattr(value, "grads"))):
        part.params = [p.astype("f") for p in part.params]
        part.grads = [RowGrad(g.shape, "f") if isinstance(g, RowGrad) else np.zeros(g.shape, "f")
                      for g in part.grads]


def test_table_prints_every_case(capsys, monkeypatch):
    # the gradients are checked above
    monkeypatch.setattr(gradient_table, "gradient_errors", lambda *args, **options: {"W": 2e-9})
    gradient_table.main([])
    printed = capsys.readouterr().out
    assert all(name in printed for name in CASES)
    assert f"{len(CASES)} gradients, the largest error 2.0e-09" in printed


def test_table_of_a_part_prints_what_the_check_finds(capsys):
    gradient_table.main(["MatMul"])
    _, *rows, _ = capsys.readouterr().out.splitlines()
    assert 1 <= len(rows) < 8
    assert all("MatMul" in row and 0 < float(row.split()[-1]) < 1e-6 for row in rows)
