"""A file is whole or not there, whatever goes wrong on the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from common.base_model import read_weights
from common.errors import InputError
from common.files.writing import check_can_write, make_folder, read_text, replacing


def test_the_file_appears_when_the_block_ends(tmp_path):
    path = tmp_path / "a.bin"
    with replacing(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert list(tmp_path.glob(".a.bin*")) == []


def test_an_error_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(KeyError), replacing(path) as file:
        file.write(b"half")
        raise KeyError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.glob(".a.bin*")) == []


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the open file itself is in the way")
def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = tmp_path / f".a[1].npz.{gone.pid}-0123abcd.tmp"
    others = [tmp_path / name for name in (
        f".a[1].npz.{os.getppid()}-0123abcd.tmp",            # a process that runs
        f".a1.npz.{gone.pid}-0123abcd.tmp", f"a[1].npz.{gone.pid}-0123abcd.tmp",
        f".a[1].npz.{gone.pid}.tmp", f".a[1].npz.{gone.pid}-0123abcd.tmp.npz")]
    for path in (left, *others):
        path.write_bytes(b"half")
    with replacing(tmp_path / "a[1].npz") as file:
        file.write(b"new")
    assert not left.exists() and all(path.exists() for path in others)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(InputError, match="missing"), replacing(tmp_path / "missing" / "a.bin"):
        pass


def test_a_symbolic_link_stays_one(tmp_path):
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with replacing(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "target").read_bytes() == b"new"


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file"):
        make_folder(tmp_path / "file" / "folder")


def test_what_cannot_be_written_is_told_before_the_work(tmp_path, monkeypatch):
    check_can_write(tmp_path / "a.bin")
    for path, message in ((tmp_path, "is a folder"), (tmp_path / "missing" / "a.bin", "no folder")):
        with pytest.raises(InputError, match=message):
            check_can_write(path)
    monkeypatch.setattr(os, "access", lambda *args: False)
    with pytest.raises(InputError, match="may not be written"):
        check_can_write(tmp_path / "a.bin")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_replaced_by_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="a device or a pipe"):
        check_can_write(tmp_path / "pipe")


def test_where_the_book_looks_for_a_pickle_the_file_that_is_there_is_named():
    Path("Rnnlm.npz").touch()
    with pytest.raises(InputError, match=r"cannot read Rnnlm\.pkl: .*Rnnlm\.npz is there: save_p"):
        read_weights("Rnnlm.pkl")


@pytest.mark.parametrize("path", [".", "", "/", ".."])
def test_a_folder_that_is_to_be_read_is_named(path):
    with pytest.raises(InputError, match=r"cannot read .*directory"):
        read_text(path)
