"""Some hundred damaged files (tests/fuzz.py makes thousands), and whether a fault would be told."""

import os
import signal

import pytest

from common.errors import InputError
from tests import fuzz
from tests.fuzz_files import kinds

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
needs_bound = pytest.mark.skipif(not fuzz.BOUNDED, reason="needs a bound of memory")


@needs_fork
def test_damaged_files_load_or_are_refused(capfd):
    found = fuzz.main(["--files", "500", "--seed", "1"])
    assert not found, capfd.readouterr().out


def test_the_files_load_as_long_as_they_are_whole(tmp_path):
    for kind, (files, read) in kinds().items():
        folder = tmp_path / kind
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        assert fuzz.outcome(read, folder) == "loaded", kind


def hide(error):
    try:
        raise error
    except type(error) as cause:
        raise InputError("refused") from cause


FAULTS = [(lambda folder: 1 / 0, "ZeroDivisionError: division by zero"),
          (lambda folder: os._exit(3), "ended with 3"),
          (lambda folder: os.kill(os.getpid(), signal.SIGKILL), "ended with -9"),
          pytest.param(lambda folder: bytearray(2 ** 31), "Memory", marks=needs_bound),
          (lambda folder: hide(MemoryError()), "too much memory"),
          (lambda folder: hide(KeyError()), "refused"),
          (lambda folder: sum(range(10 ** 10)), "more than 0.2 seconds"),
          (lambda folder: None, "loaded")]


@needs_fork
@pytest.mark.parametrize("read, told", FAULTS)
def test_faults_are_told_and_the_next_file_is_read(monkeypatch, read, told):
    monkeypatch.setattr(fuzz, "LIMIT", 0.2)
    found = {"bad": ({"a": b"x"}, read), "good": ({"a": b"x"}, lambda folder: None)}
    (*_, first), (*_, second) = fuzz.run([("bad", 0), ("good", 0)], 0, found)
    assert told in first and second == "loaded"


def test_a_file_is_damaged_in_the_same_way_again(tmp_path):
    files = kinds()["weights"][0]
    written = []
    for number in (3, 3, 4):
        fuzz.spoil(files, 0, "weights", number, tmp_path)
        written.append((tmp_path / "w.npz").read_bytes())
    assert written[0] == written[1] != written[2]
