"""Files that are whole or not there: everything the library writes goes through `replacing`.

A program can be stopped at any line. Writing to a temporary neighbour first and renaming it at the end (an atomic step
on every file system in use) means that a reader sees the old file or the new one, never half of either.
"""

import contextlib
import os
import secrets
from pathlib import Path

from common.errors import InputError


@contextlib.contextmanager
def replacing(path):
    """Open a temporary file for writing bytes; when the block ends without an error it takes the name `path`.

    If the block raises, the temporary file is removed and what `path` held before stays as it was. A folder that is
    missing, a full disk, or a lack of permission becomes an InputError that names the file.
    """
    path = Path(os.path.realpath(path))                      # write through a symbolic link, do not replace it
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())                          # the bytes reach the disk before the name does
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}. Check that the folder exists, "
                         "may be written to and has room left.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def check_can_write(path):
    """InputError if the file `path` cannot be written: for a script to say so before hours of work, not after."""
    path = Path(path)
    if path.is_dir():
        raise InputError(f"cannot write {path}: it is a folder. Name a file.")
    if path.exists() and not path.is_file():
        raise InputError(f"cannot write {path}: it is a device or a pipe, which a file would replace. Name a file.")
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path}: there is no folder {path.parent}. Create it first.")
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"cannot write {path}: the folder {path.parent} may not be written to.")


def cannot_read(path, error, hint=""):
    """The InputError for an OSError while `path` was read; hint: what else to say of it."""
    path = Path(path)
    written = path.with_suffix(".npz")
    if isinstance(error, FileNotFoundError) and path.suffix == ".pkl" and written.exists():
        hint = f" {written} is there: save_params() writes that, where the book's writes a .pkl."
    return InputError(f"cannot read {path}: {error.strerror or error}.{hint}")


def make_folder(path):
    """Create the folder `path` with its parents, if need be, and return it as a Path; InputError where it cannot be."""
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot create the folder {path}: {error.strerror or error}.") from error
    return path


def read_text(path, kind="UTF-8 text"):
    """A UTF-8 text file, with or without a byte-order mark; InputError where it cannot be read or is not UTF-8.

    kind: what the file should be, for that error.
    """
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise cannot_read(path, error) from error
    except UnicodeDecodeError as error:
        byte = f"byte {error.object[error.start]:#04x} at offset {error.start:,}"
        raise InputError(f"{path} is no {kind}: {byte} is not UTF-8. Take another file, or save it as UTF-8.") from error
