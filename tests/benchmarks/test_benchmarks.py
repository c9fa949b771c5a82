"""The table of benchmarks, with times that are given: what is shown where, and what is left out. One run is real."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as table
from benchmarks import command, products, rnnlm_step, timing
from common.errors import InputError
from dataset import ptb
from tests.run_script import ROOT


@pytest.fixture
def times(monkeypatch):
    asked = []

    def turns(module, names, rounds):
        asked.append((module, names, rounds))
        seconds = {"ours": 0.02, "torch": 0.05, "products": 0.015}
        return {name: (0.001, next(value for who, value in seconds.items() if who in name), 9) for name in names}

    monkeypatch.setattr(table, "turns", turns)
    monkeypatch.setattr(table, "describe", lambda: "a machine")
    return asked


def test_a_row_has_times_ratio_and_bound(times, monkeypatch, capsys):
    monkeypatch.setattr(table, "find_spec", lambda package: package == "torch")
    table.main(["LSTM", "CBOW", "--rounds", "3", "--csv", "steps.csv"])
    assert times == [("benchmarks.rnnlm_step", ["lstm.ours", "lstm.torch", "lstm.products"], 3),
                     ("benchmarks.cbow_step", ["ours", "torch"], 3)]
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["| LSTM | 20 | 50 | 0.4 | 15 | 0.75 |", "| CBOW | 20 | 50 | 0.4 | - | - |"]
    assert Path("steps.csv").read_text().splitlines()[1:] == ["LSTM,20,50,0.4,15,0.75", "CBOW,20,50,0.4,,"]


def test_what_is_not_there_is_left_out(times, capsys):
    table.main(["--no-peers"])
    assert len(times) == 11                                  # no PTB: no word2vec, no SVD
    assert not any("torch" in name for _, names, _ in times for name in names)
    assert "| LSTM | 20 | - | - | 15 | 0.75 |" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        table.main(["LTSM"])
    assert "no row 'LTSM'" in capsys.readouterr().err


def test_a_quick_run_without_peers():
    done = subprocess.run([sys.executable, "-m", "benchmarks", "NTM, feed-forward", "peeky, sums", "--quick", "--no-peers"],
                          capture_output=True, text=True, timeout=300, cwd=ROOT, check=True)
    for name, line in zip(("NTM, feed-forward", "peeky, sums"), done.stdout.splitlines()[-2:], strict=True):
        label, ours, *peer, alone, bound = line.strip("| ").split(" | ")
        assert label == name and peer == ["-", "-"]
        assert float(bound) == pytest.approx(float(alone) / float(ours), rel=0.02)


@pytest.mark.parametrize("name", rnnlm_step.MODELS)
def test_every_word_meets_every_weight_three_times(name, monkeypatch):
    """Forward, for dW and for dx; but the rows of an embedding that is not tied are looked up."""
    monkeypatch.setattr(rnnlm_step, "work", lambda shapes: sum(int(np.prod(shape)) for shape in shapes))
    weights = {key: p.size for key, p in rnnlm_step.make_model(name, 0).named_params().items() if p.ndim == 2}
    looked_up = 0 if name == "better" else rnnlm_step.V * 100
    assert rnnlm_step.products(name) == 3 * rnnlm_step.N * rnnlm_step.T * (sum(weights.values()) - looked_up)


def test_the_bound_of_an_lstm_counts_every_product(monkeypatch):
    shapes = []
    real = np.matmul
    monkeypatch.setattr(products.np, "matmul", lambda a, b, out=None: (out is not None and shapes.append((a.shape, b.shape)),
                                                                       real(a, b, out=out))[1])
    products.work(products.recurrent(2, 3, 4, 5, 4))()
    assert sorted(shapes) == sorted([((6, 4), (4, 20)), ((4, 6), (6, 20)), ((6, 20), (20, 4)), ((5, 6), (6, 20)),
                                     *[((2, 5), (5, 20))] * 3, *[((2, 20), (20, 5))] * 3])


def test_words_are_checked_and_help_explains(capsys):
    assert command.words("A benchmark.", "ours", "peer", argv=["peer"]) == ["peer"]
    assert command.words("A benchmark.", argv=[]) == []
    for argv, status, shown in ((["theirs"], 2, "no 'theirs': choose from ours, peer"), (["--help"], 0, "A benchmark.")):
        with pytest.raises(SystemExit) as stop:
            command.words("A benchmark.", "ours", "peer", argv=argv)
        assert stop.value.code == status
        assert shown in "".join(capsys.readouterr())


def test_a_benchmark_downloads_nothing(monkeypatch):
    monkeypatch.setattr(ptb, "load_data", lambda: pytest.fail("must not be asked"))
    with pytest.raises(InputError, match=r"not at hand: .*DLFS2_DATA"):
        command.ptb_at_hand()


def test_a_turn_that_fails_is_named(monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(InputError, match=r"-m benchmarks.cbow_step theirs` failed: .*choose from ours"):
        timing.turns("benchmarks.cbow_step", ["theirs"], rounds=1)


@pytest.mark.parametrize("path", [path for path in sorted((ROOT / "benchmarks").glob("*.py"))
                                  if '"__main__"' in path.read_text("utf-8")], ids=lambda path: path.stem)
def test_every_benchmark_explains_itself(path):
    module = "benchmarks" if path.stem == "__main__" else f"benchmarks.{path.stem}"
    done = subprocess.run([sys.executable, "-m", module, "--help"],
                          capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0 and f"python -m {module}" in done.stdout, done.stderr
