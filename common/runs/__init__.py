"""Long training runs: kept in a file, resumed, stopped between steps, with a line of progress."""

from common.runs.interrupt import Stopped
from common.runs.run import Run

__all__ = ["Run", "Stopped"]
