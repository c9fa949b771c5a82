"""Shared by every chapter script: options, figures, a clean end.

A script is `main(argv=None)` and, as its last two lines,

    if __name__ == "__main__":
        run(main)

so that tests call main(["--quick"]) and a user gets one line, not a traceback, where the input is
at fault.
"""

import common.script.start  # noqa: F401                     whose is the rest of `common`?
from common.script.exit import run
from common.script.figures import draw_losses, log_scale, new_figure, plain, save_figure
from common.script.options import (
    above_zero,
    below_one,
    count,
    fill_in,
    fraction,
    non_negative,
    number,
    options,
    positive,
)

__all__ = ["above_zero", "below_one", "count", "draw_losses", "fill_in", "fraction", "log_scale",
           "new_figure", "non_negative", "number", "options", "plain", "positive", "run",
           "save_figure"]
