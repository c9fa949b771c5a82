"""Long training runs: kept in a file, resumed, stopped between two steps, with a line that tells how far they are."""

from common.runs.interrupt import Stopped
from common.runs.run import Run

__all__ = ["Run", "Stopped"]
