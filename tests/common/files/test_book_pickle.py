"""Pickles as the book writes them load; one that wants anything else never runs.

Each is refused for the reason it is there for: behind a guard that is broken stands another.
"""

import importlib
import os
import pickle
import pickletools
import sys
import time
import tracemalloc
import types

import numpy as np
import pytest

from common.errors import InputError
from common.files.book_pickle import ADMITTED, ArrayUnpickler, load_book_pickle
from common.files.vectors import load_vectors
from common.layers import MatMul
from tests.book_pickle import book_pickle

HERE = "touched"
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


class Call:
    """What unpickles as a call: Call(function, arguments, state, [item], [pair])."""

    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return tuple(iter(part) if isinstance(part, list) else part for part in self.call)


class OddArray(np.ndarray):
    """A class whose arrays do more than hold numbers when they are unpickled."""

    def __setstate__(self, state):
        touch()


def touch():
    open(HERE, "w").close()


NAMES = {                    # all that a pickle may name
    ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"),
    ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"),
    ("numpy", "ndarray"), ("numpy", "dtype"), ("_codecs", "encode")}


MULTIARRAY, NUMERIC = (np.ones(1).__reduce_ex__(protocol)[0].__module__ for protocol in (4, 5))


@pytest.mark.parametrize("module", ["builtins", "os", "copyreg", "_codecs", "codecs", "numpy",
                                    MULTIARRAY, NUMERIC, "common.files.book_pickle", "common.layers"])
def test_no_other_name_is_found(module):
    names = {*dir(importlib.import_module(module)), "ndarray", "dtype", "encode", "ndarray.view",
             "path.exists", "nowhere"}
    reader = ArrayUnpickler(b"")
    for name in names - {name for owner, name in NAMES if owner == module}:
        with pytest.raises(pickle.UnpicklingError, match="it asks for"):
            reader.find_class(module, name)


def test_the_names_that_are_found_call_nothing_of_numpys():
    assert ADMITTED.keys() == NAMES
    functions = [function for function in ADMITTED.values() if callable(function)]
    assert {function.__module__ for function in functions} == {"common.files.book_pickle"}


