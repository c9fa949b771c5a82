"""The base of every model: params and grads by name, state, weights on disk (section 6.4).

A model makes its layers in __init__ as attributes (or lists of them) and ends with `self.gather()`.
The name of a weight is its path, 'lstm_layers.0.Wx'; `params` follows the order of the attributes,
which is the book's, so that its pickled lists of weights can be loaded.
"""

import hashlib
import json
from pathlib import Path

import numpy as np

from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from common.files.book_pickle import load_book_pickle
from common.files.writing import cannot_read
from common.layers import Layer
from common.util.gradients import find_shared


class BaseModel:
    """A model: parallel `params`, `grads`, `param_names`; forward(x, t) -> the loss, backward()."""

    params, grads, param_names = (), (), ()
    vocabulary = None                                        # a hash of the words behind the ids

    def gather(self):
        """Fill params, grads and param_names from all layers and models among the attributes."""
        found = list(layers_of(self))
        self.params = [p for _, layer in found for p in layer.params]
        self.grads = [g for _, layer in found for g in layer.grads]
        self.param_names = [f"{path}.{name}" for path, layer in found for name in layer.param_names]

    def forward(self, *args):
        raise NotImplementedError(f"{type(self).__name__} has no forward()")

    def backward(self, *args):
        raise NotImplementedError(f"{type(self).__name__} has no backward()")

    def get_state(self):
        """The states of the stateful layers after the text so far: (h,) or (h, c) each."""
        return [layer.get_state() for layer in self._stateful_layers()]

    def set_state(self, states):
        """Restore what get_state() returned."""
        for layer, state in zip(self._stateful_layers(), states, strict=True):
            layer.set_state(*state)

    def reset_state(self):
        """Set all states to zero, for a new text."""
        for layer in self._stateful_layers():
            layer.reset_state()

    def forget(self, rows):
        """Set the states of some rows of the batch to zero; rows: (N,), True for each of them."""
        layers = self._stateful_layers()
        if not layers:
            raise InputError(f"{type(self).__name__} has no state to forget: that takes a layer "
                             "with stateful=True")
        for layer in layers:
            state = layer.get_state()
            for value in (part for part in state if part is not None):
                if len(value) != len(rows):
                    raise ValueError(f"the kept state is of a batch of {len(value)}, this batch "
                                     f"has {len(rows)}: call reset_state() first")
                value[rows] = 0
            layer.set_state(*state)

    def train_flags(self):
        """[(layer, whether it trains now), ...] of the layers that then do something else."""
        return [(layer, layer.train_flg) for _, layer in layers_of(self)
                if hasattr(layer, "train_flg")]

    def _stateful_layers(self):
        return [layer for _, layer in layers_of(self) if getattr(layer, "stateful", False)]

    def save_params(self, file_name=None):
        """Write the weights by name, in their own dtype; file_name: by default ClassName.npz."""
        known = {} if self.vocabulary is None else {"vocabulary": np.array(self.vocabulary)}
        save_arrays(file_name or f"{type(self).__name__}.npz", {**self.named_params(), **known})

    def load_params(self, file_name=None):
        """Read weights into the arrays in place; InputError for the weights of another model.

        file_name: an .npz of save_params, or a pickle of the book (a list of arrays in the order of
        params). By default ClassName.npz, then ClassName.pkl, in the working folder.
        """
        path = Path(file_name) if file_name else self._default_file()
        self.set_params(read_weights(path), path)

    def named_params(self):
        """{name: array}, a shared array once, under its first name."""
        names = self.param_names
        if len(names) != len(self.params):                   # a model without gather()
            names = [f"param{i}" for i in range(len(self.params))]
        return {names[i]: self.params[i] for (i, _), *_ in find_shared(self.params)}

    def set_params(self, arrays, source="the weights"):
        """Copy arrays into the params; InputError, before any copy, where names or shapes differ.

        arrays: {name: array}, or a list in the order of params, shared ones once or at each use.
        With a 'vocabulary' among them, as save_params() writes it, other words are refused as well.
        """
        params, model = self.named_params(), type(self).__name__
        if isinstance(arrays, list):
            if len(arrays) == len(self.params):
                arrays = [arrays[i] for (i, _), *_ in find_shared(self.params)]
            if len(arrays) != len(params):
                raise InputError(f"{source} holds {len(arrays)} arrays, {model} has {len(params)} "
                                 "weights: they are of another model")
            arrays = dict(zip(params, arrays))
        arrays = dict(arrays)
        vocabulary = str(arrays.pop("vocabulary", "")) or self.vocabulary
        if self.vocabulary not in (None, vocabulary):
            raise InputError(f"{source} holds weights for other words than this {model} has: its "
                             "ids stand for another vocabulary. Take the text that it was trained "
                             "on")
        if set(arrays) != set(params):
            missing = _listed("; missing", set(params) - set(arrays))
            unknown = _listed("; unknown", set(arrays) - set(params))
            raise InputError(f"{source} holds the weights of another model, not of {model}{missing}"
                             f"{unknown}")
        for name, array in arrays.items():
            if array.shape != params[name].shape or array.dtype.kind != "f":
                raise InputError(f"{source}: '{name}' has shape {array.shape} of {array.dtype}, "
                                 f"this {model} has {params[name].shape}: make it with the sizes "
                                 "of the saved one")
        with np.errstate(over="ignore", invalid="ignore"):   # too large for a narrower dtype: inf
            for name, array in arrays.items():
                params[name][...] = array
        self.vocabulary = vocabulary

    def _default_file(self):
        names = [Path(f"{type(self).__name__}.{ending}") for ending in ("npz", "pkl")]
        found = next((path for path in names if path.is_file()), None)
        if found is None:
            raise InputError(f"neither {names[0]} nor {names[1]} is in {Path.cwd()}: train and "
                             "save first, or name a file")
        return found


def layers_of(value, path="", seen=None):
    """(path, layer) of every layer among a model's attributes, and the models and lists in them."""
    seen = set() if seen is None else seen                   # each once
    if id(value) in seen:
        return
    if isinstance(value, Layer):
        seen.add(id(value))
        yield path, value
    elif isinstance(value, BaseModel):
        seen.add(id(value))
        for name, attribute in vars(value).items():
            yield from layers_of(attribute, f"{path}.{name}" if path else name, seen)
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from layers_of(item, f"{path}.{i}", seen)


def read_weights(path):
    """The weights in a file: {name: array} from an .npz, a list of arrays from a book's pickle."""
    try:
        with open(path, "rb") as file:
            magic = file.read(2)
    except OSError as error:
        raise cannot_read(path, error) from error
    if magic == b"PK":
        return load_arrays(path)
    arrays = load_book_pickle(path)
    if not isinstance(arrays, list):
        raise InputError(f"{path} holds a dictionary, not the list of weights that the book's "
                         "save_params writes")
    return arrays


def vocabulary_hash(word_to_id):
    """A hash of the words in the order of their ids, by which a model knows its vocabulary."""
    words = sorted(word_to_id, key=word_to_id.get)
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def _listed(label, names):
    names = sorted(names)
    return f"{label} {', '.join(names[:4])}{' ...' * (len(names) > 4)}" if names else ""


def generators_of(root):
    """The NumPy Generators among the attributes of an object, each once, in a fixed order."""
    found, seen = [], set()

    def walk(value):
        if id(value) in seen:
            return
        seen.add(id(value))
        if isinstance(value, np.random.Generator):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            for item in value:
                walk(item)
        elif hasattr(value, "__dict__") and type(value).__module__.split(".")[0] != "numpy":
            for item in vars(value).values():
                walk(item)

    walk(root)
    return found
