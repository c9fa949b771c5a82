"""Reads the pickles that the book's own code writes, and nothing else that a pickle can do.

A pickle is a program: it may name any function and call it. This reader knows the few names that NumPy arrays are made
of, and hands out harmless functions for them; any other name is refused before anything is called.
"""

import codecs
import io
import pickle

import numpy as np

from common.errors import InputError

DTYPES = {f"{kind}{size}" for kind, sizes in {"f": (2, 4, 8), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "b": (1,)}.items()
          for size in sizes}


def _reconstruct(subtype, shape, typecode):
    """The empty array that a pickle fills in its next step; whatever size it asks for here is not believed."""
    return np.ndarray.__new__(np.ndarray, (0,), "b")


def _dtype(name, align=False, copy=False):
    if name not in DTYPES:
        raise pickle.UnpicklingError(f"dtype {name!r}")
    return np.dtype(name, align=False, copy=True)            # one of its own, for the pickle sets its byte order next


def _frombuffer(data, dtype, shape, order):
    return np.frombuffer(bytearray(data), dtype).reshape(shape, order=order)


def _scalar(dtype, data):
    return np.frombuffer(data, dtype)[0]


def _encode(text, encoding):
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"encoding {encoding!r}")
    return codecs.latin_1_encode(text)[0]                    # how old protocols write bytes


ADMITTED = {(module, name): function for module in ("numpy.core.multiarray", "numpy._core.multiarray")
            for name, function in (("_reconstruct", _reconstruct), ("scalar", _scalar))}
ADMITTED.update({(module, "_frombuffer"): _frombuffer for module in ("numpy.core.numeric", "numpy._core.numeric")})
ADMITTED.update({("numpy", "ndarray"): "ndarray", ("numpy", "dtype"): _dtype, ("_codecs", "encode"): _encode})


class ArrayUnpickler(pickle._Unpickler):
    """The unpickler of the standard library in its Python form, which takes no memory that the file only claims."""

    def find_class(self, module, name):
        try:
            return ADMITTED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no array needs") from None

    def persistent_load(self, pid):
        raise pickle.UnpicklingError("it refers to something outside the file")

    def load_build(self):
        if not isinstance(self.stack[-2], (np.ndarray, np.dtype)):
            raise pickle.UnpicklingError("it sets the state of something that is no array")
        super().load_build()

    def load_bytearray8(self):
        size = int.from_bytes(self.read(8), "little")
        data = self.read(size)                               # no more than there is, where the original takes `size` first
        if len(data) != size:
            raise pickle.UnpicklingError(f"it claims {size:,} bytes and has {len(data):,}")
        self.append(bytearray(data))

    dispatch = {**pickle._Unpickler.dispatch, pickle.BUILD[0]: load_build, pickle.BYTEARRAY8[0]: load_bytearray8}


def load_book_pickle(path):
    """What a pickle of the book holds: a list of arrays (save_params) or a dictionary (chapter 4's word vectors).

    InputError, with the file's name, for anything else.
    """
    try:
        with open(path, "rb") as file:
            value = ArrayUnpickler(io.BytesIO(file.read())).load()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except Exception as error:                               # a damaged pickle can raise nearly anything
        raise InputError(f"{path} is no pickle of arrays and cannot be read: {error}") from error
    if not ((isinstance(value, list) and all(_is_array(item) for item in value))
            or (isinstance(value, dict) and all(isinstance(key, str) for key in value))):
        raise InputError(f"{path} holds a {type(value).__name__}, not a list of arrays or a dictionary as the book's do")
    return value


def _is_array(item):
    return isinstance(item, np.ndarray) and item.dtype.kind in "fiub"
