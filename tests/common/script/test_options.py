"""Options: values within limits, files checked by their roles, other defaults under --quick."""

import argparse
import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ch06_lstm.rnnlm import Rnnlm
from common.errors import InputError
from common.optimizer import SGD
from common.script import above_zero, count, fill_in, fraction, number, options, positive
from common.trainer import RnnlmTrainer


@pytest.mark.parametrize("kind, good, wrong", [
    (count, "0", ["-1", "1.5", "x", ""]), (positive, "3", ["0", "-1", "1" + 20 * "0"]),
    (number, "-1.5", ["nan", "inf", "x", ""]), (above_zero, "1e-3", ["0", "-1", "nan"]),
    (fraction, "1", ["1.1", "-0.1", "nan"])])
def test_numbers_are_finite_and_in_range(kind, good, wrong):
    assert kind(good) == float(good)
    for text in wrong:
        with pytest.raises(argparse.ArgumentTypeError, match="must"):
            kind(text)


def test_a_wrong_value_names_the_option(capsys):
    with pytest.raises(SystemExit) as end:
        options("doc").parse_args(["--seed", "x"])
    assert end.value.code == 2
    assert "argument --seed: must be a whole number" in capsys.readouterr().err


@pytest.mark.parametrize("typed, meant", [
    ("--epoch 3", "--max-epoch"), ("--max_epoch 3", "--max-epoch"), ("-epochs 3", "--max-epoch"),
    ("--learning-rate 1", "--lr"), ("x --Quik", "--quick"), ("--colour red", None)])
def test_an_option_that_is_misspelt_gets_a_guess(typed, meant, capsys):
    parser = options("doc")
    parser.add_settings({"max_epoch": 3, "lr": 0.1})
    with pytest.raises(SystemExit) as end:
        parser.parse_args(typed.split())
    told = capsys.readouterr().err
    assert end.value.code == 2 and f"error: unrecognized arguments: {typed}" in told
    assert ("did you mean" in told) == bool(meant) and (not meant or f"mean {meant}?)" in told)


def test_figures_cannot_go_into_a_file(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit):
        options("doc", figure=True).parse_args(["--figures", str(tmp_path / "file")])
    assert "is a file" in capsys.readouterr().err


def parse(*typed):
    """A training script's options, with a file of each role."""
    parser = options("doc", figure=True, training=True, weights="model.npz", quick={"sizes": [3]})
    parser.add_argument("--pairs", role="read")
    parser.add_argument("--table", role="write")
    parser.add_argument("--page", role="write", default=lambda found: f"{found.beam}.html")
    parser.add_argument("--start-from", role="trained", made_by="train.py")
    parser.add_argument("--sizes", nargs="+", type=positive, default=[10, 20])
    parser.add_argument("--beam", type=positive, default=1, role="free")
    parser.add_argument("--ask", role="instead")
    return parser.parse_args(typed)


def test_outputs_do_not_replace_each_other_nor_what_is_read():
    parse("--table", "runs.csv", "--pairs", "pairs.csv", "--weights", "figures/model.npz")
    for first, second in (("--pairs", "--table"), ("--table", "--weights"), ("--save", "--table"),
                          ("--pairs", "--save")):
        with pytest.raises(InputError, match=r"both name .*a\.tsv: one would overwrite the other"):
            parse(first, "a.tsv", second, "./a.tsv")
    Path("mine").write_text("what was there")
    with pytest.raises(InputError, match="--pairs and --weights both name mine"):
        parse("--pairs", "mine", "--weights", "mine")        # said before that it is no model
    for path in ("figures/runs.csv", "./figures/../figures/a.png"):
        with pytest.raises(InputError, match=r"--table .* among the figures"):
            parse("--table", path)
    for option in ("--table", "--save", "--weights"):
        with pytest.raises(InputError, match="there is no folder"):
            parse(option, "nowhere/a.npz")


