"""Files that are whole or not there: everything the library writes goes through `replacing`.

A program can be stopped at any line. A temporary neighbour is written first and renamed at the end
(one atomic step), so that a reader sees the old file or the new one, never half of either.
"""

import contextlib
import os
import re
import secrets
from pathlib import Path

from common.errors import InputError
from common.files.text import decoded


@contextlib.contextmanager
def replacing(path):
    """Open a temporary file for bytes; when the block ends without an error it is renamed `path`.

    If the block raises, `path` stays as it was. OSError (a missing folder, a full disk, no
    permission) becomes an InputError that names the file.
    """
    path = Path(os.path.realpath(path))                      # a symbolic link stays one
    remove_leftovers(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())                          # the bytes are there before the name
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}. Check that the folder "
                         "exists, may be written to and has room left.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def remove_leftovers(path):
    """Remove the temporary neighbours of `path` whose processes were killed while they wrote."""
    path = Path(os.path.realpath(path))
    name = re.compile(re.escape(f".{path.name}.") + r"(\d{1,9})-[0-9a-f]{8}\.tmp")
    with contextlib.suppress(OSError):                       # of others, or gone by now
        for other in path.parent.iterdir():
            match = name.fullmatch(other.name)
            if match and not _is_running(int(match[1])):
                other.unlink()


def _is_running(process):
    """Whether a process of this number runs; where that cannot be asked, it is taken to be gone,
    for Windows removes no file that is open."""
    if os.name != "posix":
        return False
    try:
        os.kill(process, 0)                                  # asks, and sends nothing
    except ProcessLookupError:
        return False
    except OSError:                                          # it is another user's
        pass
    return True


def check_can_write(path):
    """InputError if `path` cannot be written: before hours of work, not after."""
    path = Path(path)
    for is_so, fault in (
            (path.is_dir(), "it is a folder. Name a file."),
            (path.exists() and not path.is_file(),
             "it is a device or a pipe, which a file would replace. Name a file."),
            (not path.parent.is_dir(), f"there is no folder {path.parent}. Create it first."),
            (not os.access(path.parent, os.W_OK),
             f"the folder {path.parent} may not be written to.")):
        if is_so:
            raise InputError(f"cannot write {path}: {fault}")


def cannot_read(path, error, hint=""):
    """The InputError for an OSError while `path` was read; hint: what else to say of it."""
    path = Path(path)
    if isinstance(error, FileNotFoundError) and path.suffix == ".pkl" and \
            (written := path.with_suffix(".npz")).exists():
        hint = f" {written} is there: save_params() writes that, where the book's writes a .pkl."
    return InputError(f"cannot read {path}: {error.strerror or error}.{hint}")


def make_folder(path):
    """The folder `path` as a Path, made with its parents where it is not there."""
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot create the folder {path}: {error.strerror or error}.") from error
    return path


def read_text(path, kind="UTF-8 text"):
    """The text of a UTF-8 file, as decoded() says. kind: what an InputError calls it."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from error
    return decoded(data, path, kind)
