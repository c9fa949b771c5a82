"""A run on disk, whole, so that it can go on as if it had never stopped.

Weights, optimizer, position, history, random numbers: an .npz of arrays, one JSON text and a
SHA-256 of all. A run that is killed while it writes leaves the last checkpoint as it was; a file in
which one byte changed is refused. What must not change between the halves of a run (model, sizes,
optimizer, data) is in `settings`, and a difference is refused by name.
"""

import hashlib
import json
from pathlib import Path

import numpy as np

from common.base_model import generators_of
from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays

OF_DATA = ("level", "tokens", "min_count", "seed", "reverse", "reverse_answer")  # they change it


def settings_of(model, optimizer, settings):
    """All that must be the same in a resumed run: weights, optimizer, schedule, `settings`.

    Of the optimizer's numbers all but the learning rate, which a loop may change, and the count of
    steps; a learning rate that is a schedule may not change, so that its end cannot move.
    """
    for part, needed, base in ((model, "named_params", "BaseModel"),
                               (optimizer, "state", "Optimizer")):
        if not hasattr(part, needed):
            raise InputError(f"{type(part).__name__} cannot be kept in a checkpoint: derive it "
                             f"from {base}, which names what is to be kept")
    lr, schedule = optimizer.lr, {}
    if callable(lr):
        schedule = {"schedule": getattr(lr, "__qualname__", repr(lr))}
        if " at 0x" in schedule["schedule"]:
            raise InputError("a learning rate that is a schedule needs a repr that says all about "
                             f"it, as a NamedTuple has, not {schedule['schedule']}")
    numbers = {f"optimizer's {name}": value for name, value in _numbers(optimizer).items()
               if name not in ("lr", "iter")}
    return {**settings, **schedule, "model": type(model).__name__,
            "weights": {name: list(p.shape) for name, p in model.named_params().items()},
            "dtype": model.params[0].dtype.name, "optimizer": type(optimizer).__name__,
            "generators": [type(rng.bit_generator).__name__ for rng in generators_of(model)],
            **numbers}


def save_checkpoint(path, model, optimizer, settings, position, best=None):
    """Write the run. position: what JSON can hold. best: weights to keep too, {name: array}."""
    arrays = {f"weight {name}": p for name, p in model.named_params().items()}
    arrays.update({f"best {name}": p for name, p in (best or {}).items()})
    for i, slots in enumerate(optimizer.state or []):
        arrays.update({f"optimizer {i} {k}": slot for k, slot in enumerate(slots)})
    for i, state in enumerate(_states(model)):               # of the recurrent layers
        arrays.update({f"state {i} {k}": part for k, part in enumerate(state) if part is not None})
    run = {"settings": settings, "position": position, "optimizer": _numbers(optimizer),
           "generators": [rng.bit_generator.state for rng in generators_of(model)]}
    arrays["run"] = np.frombuffer(json.dumps(run, default=_plain).encode(), np.uint8)
    save_arrays(path, {**arrays, "sha256": _digest(arrays)})


def load_checkpoint(path, model, optimizer, settings, to_resume="resume"):
    """Put model and optimizer back as they were; (position, best).

    InputError where the file is damaged or of another run, before anything is changed. to_resume:
    what the caller leaves out to start afresh.
    """
    arrays = load_arrays(path)
    digest = arrays.pop("sha256", None)
    if "run" not in arrays:
        raise InputError(f"{path} is no checkpoint of a run (weights alone cannot be resumed)")
    if digest is None:
        raise InputError(f"{path} was written by an earlier version of this library, whose runs "
                         "cannot go on: begin it again under another name")
    if not np.array_equal(digest, _digest(arrays)):
        raise InputError(f"{path} is damaged, or was changed by hand: its SHA-256 is another")
    run = json.loads(arrays.pop("run").tobytes())
    _check_settings(run["settings"], settings, path, to_resume)

    weights, best = _named(arrays, "weight "), _named(arrays, "best ")
    slots, states = _named(arrays, "optimizer "), _named(arrays, "state ")
    model.set_params(weights, path)
    layers = [tuple(states.get(f"{i} {k}") for k in range(len(layer)))
              for i, layer in enumerate(_states(model))]
    if layers:
        model.set_state(layers[0] if isinstance(model.get_state(), tuple) else layers)
    count = len(slots) // len(weights)                       # of each weight
    optimizer.state = [[slots[f"{i} {k}"] for k in range(count)]
                       for i in range(len(weights))] if slots else None
    vars(optimizer).update(run["optimizer"])
    for rng, state in zip(generators_of(model), run["generators"]):
        rng.bit_generator.state = state
    return run["position"], best or None


def _check_settings(saved, settings, path, to_resume):
    """InputError that names the first setting in which two runs differ."""
    settings = json.loads(json.dumps(settings, default=_plain))
    names = sorted({**saved, **settings}, key=lambda name: (name not in OF_DATA, name != "data"))
    for name in names:
        old, new = saved.get(name), settings.get(name)
        if old != new and name == "weights":                 # of two models of one class
            name = next(weight for weight in {**old, **new} if old.get(weight) != new.get(weight))
            old, new = old.get(name), new.get(name)
        if old != new and name == "data":                    # two hashes say nothing
            raise InputError(f"{path} is the checkpoint of another run: it learned from other "
                             f"data. Name the same, or start afresh without {to_resume}.")
        if old != new:
            raise InputError(f"{path} is the checkpoint of another run: its {name} was {old}, now "
                             f"it is {new}. Use the same {name}, or start afresh without "
                             f"{to_resume}."
                             + " It ends with the run: the number of epochs must be the same."
                             * (name == "schedule")
                             + " Perhaps an earlier version of this library wrote it, without "
                             "this setting." * (old is None))


def _digest(arrays):
    """The SHA-256 of {name: array}, as 32 numbers: of every name, shape, dtype, and byte."""
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(f"{name}{np.shape(array)}{array.dtype.str}".encode())
        digest.update(np.ascontiguousarray(array))
    return np.frombuffer(digest.digest(), np.uint8)


def _named(arrays, kind):
    """{name: array} of those whose names begin with `kind`, which is left out."""
    return {name.removeprefix(kind): array for name, array in arrays.items()
            if name.startswith(kind)}


def _numbers(optimizer):
    """The optimizer's attributes that are numbers, {name: number}."""
    return {name: value for name, value in vars(optimizer).items()
            if isinstance(value, (int, float, np.number))}


def _states(model):
    """The state of each layer; RnnlmGen, as in the book, gives (h, c) of its one layer."""
    states = model.get_state() if hasattr(model, "get_state") else []
    return [states] if isinstance(states, tuple) else states


def _plain(value):
    """JSON for NumPy's numbers and for paths."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be kept in a checkpoint")
