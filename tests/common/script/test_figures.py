"""Figures of scripts: where they go, windows, axes with plain numbers."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from matplotlib.figure import Figure

from common.errors import InputError
from common.script import log_scale, new_figure, options, save_figure


def arguments(*typed):
    return options("doc", figure=True).parse_args(typed)


def test_figures_are_saved_where_asked(tmp_path, capsys):
    args = arguments("--figures", str(tmp_path / "new" / "folder"))
    figure = new_figure(args)
    figure.subplots().plot([1, 2])
    path = save_figure(figure, "line", args)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert str(path) in capsys.readouterr().out


def test_show_without_a_display_says_so_before_any_work(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    import matplotlib
    matplotlib.use("Agg")
    with pytest.raises(InputError, match="display"):
        arguments("--show")
    assert not matplotlib.pyplot.get_fignums()               # no empty figure is left


@pytest.fixture
def notebook(monkeypatch):
    """What a notebook displays: IPython, and the back end that draws under the cell."""
    import matplotlib
    from matplotlib import pyplot
    displayed = []
    shell = SimpleNamespace(get_ipython=object)
    monkeypatch.setitem(sys.modules, "IPython", shell)
    monkeypatch.setitem(sys.modules, "IPython.display",
                        SimpleNamespace(Image=bytes, display=displayed.append))
    inline = "module://matplotlib_inline.backend_inline"     # which need not be installed here
    before = dict.get(matplotlib.rcParams, "backend")
    dict.__setitem__(matplotlib.rcParams, "backend", inline)                     # nor be valid
    yield SimpleNamespace(shell=shell, displayed=displayed)
    dict.__setitem__(matplotlib.rcParams, "backend", before)
    assert not pyplot.get_fignums()                          # no empty figures are left


@pytest.mark.parametrize("typed", [[], ["--show"]])
def test_in_a_notebook_a_figure_is_shown_once_under_its_cell(typed, notebook):
    args = arguments(*typed)
    figure = new_figure(args)
    figure.subplots().plot([1, 2])
    assert notebook.displayed == []
    assert notebook.displayed == [save_figure(figure, "line", args).read_bytes()]


def test_what_a_notebooks_shell_starts_shows_nothing(notebook):
    """`!python ch05_rnn/train.py` inherits the back end, not IPython."""
    notebook.shell.get_ipython = lambda: None
    args = arguments()
    figure = new_figure(args)
    save_figure(figure, "line", args)
    assert notebook.displayed == []


def test_a_fault_in_drawing_is_not_told_as_one_in_writing():
    args = arguments()
    figure = new_figure(args)
    figure.savefig = lambda *where, **how: Path("no such font").read_bytes()
    with pytest.raises(FileNotFoundError, match="no such font"):
        save_figure(figure, "line", args)


def test_epochs_are_whole_numbers():
    args = arguments()
    figure = new_figure(args)
    axes = figure.subplots()
    axes.plot([1, 2, 3], [1, 2, 3])
    axes.set_xlabel("epochs")
    save_figure(figure, "line", args)
    assert all(tick == round(tick) for tick in axes.get_xticks())


@pytest.mark.parametrize("high, shown", [(200, ["100", "120", "150", "200"]), (100_000, [])])
def test_a_short_logarithmic_axis_has_plain_numbers(high, shown):
    axes = Figure().subplots()
    axes.plot([1, 2], [100, high])
    log_scale(axes)
    axes.figure.canvas.draw()
    low, top = axes.get_ylim()
    labels = [label.get_text() for label in axes.get_yticklabels()
              if low <= label.get_position()[1] <= top]
    assert axes.get_yscale() == "log" and [text for text in labels if text.isdigit()] == shown
