"""Judge the layers and functions that a reader typed, by the book's names.

    python -m dlfs2.check_mine my_lstm.py
    python -m dlfs2.check_mine . TimeLSTM Attention
    python -m dlfs2.check_mine my_lstm.py --as TimeLSTM=MyLSTM

PATH is a file or a folder, such as a repository laid out like the book's. Each definition that
bears one of the book's names is run beside ours, method by method; for what is wrong the place and
the line are named. This runs your code: in a process of its own that may not write, delete, connect
or start anything, which catches accidents and is no sandbox. Ends with 0 if all is right, else 1.
"""

import sys

from dlfs2.apart import run_apart

if __name__ == "__main__":
    run_apart("dlfs2.check_mine", sys.argv[1:])

import argparse
from pathlib import Path

from dlfs2.catalogue import ENTRIES
from dlfs2.judge import find, judge
from dlfs2.readers_code import root_of
from dlfs2.report import line


def main(argv):
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m dlfs2.check_mine", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", metavar="PATH", help="a Python file, or a folder of them")
    parser.add_argument("names", nargs="*", metavar="NAME", help="judge only these")
    parser.add_argument("--as", dest="pairs", action="append", default=[], metavar="BOOK=MINE",
                        help="judge the definition MINE as the book's BOOK")
    args = parser.parse_intermixed_args(argv)
    path = Path(args.path).resolve()
    if not path.exists():
        parser.error(f"{args.path} is not there")
    if path.suffix == ".ipynb":
        parser.error(f"{args.path} is a notebook: write `%%writefile my_layers.py` at the head of "
                     "the cell of a class, or export it as Python, and judge that file")
    renamed = {}
    for pair in args.pairs:
        book, _, mine = pair.partition("=")
        if not mine.isidentifier() or book not in ENTRIES:
            parser.error(f"--as {pair}: write --as BOOK=MINE, BOOK one of {', '.join(ENTRIES)}")
        renamed[mine] = book
    unknown = [name for name in args.names if name not in {*ENTRIES, *renamed}]
    if unknown:
        parser.error(f"{', '.join(unknown)}: no name of the book's, which --as BOOK=MINE gives it; "
                     f"they are {', '.join(ENTRIES)}")
    found, complaints = find(path, args.names, renamed)
    root = root_of(path)
    there = {name for d in found for name in (d.name, d.entry.name)}
    complaints += [f"{name}: no definition of it in {args.path}"
                   for name in dict.fromkeys([*args.names, *renamed]) if name not in there]
    if not found and not complaints:
        complaints = [f"nothing in {args.path} bears a name of the book's; "
                      "--as BOOK=MINE judges another"]
    for complaint in complaints:
        print(complaint)
    verdicts = judge(found, root, lambda verdict: print(line(verdict, root), flush=True))
    right = sum(verdict.ok for verdict in verdicts)
    if verdicts:
        print(f"{right} of {len(verdicts)} right")
    return 0 if verdicts and right == len(verdicts) and not complaints else 1
