"""The parts of a checkpoint, held against the run that is to go on before anything of it is changed.

A checkpoint is a file that can be edited. A part that is missing, of another type or of another shape would raise errors
far from here, or none, and the run would go on as another one. Each check raises ValueError, with what it found.
"""

import json
import sys

import numpy as np

SHUFFLED = {"epoch": int, "iteration": int, "total_loss": float, "count": int, "history": list, "history_at": list,
            "valid_list": list, "seed": int}                 # the position of a Trainer
TABLES = {"step": int, "loss": float, "count": int, "drawn_from": object, "history": list}       # of a TableTrainer


def named(arrays, kind):
    """{name: array} of those whose names begin with `kind`, which is left out."""
    return {name.removeprefix(kind): array for name, array in arrays.items() if name.startswith(kind)}


def is_number(value, kind=float):
    """Whether a value from JSON is a finite number; kind=int: a whole one from 0 up, as counts and seeds are."""
    if kind is int:
        return type(value) is int and 0 <= value < 2 ** 63
    return type(value) in (int, float) and abs(value) <= sys.float_info.max


def check_position(position, generators, in_time):
    """Check the place in the run. generators: the model's, if their state was kept; in_time: whether it reads a text on."""
    form = {**(TABLES if "step" in position else SHUFFLED), **({"time_idx": int} if in_time else {})}
    for name, kind in form.items():
        value = position.get(name)
        if name not in position or (kind in (int, float) and not is_number(value, kind)):
            raise ValueError(f"its {name} is {value!r:.60}")
        if kind is list and not (type(value) is list and all(type(x) in (int, float) for x in value)):
            raise ValueError(f"its {name} is no list of numbers")
    if len(position.get("history_at", position["history"])) != len(position["history"]):
        raise ValueError("its history has other lengths for values and places")
    if position.get("drawn_from") is not None:
        check_generators(position["drawn_from"], generators)


def check_generators(states, generators):
    """Check that each saved state is one that its generator can be put in."""
    if type(states) is not list or len(states) != len(generators):
        raise ValueError("it has another number of random generators")
    for state, generator in zip(states, generators):
        trial = type(generator.bit_generator)(0)
        try:
            trial.state = state
            same = json.dumps(trial.state, sort_keys=True, default=np.ndarray.tolist) == json.dumps(state, sort_keys=True)
        except Exception as error:                           # each kind of generator refuses in its own way
            raise ValueError("the saved state of a random generator is not valid") from error
        if not same:
            raise ValueError("the saved state of a random generator is not valid")


def check_numbers(numbers, now):
    """Check the optimizer's numbers: the same names as `now`, finite, none below zero, and shares such as beta2 below 1."""
    if set(numbers) != set(now):
        raise ValueError(f"its optimizer has {', '.join(sorted(numbers)) or 'no numbers'}; this one has "
                         f"{', '.join(sorted(now)) or 'none'}")
    for name, value in numbers.items():
        share = name not in ("iter", "lr", "weight_decay") and value != now[name]
        if not is_number(value, int if name == "iter" else float) or value < 0 or (share and value >= 1):
            raise ValueError(f"the optimizer's {name} is {value!r:.60}")


def ordered_slots(arrays, model, count, began):
    """The optimizer's state, for each weight its slots, from {'weight slot': array}; [] where it has none.

    count: slots for each weight, None for an optimizer that does not tell. began: whether there must be any.
    """
    params = list(model.named_params().values())
    count = len(arrays) // len(params) if count is None else count
    if not arrays and not (began and count):
        return []
    expected = {f"{i} {k}": p for i, p in enumerate(params) for k in range(count)}
    for name in [*expected, *arrays]:
        p, array = expected.get(name), arrays.get(name)
        if p is None or array is None or (array.shape, array.dtype) != (p.shape, p.dtype):
            raise ValueError(f"the optimizer's array '{name}' is missing, or belongs to no weight of this model")
    return [[arrays[f"{i} {k}"] for k in range(count)] for i in range(len(params))]


def ordered_states(arrays, now, batch_size):
    """What the layers remember, as model.set_state() takes it, from {'layer part': array}. now: of this model."""
    states = [tuple(arrays.get(f"{i} {k}") for k in range(len(layer))) for i, layer in enumerate(now)]
    for array in arrays.values():
        if array.ndim < 2 or (batch_size is not None and len(array) != batch_size):
            raise ValueError(f"a layer's state has the shape {array.shape}, of another batch")
    return states


def check_finite(arrays):
    """Check that all are finite numbers."""
    for name, array in arrays.items():
        if array.dtype.kind not in "fiub" or not np.isfinite(array).all():
            raise ValueError(f"'{name}' holds what is no finite number: the training diverged")
