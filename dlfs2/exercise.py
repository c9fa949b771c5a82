"""Exercises from our own source: a method of the book without its body, its formula kept.

    python -m dlfs2.exercise                              # lists them, in the order of the book
    python -m dlfs2.exercise LSTM.backward > my_lstm.py   # write the body, then
    python -m dlfs2.check_mine my_lstm.py
    python -m dlfs2.exercise LSTM.backward --answer

The classes are those of dlfs2/reference, in the book's plain form.
"""

import sys

from dlfs2.apart import run_apart

if __name__ == "__main__":
    run_apart("dlfs2.exercise", sys.argv[1:])

import argparse
import ast
import importlib
import inspect
import textwrap
from functools import cache

from dlfs2.catalogue import ENTRIES, Unknown, known_as
from dlfs2.mutants import parsed


@cache
def exercises():
    """{name: (entry, name of the method or None)}, in the order of the book."""
    def place(entry):
        return [(not part.isdigit(), part.zfill(3)) for part in entry.section.split(".")]

    found = {}
    for entry in sorted(ENTRIES.values(), key=place):
        tree = parsed(entry.source())
        if isinstance(tree, ast.FunctionDef):
            found[entry.name] = entry, None
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
                found[f"{entry.name}.{node.name}"] = entry, node.name
    return found


def taken_out(entry, method):
    """(source without the body, the body) of a method, or of a function."""
    source = entry.source()
    tree = ast.parse(source).body[0]
    if method:
        tree = next(node for node in tree.body if getattr(node, "name", "") == method)
    lines = source.split("\n")
    first = tree.body[0]
    start, end = first.end_lineno, tree.end_lineno           # the docstring stays
    pad = " " * first.col_offset
    body = lines[start:end]
    name = f"{entry.name}.{method}" if method else entry.name
    hole = f'{pad}raise NotImplementedError("write the body of {name}")'
    return "\n".join([*lines[:start], hole, *lines[end:]]), "\n".join(body)


def imports(entry):
    """The import lines that the source of an entry needs, where it stands in a file of its own."""
    module = importlib.import_module(entry.module)
    used = {node.id for node in ast.walk(parsed(entry.source())) if isinstance(node, ast.Name)}
    plain, ours = [], []
    for name, value in sorted(vars(module).items()):
        if name in used and name != entry.name:
            if inspect.ismodule(value):
                plain.append(f"import {value.__name__}" + f" as {name}" * (name != value.__name__))
            elif hasattr(value, "__module__"):
                ours.append(f"from {value.__module__} import {name}")
    return "\n".join([*plain, *([""] if plain and ours else []), *ours])


def text_of(name):
    """The file of an exercise."""
    entry, method = exercises()[name]
    source, _ = taken_out(entry, method)
    section = entry.section if entry.section[0].isdigit() else f"appendix {entry.section}"
    head = f'"""{name} ({section}): write the body, then run dlfs2.check_mine on this file."""'
    needed = imports(entry)
    return "\n\n".join([head, *([needed] if needed else []), "\n" + source.rstrip() + "\n"])


def main(argv=None):
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m dlfs2.exercise", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", metavar="NAME", help="such as LSTM.backward")
    parser.add_argument("--answer", action="store_true", help="print the body that was taken out")
    args = parser.parse_args(argv)
    found = exercises()
    if args.name is None:
        for name, (entry, _) in found.items():
            print(f"{entry.section:7} {name}")
        return 0
    try:
        owners = [name.split(".")[0] for name in found]      # LSTM, of LSTM.backward
        asked = known_as(args.name, dict.fromkeys([*found, *owners]),
                         "without a name all exercises are listed")
    except Unknown as error:
        parser.error(str(error))
    chosen = [asked] if asked in found else [name for name in found if name.startswith(f"{asked}.")]
    if args.answer:
        for name in chosen:
            print(textwrap.dedent(taken_out(*found[name])[1]))
    elif asked in found:
        print(text_of(asked), end="")
    else:
        parser.error(f"the exercises of {asked} are {', '.join(chosen)}")
    return 0
