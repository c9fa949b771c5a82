"""What all scripts share: options that check themselves, exit codes, progress."""

import io
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from common import script
from common.errors import InputError
from tests.run_script import ROOT


def raising(error):
    def main():
        raise error
    return main


@pytest.mark.parametrize("error, status, message", [(InputError("no such word"), 2, "error: no such word"),
                                                    (KeyboardInterrupt(), 130, "stopped")])
def test_run_ends_with_a_line_and_a_status(capsys, error, status, message):
    with pytest.raises(SystemExit) as end:
        script.run(raising(error))
    assert end.value.code == status
    assert capsys.readouterr().err.strip() == message


def test_run_hides_no_other_error():
    with pytest.raises(ZeroDivisionError):
        script.run(raising(ZeroDivisionError()))


@pytest.mark.parametrize("text", ["-1", "1.5", "x", ""])
def test_counts_are_whole_numbers(text, capsys):
    with pytest.raises(SystemExit) as end:
        script.options("doc").parse_args(["--seed", text])
    assert end.value.code == 2
    assert "whole number" in capsys.readouterr().err


def test_positive_is_not_zero():
    assert script.positive("3") == 3
    with pytest.raises(script.argparse.ArgumentTypeError, match="1 or more"):
        script.positive("0")


def test_positive_can_be_a_size():
    with pytest.raises(script.argparse.ArgumentTypeError, match="below 2"):
        script.positive("1" + 20 * "0")


def test_outputs_do_not_replace_each_other_nor_what_is_read():
    parser = script.options("doc", figure=True)
    for option in ("--pairs", "--vectors"):
        parser.add_argument(option)
    script.check_files(parser.parse_args(["--vectors", "runs.csv", "--figures", "figures"]), "vectors")
    with pytest.raises(InputError, match=r"--pairs and --vectors both name a\.tsv"):
        script.check_files(parser.parse_args(["--pairs", "a.tsv", "--vectors", "a.tsv"]), "vectors")
    for path in ("figures/runs.csv", "./figures/../figures/a.png"):
        with pytest.raises(InputError, match="among the figures"):
            script.check_files(parser.parse_args(["--vectors", path]), "vectors")
    script.check_files(parser.parse_args(["--vectors", "figures/runs.npz"]), "vectors")


def trained(*arguments):
    parser = script.options("doc", figure=True, training=True)
    parser.add_argument("--weights", default="model.npz")
    args = parser.parse_args(arguments)
    script.check_files(args, "weights")
    return args


def test_a_quick_run_leaves_a_model_of_the_default_name_alone(capsys):
    assert trained("--quick").weights == "model.npz" and not capsys.readouterr().out
    Path("model.npz").write_bytes(b"PK")
    assert trained("--quick").weights == "quick_model.npz"
    assert capsys.readouterr().out == "model.npz stays as it is: what this quick run learns goes to quick_model.npz\n"
    assert trained("--quick", "--weights", "model.npz").weights == trained().weights == "model.npz"


@pytest.mark.parametrize("start, fits", [(b"", True), (b"PK\3\4", True), (b"\x80\4", True), (b"12 100\nthe", True),
                                         (b"12 dogs", False), (b"to be", False), (b"{}", False)])
def test_a_model_is_not_written_over_another_file(start, fits):
    Path("mine").write_bytes(start)
    if fits:
        trained("--weights", "mine")
    else:
        with pytest.raises(InputError, match="--weights mine is there, and is no model"):
            trained("--weights", "mine")


def test_a_run_that_was_kept_is_not_begun_anew():
    trained("--save", "run.npz")
    Path("run.npz").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"--save run\.npz is there already: go on with that run by --resume"):
        trained("--save", "run.npz")
    trained("--save", "run.npz", "--resume")


def test_epochs_are_whole_numbers():
    args = script.options("doc", figure=True).parse_args([])
    figure = script.new_figure(args)
    axes = figure.subplots()
    axes.plot([1, 2, 3], [1, 2, 3])
    axes.set_xlabel("epochs")
    script.save_figure(figure, "line", args)
    assert all(tick == round(tick) for tick in axes.get_xticks())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("redirection, status, told", [
    (">&-", 0, ""), ("2>&-", 0, ""), pytest.param("> /dev/full", 2, "error: [Errno 28]", marks=pytest.mark.skipif(
        not Path("/dev/full").exists(), reason="needs /dev/full")),
])
def test_output_that_is_closed_or_full_leaves_no_traceback(redirection, status, told):
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(ROOT / 'ch02_count_based/ppmi.py'))} {redirection}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == status and done.stderr.startswith(told) and done.stderr.count("\n") == bool(told)


