"""Tools for the reader's own code: it is judged, traced, shown (`python -m dlfs2.check_mine`).

This package stands above the chapters, and nothing imports it.
"""


def check(thing, name=None):
    """AssertionError, with the explanation, unless `thing` does what the book's `name` does.

    thing: a class or function that is written in a file. name: the book's, by default its own.
    """
    # imported no sooner: `python -m dlfs2.check_mine` begins here, beside a reader's random.py
    from dlfs2.checking import check as judged
    judged(thing, name)


def summary(model, *inputs, steps=3):
    """The table of a model's layers: dlfs2/model_table.py."""
    from dlfs2.model_table import summary as table
    return table(model, *inputs, steps=steps)


__all__ = ["check", "summary"]
