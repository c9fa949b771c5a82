"""Pickles as the book's save_params wrote them, under the module path of an older or a newer NumPy."""

import pickle

import numpy as np


def book_pickle(arrays, protocol=4, module="numpy.core"):
    """The bytes of a list of float16 arrays, pickled by a NumPy whose inner module has this name."""
    data = pickle.dumps([np.asarray(p).astype(np.float16) for p in arrays], protocol)
    if data[2:3] == b"\x95":
        data = data[:2] + data[11:]                          # without the frame, whose length would be wrong
    for old in (b"numpy.core", b"numpy._core"):
        for part in (b".multiarray", b".numeric"):           # a name ends its line, or has its length before it
            new = module.encode()
            data = data.replace(b"c" + old + part + b"\n", b"c" + new + part + b"\n")
            data = data.replace(bytes([0x8c, len(old + part)]) + old + part, bytes([0x8c, len(new + part)]) + new + part)
    assert module.encode() + b"." in data
    return data
