"""Pickles as the book's save_params wrote them, by an older or a newer NumPy."""

import pickle

import numpy as np


def book_pickle(arrays, protocol=4, module="numpy.core"):
    """The bytes of a pickled list of float16 arrays; module: NumPy's inner one."""
    data = pickle.dumps([np.asarray(p).astype(np.float16) for p in arrays], protocol)
    if data[2:3] == b"\x95":
        data = data[:2] + data[11:]      # without the frame, whose length would be wrong
    for old in (b"numpy.core", b"numpy._core"):
        for part in (b".multiarray", b".numeric"):           # a line, or its length before it
            name, new = old + part, module.encode() + part
            data = data.replace(b"c" + name + b"\n", b"c" + new + b"\n")
            data = data.replace(bytes([0x8c, len(name)]) + name, bytes([0x8c, len(new)]) + new)
    assert module.encode() + b"." in data
    return data
