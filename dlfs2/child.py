"""Runs the cases of one definition of a reader's in a process of its own, and writes what it did.

    python -I -B child.py REQUEST

REQUEST is a JSON file beside which the result goes: result.json, and result.npz for the arrays.
"""

import contextlib
import json
import os
import sys
import traceback

import numpy as np

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main(request):
    """Judge what the request names."""
    sys.path.append(HOME)                                    # behind all that is the reader's
    from dlfs2.catalogue import ENTRIES
    from dlfs2.guard import guard
    from dlfs2.readers_code import Changes, load
    from dlfs2.record import Record

    with open(request, encoding="utf-8") as file:
        ask = json.load(file)
    folder = os.path.dirname(request)
    result, arrays = {"error": None, "values": []}, {}
    for entry in ENTRIES.values():
        entry.reference()                                    # ours is loaded before the reader's
    with open(os.path.join(folder, "result.json"), "w", encoding="utf-8") as out, \
            open(os.path.join(folder, "result.npz"), "wb") as numbers, \
            open(os.devnull, "w", encoding="utf-8") as nowhere, \
            contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        limit_memory()
        guard(folder)
        changes = Changes((ask["file"], ask["line"], ask["name"]),
                          {(file, line): (module, name)
                           for file, line, module, name in ask["replaced"]}, ask["bare"])
        try:
            thing = getattr(load(ask["file"], ask["root"], changes), ask["name"])
        except BaseException as error:                       # also SystemExit, at import
            result["error"] = f"cannot be imported: {describe(error, ask['root'])}"
        else:
            record = Record()
            ENTRIES[ask["as"]].run(thing, record)
            for k, (key, value) in enumerate(record.values.items()):
                exact = value.kind == "exact"
                result["values"].append([*key, value.kind, value.single,
                                         value.value if exact else None])
                if not exact:
                    arrays[f"a{k}"] = value.value
            result["messages"] = [[*key, describe(error, ask["root"])]
                                  for key, error in record.errors.items()]
        np.savez(numbers, **arrays)
        json.dump(result, out)


def describe(error, root):
    """An exception in a line, with the reader's line where it arose."""
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(root):
            where = f" ({os.path.relpath(frame.filename, root)}:{frame.lineno})"
    text = " ".join(str(error).split()) or type(error).__name__
    return f"{type(error).__name__}: {text[:300]}{where}"


def limit_memory(size=4 << 30):
    """No more than 4 GiB, where the system has such a limit."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


if __name__ == "__main__":
    main(sys.argv[1])
