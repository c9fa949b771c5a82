"""What is handed in, as an array of the right shape, or a message: who takes what, and what came.

    x = float_array(self, "x", x, ..., D)            # Affine takes x (..., 4), got (5, 6)
    idx = id_array(self, "idx", idx, "N", "C", below=V)

A shape is a list of sizes: a number, a letter where any size will do, ... for any axes. NumPy would
refuse some of what does not fit in words of its own, and make nonsense of the rest: rows of 4 from
a (6, 2, 2), the last row of a table for the id -1. A check takes less than a microsecond.
"""

import numpy as np

from common.errors import InputError


def float_array(who, name, value, *shape):
    """`value` as floats of this shape, in the dtype of the weights of `who` where it has any.

    who: the layer, the model, or the name of the function. InputError for what is no such array.
    """
    params = getattr(who, "params", None)
    if (isinstance(value, np.ndarray) and _fits(value.shape, shape)
            and (value.dtype == params[0].dtype if params else value.dtype.kind == "f")):
        return value                                         # nearly always, and soon
    array = number_array(who, name, value, *shape)
    dtype = params[0].dtype if params else array.dtype if array.dtype.kind == "f" else float
    return array.astype(dtype, copy=False)


def number_array(who, name, value, *shape):
    """`value` as an array of numbers of this shape, in their own dtype."""
    array = value if isinstance(value, np.ndarray) else _as_array(who, name, value, shape)
    if array.dtype.kind not in "fiub":
        raise _refusal(who, name, shape, " of numbers", _described(value, array))
    if not _fits(array.shape, shape):
        raise _refusal(who, name, shape, "", array.shape)
    return array


def id_array(who, name, value, *shape, below=None):
    """`value` as an array of whole numbers of this shape, with `below` from 0 to below - 1."""
    array = value if isinstance(value, np.ndarray) else _as_array(who, name, value, shape)
    if array.dtype.kind not in "iu":
        raise _refusal(who, name, shape, " of whole numbers", _described(value, array))
    if not _fits(array.shape, shape):
        raise _refusal(who, name, shape, "", array.shape)
    if below is not None and array.size and (array.min() < 0 or array.max() >= below):
        raise InputError(f"{_name(who)} takes {name} in 0..{below - 1}, got {array.min()}.."
                         f"{array.max()}")
    return array


def check_weights(layer, *params):
    """InputError unless the params are arrays of floats that fit the layer's `param_shapes`.

    In ("D 4H", "H 4H", "4H") a letter is one size, wherever it stands.
    """
    shapes, sizes = [shape.split() for shape in layer.param_shapes], {}
    if all(_weight_fits(param, shape, sizes) for param, shape in zip(params, shapes)):
        return
    names = layer.param_names
    taken = ", ".join(f"{name} {_written(shape)}" for name, shape in zip(names, shapes))
    got = ", ".join(f"{name} {_described(param)}" for name, param in zip(names, params))
    raise InputError(f"{_name(layer)} takes arrays of floats {taken}, got {got}")


def _weight_fits(param, shape, sizes):
    """Whether it does; `sizes`, of the letters so far, is filled in."""
    if not isinstance(param, np.ndarray) or param.dtype.kind != "f" or param.ndim != len(shape):
        return False
    for size, axis in zip(param.shape, shape):
        factor = int(axis[:-1] or 1)                         # 4H: 4 times H
        if size != factor * sizes.setdefault(axis[-1], size // factor):
            return False
    return True


def _as_array(who, name, value, shape):
    try:
        return np.asarray(value)
    except ValueError as error:
        raise _refusal(who, name, shape, "", "lists of different lengths") from error


def _fits(got, shape):
    if shape and shape[0] is ...:
        shape = shape[1:]
        got = got[-len(shape):] if shape else ()
    elif shape and shape[-1] is ...:
        shape = shape[:-1]
        got = got[:len(shape)]
    if len(got) != len(shape):
        return False
    for size, wanted in zip(got, shape):  # noqa: SIM110, all() takes twice as long
        if size != wanted and type(wanted) is not str:
            return False
    return True


def _refusal(who, name, shape, kind, got):
    return InputError(f"{_name(who)} takes {name} {_written(shape)}{kind}, got {got}")


def _name(who):
    return who if isinstance(who, str) else type(who).__name__


def _written(shape):
    """(N, 4), (4,), (...)"""
    sizes = ["..." if size is ... else str(size) for size in shape]
    return f"({', '.join(sizes)}{',' * (len(sizes) == 1 and sizes != ['...'])})"


def _described(value, array=None):
    """(2, 3) of float64; a list, (2,) of float64; a str; None"""
    if isinstance(value, np.ndarray):
        return f"{value.shape} of {value.dtype}"
    kind = "None" if value is None else f"a {type(value).__name__}"
    return kind if array is None or not array.ndim else f"{kind}, {array.shape} of {array.dtype}"