def zipped(*names):
    """The bytes of a zip with these members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name in names:
            file.writestr(name, "")
    return data.getvalue()


@pytest.mark.parametrize("option", ["--table", "--pairs", "--weights", "--save", "--start-from"])
def test_a_name_that_is_empty_is_told(option):
    with pytest.raises(InputError, match=f"{option} names no file"):
        parse(option, "")


@pytest.mark.parametrize("start, fits", [
    (b"", True), (zipped("W.npy"), True), (b"\x80\4", True), (b"12 100\nthe", True),
    (b"12 dogs", False), (b"12 100 dogs\n", False), (b"to be", False), (b"{}", False),
    (b"PK\3\4", False), (zipped("word/document.xml"), False), (zipped("W.npy", "run.npy"), False)])
def test_a_model_is_not_written_over_another_file(start, fits):
    Path("mine").write_bytes(start)
    if fits:
        assert parse("--weights", "mine").weights == "mine"
    else:
        with pytest.raises(InputError, match="--weights mine is there, and is no model"):
            parse("--weights", "mine")


def test_a_run_tells_which_model_it_replaces(capsys):
    Path("run.npz").write_bytes(zipped("run.npy"))
    parse()
    assert not capsys.readouterr().err                       # none is there yet
    Path("model.npz").write_bytes(zipped("W.npy"))
    parse("--quick"), parse("--save", "run.npz", "--resume"), parse("--ask", "1+1")
    assert not capsys.readouterr().err                       # it is not replaced, or its own
    parse()
    assert "model.npz is there: this run replaces it" in capsys.readouterr().err


def test_a_model_that_is_not_there_names_what_makes_it():
    with pytest.raises(InputError, match=r"cannot read a\.npz: .* Made by: train\.py\."):
        parse("--start-from", "a.npz")
    with pytest.raises(InputError, match=r"cannot read a\.npz: .* Made by: train\.py --quick\."):
        parse("--start-from", "a.npz", "--quick")
    with pytest.raises(InputError, match=r"cannot read model\.npz: .* without --ask"):
        parse("--ask", "1+1")
    Path("model.npz").write_bytes(b"PK")
    assert not hasattr(parse("--ask", "1+1"), "run")         # nothing is trained


def test_a_run_is_made_of_the_options_and_one_that_is_there_is_not_begun_anew():
    run = parse("--save", "run.npz", "--checkpoint-every", "7").run
    assert (run.path, run.resume, run.every) == ("run.npz", False, 7)
    with pytest.raises(InputError, match=r"cannot read run\.npz: .* Begin it without --resume"):
        parse("--save", "run.npz", "--resume")
    Path("run.npz").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"run\.npz is there already: go on .* by --resume,"):
        parse("--save", "run.npz")
    assert parse("--save", "run.npz", "--resume").run.resume
    with pytest.raises(InputError, match="--resume needs --save FILE, the checkpoint"):
        parse("--resume")


def train(*typed):
    words = np.arange(100) % 7
    trainer = RnnlmTrainer(Rnnlm(7, 2, 2, rng=0), SGD(0.1), rng=0)
    trainer.fit(words[:-1], words[1:], 1, 2, 7, verbose=False,
                run=parse("--save", "run.npz", *typed).run)


def test_settings_must_agree_when_a_run_goes_on_and_the_rest_may_differ():
    train("--sizes", "1", "2")
    train("--resume", "--sizes", "1", "2", "--beam", "3", "--figures", "other", "--table", "t.csv",
          "--weights", "other.npz", "--checkpoint-every", "9")
    for typed, message in ((["--sizes", "1"], r"its sizes was \[1, 2\], now it is \[1\]"),
                           (["--sizes", "1", "2", "--seed", "3"], "its seed was 0, now it is 3"),
                           (["--sizes", "1", "2", "--quick"], "its quick was False")):
        with pytest.raises(InputError, match=message + r".* start afresh without --resume\."):
            train("--resume", *typed)


def test_quick_has_defaults_of_its_own_and_what_is_typed_holds():
    quick, typed = parse("--quick"), parse("--sizes", "10", "20", "--quick", "--weights", "a.npz",
                                           "--figures", "mine")
    assert (quick.sizes, quick.weights, quick.figures) == ([3], "quick/model.npz", "quick/figures")
    assert (quick.page, quick.table, typed.page) == ("quick/1.html", None, "quick/1.html")
    assert parse().page == "1.html"
    assert (typed.sizes, typed.weights, typed.figures) == ([10, 20], "a.npz", "mine")
    assert (parse().sizes, parse().weights, parse().figures) == ([10, 20], "model.npz", "figures")
    assert os.path.isdir("quick/figures")


def test_quick_reads_what_a_quick_run_wrote_or_else_the_real_one():
    def weights(*typed):
        parser = options("doc")
        parser.add_argument("--weights", role="trained", default="m.npz")
        parser.add_argument("--others", role="trained", nargs="+", default=["m.npz", "n.npz"])
        args = parser.parse_args(typed)
        return args.weights, args.others

    for name in ("m.npz", "n.npz"):
        Path(name).write_bytes(b"PK")
    assert weights("--quick") == weights() == ("m.npz", ["m.npz", "n.npz"])
    os.mkdir("quick")
    Path("quick/m.npz").write_bytes(b"PK")
    assert weights("--quick") == ("quick/m.npz", ["quick/m.npz", "n.npz"])
    assert weights() == ("m.npz", ["m.npz", "n.npz"])
    assert weights("--quick", "--weights", "n.npz")[0] == "n.npz"


def test_a_default_may_depend_on_the_other_options():
    def weights(*typed):
        parser = options("doc", training=True)
        parser.add_argument("--task", default="copy")
        parser.add_argument("--weights", role="model", default=lambda args: f"ntm_{args.task}.npz")
        return parser.parse_args(typed).weights

    assert weights() == "ntm_copy.npz" and weights("--task", "sort") == "ntm_sort.npz"
    assert weights("--quick") == "quick/ntm_copy.npz"
    assert weights("--quick", "--weights", "mine.npz") == "mine.npz"


def test_settings_are_declared_by_a_table_and_filled_in_for_the_corpus(capsys):
    book = {"hidden_size": 100, "lr": 20.0, "optimizer": "sgd", "tokens": None, "decay": None}
    toy = {**book, "lr": 0.1, "tokens": 1000}
    parser = options("doc")
    parser.add_settings(book, toy, decay="a factor",
                        char=({**book, "decay": 0.5}, {**book, "decay": 0.2}))
    for chosen, expected in ((book, (100, 20.0, "sgd", None)), (toy, (100, 0.1, "sgd", 1000))):
        args = parser.parse_args([])
        fill_in(args, chosen)
        assert (args.hidden_size, args.lr, args.optimizer, args.tokens) == expected
    args = parser.parse_args(["--lr", "3", "--optimizer", "adam"])
    fill_in(args, book)
    assert (args.lr, args.optimizer) == (3.0, "adam")
    with pytest.raises(SystemExit):
        parser.parse_args(["--optimizer", "x"])
    text = " ".join(parser.format_help().split())
    assert "learning rate (default 20; toy 0.1)" in text and "(default all; toy 1,000)" in text
    assert "a factor (char 0.5; ptb as char 0.2)" in text
    assert "length of a state (default 100)" in text


def test_help_ends_with_the_default_and_names_files():
    parser = options("doc", weights="model.npz")
    parser.add_argument("--numbers", type=number, nargs="+", default=[0.0, 2.0], help="which")
    parser.add_argument("--least", type=count, default=1, help="least (default 1: none)")
    parser.add_argument("--way", default=lambda args: "x", help="way")
    text = " ".join(parser.format_help().split())
    assert "--weights FILE the trained model (default model.npz)" in text
    assert "which (default 0 2)" in text and "random numbers (default 0)" in text
    assert "least (default 1: none)" in text and "way (default" not in text
    assert "message and exit --seed" in text and "holds all the same --weights" in text
