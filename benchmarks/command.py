"""What the benchmarks' commands share: --help, words that are checked, and PTB, which a benchmark never downloads."""

import argparse

from common.errors import InputError
from dataset import ptb


def words(doc, *allowed, argv=None):
    """What was typed behind the name of a benchmark, each word one of `allowed`; --help prints `doc`."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    if allowed:
        parser.add_argument("pieces", nargs="*", metavar="PIECE", help=f"some of: {', '.join(allowed)}")
    pieces = vars(parser.parse_args(argv)).get("pieces", [])
    for piece in pieces:
        if piece not in allowed:
            parser.error(f"there is no '{piece}': choose from {', '.join(allowed)}")
    return pieces


def ptb_at_hand():
    """PTB's training text (corpus, word_to_id, id_to_word); InputError where it would have to be downloaded."""
    if not ptb.at_hand():
        raise InputError("this is measured on PTB, which is not at hand: fetch it once by "
                         "`python ch02_count_based/show_ptb.py --corpus ptb`, or name its folder in DLFS2_DATA")
    return ptb.load_data()
