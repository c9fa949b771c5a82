"""Reads the pickles that the book's own code writes, and nothing else that a pickle can do.

A pickle is a program for a machine with a stack: it may name any function and call it. Here is the
part of that machine that makes numbers, texts, lists, dictionaries and arrays. A name stays a text:
nothing is imported, and the few calls that arrays need are answered by functions of this file.

No step takes memory that the file only claims, or looks inside a tuple of tuples: a few bytes can
nest so many of them that hashing or printing the outermost never ends.
"""

import pickletools
import re

import numpy as np

from common.errors import InputError
from common.files.writing import cannot_read

CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
COPIES = 4                   # calls make so many times the pickle's own size in all, no more


def load_book_pickle(path):
    """The list of arrays (save_params) or the dictionary (chapter 4's vectors) in a book's pickle.

    InputError, with the file's name, for anything else.
    """
    try:
        with open(path, "rb") as file:
            value = unpickle(file.read())
    except OSError as error:
        raise cannot_read(path, error) from error
    except Exception as error:                               # damage can raise nearly anything
        reason = str(error) or type(error).__name__
        raise InputError(f"{path} is no pickle of arrays and cannot be read: {reason}") from error
    if isinstance(value, list) and all(map(is_array, value)):
        if len({id(array) for array in value}) < len(value):
            raise InputError(f"{path} has one array twice in its list, as the book's never do")
    elif not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise InputError(f"{path} holds a {type(value).__name__}, not a list of arrays or a "
                         "dictionary as the book's do")
    return value


def is_array(item):
    """Whether this is an array of numbers."""
    return isinstance(item, np.ndarray) and item.dtype.kind in "fiub"


def unpickle(data):
    """The value that a pickle's program leaves; an error where it wants more than arrays need."""
    stack, marks, memo, room = [], [], {}, COPIES * len(data)
    for step, argument, _ in pickletools.genops(data):
        if pickletools.markobject in step.stack_before:      # it takes all from the last mark on
            start = marks.pop() - step.stack_before.index(pickletools.markobject)
        else:
            start = len(stack) - len(step.stack_before)
        items = stack[start:]
        del stack[start:]
        match step.name:
            case "PROTO" | "FRAME":
                continue
            case "MARK":
                marks.append(len(stack))
                continue
            case "PUT" | "BINPUT" | "LONG_BINPUT":
                memo[argument] = stack[-1]
                continue
            case "STOP":
                made = items[0]
            case "MEMOIZE":
                made = memo[len(memo)] = items[0]
            case "GET" | "BINGET" | "LONG_BINGET":
                made = memo[argument]
            case "NONE" | "NEWTRUE" | "NEWFALSE":
                made = CONSTANTS[step.name]
            case "EMPTY_TUPLE" | "TUPLE" | "TUPLE1" | "TUPLE2" | "TUPLE3":
                made = tuple(items)
            case "EMPTY_LIST" | "LIST":
                made = items
            case "APPEND" | "APPENDS":
                made, *more = items
                made.extend(more)
            case "EMPTY_DICT" | "DICT":
                made = _updated({}, *items)
            case "SETITEM" | "SETITEMS":
                made = _updated(*items)
            case "GLOBAL":
                made = _name(argument)
            case "STACK_GLOBAL":
                made = _name(" ".join(items))
            case "REDUCE" | "BUILD":
                made = (_call if step.name == "REDUCE" else _fill)(*items)
                room -= len(made) if isinstance(made, bytes) else getattr(made, "nbytes", 0)
                _check(room >= 0, "it makes the same bytes into arrays over and over")
            case name:                                       # it leaves its argument, or is refused
                _check(step.arg and step.stack_after != [pickletools.anyobject],
                       f"it has a step, {name}, that no array needs")
                made = argument
        stack.append(made)
    return stack.pop()


def _check(condition, otherwise):
    if not condition:
        raise ValueError(otherwise)


def _updated(target, *items):
    keys, values = items[::2], items[1::2]
    _check(all(type(key) in (str, int) for key in keys),
           "it has a key that is neither a text nor a number")
    target.update(zip(keys, values, strict=True))
    return target


def _name(text):
    name = text.replace("numpy.core.", "numpy._core.", 1)    # as it was before NumPy 2
    _check(name in CALLS, f"it asks for {text.replace(' ', '.')[:80]}, which no array needs")
    return name


def _call(name, arguments):
    _check(type(name) is str and name in CALLS, "it calls something that makes no array")
    return CALLS[name](*arguments)


def _fill(made, state):
    """BUILD: a dtype gets its byte order, an array its shape, dtype and data."""
    if type(made) is list:
        made.append(state[1])
    else:
        _, shape, dtype, fortran_order, data = state
        array = _array(data, dtype, shape, "F" if fortran_order else "C")
        made.__setstate__(array.__reduce__()[2])
    return made


def _array(data, dtype, shape, order):
    """An array over these bytes; NumPy checks that data and shape fit together."""
    dtype = "".join(dtype[::-1])
    _check(re.fullmatch("[<>|]?(b1|[fiu][1248])", dtype), "it has a dtype of no plain numbers")
    return np.frombuffer(data, dtype).reshape(shape, order=order)


def _encode(text, encoding):
    _check(encoding == "latin1", "it asks for an encoding other than latin1")
    return text.encode("latin1")                             # how old protocols write bytes


CALLS = {
    "numpy dtype": lambda name, *more: [name],               # BUILD appends "<" or ">"
    "numpy ndarray": None,                                   # is named, not called
    "numpy._core.multiarray _reconstruct": lambda *empty: np.empty(0, "b"),       # filled by BUILD
    "numpy._core.multiarray scalar": lambda dtype, data: _array(data, dtype, (), "C")[()],
    "numpy._core.numeric _frombuffer": _array,
    "_codecs encode": _encode,
}
