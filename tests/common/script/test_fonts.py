"""Words in other scripts: a font that has them is used; what no font has is said in a line."""

from types import SimpleNamespace

import pytest

from common.script import new_figure, save_figure
from common.script.fonts import families_for, font_list, fonts_for

STIX_ONLY = "\u2a57"                                         # of matplotlib's fonts: STIXGeneral
NOBODY = "\uf8fe"                                            # of no script at all


def test_dejavu_is_enough_for_what_it_has():
    assert families_for(set("aé→")) == (["DejaVu Sans"], set())


def test_a_font_that_has_the_character_is_added():
    from matplotlib.font_manager import findfont, get_font
    families, missing = families_for({STIX_ONLY})
    assert [ord(STIX_ONLY) in get_font(findfont(family)).get_charmap()
            for family in families] == [False, True]
    assert not missing


def test_what_no_font_has_is_left():
    families, missing = families_for({NOBODY, STIX_ONLY})
    assert len(families) == 2 and missing == {NOBODY}


@pytest.mark.parametrize("fault", ["gone", "broken"])
def test_a_font_that_is_in_the_list_alone_is_not_taken(fault, monkeypatch, tmp_path, capsys):
    """matplotlib keeps its list of fonts; one may have been removed since."""
    from matplotlib.font_manager import FontEntry, fontManager
    if fault == "broken":
        (tmp_path / "Gone.ttf").write_bytes(b"no font")
    entry = FontEntry(str(tmp_path / "Gone.ttf"), "Gone", "normal", "normal", 400, "normal",
                      "scalable")
    monkeypatch.setattr(fontManager, "ttflist", [entry, *fontManager.ttflist])
    assert families_for({NOBODY, STIX_ONLY})[1] == {NOBODY}
    args = SimpleNamespace(show=False, figures=str(tmp_path))
    figure = new_figure(args)
    figure.subplots().set(xlabel=f"{NOBODY} {STIX_ONLY}")
    assert save_figure(figure, "words", args).exists()
    told = capsys.readouterr().err
    assert f"delete {font_list()}, matplotlib's list of fonts" in told


def test_the_list_of_fonts_is_the_file_that_matplotlib_keeps():
    import matplotlib.font_manager  # noqa: F401             writes it, where there is none
    assert font_list().exists()


def test_texts_of_a_figure_get_the_fonts():
    figure = new_figure(SimpleNamespace(show=False))
    text = figure.subplots().annotate(f"a{STIX_ONLY}", (0, 0))
    with fonts_for(figure):
        pass
    assert len(text.get_family()) == 2 and text.get_family()[0] == "DejaVu Sans"


def test_a_figure_is_saved_without_warnings_and_boxes_are_named(tmp_path, capsys):
    args = SimpleNamespace(show=False, figures=str(tmp_path))
    figure = new_figure(args)
    figure.subplots().set(xlabel=NOBODY, title="plain")
    path = save_figure(figure, "boxes", args)
    shown = capsys.readouterr()
    assert path.exists() and NOBODY in shown.err and "Noto" in shown.err

    figure = new_figure(args)
    figure.subplots().set(xlabel="plain")
    save_figure(figure, "plain", args)
    assert not capsys.readouterr().err
