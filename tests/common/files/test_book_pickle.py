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
from common.files.book_pickle import CALLS, load_book_pickle, unpickle
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


MULTIARRAY, NUMERIC = (np.ones(1).__reduce_ex__(protocol)[0].__module__ for protocol in (4, 5))


@pytest.mark.parametrize("module", [
    "builtins", "os", "copyreg", "_codecs", "codecs", "numpy", MULTIARRAY, NUMERIC,
    "common.files.book_pickle", "common.layers"])
def test_no_other_name_is_found(module):
    names = {*dir(importlib.import_module(module)), "ndarray.view", "path.exists", "nowhere"}
    for name in names - {"ndarray", "dtype", "encode", "_reconstruct", "scalar", "_frombuffer"}:
        with pytest.raises(ValueError, match="it asks for"):
            unpickle(f"c{module}\n{name}\n.".encode())


def test_a_name_stays_a_text_and_six_are_known():
    for name in CALLS:
        assert unpickle(b"c" + name.replace(" ", "\n").encode() + b"\n.") == name
    assert len(CALLS) == 6
    for module, name in (("builtins", "encode"), ("os", "dtype"), ("numpy", "scalar")):
        with pytest.raises(ValueError, match="it asks for"):
            unpickle(f"c{module}\n{name}\n.".encode())


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
            with pytest.raises(InputError, match=r"w\.pkl .*: it (asks for|has a (step|dtype))"):
                load_book_pickle("w.pkl")
            assert os.listdir() == ["w.pkl"], name
    loaded = set(sys.modules) - before
    assert not [module for module in loaded if not module.startswith("encodings.")]


RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\n"
EMPTY = RECONSTRUCT + b"(cnumpy\nndarray\n(K\x00tU\x01btR"
SCALAR = b"](cnumpy.core.multiarray\nscalar\n("
FLOAT = b"cnumpy\ndtype\n(U\x02f4I00\nI01\ntR"


def filled(shape, data=b"C\x04abcd", order=b"U\x01<"):
    """A list of one float32 array that gets this shape and these data."""
    dtype = FLOAT + b"(K\x03" + order + b"tb"
    return b"](" + EMPTY + b"(K\x01" + shape + dtype + b"I00\n" + data + b"tbe."


DTYPE, STEP, ASKS, CALLS_IT = "a dtype of no", "it has a step", "it asks for", "it calls something"
BY_HAND = {
    "persistent, as text": (b"Pevil\n.", STEP),
    "persistent": (b"\x80\x02U\x04evilQ.", STEP),
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
    "text called": (b"U\x01x)R.", CALLS_IT),
    "an array called": (EMPTY + b")R.", CALLS_IT),
    "ndarray called": (b"cnumpy\nndarray\n((K\x00ttR.", "not callable"),
    "a function's state": (RECONSTRUCT + b"}U\x01xK\x01sb.", "unpack"),
    "a function's slots": (RECONSTRUCT + b"(N}U\x08__code__K\x01stb.", "unpack"),
    "a text's state": (b"U\x01x(K\x01(K\x01t" + FLOAT + b"I00\nC\x04abcdtb.", "no attribute"),
    "an array's attributes": (b"]" + EMPTY + b"}U\x01xK\x01sba.", "unpack"),
    "an odd byte order": (filled(b"(K\x01t", order=b"U\x01="), DTYPE),
    "two byte orders": (filled(b"(K\x01t", order=b"U\x02<<"), DTYPE),
    "an array with half its data": (filled(b"(K\x02t"), "reshape"),
    "a negative shape": (filled(b"(J\xff\xff\xff\xffJ\xff\xff\xff\xfft"), "unknown dimension"),
    "a shape of 65": (filled(b"(" + b"K\x01" * 65 + b"t"), "dimension"),
    "data that are text": (filled(b"(K\x01t", b"X\x04\0\0\0abcd"), "bytes-like"),
    "bytes that end early": (b"\x80\x05\x96\x05\0\0\0\0\0\0\0ab.", "expected 5 bytes"),
    "dtype of objects": (filled(b"(K\x01t").replace(b"f4", b"O8"), DTYPE),
    "a dtype of a list": (filled(b"(K\x01t").replace(b"U\x02f4", b"]"), "expected str"),
    "an encoding": (b"c_codecs\nencode\n(U\x01xU\x03hextR.", "other than latin1"),
    "a number encoded": (b"c_codecs\nencode\n(K\x01U\x06latin1tR.", "no attribute"),
    "appended to text": (b"U\x01xK\x01a.", "no attribute"),
    "appended to a dictionary": (b"}(K\x01e.", "no attribute"),
    "an array written into": (b"]" + EMPTY + b"K\x00K\x01sa.", "no attribute"),
    "an array of pairs": (EMPTY + b"(K\x00K\x01u.", "no attribute"),
    "a key without a value": (b"}(K\x00u.", "shorter"),
    "a key that is a list": (b"}](K\x01e]s.", "neither a text nor a number"),
    "data that are no array": (SCALAR + FLOAT + b"C\x05abcdetRe.", "multiple of element size"),
    "two numbers as one": (SCALAR + FLOAT + b"C\x08abcdefghtRe.", "reshape"),
    "a dtype that is none": (SCALAR + b"U\x02f4C\x04abcdtRe.", DTYPE),
    "nothing": (b".", "list index"),
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


KNOWN = """PROTO FRAME STOP MARK PUT BINPUT LONG_BINPUT MEMOIZE GET BINGET LONG_BINGET GLOBAL REDUCE
STACK_GLOBAL BUILD NONE NEWTRUE NEWFALSE INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT
STRING BINSTRING SHORT_BINSTRING UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES
SHORT_BINBYTES BINBYTES8 BYTEARRAY8 TUPLE EMPTY_TUPLE TUPLE1 TUPLE2 TUPLE3 LIST EMPTY_LIST APPEND
APPENDS DICT EMPTY_DICT SETITEM SETITEMS""".split()


@pytest.mark.parametrize("step", [step for step in pickletools.opcodes if step.name not in KNOWN],
                         ids=lambda step: step.name)
def test_every_other_step_is_refused(step):
    argument = b"" if step.arg is None else b"os\nsystem\n"
    with pytest.raises(ValueError, match=f"it has a step, {step.name}, that no array needs"):
        unpickle(b"(" * 3 + b"NNN" + step.code.encode("latin1") + argument + b".")
