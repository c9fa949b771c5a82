"""Judge the layers and functions that a reader typed, by the book's names.

    python -m dlfs2.check_mine my_lstm.py
    python -m dlfs2.check_mine . TimeLSTM Attention
    python -m dlfs2.check_mine my_lstm.py --as TimeLSTM=MyLSTM

PATH is a file or a folder, such as a repository laid out like the book's. Each definition that
bears one of the book's names is run beside ours, method by method; for what is wrong the place and
the line are named. This runs your code: in a process of its own that may not write, delete, connect
or start anything, which catches accidents and is no sandbox. Ends with 0 if all is right, else 1.
"""

import argparse
import sys
from pathlib import Path

from dlfs2.apart import run_apart


def main(argv):
    """The command, in a Python whose path holds nothing of the reader's."""
    from dlfs2.catalogue import ENTRIES
    from dlfs2.judge import find, judge
    from dlfs2.report import line

    parser = argparse.ArgumentParser(prog="python -m dlfs2.check_mine", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", metavar="PATH", help="a Python file, or a folder of them")
    parser.add_argument("names", nargs="*", metavar="NAME", help="judge only these")
    parser.add_argument("--as", dest="renamed", action="append", default=[], metavar="BOOK=MINE",
                        help="judge the definition MINE as the book's BOOK")
    args = parser.parse_args(argv)
    path = Path(args.path).resolve()
    if not path.exists():
        parser.error(f"{args.path} is not there")
    renamed = {}
    for pair in args.renamed:
        book, equals, mine = pair.partition("=")
        if not equals or book not in ENTRIES:
            parser.error(f"--as {pair}: write --as BOOK=MINE, BOOK one of {', '.join(ENTRIES)}")
        renamed[book] = mine
    unknown = [name for name in args.names if name not in {*ENTRIES, *renamed.values()}]
    if unknown:
        parser.error(f"{', '.join(unknown)}: not judged; the names are {', '.join(ENTRIES)}")
    root = path if path.is_dir() else path.parent
    found, complaints = find(path, args.names, renamed)
    print(*complaints, sep="\n", end="\n" if complaints else "")
    if not found:
        print(f"nothing in {args.path} bears a name of the book's; --as BOOK=MINE judges another")
        return 1
    verdicts = judge(found, root, lambda verdict: print(line(verdict, root), flush=True))
    right = sum(verdict.ok for verdict in verdicts)
    print(f"{right} of {len(verdicts)} right")
    return 0 if right == len(verdicts) and not complaints else 1


if __name__ == "__main__":
    sys.exit(run_apart("dlfs2.check_mine", sys.argv[1:]))
