"""A disk that is full, slow to fail or locked: an error with its name; the last good file stays."""

import errno
import io
import os

import numpy as np
import pytest

import common.files.writing
from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from common.files.vectors import save_vectors
from common.files.writing import replacing
from tests.common.runs.test_checkpoint import Small

OLD = {"a": np.arange(3.0)}
NEW = {"a": np.ones(5000), "b": np.ones((2, 2), "f"), "words": np.array(["a", "b"])}


class Disk(io.FileIO):
    """A file on a disk with room for `room` bytes more, in all its files."""

    room = 0

    def write(self, data):
        size = memoryview(data).nbytes
        if size > Disk.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        Disk.room -= size
        return super().write(data)


@pytest.fixture
def full_disk(monkeypatch):
    """A function that leaves room for so many bytes more."""
    def leave(room):
        Disk.room = room
        monkeypatch.setattr(common.files.writing, "open", lambda path, mode:
                            io.BufferedWriter(Disk(path, "x"), 64), raising=False)
    return leave


def arrays_saved():
    save_arrays("a.npz", NEW)
    return "a.npz"


def vectors_saved():
    save_vectors("a.txt", np.ones((50, 4)), {i: f"word{i}" for i in range(50)})
    return "a.txt"


@pytest.mark.parametrize("save", [arrays_saved, vectors_saved])
@pytest.mark.parametrize("share", [0, 0.1, 0.3, 0.5, 0.9, 0.99, 1])
def test_a_disk_that_fills_at_any_byte(save, share, full_disk):
    name = save()
    with open(name, "rb") as file:
        old = file.read()
    full_disk(int(share * (len(old) - 1)))
    with pytest.raises(InputError, match=rf"cannot write .*{name}: No space left on device.*room"):
        save()
    assert os.listdir() == [name]
    with open(name, "rb") as file:
        assert file.read() == old
    full_disk(10 ** 6)
    assert save() == name                                    # and with room again it is written


@pytest.mark.parametrize("share", np.linspace(0, 1, 25, endpoint=False))
def test_a_zip_that_cannot_be_ended(share, full_disk):
    """Wherever writing is stopped, in an entry, between two, in the directory: a full disk."""
    arrays = {f"array{i}": np.arange(9.0) for i in range(20)}
    save_arrays("a.npz", arrays)
    size = os.path.getsize("a.npz")
    save_arrays("a.npz", OLD)
    full_disk(int(share * size))
    with pytest.raises(InputError, match="No space left"):
        save_arrays("a.npz", arrays)
    np.testing.assert_array_equal(load_arrays("a.npz")["a"], OLD["a"])
    assert os.listdir() == ["a.npz"]


def fail(*args):
    raise OSError(errno.EIO, os.strerror(errno.EIO))


class FailingFlush(io.BufferedWriter):
    """A file whose bytes do not reach the disk."""

    flush = fail


class FailingClose(io.FileIO):
    """A file that tells only when it is closed that it could not be written, as on a network."""

    def close(self):
        super().close()
        fail()


@pytest.mark.parametrize("module, name, fault", [
    (os, "fsync", fail), (os, "replace", fail),
    (common.files.writing, "open", lambda path, mode: FailingFlush(io.FileIO(path, "x"))),
    (common.files.writing, "open", lambda path, mode: io.BufferedWriter(FailingClose(path, "x")))],
    ids=["sync", "rename", "flush", "close"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")   # it never closes
def test_an_error_in_each_step_after_the_last_byte(monkeypatch, module, name, fault):
    save_arrays("a.npz", OLD)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, fault, raising=False)
        with pytest.raises(InputError, match=r"a\.npz: Input/output error"):
            save_arrays("a.npz", NEW)
    assert os.listdir() == ["a.npz"]
    np.testing.assert_array_equal(load_arrays("a.npz")["a"], OLD["a"])


@pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError, SystemExit])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_save_that_is_interrupted_leaves_the_old_file(monkeypatch, tmp_path, stop, call):
    folder = tmp_path / "folder"
    folder.mkdir()
    save_arrays(folder / "a.npz", OLD)

    def interrupt(*args):
        raise stop

    with monkeypatch.context() as patch:
        patch.setattr(os, call, interrupt)
        with pytest.raises(stop):
            save_arrays(folder / "a.npz", NEW)
    assert os.listdir(folder) == ["a.npz"]
    np.testing.assert_array_equal(load_arrays(folder / "a.npz")["a"], OLD["a"])


def test_a_rename_that_is_interrupted_after_it_was_done_leaves_the_new_file(monkeypatch):
    save_arrays("a.npz", OLD)
    rename = os.replace

    def interrupted(*args):
        rename(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_arrays("a.npz", NEW)
    assert os.listdir() == ["a.npz"] and len(load_arrays("a.npz")["a"]) == 5000


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.EDQUOT])
def test_a_folder_that_cannot_be_written(monkeypatch, code):
    save_arrays("a.npz", OLD)

    def refuse(path, mode):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(common.files.writing, "open", refuse, raising=False)
        with pytest.raises(InputError, match=rf"a\.npz: {os.strerror(code)}"):
            save_arrays("a.npz", NEW)
    np.testing.assert_array_equal(load_arrays("a.npz")["a"], OLD["a"])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0,
                    reason="root may write into any folder")
def test_a_locked_folder(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(InputError, match=r"locked/a\.npz: Permission denied"), \
            replacing(tmp_path / "locked" / "a.npz"):
        pass


@pytest.mark.parametrize("checkpoint", range(4))
def test_a_run_whose_disk_fills_goes_on_from_its_last_checkpoint(checkpoint, full_disk):
    whole = Small().fit(3)
    size = os.path.getsize("run.npz")
    os.remove("run.npz")
    Small().fit(1)
    full_disk(checkpoint * (size + 100) + size // 2)         # the next ones fit, then one does not
    with pytest.raises(InputError, match=r"cannot write .*run\.npz: No space left"):
        Small(seed=5).resume(9)
    assert os.listdir() == ["run.npz"]
    full_disk(10 ** 7)
    resumed = Small(seed=6).resume(3)
    assert [p.tobytes() for p in resumed.model.params] == [p.tobytes() for p in whole.model.params]
