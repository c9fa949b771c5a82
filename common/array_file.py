"""Named arrays in one .npz file, written whole or not at all, and read with nothing believed that it does not hold.

The format is NumPy's: a zip of .npy files, not compressed. Reading checks what each header claims against the bytes that
are there before memory is taken, and never unpickles.
"""

import zipfile
import zlib

import numpy as np

from common.errors import InputError
from common.files import replacing

KINDS = "fiubU"              # floats, integers, booleans, and text of fixed width


def save_arrays(path, arrays):
    """Write {name: array} to `path`."""
    for name, array in arrays.items():
        if np.asarray(array).dtype.kind not in KINDS:
            raise InputError(f"'{name}' has dtype {np.asarray(array).dtype}: only numbers and text can be saved")
    with replacing(path) as file:
        np.savez(file, **arrays)


def load_arrays(path):
    """{name: array} of a file that save_arrays (or np.savez) wrote; InputError that names the file where it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {entry.filename.removesuffix(".npy"): _read(archive, entry) for entry in archive.infolist()}
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, SyntaxError, TypeError, KeyError, IndexError,
            NotImplementedError, RuntimeError, UnicodeDecodeError, MemoryError, OverflowError) as error:
        raise InputError(f"{path} is damaged or no file of arrays (.npz): {error or type(error).__name__}") from error


def _read(archive, entry):
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
        raise ValueError(f"'{entry.filename}' is compressed, which this library does not write")
    with archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        read_header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, fortran_order, dtype = read_header(file)
        if dtype.kind not in KINDS:
            raise ValueError(f"'{entry.filename}' holds {dtype}, not numbers or text")
        data = file.read()                                   # no more than the file has; its checksum is verified
        size = dtype.itemsize
        for length in shape:
            if length < 0:
                raise ValueError(f"'{entry.filename}' claims the shape {shape}")
            size *= length                                   # Python integers: nothing overflows
        if size != len(data):
            raise ValueError(f"'{entry.filename}' claims {shape} of {dtype}, {size:,} bytes, and has {len(data):,}")
        if not size:
            return np.zeros(shape, dtype)
        return np.frombuffer(bytearray(data), dtype).reshape(shape, order="F" if fortran_order else "C")