ATTACKS = {
    "function": Call(os.system, (f"touch {HERE}",)),
    "builtin": Call(eval, (f"open('{HERE}', 'w')",)),
    "import": Call(__import__, ("tests.evil_module",)),
    "numpy": Call(np.save, (HERE, 1)),
    "nested": [Call(print, (Call(touch, ()),))],
    "state of a function": Call(np.zeros, (1,), {"x": 1}),
    "items": Call(list, (), None, [Call(touch, ())]),
    "pairs": Call(dict, (), None, None, [(1, Call(touch, ()))]),
    "pickle in a pickle": Call(pickle.loads, (pickle.dumps(Call(touch, ())),)),
    "class": MatMul(np.zeros((2, 2))),
    "subclass": np.zeros(3).view(OddArray),
    "objects": np.array([Call(touch, ())]),
    "objects' dtype": np.dtype("O"),
    "record": np.zeros(2, [("x", "f4")]),
    "dates": np.zeros(2, "M8[s]"),
    "set": {1},
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_pickle_that_wants_more_than_arrays_never_runs(protocol):
    before = set(sys.modules)
    for name, attack in ATTACKS.items():
        for evil in ({"word_vecs": attack}, [attack]):
            with open("w.pkl", "wb") as file:
                pickle.dump(evil, file, protocol)
            with pytest.raises(InputError, match=r"w\.pkl .*: it (asks for|has a step)"):
                load_book_pickle("w.pkl")
            assert os.listdir() == ["w.pkl"], name
    loaded = set(sys.modules) - before
    assert not [module for module in loaded if not module.startswith("encodings.")]


RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\n"
EMPTY = RECONSTRUCT + b"(cnumpy\nndarray\n(K\x00tU\x01btR"
SCALAR = b"](cnumpy.core.multiarray\nscalar\n("
FLOAT = b"cnumpy\ndtype\n(U\x02f4I00\nI01\ntR"


def filled(shape, data=b"C\x04abcd"):
    """A list of one float32 array that gets this shape and these data."""
    return b"](" + EMPTY + b"(K\x01" + shape + FLOAT + b"I00\n" + data + b"tbe."


DTYPE, STATE, STEP = "a dtype that is none", "it sets the state", "it has a step"
ASKS, CALLS, WRITES = "it asks for", "it calls something", "it writes into"
FIT = "do not fit together"
BY_HAND = {
    "persistent, as text": (b"Pevil\n.", "outside the file"),
    "persistent": (b"\x80\x02U\x04evilQ.", "outside the file"),
    "a set": (b"\x80\x04\x8f(K\x01\x90.", STEP),
    "inst": (b"(S'touch w'\nios\nsystem\n.", STEP),
    "obj": (b"(" + RECONSTRUCT + b"S'touch w'\no.", STEP),
    "newobj": (RECONSTRUCT + b")\x81.", STEP),
    "extension": (b"\x82\x01.", STEP),
    "buffers": (b"\x80\x05\x97.", STEP),
    "popped": (b"]0].", STEP),
    "dup": (b"]2a.", STEP),
    "an attribute": (b"\x80\x04\x8c\x05numpy\x8c\x0cndarray.view\x93.", ASKS),
    "not loaded": (b"ctests.evil_module\nrun\n(tR.", ASKS),
    "getattr of 2": (b"c__builtin__\ngetattr\n.", ASKS),
    "text called": (b"U\x01x)R.", CALLS),
    "an array called": (EMPTY + b")R.", CALLS),
    "ndarray called": (b"cnumpy\nndarray\n((K\x00ttR.", "not callable"),
    "a function's state": (RECONSTRUCT + b"}U\x01xK\x01sb.", STATE),
    "a function's slots": (RECONSTRUCT + b"(N}U\x08__code__K\x01stb.", STATE),
    "an array's attributes": (b"]" + EMPTY + b"}U\x01xK\x01sba.", STATE),
    "a dtype's state": (b"](" + FLOAT + b"(K\x03U\x01<NNNK\x00K\x00K\x3ftbe.", STATE),
    "a dtype's fields": (
        b"](" + FLOAT + b"(K\x03U\x01|N(U\x01xt}U\x01xNsK\x08K\x01K\x1btbe.", STATE),
    "a dtype's version": (
        b"](" + FLOAT + b"(G\x40\x08" + bytes(6) + b"U\x01<NNNI-1\nI-1\nK\x00tbe.", STATE),
    "an array's state in a list": (
        b"](" + EMPTY + b"](K\x01(K\x01t" + FLOAT + b"I00\nC\x04abcdebe.", STATE),
    "an array with half its data": (filled(b"(K\x02t"), FIT),
    "a negative shape": (filled(b"(J\xff\xff\xff\xffJ\xff\xff\xff\xfft"), FIT),
    "a shape of truth": (filled(b"(\x88t"), FIT),
    "a shape in a list": (filled(b"(K\x01l"), FIT),
    "a shape of 33": (filled(b"(" + b"K\x01" * 33 + b"t"), FIT),
    "data that are text": (filled(b"(K\x01t", b"U\x04abcd"), FIT),
    "bytes that end early": (b"\x80\x05\x96\x05\0\0\0\0\0\0\0ab.", "it claims 5 bytes and has 3"),
    "dtype of objects": (FLOAT.replace(b"f4", b"O8") + b".", DTYPE),
    "a dtype of a list": (b"cnumpy\ndtype\n(]tR.", DTYPE),
    "an encoding": (b"c_codecs\nencode\n(U\x01xU\x03hextR.", "other than latin1"),
    "a number encoded": (b"c_codecs\nencode\n(K\x01U\x06latin1tR.", "other than latin1"),
    "appended to text": (b"U\x01xK\x01a.", WRITES),
    "appended to a dictionary": (b"}(K\x01e.", WRITES),
    "an array written into": (b"]" + EMPTY + b"K\x00K\x01sa.", WRITES),
    "an array of pairs": (EMPTY + b"(K\x00K\x01u.", WRITES),
    "a key that is a list": (b"}](K\x01e]s.", "neither a text nor a number"),
    "data that are no array": (SCALAR + FLOAT + b"U\x05abcdetRe.", FIT),
    "a dtype that is none": (SCALAR + b"U\x02f4C\x04abcdtRe.", FIT),
    "a number alone": (b"K\x01.", "holds a int"),
    "a list of numbers": (b"]K\x01a.", "holds a list"),
    "a dictionary of numbers": (b"}K\x01K\x01s.", "holds a dict"),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_pickle_put_together_by_hand_never_runs(name, monkeypatch):
    data, reason = BY_HAND[name]
    called, module = [], types.ModuleType("tests.evil_module")
    module.run = lambda *args: called.append(args)
    monkeypatch.setitem(sys.modules, "tests.evil_module", module)
    with open("w.pkl", "wb") as file:
        file.write(data)
    with pytest.raises(InputError, match=rf"w\.pkl.*{reason}"):
        load_book_pickle("w.pkl")
    assert not called and os.listdir() == ["w.pkl"]


def nested(make, depth):
    """A value that holds the one before it twice: 2^depth long, and its pickle short."""
    value = make((1,))
    for _ in range(depth):
        value = make((value, value))
    return value


def array(shape, data):
    dtype = FLOAT + b"(K\x03U\x01<NNNI-1\nI-1\nK\x00tb"
    return EMPTY + b"(K\x01" + shape + dtype + b"I00\n" + data + b"tb"


def bytes_of(size):
    return b"B" + size.to_bytes(4, "little") + bytes(size)


TOO_MUCH = {
    "a key of tuples": b"}" + pickle.dumps(nested(tuple, 60), 2)[2:-1] + b"K\x01s.",
    "a key of tuples, as dict": b"(" + pickle.dumps(nested(tuple, 60), 2)[2:-1] + b"K\x01d.",
    "keys of tuples": b"}(" + pickle.dumps(nested(tuple, 60), 2)[2:-1] + b"K\x01u.",
    "vectors of lists": pickle.dumps({"word_vecs": nested(list, 60), "id_to_word": {}}, 2),
    "a dtype of tuples": b"cnumpy\ndtype\n(" + pickle.dumps(nested(tuple, 60), 2)[2:-1] + b"tR.",
    "a shape of tuples":
        b"](" + array(pickle.dumps(nested(tuple, 60), 2)[2:-1], bytes_of(4)) + b"e.",
    "a long array": b"](" + array(b"(L999999999999L\nt", bytes_of(4)) + b"e.",
    "an array of empty rows": b"](" + array(b"(L4294967296L\nL4294967296L\nt", bytes_of(0)) + b"e.",
    "a number as data":
        b"](cnumpy.core.numeric\n_frombuffer\n(L99999999999L\n" + FLOAT + b"(I1\ntU\x01CtRe.",
    "a long shape": b"](" + array(b"(" + b"K\x01" * 99 + b"t", bytes_of(4)) + b"e.",
    "claimed bytes": b"\x80\x05\x96" + (2 ** 30).to_bytes(8, "little") + b"x.",
    "claimed text": b"\x80\x04\x8d" + (2 ** 40).to_bytes(8, "little") + b"x.",
    "claimed frame": b"\x80\x04\x95" + (2 ** 40).to_bytes(8, "little") + b"x.",
    "a long number": b"I" + b"9" * 10 ** 6 + b"\n.",
    "one array often":
        b"\x80\x02](" + array(b"(M\xe8\x03t", bytes_of(4000)) + b"q\x01" + b"h\x01" * 9999 + b"e.",
    "one text's bytes often":
        b"\x80\x02](X\x40\x42\x0f\x00" + b"x" * 10 ** 6 + b"q\x01c_codecs\nencode\nq\x02"
        + b"h\x02h\x01U\x06latin1\x86R" * 1000 + b"e.",
    "one array's bytes often":
        b"\x80\x02](" + bytes_of(10 ** 6) + b"q\x01cnumpy.core.numeric\n_frombuffer\nq\x02"
        + b"cnumpy\ndtype\n(U\x02u1I00\nI01\ntRq\x03(J\x40\x42\x0f\x00tq\x04"
        + b"h\x02(h\x01h\x03h\x04U\x01CtR" * 1000 + b"e.",
    "one array's bytes often, in the other byte order":
        b"\x80\x02](" + bytes_of(10 ** 6) + b"q\x01" + FLOAT
        + b"(K\x03U\x01>NNNI-1\nI-1\nK\x00tbq\x02"
        + (EMPTY + b"(K\x01J\x90\xd0\x03\x00\x85h\x02I00\nh\x01tb") * 300 + b"e.",
    "an empty array that is long": RECONSTRUCT + b"(cnumpy\nndarray\n(J\0\0\0\x40tU\x01btR.",
    "brackets": b"(" * 10 ** 5, "lists": b"]" * 10 ** 5 + b"K\x01.",
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_small_pickle_takes_little_memory_and_time(name):
    with open("w.pkl", "wb") as file:
        file.write(TOO_MUCH[name])
    load = load_vectors if name.startswith("vectors") else load_book_pickle
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(InputError, match=r"w\.pkl"):
            load("w.pkl")
        assert tracemalloc.get_traced_memory()[1] < 2 ** 24 + 10 * len(TOO_MUCH[name])
        assert time.process_time() - began < 3
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("module", ["numpy.core", "numpy._core"])
def test_what_the_book_writes_loads(protocol, module):
    arrays = [np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3).T, np.ones(1),
              np.arange(1000.0)]
    with open("w.pkl", "wb") as file:
        file.write(book_pickle(arrays, protocol, module))
    for a, b in zip(arrays, load_book_pickle("w.pkl"), strict=True):
        np.testing.assert_array_equal(a, b)
        assert b.dtype == np.float16


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_other_numbers_and_dictionaries_load(protocol):
    values = {"word_vecs": np.arange(6, dtype=">f4"), "n": np.float32(3),
              "ids": {0: "a", 1: "사과"}, "list": [1, 2.5, None, True]}
    with open("w.pkl", "wb") as file:
        pickle.dump(values, file, protocol)
    loaded = load_book_pickle("w.pkl")
    np.testing.assert_array_equal(loaded.pop("word_vecs"), values["word_vecs"])
    assert loaded == {name: value for name, value in values.items() if name != "word_vecs"}


def test_every_step_of_a_pickle_is_one_that_is_known():
    """The steps that protocols 0 to 5 use for what the book writes are admitted, and no others."""
    values = [np.ones((2, 3), "f")], {"a": {0: "b", 300: 1.5}}
    used = {step.name for protocol in PROTOCOLS for value in values
            for step, _, _ in pickletools.genops(pickle.dumps(value, protocol))}
    codes = {step.name: step.code.encode("latin1")[0] for step in pickletools.opcodes}
    assert {codes[name] for name in used} <= set(ArrayUnpickler.dispatch)
    for name in ("INST OBJ NEWOBJ NEWOBJ_EX EXT1 EXT2 EXT4 EMPTY_SET ADDITEMS FROZENSET "
                 "NEXT_BUFFER POP POP_MARK DUP").split():
        assert codes[name] not in ArrayUnpickler.dispatch, name
