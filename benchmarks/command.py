"""What the benchmarks' commands share: a parser, and PTB, which none of them downloads."""

import argparse

from common.errors import InputError
from dataset import ptb


def parser_of(doc, names=(), more=()):
    """A parser that explains itself with doc and takes some of `names`, if any, and of `more`."""
    def name(text):
        if text in (*names, *more):
            return text
        raise argparse.ArgumentTypeError(f"'{text}': choose from {', '.join(names)}")

    parser = argparse.ArgumentParser(description=doc,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    if names:
        parser.add_argument("names", nargs="*", type=name, metavar="NAME",
                            help=f"some of: {', '.join(names)} (default all)")
    return parser


def ptb_at_hand():
    """PTB's training text (corpus, word_to_id, id_to_word)."""
    if not ptb.at_hand():
        raise InputError("PTB is not at hand: `python ch02_count_based/show_ptb.py --corpus ptb` "
                         "fetches it, or DLFS2_DATA names its folder")
    return ptb.load_data()
