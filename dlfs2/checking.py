"""check(MyLSTM, "LSTM") in a reader's own tests: as `python -m dlfs2.check_mine` judges.

It imports no `common` into the reader's process: the class's file is judged apart.
"""

import inspect
import subprocess

from dlfs2.apart import command
from dlfs2.catalogue import ENTRIES
from dlfs2.readers_code import definitions, parse


def check(thing, name=None):
    """AssertionError, with the explanation, unless `thing` does what the book's `name` does."""
    thing = inspect.unwrap(thing)
    mine = getattr(thing, "__name__", None)
    if not isinstance(mine, str):
        raise TypeError(f"check wants the class or function itself, not {thing!r}")
    try:
        file = inspect.getsourcefile(thing)
        there = mine in {node.name for node in definitions(parse(file).body)}
    except (TypeError, OSError):
        there = False
    if not there:
        raise ValueError(f"{mine} is not at the top level of a file: in a notebook put "
                         "`%%writefile my_layers.py` at the head of its cell, and `from my_layers "
                         "import ...` below")
    book = name or mine
    if book not in ENTRIES:
        raise ValueError(f"{book!r} is no name of the book's; they are {', '.join(ENTRIES)}")
    done = subprocess.run(
        command("dlfs2.check_mine", [file, mine, "--as", f"{book}={mine}"]),
        capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise AssertionError(f"{mine} is not the book's {book}:\n{done.stdout or done.stderr}")
