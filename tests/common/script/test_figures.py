"""Figures of scripts: where they go, windows, axes with plain numbers."""

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
