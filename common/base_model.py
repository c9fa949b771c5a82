"""What every model shares: its layers' params and grads in one list each, by name, and weights on disk (section 6.4).

A model makes its layers in __init__ as attributes (or lists of them) and ends with `self.gather()`. The name of a weight
is its path, 'lstm_layers.0.Wx', and its place in `params` follows the order of the attributes, which is the book's, so
that the book's pickled lists of weights can be loaded.
"""

from pathlib import Path

import numpy as np

from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from common.files.book_pickle import load_book_pickle
from common.files.writing import cannot_read
from common.layers import Layer
from common.util.gradients import find_shared


class BaseModel:
    """A model: `params`, `grads` and `param_names`, parallel; forward(x, t) returns the loss, backward() sets grads."""

    params, grads, param_names = (), (), ()

    def gather(self):
        """Fill params, grads and param_names from all layers and models among the attributes, each once."""
        found = list(layers_of(self))
        self.params = [p for _, layer in found for p in layer.params]
        self.grads = [g for _, layer in found for g in layer.grads]
        self.param_names = [f"{path}.{name}" for path, layer in found for name in layer.param_names]

    def forward(self, *args):
        raise NotImplementedError(f"{type(self).__name__} has no forward()")

    def backward(self, *args):
        raise NotImplementedError(f"{type(self).__name__} has no backward()")

    def get_state(self):
        """What the stateful layers remember of the text so far, for set_state: a tuple (h,) or (h, c) for each of them."""
        return [layer.get_state() for layer in self._stateful_layers()]

    def set_state(self, states):
        """Go on from what get_state() gave."""
        for layer, state in zip(self._stateful_layers(), states, strict=True):
            layer.set_state(*state)

    def reset_state(self):
        """Forget the text so far: the next forward() starts from zeros."""
        for layer in self._stateful_layers():
            layer.reset_state()

    def _stateful_layers(self):
        return [layer for _, layer in layers_of(self) if getattr(layer, "stateful", False)]

    def save_params(self, file_name=None):
        """Write the weights by name, in their own dtype, to `file_name`, by default ClassName.npz in the working folder."""
        save_arrays(file_name or f"{type(self).__name__}.npz", self.named_params())

    def load_params(self, file_name=None):
        """Read weights into the arrays in place; their shapes must be the model's.

        file_name: an .npz of save_params, or a pickle of the book (a list of arrays in the order of params). By default
        ClassName.npz, then ClassName.pkl, in the working folder. InputError for the weights of another model.
        """
        path = Path(file_name) if file_name else self._default_file()
        self.set_params(read_weights(path), path)

    def named_params(self):
        """{name: array}, a shared array once, under its first name."""
        names = self.param_names                             # a model without gather() has no names: count them
        if len(names) != len(self.params):
            names = [f"param{i}" for i in range(len(self.params))]
        return {names[group[0][0]]: self.params[group[0][0]] for group in find_shared(self.params)}

    def set_params(self, arrays, source="the weights"):
        """Copy arrays into the params; InputError where names or shapes are not the model's, before any copy.

        arrays: {name: array}, or a list in the order of params, in which a shared weight may stand once or at each use.
        """
        params = self.named_params()
        with np.errstate(over="ignore", invalid="ignore"):   # a wider number that is too large becomes inf
            for name, array in self.check_params(arrays, source).items():
                params[name][...] = array

    def check_params(self, arrays, source="the weights"):
        """{name: array} of what set_params would copy; InputError where names or shapes are not the model's."""
        params = self.named_params()
        if isinstance(arrays, list):
            arrays = self._named(arrays, list(params), source)
        if set(arrays) != set(params):
            missing, strange = sorted(set(params) - set(arrays)), sorted(set(arrays) - set(params))
            raise InputError(f"{source} holds the weights of another model, not of {type(self).__name__}"
                             f"{_listed('; missing', missing)}{_listed('; unknown', strange)}")
        for name, array in arrays.items():
            if array.shape != params[name].shape or array.dtype.kind != "f":
                raise InputError(f"{source}: '{name}' has shape {array.shape} of {array.dtype}, this "
                                 f"{type(self).__name__} has {params[name].shape}: make it with the sizes of the saved one")
        return arrays

    def _named(self, arrays, names, source):
        """{name: array} of a list."""
        if len(arrays) == len(self.params) != len(names):
            arrays = [arrays[group[0][0]] for group in find_shared(self.params)]
        if len(arrays) != len(names):
            raise InputError(f"{source} holds {len(arrays)} arrays, {type(self).__name__} has {len(names)} weights: "
                             "they are of another model")
        return dict(zip(names, arrays))

    def _default_file(self):
        names = [Path(f"{type(self).__name__}.{ending}") for ending in ("npz", "pkl")]
        found = next((path for path in names if path.is_file()), None)
        if found is None:
            raise InputError(f"neither {names[0]} nor {names[1]} is in {Path.cwd()}: train and save first, or name a file")
        return found


def layers_of(value, path="", seen=None):
    """(path, layer) of every layer among the attributes of a model, and of the models and lists in them, each once."""
    seen = set() if seen is None else seen
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
    """The weights in a file: {name: array} from an .npz of save_params, a list of arrays from a pickle of the book."""
    try:
        with open(path, "rb") as file:
            magic = file.read(2)
    except OSError as error:
        raise cannot_read(path, error) from error
    if magic == b"PK":
        return load_arrays(path)
    arrays = load_book_pickle(path)
    if not isinstance(arrays, list):
        raise InputError(f"{path} holds a dictionary, not the list of weights that the book's save_params writes")
    return arrays


def _listed(label, names):
    return f"{label} {', '.join(names[:4])}{' ...' if len(names) > 4 else ''}" if names else ""


def generators_of(root):
    """All NumPy Generators among the attributes of an object, in a fixed order, each once: what a run draws from."""
    found, seen = {}, set()

    def walk(value):
        if id(value) in seen:
            return
        seen.add(id(value))
        if isinstance(value, np.random.Generator):
            found[id(value)] = value
        elif isinstance(value, (list, tuple)):
            for item in value:
                walk(item)
        elif hasattr(value, "__dict__") and type(value).__module__.split(".")[0] != "numpy":
            for item in vars(value).values():
                walk(item)

    walk(root)
    return list(found.values())
