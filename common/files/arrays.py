"""Named arrays in one .npz, written whole or not at all, read with nothing believed that it claims.

The format is NumPy's: a zip of .npy files, not compressed. What the zip's directory and each header
claim is checked against the bytes that are there before memory is taken; nothing is unpickled.
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
HEADER = re.compile(rb"\x93NUMPY\x01\x00..{'descr': '([<>|][fiubU]\d{1,9})', 'fortran_order': "
                    rb"(True|False), 'shape': \(([\d, ]{0,999})\), } *\n", re.DOTALL)


def save_arrays(path, arrays):
    """Write {name: array} to `path`."""
    for name, array in arrays.items():
        if np.asarray(array).dtype.kind not in KINDS:
            raise InputError(f"'{name}' has dtype {np.asarray(array).dtype}: only numbers and text "
                             "can be saved")
    with replacing(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():                   # as np.savez, but with any name
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asarray(array), allow_pickle=False)


def load_arrays(path):
    """{name: array} of a file of save_arrays or np.savez; InputError, with its name, if damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            archive.fp.seek(-12, os.SEEK_END)                # as many as its end says
            if int.from_bytes(archive.fp.read(2), "little") != min(len(entries), 2 ** 16 - 1):
                raise ValueError("its directory is not whole")
            if sum(entry.compress_size for entry in entries) > os.path.getsize(path):
                raise ValueError("its directory claims more than the file has")
            arrays = {entry.filename.removesuffix(".npy"): _read(archive, entry)
                      for entry in entries}
        if len(arrays) != len(entries):
            raise ValueError("a name stands in it twice")
        return arrays
    except OSError as error:
        raise cannot_read(path, error) from error
    except Exception as error:                               # damage can raise nearly anything
        raise InputError(f"{path} is damaged or no file of arrays (.npz): "
                         f"{str(error) or type(error).__name__}") from error


def _read(archive, entry):
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
        raise ValueError(f"'{entry.filename}' is compressed, which this library does not write")
    data = archive.read(entry)                               # its checksum is verified
    header = HEADER.match(data)
    dtype = np.dtype(header[1].decode()) if header else None
    if not header or not dtype.itemsize:
        raise ValueError(f"'{entry.filename}' holds no plain array of numbers or text")
    shape = tuple(int(length) for length in header[3].split(b",") if length.strip())
    data = bytearray(memoryview(data)[header.end():])        # to be written to
    if math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError(f"'{entry.filename}' claims {shape} of {dtype}, not {len(data):,} bytes")
    if dtype.kind == "U":
        codes = np.frombuffer(data, np.dtype("u4").newbyteorder(dtype.byteorder))
        if ((codes > sys.maxunicode) | (codes >> 11 == 0xd800 >> 11)).any():
            raise ValueError(f"'{entry.filename}' holds what is no text")
    return np.ndarray(shape, dtype, data, order="F" if header[2] == b"True" else "C")
