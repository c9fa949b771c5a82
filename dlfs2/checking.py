"""check(MyLSTM, "LSTM") in a reader's own tests: as `python -m dlfs2.check_mine` judges.

It imports nothing of ours into the reader's process: the class's file is judged apart.
"""

import ast
import inspect
import subprocess
import tokenize
from pathlib import Path

from dlfs2.apart import command
from dlfs2.readers_code import definitions


def check(thing, name=None):
    """AssertionError, with the explanation, unless `thing` does what the book's `name` does.

    thing: a class or function that is written in a file. name: the book's, by default its own.
    """
    mine = thing.__name__
    try:
        file = inspect.getsourcefile(thing)
    except TypeError:
        file = None
    if file is None or not Path(file).is_file() or mine not in _defined(file):
        raise ValueError(f"{mine} has no file: in a notebook put `%%writefile my_layers.py` at the "
                         "head of its cell, and `from my_layers import ...` below")
    book = name or mine
    done = subprocess.run(
        command("dlfs2.check_mine", [file, mine, "--as", f"{book}={mine}"]),
        capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise AssertionError(f"{mine} is not the book's {book}:\n{done.stdout or done.stderr}")


def _defined(file):
    """The names of a file's classes and functions."""
    with tokenize.open(file) as text:
        return {node.name for node in definitions(ast.parse(text.read()).body)}
