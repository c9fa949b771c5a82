"""Named arrays in one .npz file, written whole or not at all, and read with nothing believed that it does not hold.

The format is NumPy's: a zip of .npy files, not compressed. Reading checks what the zip's directory and each header claim
against the bytes that are there before memory is taken, and never unpickles.
"""

import math
import os
import re
import sys
import zipfile

import numpy as np

from common.errors import InputError
from common.files.writing import cannot_read, replacing

KINDS = "fiubU"              # floats, integers, booleans, and text of fixed width
HEADER = re.compile(rf"{{'descr': '([<>|][{KINDS}]\d{{1,9}})', 'fortran_order': (True|False), "
                    r"'shape': \(([\d, ]{0,999})\), \}\s*")


def save_arrays(path, arrays):
    """Write {name: array} to `path`."""
    for name, array in arrays.items():
        if np.asarray(array).dtype.kind not in KINDS:
            raise InputError(f"'{name}' has dtype {np.asarray(array).dtype}: only numbers and text can be saved")
    with replacing(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():                   # what np.savez does, with any names, and closing what it opened
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asarray(array), allow_pickle=False)


def load_arrays(path):
    """{name: array} of a file that save_arrays (or np.savez) wrote; InputError that names the file where it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            archive.fp.seek(-12, os.SEEK_END)                # how many entries there are, in the record that ends the file
            if int.from_bytes(archive.fp.read(2), "little") != min(len(entries), 2 ** 16 - 1):
                raise ValueError("its directory is not whole")
            if sum(entry.compress_size for entry in entries) > os.path.getsize(path):
                raise ValueError("its directory claims more than the file has")
            arrays = {entry.filename.removesuffix(".npy"): _read(archive, entry) for entry in entries}
        if len(arrays) != len(entries):
            raise ValueError("a name stands in it twice")
        return arrays
    except OSError as error:
        raise cannot_read(path, error) from error
    except Exception as error:                               # a damaged zip can raise nearly anything
        raise InputError(f"{path} is damaged or no file of arrays (.npz): {str(error) or type(error).__name__}") from error


def _read(archive, entry):
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
        raise ValueError(f"'{entry.filename}' is compressed, which this library does not write")
    with archive.open(entry) as file:
        shape, fortran_order, dtype = _read_header(file, entry.filename)
        data = file.read()                                   # no more than the file has; its checksum is verified
    size = math.prod(shape) * dtype.itemsize                 # Python integers: nothing overflows
    if size != len(data):
        raise ValueError(f"'{entry.filename}' claims {shape} of {dtype}, {size:,} bytes, and has {len(data):,}")
    if not size:
        return np.zeros(shape, dtype)
    if dtype.kind == "U":
        codes = np.frombuffer(data, np.dtype("u4").newbyteorder(dtype.byteorder))
        if ((codes > sys.maxunicode) | (codes >> 11 == 0xd800 >> 11)).any():
            raise ValueError(f"'{entry.filename}' holds what is no text")
    return np.frombuffer(bytearray(data), dtype).reshape(shape, order="F" if fortran_order else "C")


def _read_header(file, name):
    """(shape, fortran_order, dtype) of a .npy file: the one form that NumPy writes for plain arrays, and no other."""
    start = file.read(8)
    length_size = {b"\x93NUMPY\1\0": 2, b"\x93NUMPY\2\0": 4}[start]
    found = HEADER.fullmatch(file.read(int.from_bytes(file.read(length_size), "little")).decode("latin1"))
    dtype = np.dtype(found[1]) if found else None
    if not found or not dtype.itemsize:
        raise ValueError(f"'{name}' holds no plain array of numbers or text")
    return tuple(int(length) for length in found[3].split(",") if length.strip()), found[2] == "True", dtype
