"""Reads the pickles that the book's own code writes, and nothing else that a pickle can do.

A pickle is a program: it may name any function and call it. This reader knows the few names that NumPy arrays are made
of, and hands out harmless functions for them; any other name is refused before anything is called.
"""

import codecs
import io
import math
import pickle

import numpy as np

from common.errors import InputError
from common.files.writing import cannot_read

DTYPES = {f"{kind}{size}" for kind, sizes in {"f": (2, 4, 8), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "b": (1,)}.items()
          for size in sizes}
OPCODES = """PROTO FRAME STOP MARK PUT BINPUT LONG_BINPUT MEMOIZE GET BINGET LONG_BINGET GLOBAL STACK_GLOBAL REDUCE BUILD
PERSID BINPERSID NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT STRING BINSTRING
SHORT_BINSTRING UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8 TUPLE
EMPTY_TUPLE TUPLE1 TUPLE2 TUPLE3 LIST EMPTY_LIST APPEND APPENDS DICT EMPTY_DICT SETITEM SETITEMS""".split()
COPIES = 4                   # a pickle may make arrays and texts of so many times its own size in all, no more


def _refuse(what):
    raise pickle.UnpicklingError(what)


def _reconstruct(subtype, shape, typecode):
    """The empty array that a pickle fills in its next step; whatever size it asks for here is not believed."""
    return np.ndarray.__new__(np.ndarray, (0,), "b")


def _dtype(name, align=False, copy=False):
    if not isinstance(name, str) or name not in DTYPES:
        _refuse("it asks for a dtype that is none of plain numbers")
    return np.dtype(name, align=False, copy=True)            # one of its own, for the pickle sets its byte order next


def _frombuffer(data, dtype, shape, order):
    _check_array(shape, dtype, data)
    return np.frombuffer(bytearray(data), dtype).reshape(shape, order="F" if order == "F" else "C")


def _scalar(dtype, data):
    _check_array((), dtype, data)
    return np.frombuffer(data, dtype)[0]


def _encode(text, encoding):
    if not isinstance(text, str) or encoding != "latin1":
        _refuse("it asks for an encoding other than latin1")
    return codecs.latin_1_encode(text)[0]                    # how old protocols write bytes


def _check_array(shape, dtype, data):
    """UnpicklingError unless these are the shape, dtype and data of one array."""
    if not (isinstance(shape, tuple) and len(shape) <= 32 and all(type(length) is int and length >= 0 for length in shape)
            and isinstance(dtype, np.dtype) and isinstance(data, (bytes, bytearray))
            and math.prod(shape) * dtype.itemsize == len(data)):
        _refuse("it has an array whose shape and data do not fit together")


ADMITTED = {(module, name): function for module in ("numpy.core.multiarray", "numpy._core.multiarray")
            for name, function in (("_reconstruct", _reconstruct), ("scalar", _scalar))}
ADMITTED.update({(module, "_frombuffer"): _frombuffer for module in ("numpy.core.numeric", "numpy._core.numeric")})
ADMITTED.update({("numpy", "ndarray"): "ndarray", ("numpy", "dtype"): _dtype, ("_codecs", "encode"): _encode})


class _Steps(dict):
    """{opcode: function} of the steps that are admitted."""

    def __missing__(self, code):
        _refuse(f"it has a step, {bytes([code])!r}, that no array needs")