def test_figures_are_saved_where_asked(tmp_path, capsys):
    args = script.options("doc", figure=True).parse_args(["--figures", str(tmp_path / "new" / "folder")])
    figure = script.new_figure(args)
    figure.subplots().plot([1, 2])
    path = script.save_figure(figure, "line", args)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert str(path) in capsys.readouterr().out


def test_show_without_a_display_says_so(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    import matplotlib
    matplotlib.use("Agg")
    args = script.options("doc", figure=True).parse_args(["--show"])
    with pytest.raises(InputError, match="display"):
        script.new_figure(args)


@pytest.mark.parametrize("seconds, text", [(0.2, "0 s"), (59, "59 s"), (65, "1:05 min"), (7260, "2:01 h")])
def test_durations_as_people_read_them(seconds, text):
    assert script.duration(seconds) == text


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_rewrites_its_line_on_a_terminal_and_tells_the_time_left(monkeypatch):
    clock = iter([0.0, 0.1, 10.0])
    monkeypatch.setattr(script.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(sys, "stderr", Terminal())
    progress = script.Progress(100, "epoch 1")
    progress.update(1, "too soon to print")
    progress.update(25, "loss 1.50")
    assert sys.stderr.getvalue() == "\repoch 1  25 %  loss 1.50  30 s left"
    progress.close()
    assert sys.stderr.getvalue().endswith("\r")


def test_progress_in_a_pipe_is_a_line_every_half_minute(monkeypatch):
    clock = iter([0.0, 10.0, 31.0])
    monkeypatch.setattr(script.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    progress = script.Progress(10, "fit")
    progress.update(1)
    progress.update(5, "loss 2")
    assert sys.stderr.getvalue() == "fit  50 %  loss 2  31 s left\n"


@pytest.mark.parametrize("kind, good, wrong", [
    (script.number, "-1.5", ["nan", "inf", "x", ""]), (script.above_zero, "1e-3", ["0", "-1", "nan"]),
    (script.fraction, "1", ["1.1", "-0.1", "nan"])])
def test_numbers_are_finite_and_in_range(kind, good, wrong):
    assert kind(good) == float(good)
    for text in wrong:
        with pytest.raises(script.argparse.ArgumentTypeError, match="must"):
            kind(text)


def test_figures_cannot_go_into_a_file(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit):
        script.options("doc", figure=True).parse_args(["--figures", str(tmp_path / "file")])
    assert "is a file" in capsys.readouterr().err


def test_running_out_of_memory_is_one_line(capsys):
    with pytest.raises(SystemExit) as end:
        script.run(raising(MemoryError("Unable to allocate 73 TiB")))
    assert end.value.code == 2 and capsys.readouterr().err.startswith("error: not enough memory: Unable")


def test_quick_has_defaults_of_its_own_and_what_is_typed_holds():
    parser = script.options("A script.", quick={"max_epoch": 1, "sizes": [3], "tokens": 20})
    parser.add_argument("--max-epoch", type=script.positive, default=50)
    parser.add_argument("--sizes", nargs="+", type=script.positive, default=[10, 20])
    parser.add_argument("--tokens", type=script.positive)

    def settings(*argv):
        args = parser.parse_args(argv)
        return args.max_epoch, args.sizes, args.tokens

    assert settings("--quick") == (1, [3], 20)
    assert settings("--max-epoch", "50", "--quick", "--sizes", "10", "20") == (50, [10, 20], 20)
    assert settings() == (50, [10, 20], None)


@pytest.mark.parametrize("high, shown", [(200, ["100", "120", "150", "200"]), (100_000, [])])
def test_a_short_logarithmic_axis_has_plain_numbers(high, shown):
    axes = Figure().subplots()
    axes.plot([1, 2], [100, high])
    script.log_scale(axes)
    axes.figure.canvas.draw()
    low, top = axes.get_ylim()
    labels = [label.get_text() for label in axes.get_yticklabels() if low <= label.get_position()[1] <= top]
    assert axes.get_yscale() == "log" and ([label for label in labels if label.isdigit()] == shown)
