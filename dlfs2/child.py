"""Runs the cases of one definition of a reader's in a process of its own, and writes what it did.

Started as dlfs2.apart.command starts it, with one argument REQUEST, a JSON file beside which the
result goes: result.json, and result.npz for the arrays. `imported` is there once that is done.
"""

import contextlib
import io
import json
import os
import re
import sys
import traceback

import numpy as np

from dlfs2.apart import HOME
from dlfs2.catalogue import ENTRIES
from dlfs2.guard import guard
from dlfs2.readers_code import Changes, load
from dlfs2.record import Record

dump, savez = json.dump, np.savez                            # whatever the reader's code puts there


def main(argv):
    """Judge what the request names; ends this process, and what threads it has."""
    with open(argv[0], encoding="utf-8") as file:
        ask = json.load(file)
    folder = os.path.dirname(argv[0])
    sys.path.remove(HOME)
    sys.path.append(HOME)                                    # behind all that is the reader's
    for entry in ENTRIES.values():
        entry.reference()                                    # ours is loaded before the reader's
    savez(io.BytesIO(), np.random.default_rng(0).random())   # and what it imports as it is used
    with open(os.path.join(folder, "result.json"), "w", encoding="utf-8") as out, \
            open(os.path.join(folder, "doing"), "w", encoding="utf-8") as doing, \
            open(os.path.join(folder, "result.npz"), "wb") as numbers, \
            open(os.devnull, "w", encoding="utf-8") as nowhere, \
            contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        limits()
        guard(folder)
        result, arrays = judged(ask, os.path.join(folder, "imported"), doing)
        savez(numbers, **arrays)
        dump(result, out)
    os._exit(0)


def judged(ask, imported, doing):
    """What the reader's definition did: (what goes into JSON, its arrays).

    doing: a file that says what it is at, should it never come back.
    """
    result, arrays = {"error": None, "values": []}, {}
    record = Record(told=lambda *place: _write_again(doing, "\n".join(place)))
    changes = Changes((ask["file"], ask["line"], ask["name"]),
                      {(file, line): (module, name)
                       for file, line, module, name in ask["replaced"]}, ask["bare"])
    at = "cannot be imported"
    try:
        thing = getattr(load(ask["file"], ask["root"], changes), ask["name"])
        os.close(os.open(imported, os.O_CREAT | os.O_WRONLY))
        at = "ends the run"
        ENTRIES[ask["as"]].run(thing, record)
    except BaseException as error:                           # also SystemExit
        result["error"] = f"{at}: {describe(error, ask['root'])}{_help(error)}"
    for k, (key, value) in enumerate(record.values.items()):
        exact = value.kind == "exact"
        result["values"].append([*key, value.kind, value.single, value.value if exact else None])
        if not exact:
            arrays[f"a{k}"] = value.value
    result["messages"] = [[*key, describe(error, ask["root"])]
                          for key, error in record.errors.items()]
    return result, arrays


def _help(error):
    """Advice for a file of a folder that was judged alone; "" for others."""
    alone = isinstance(error, ImportError) and (
        re.match(r"ch0\d", error.name or "") or "relative import" in str(error))
    return "; judge the whole folder that the file belongs to" if alone else ""


def _write_again(file, text):
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


def describe(error, root, where=""):
    """An exception in a line, with the reader's line where it arose, and where that was called
    from; `where` if it was in none."""
    lines = [f"{os.path.relpath(frame.filename, root)}:{frame.lineno}"
             for frame in traceback.extract_tb(error.__traceback__)
             if frame.filename.startswith(os.path.join(root, ""))]
    if lines:
        where = f" ({lines[-1]}{f', called from {lines[0]}' * (lines[0] != lines[-1])})"
    try:
        text = " ".join(str(error).split())
    except Exception:                                        # its class is the reader's
        text = ""
    return f"{type(error).__name__}{': ' * bool(text)}{text[:300]}{where}"


def limits():
    """4 GiB of memory, 256 MiB a file, two minutes of computing, no core file; where there are."""
    with contextlib.suppress(ImportError):
        import resource
        for name, size in (("AS", 4 << 30), ("FSIZE", 256 << 20), ("CPU", 120), ("CORE", 0)):
            with contextlib.suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (size, size))
