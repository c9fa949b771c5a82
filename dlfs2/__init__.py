"""Tools for the reader's own code: it is judged, traced, shown (`python -m dlfs2.check_mine`).

This package stands above the chapters, and nothing imports it.
"""

from dlfs2.checking import check
from dlfs2.summary import summary

__all__ = ["check", "summary"]
