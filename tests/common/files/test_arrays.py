"""Arrays to disk and back; files that claim what they do not have."""

import struct
import tracemalloc
import warnings
import zipfile

import numpy as np
import pytest

from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from tests.fuzz_files import unzipped, zipped

ARRAYS = {"a": np.arange(6, dtype="f").reshape(2, 3), "b.W": np.asfortranarray(np.ones((2, 2))),
          "words": np.array(["사과", ""]), "empty": np.zeros((0, 3)), "n": np.array(7),
          "file": np.array(8), "yes": np.array([True, False]), "big": np.arange(3, dtype=">i4"),
          "half": np.ones(3, np.float16), "byte": np.arange(3, dtype=np.uint8)}


def header(entry, shape="(2, 3)", descr="'<f4'"):
    """A .npy file with these data, whose header says this."""
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + entry


def test_arrays_come_back_as_they_were(tmp_path):
    save_arrays(tmp_path / "a.npz", ARRAYS)
    loaded = load_arrays(tmp_path / "a.npz")
    assert list(loaded) == list(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(loaded[name], array)
        assert loaded[name].dtype == array.dtype and loaded[name].flags.writeable
        assert loaded[name].flags.f_contiguous == array.flags.f_contiguous


@pytest.mark.parametrize("shape, descr, data", [
    ("(999999999999,)", "'<f4'", 24), ("(4294967296, 4294967296)", "'<f4'", 0),
    ("(-2, -3)", "'<f4'", 24), ("(999999999999,)", "'<U0'", 0), ("(2, 3)", "'<U0'", 0),
    ("(2, 3)", "'<U999999999'", 24), ("(3,)", "'|O'", 24), ("(3,)", "[('x', '<f8')]", 24),
    ("(3,)", "'|V8'", 24), ("(3,)", "'<M8[s]'", 24), ("(3,)", "'<c8'", 24), ("(3,)", "'|S8'", 24),
    ("(3,)", "('<f4', (2,))", 24), ("(7,)", "'<f4'", 24), ("(5,)", "'<f4'", 24),
    ("(" + "9" * 5000 + ",)", "'<f4'", 24), ("(2, 3.0)", "'<f4'", 24),
    ("(" * 300 + "2" + ")" * 300, "'<f4'", 8), ("(6,), 'more': 1", "'<f4'", 24),
    ("(2L, 3L)", "'<f4'", 24), ("(0, 99999999999999999999)", "'<f4'", 0),
    ("(1,)", "'<U6'", b"\xff" * 24), ("(1,)", "'<U1'", b"\0\xd8\0\0"),
], ids=lambda value: str(value)[:30])
def test_headers_that_claim_too_much_are_refused_before_memory_is_taken(
        tmp_path, shape, descr, data):
    entry = header(bytes(data) if isinstance(data, int) else data, shape, descr)
    (tmp_path / "a.npz").write_bytes(zipped({"a.npy": entry}))
    refused_in_little_memory(tmp_path / "a.npz")


def refused_in_little_memory(path):
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=rf"{path.name} is damaged"):
            load_arrays(path)
        assert tracemalloc.get_traced_memory()[1] < 2 ** 20
    finally:
        tracemalloc.stop()


def edited(data, mark, offset, form, value, which=0):
    """A zip with an integer in its directory (PK 1 2) or in an entry's header (PK 3 4) replaced."""
    place = -1
    for _ in range(which + 1):
        place = data.index(mark, place + 1)
    place += offset
    return data[:place] + struct.pack(form, value) + data[place + struct.calcsize(form):]


def test_sizes_that_the_directory_claims_and_the_file_has_not(tmp_path):
    data = zipped({"a.npy": header(b"\0" * 24), "b.npy": header(b"\1" * 24)})
    bomb = edited(data, b"PK\1\2", 24, "<I", 2 ** 31 - 1)    # says that it unpacks to more
    larger = edited(bomb, b"PK\1\2", 20, "<I", 2 ** 31 - 1)
    for spoiled in (larger, bomb, edited(data, b"PK\1\2", 42, "<I", 10 ** 6),
                    edited(data, b"PK\1\2", 10, "<H", 8)):
        (tmp_path / "a.npz").write_bytes(spoiled)
        refused_in_little_memory(tmp_path / "a.npz")


def test_entries_that_lie_over_each_other_are_refused(tmp_path):
    data = zipped({"a.npy": header(b"\0" * 24)})
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    record, count = data[start:end], 1000
    directory = b"".join(record.replace(b"a.npy", f"{i:05}".encode()) for i in range(count))
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0)
    (tmp_path / "a.npz").write_bytes(data[:start] + directory + tail)
    refused_in_little_memory(tmp_path / "a.npz")


def test_entries_that_overlap_and_bear_one_name_are_refused(tmp_path):
    data = zipped({"a.npy": header(b"\0" * 600, "(150,)")})
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 9, 9, 9 * (end - start), start, 0)
    (tmp_path / "a.npz").write_bytes(data[:start] + 9 * data[start:end] + tail)
    with pytest.raises(InputError, match="claims more than the file has"):
        load_arrays(tmp_path / "a.npz")


def test_a_name_that_stands_twice_is_refused(tmp_path):
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.npy", header(b"\0" * 24))
        archive.writestr("a.npy", header(b"\1" * 24))
    with pytest.raises(InputError, match="a name stands in it twice"):
        load_arrays(tmp_path / "a.npz")


def test_compressed_files_and_files_of_pickles_are_refused(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", a=np.zeros(10 ** 6))
    refused_in_little_memory(tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", a=np.array([None]))
    with pytest.raises(InputError, match=r"b\.npz is damaged.*no plain array"):
        load_arrays(tmp_path / "b.npz")


def test_every_byte_counts(tmp_path):
    """Cut at any 5th byte, and any byte changed: refused, or exactly what was written."""
    path = tmp_path / "a.npz"
    save_arrays(path, {"a": ARRAYS["a"], "words": ARRAYS["words"]})
    data = path.read_bytes()
    assert set(unzipped(data)) == {"a.npy", "words.npy"}
    for size in range(0, len(data), 5):
        path.write_bytes(data[:size])
        with pytest.raises(InputError, match=r"a\.npz"):
            load_arrays(path)
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 255]) + data[place + 1:])
        try:
            loaded = load_arrays(path)
        except InputError as error:
            assert "a.npz" in str(error)
        else:                                                # a date, a name, an attribute
            a, words = loaded.values()
            assert a.tolist() == ARRAYS["a"].tolist() and words.tolist() == ["사과", ""]
