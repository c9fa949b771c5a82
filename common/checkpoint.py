"""A run on disk, whole: weights, optimizer, position, history and random numbers, so that it can go on as if never stopped.

The file is an .npz of arrays plus one JSON text, written to a temporary file and renamed: a run that is killed while it
writes leaves the last checkpoint as it was. What must not change between the halves of a run (model, sizes, optimizer,
data) is in `settings`, and a difference is refused by name.
"""

import hashlib
import json
from pathlib import Path

import numpy as np

from common.array_file import load_arrays, save_arrays
from common.base_model import generators_of
from common.checkpoint_parts import (
    check_finite,
    check_generators,
    check_numbers,
    check_position,
    named,
    ordered_slots,
    ordered_states,
)
from common.errors import InputError


def settings_of(model, optimizer, settings):
    """What a checkpoint belongs to: names and sizes of the weights, the optimizer, and the `settings` {name: value}."""
    if not hasattr(model, "named_params"):
        raise InputError(f"{type(model).__name__} cannot be kept in a checkpoint: derive it from BaseModel, which names its "
                         "weights")
    shapes = {name: list(p.shape) for name, p in model.named_params().items()}
    return {**settings, "model": type(model).__name__, "weights": shapes, "optimizer": type(optimizer).__name__}


def fingerprint(*arrays):
    """A short hash of data, by which a run knows that it goes on with the same."""
    digest = hashlib.sha256()
    for array in arrays:
        array = np.ascontiguousarray(array)
        digest.update(f"{array.shape}{array.dtype}".encode())
        digest.update(array)
    return digest.hexdigest()[:16]


def save_checkpoint(path, model, optimizer, settings, position, *, best=None):
    """Write the run.

    position: what JSON can hold (epoch, iteration, history ...). best: the best weights so far, {name: array}.
    """
    arrays = {f"weight {name}": p for name, p in model.named_params().items()}
    arrays.update({f"best {name}": p for name, p in (best or {}).items()})
    for i, slots in enumerate(optimizer.state or []):
        arrays.update({f"optimizer {i} {k}": slot for k, slot in enumerate(slots)})
    for i, state in enumerate(_states(model)):               # of the recurrent layers
        arrays.update({f"state {i} {k}": value for k, value in enumerate(state) if value is not None})
    run = {"settings": settings, "position": position,
           "optimizer": _numbers(optimizer),
           "generators": [generator.bit_generator.state for generator in generators_of(model)]}
    arrays["run"] = np.frombuffer(json.dumps(run, default=_plain).encode(), np.uint8)
    save_arrays(path, arrays)


def load_checkpoint(path, model, optimizer, settings):
    """Put the run back as it was; (position, best).

    InputError where the file is damaged or of another run, before a weight is changed.
    """
    arrays = load_arrays(path)
    try:
        run = json.loads(arrays.pop("run").tobytes())
        saved, position, numbers, states = (run[key] for key in ("settings", "position", "optimizer", "generators"))
        if [*map(type, (saved, position, numbers, states))] != [dict, dict, dict, list]:
            raise TypeError("its parts are not in their places")
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise InputError(f"{path} is no checkpoint of a run (weights alone cannot be resumed)") from error
    for name in sorted({**saved, **settings}, key=lambda name: name == "data"):       # a hash tells least: at last
        old, new = saved.get(name), json.loads(json.dumps(settings.get(name), default=_plain))
        if old != new and name == "weights" and isinstance(old, dict):           # of two models of one class: the first
            name = next(weight for weight in {**old, **new} if old.get(weight) != new.get(weight))       # that differs
            old, new = old.get(name), new.get(name)
        if old != new:
            raise InputError(f"{path} is the checkpoint of another run: its {name} was {old}, now it is {new}. "
                             f"Use the same {name}, or start afresh without --resume.")
    generators = generators_of(model)
    if len(states) != len(generators):
        raise InputError(f"{path} is the checkpoint of another run: it has {len(states)} random generators")
    weights, best, slots, layers = (named(arrays, kind) for kind in ("weight ", "best ", "optimizer ", "state "))
    for arrays_of in (weights, best or weights):
        model.check_params(arrays_of, path)
    try:
        in_time = "time_size" in saved                       # a text is read on: the states belong to the batch
        check_position(position, generators_of(model), in_time)
        check_generators(states, generators)
        check_numbers(numbers, _numbers(optimizer))
        began = bool(position.get("epoch") or position.get("iteration"))
        slots = ordered_slots(slots, model, getattr(optimizer, "slots", None), began)
        layers = ordered_states(layers, _states(model), saved.get("batch_size") if in_time else None)
        kept = sum(value is not None for layer in layers for value in layer)
        if len(weights) + len(best) + sum(map(len, slots)) + kept != len(arrays):
            raise ValueError("it holds arrays that no run has")
        check_finite(arrays)
        if layers:
            model.set_state(layers[0] if isinstance(model.get_state(), tuple) else layers)
    except ValueError as error:
        raise InputError(f"{path} is damaged, or was changed by hand: {error}") from error
    model.set_params(weights, path)
    optimizer.state = slots or None
    vars(optimizer).update(numbers)
    for generator, saved_state in zip(generators, states):
        generator.bit_generator.state = saved_state
    return position, best or None


def _numbers(optimizer):
    """What an optimizer counts and multiplies with: {name: number}."""
    return {name: value for name, value in vars(optimizer).items() if isinstance(value, (int, float, np.number))}


def _states(model):
    """The state of each layer; RnnlmGen, as in the book, gives that of its one layer, (h, c), by itself."""
    states = model.get_state() if hasattr(model, "get_state") else []
    return [states] if isinstance(states, tuple) else states


def _plain(value):
    """JSON for NumPy's numbers and for paths."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be kept in a checkpoint")