class ArrayUnpickler(pickle._Unpickler):
    """The unpickler of the standard library in its Python form, with the few steps that arrays, lists and dictionaries need.

    No step takes memory that the file only claims, writes into anything but a list, a dictionary or a new array, or looks
    inside a tuple of tuples: a few bytes can nest so many of them that hashing or printing the outermost never ends.
    """

    def __init__(self, data):
        super().__init__(io.BytesIO(data))
        self.room = COPIES * len(data)

    def find_class(self, module, name):
        if (module, name) not in ADMITTED:
            _refuse(f"it asks for {f'{module}.{name}'[:80]}, which no array needs")
        return ADMITTED[module, name]

    def persistent_load(self, pid):
        _refuse("it refers to something outside the file")

    def load_reduce(self):
        if not any(self.stack[-2] is function for function in ADMITTED.values()):
            _refuse("it calls something that makes no array")
        super().load_reduce()
        made = self.stack[-1]
        self._take(len(made) if isinstance(made, bytes) else made.nbytes if isinstance(made, np.ndarray) else 0)

    def load_build(self):
        made, state = self.stack[-2:]
        if type(state) is not tuple:
            _refuse("it sets the state of something that is no array")
        if type(made) is np.ndarray and len(state) == 5:
            _check_array(state[1], state[2], state[4])
            self._take(len(state[4]))
        elif not (isinstance(made, np.dtype) and [*map(type, state[:2])] == [int, str] and state[1] in ("<", ">", "|")
                  and state[:1] + state[2:] == (3, None, None, None, -1, -1, 0)):
            _refuse("it sets the state of something that is no array")
        super().load_build()

    def _take(self, size):
        self.room -= size
        if self.room < 0:
            _refuse("it makes the same bytes into arrays over and over")

    def load_bytearray8(self):
        size = int.from_bytes(self.read(8), "little")
        data = self.read(size)                               # no more than there is, where the original takes `size` first
        if len(data) != size:
            _refuse(f"it claims {size:,} bytes and has {len(data):,}")
        self.append(bytearray(data))

    def _only(self, kind, position, keys=()):
        if type(self.stack[position] if position else self.metastack[-1][-1]) is not kind:
            _refuse(f"it writes into something that is no {kind.__name__}")
        if not all(type(key) in (str, int) for key in keys):
            _refuse("it has a key that is neither a text nor a number")

    def load_append(self):
        self._only(list, -2)
        super().load_append()

    def load_appends(self):
        self._only(list, None)
        super().load_appends()

    def load_setitem(self):
        self._only(dict, -3, self.stack[-2:-1])
        super().load_setitem()

    def load_setitems(self):
        self._only(dict, None, self.stack[::2])
        super().load_setitems()

    def load_dict(self):
        if not all(type(key) in (str, int) for key in self.stack[::2]):
            _refuse("it has a key that is neither a text nor a number")
        super().load_dict()

    dispatch = _Steps((code, step) for code, step in pickle._Unpickler.dispatch.items()
                      if code in {getattr(pickle, name)[0] for name in OPCODES})
    dispatch.update({getattr(pickle, name.upper())[0]: step for name, step in {
        "reduce": load_reduce, "build": load_build, "bytearray8": load_bytearray8, "append": load_append,
        "appends": load_appends, "setitem": load_setitem, "setitems": load_setitems, "dict": load_dict}.items()})


def load_book_pickle(path):
    """What a pickle of the book holds: a list of arrays (save_params) or a dictionary (chapter 4's word vectors).

    InputError, with the file's name, for anything else.
    """
    try:
        with open(path, "rb") as file:
            value = ArrayUnpickler(file.read()).load()
    except OSError as error:
        raise cannot_read(path, error) from error
    except Exception as error:                               # a damaged pickle can raise nearly anything
        reason = str(error) or type(error).__name__
        raise InputError(f"{path} is no pickle of arrays and cannot be read: {reason}") from error
    if isinstance(value, list) and len({id(item) for item in value}) < len(value):
        raise InputError(f"{path} holds a list in which one array stands twice, as the book's never do")
    if not ((isinstance(value, list) and all(is_array(item) for item in value))
            or (isinstance(value, dict) and all(isinstance(key, str) for key in value))):
        raise InputError(f"{path} holds a {type(value).__name__}, not a list of arrays or a dictionary as the book's do")
    return value


def is_array(item):
    """Whether this is an array of numbers."""
    return isinstance(item, np.ndarray) and item.dtype.kind in "fiub"
