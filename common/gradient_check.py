"""Numerical against analytic gradients, for any layer or model: it lets one trust a backward pass.

A derivative can be tried out: move one number a little, see how much the output moves. That is slow
and needs no thought; backward() is fast and needs much. Where both agree to six digits, backward()
is right.

    errors = check_gradients(Affine(W, b), x)    # raises where they differ; {'x0': 3e-11, 'W': ...}

The objective is L = sum(out * upstream) with a fixed random `upstream`: every output counts with
another weight, so that a backward() that confuses two outputs, or forgets a factor, cannot pass.
"""

import copy

import numpy as np

from common.util.gradients import find_shared, remove_duplicate

DIRECTIONS = 12              # larger arrays are checked along so many random directions,
                             # smaller ones number by number


def numerical_gradient(f, x, eps=1e-5):
    """The gradient of the scalar `f()` with respect to the array `x`, by elements (section 1.3.2).

        df/dx_i ~ (f(x_i + eps) - f(x_i - eps)) / 2 eps                error O(eps^2)

    f takes no argument and reads `x`, which is changed in place and put back.
    """
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = 1
        gradient[i] = directional_derivative(f, x, step, eps)
    return gradient


def directional_derivative(f, x, step, eps=1e-5):
    """(f(x + eps step) - f(x - eps step)) / 2 eps: the slope of `f()` along `step`."""
    saved = x.copy()
    x += eps * step
    above = f()
    x[...] = saved - eps * step
    below = f()
    x[...] = saved
    return (above - below) / (2 * eps)


def relative_error(a, n):
    """||a - n|| / (||a|| + ||n||), 0 (equal) to 1 (unrelated); inf for two zeros: no proof."""
    a, n = np.asarray(a), np.asarray(n)
    size = np.linalg.norm(a) + np.linalg.norm(n)
    return float(np.linalg.norm(a - n) / size) if size else float("inf")


def gradient_errors(layer, *inputs, rng=0, eps=1e-5, **options):
    """{name: relative error} for every parameter and every floating-point input of a layer.

    layer: anything with params (float64), grads, forward and backward. inputs, options: arguments
    of forward(); float64 arrays are differentiated ('x0', 'x1', ...), integers are not. Each
    evaluation runs on a fresh copy of the layer, so that dropout masks, samples and hidden states
    are the same each time; `layer` itself stays as it was. Gradients are read from the arrays that
    `grads` held before forward(), as a model reads them: one that is put there anew is not seen.
    """
    rng = np.random.default_rng(rng)
    inputs = [x.copy() if isinstance(x, np.ndarray) else x for x in inputs]

    def forward(fresh):
        return _as_tuple(fresh.forward(*inputs, **options))

    fresh = copy.deepcopy(layer)
    grads = list(fresh.grads)
    outs = forward(fresh)
    upstream = [rng.uniform(0.5, 1.5, np.shape(out)) * rng.choice([-1, 1], np.shape(out))
                for out in outs]
    backs = _as_tuple(fresh.backward(*[g.copy() for g in upstream]))             # to be changed

    def objective():
        outs = forward(copy.deepcopy(layer))
        return sum(float(np.sum(out * g)) for out, g in zip(outs, upstream))

    params = layer.params
    names = list(getattr(layer, "param_names", ())) or [f"params[{i}]" for i in range(len(params))]
    groups = find_shared(params)                             # a shared weight has one gradient
    _, grads = remove_duplicate(params, grads, groups)
    pairs = [(names[i], params[i], grad) for ((i, _), *_), grad in zip(groups, grads)]
    floats = [(f"x{i}", x) for i, x in enumerate(inputs)
              if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
    pairs += [(name, x, back) for (name, x), back in zip(floats, backs)]
    if len(floats) > len(backs) or len(names) != len(params):
        raise ValueError(f"{type(layer).__name__}: {len(floats)} inputs and {len(params)} params "
                         f"to check, but backward() returned {len(backs)} gradients and there are "
                         f"{len(names)} names")
    return {name: _error(name, objective, x, np.asarray(a), rng, eps) for name, x, a in pairs}


def check_gradients(layer, *inputs, tolerance=1e-6, **options):
    """gradient_errors(), and AssertionError with all of them where one is not below `tolerance`."""
    errors = gradient_errors(layer, *inputs, **options)
    if not all(error < tolerance for error in errors.values()):
        table = ", ".join(f"{name} {error:.1e}{'' if error < tolerance else ' <-'}"
                          for name, error in errors.items())
        raise AssertionError(f"{type(layer).__name__}: gradients differ from the numerical ones by "
                             f"more than {tolerance:.0e} (inf: both are zero): {table}")
    return errors


def _error(name, objective, x, analytic, rng, eps):
    if x.dtype != np.float64:
        raise ValueError(f"{name} is {x.dtype}: a gradient check needs float64, float32 has too "
                         "few digits")
    if analytic.shape != x.shape:
        raise ValueError(f"{name} has shape {x.shape}, its gradient {analytic.shape}")
    if x.size <= DIRECTIONS:
        return relative_error(analytic, numerical_gradient(objective, x, eps))
    steps = [rng.standard_normal(x.shape) for _ in range(DIRECTIONS)]
    numeric = [directional_derivative(objective, x, step, eps) for step in steps]
    return relative_error([np.sum(analytic * step) for step in steps], numeric)


def _as_tuple(value):
    return value if isinstance(value, tuple) else () if value is None else (value,)
