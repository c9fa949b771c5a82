"""Curves as text: what is drawn is written, read back and drawn again; other files are refused."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from common.errors import InputError
from common.script import compare_runs
from common.script.curves import read_curves, write_curves, write_table


@pytest.fixture
def file(tmp_path):
    axes = Figure().subplots()
    axes.plot([0, 1_234_567], [5.25, 1 / 3], label="train, with a comma")
    axes.plot([3], [4], label="validation")
    axes.set(xlabel="iterations", ylabel="loss")
    write_curves(tmp_path / "a.csv", axes)
    return tmp_path / "a.csv"


def test_curves_come_back(file):
    for mark in (b"", b"\xef\xbb\xbf"):                      # a spreadsheet may write it
        file.write_bytes(mark + file.read_bytes())
        assert read_curves(file) == ("iterations", "loss", {
            "train, with a comma": ([0, 1_234_567], [5.25, 0.333333]), "validation": ([3], [4])})


def test_a_table_is_words_whole_numbers_and_floats_of_six_digits(tmp_path):
    write_table(tmp_path / "t.csv", ["model, size", "tokens", "score"],
                [["a", 1_234_567, 1 / 3], ["b", 2, np.float64(50)], ["c", 3, float("nan")]])
    assert (tmp_path / "t.csv").read_bytes() == (
        b'"model, size",tokens,score\na,1234567,0.333333\nb,2,50\nc,3,nan\n')


def test_runs_are_drawn_together(file, tmp_path, capsys):
    compare_runs.main([str(file), str(file), "--labels", "one", "two", "--figures", str(tmp_path)])
    out = capsys.readouterr().out
    assert "one, validation: 1 points, the last 4 at iterations 3" in out and "two, train" in out
    assert (tmp_path / "runs.png").stat().st_size > 1000


def test_one_file_needs_no_label_and_limits_are_taken(file, tmp_path, capsys, monkeypatch):
    drawn = []
    monkeypatch.setattr(compare_runs, "save_figure", lambda figure, *args: drawn.append(figure))
    compare_runs.main([str(file), "--ylim", "1", "4.5", "--figures", str(tmp_path)])
    assert drawn[0].axes[0].get_ylim() == (1, 4.5)
    assert capsys.readouterr().out.startswith("train, with a comma: 2 points")


def test_runs_of_other_quantities_are_refused(file, tmp_path):
    other = tmp_path / "b.csv"
    other.write_text(file.read_text().replace("loss", "perplexity"))
    with pytest.raises(InputError, match=r"b\.csv shows perplexity over iterations"):
        compare_runs.main([str(file), str(other), "--figures", str(tmp_path)])
    with pytest.raises(InputError, match="2 files need as many --labels, got 1"):
        compare_runs.main([str(file), str(file), "--labels", "one"])


@pytest.mark.parametrize("text", ["", "curve,x,y\n", "a,b,c\nd,1,2\n", "curve,x,y\na,1\n",
                                  "curve,x,y\na,1,b\n", "curve,x\n", "\x00"])
def test_other_files_are_refused(tmp_path, text):
    path = tmp_path / "c.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=r"c\.csv holds no curves"):
        read_curves(path)
    with pytest.raises(InputError, match="cannot read"):
        read_curves(tmp_path / "none.csv")
