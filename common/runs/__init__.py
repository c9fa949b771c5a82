"""Long training runs: kept in a file, resumed, stopped between two steps, told of in a line."""

from common.runs.interrupt import Stopped
from common.runs.run import Run

__all__ = ["Run", "Stopped"]
