"""Figures of the scripts: made with a window or without, saved as PNG, with their numbers.

In a notebook each is shown under its cell, as it was saved.
"""

import io
import sys
from types import SimpleNamespace

from common.errors import InputError
from common.files.writing import make_folder, replacing
from common.script.curves import write_curves, write_table
from common.script.fonts import fonts_for


def plain(text):
    """A word for a matplotlib label, with nothing in it taken for a formula."""
    return text.replace("$", r"\$")


def in_notebook():
    """Whether figures belong under the cell: in IPython, with a back end that draws there."""
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:     # as in a shell's `!python ...`
        return False
    from matplotlib import rcParams
    backend = str(dict.get(rcParams, "backend"))             # rcParams["backend"] would choose one
    return any(name in backend.lower() for name in ("inline", "nbagg", "ipympl", "widget"))


def new_figure(args, width=8, height=5):
    """An empty matplotlib figure; in a window, for which there must be a display, with --show."""
    size = {"figsize": (width, height), "layout": "constrained"}
    if not args.show or in_notebook():
        from matplotlib.figure import Figure
        return Figure(**size)
    from matplotlib import pyplot
    figure = pyplot.figure(**size)
    if figure.canvas.required_interactive_framework is None:
        pyplot.close(figure)
        raise InputError("--show needs a display and a matplotlib back end with windows (TkAgg, "
                         "QtAgg ...); without --show the figure is only saved")
    return figure


def check_can_show():
    """InputError where --show could not: neither a window nor a notebook."""
    if not in_notebook():
        from matplotlib import pyplot
        pyplot.close(new_figure(SimpleNamespace(show=True)))  # only to see whether windows open


def log_scale(axes):
    """A logarithmic y axis for what is drawn; up to a factor of 30 its ticks are plain numbers."""
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    if high <= 30 * low:                                     # 120, not 1.2 x 10^2
        from matplotlib.ticker import LogLocator, NullLocator
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_locator(NullLocator())


def draw_losses(trainer, name, args, **labels):
    """The figure and the numbers of trainer.plot(); labels: those of its axes, and a title."""
    figure = new_figure(args)
    axes = figure.subplots()
    trainer.plot(axes=axes)
    axes.set(**labels)
    save_figure(figure, name, args, curves=True)


def save_figure(figure, name, args, *, curves=False, table=None):
    """Write the figure as <--figures>/<name>.png, and show it with --show, or in a notebook.

    Returns the path.

    curves=True writes its lines as numbers too, <name>.csv, for compare_runs.py;
    table=(header, rows) writes those.
    """
    path = make_folder(args.figures) / f"{name}.png"
    for axes in figure.axes:
        if axes.get_xlabel().startswith("epoch"):
            axes.xaxis.get_major_locator().set_params(integer=True)
    drawn = io.BytesIO()                                     # so that no fault in drawing is taken
    with fonts_for(figure):                                  # for one in writing
        figure.savefig(drawn, format="png", dpi=120)
    with replacing(path) as file:
        file.write(drawn.getvalue())
    print(f"figure: {path}")
    if curves:
        write_curves(path.with_suffix(".csv"), figure.axes[0])
    if table:
        write_table(path.with_suffix(".csv"), *table)
    if in_notebook():
        from IPython.display import Image, display
        display(Image(drawn.getvalue()))
    elif args.show:
        from matplotlib import pyplot
        pyplot.show()
    return path
