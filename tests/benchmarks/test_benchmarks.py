"""What the benchmarks show and leave out, with times that are given; that all steps can be made."""

import functools
import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import command, environment, products, scaling, steps, timing
from ch06_lstm.better_rnnlm import BetterRnnlm
from ch06_lstm.rnnlm import Rnnlm
from common.errors import InputError
from dataset import ptb, toy
from tests.run_script import ROOT

MODULES = ["benchmarks", *(f"benchmarks.{path.stem}" for path in (ROOT / "benchmarks").glob("*.py")
                           if "run(main)" in path.read_text("utf-8") and path.stem[0] != "_")]


def run(module, *arguments):
    return subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True,
                          text=True, timeout=300, cwd=ROOT)


@pytest.fixture
def measured(monkeypatch):
    """The names that are measured; the rounds of one take 1, 2, ... times as long as here given."""
    asked, seconds = [], {"ours": 0.02, "peer": 0.05, "products": 0.015}

    def measure(name, quick):
        asked.append(name)
        return seconds[name.partition(".")[2]] * asked.count(name)

    monkeypatch.setattr(steps, "measure", measure)
    monkeypatch.setattr(steps, "machine", lambda: "a machine")
    return asked


def test_a_row_has_times_ratio_and_bound(measured, monkeypatch, capsys):
    monkeypatch.setattr(steps, "find_spec", lambda package: package == "torch")
    steps.main(["lstm", "cbow", "--rounds", "3", "--csv", "steps.csv"])
    assert measured == 3 * ["lstm.ours", "lstm.peer", "lstm.products"] + 3 * ["cbow.ours",
                                                                              "cbow.peer"]
    assert capsys.readouterr().out.splitlines()[-4:] == [
        f"| step on {environment.processor()} | here [ms] | peer [ms] | here / peer | "
        "lower bound [ms] | bound / here |",
        "|---|---|---|---|---|---|", "| LSTM | 40 | 100 | 0.4 | 30 | 0.75 |",
        "| CBOW | 40 | 100 | 0.4 | - | - |"]
    assert Path("steps.csv").read_text().splitlines()[1:] == ["LSTM,40,100,0.4,30,0.75",
                                                              "CBOW,40,100,0.4,,"]
    measured.clear()
    steps.main(["lstm", "--rounds", "3", "--range", "--no-peers"])
    assert "| 40 (20 to 60) | - | - | 30 (15 to 45) |" in capsys.readouterr().out


def test_what_is_not_there_is_left_out(measured, capsys):
    steps.main(["--no-peers", "--quick"])
    assert len(capsys.readouterr().out.splitlines()) == 4 + 11                    # no PTB
    assert len(set(measured)) == len(measured) == 2 * 11 - 1                      # CBOW: one
    assert not any("peer" in name for name in measured)
    for wrong in ("LTSM", "lstm.theirs"):
        with pytest.raises(SystemExit):
            steps.main([wrong])
        assert f"'{wrong}': choose from cbow, rnn" in capsys.readouterr().err


def test_a_quick_run_without_peers():
    done = run("benchmarks", "ntm-feedforward", "peeky", "--quick", "--no-peers")
    names = "NTM, feed-forward", "peeky, sums"
    for name, line in zip(names, done.stdout.splitlines()[-2:], strict=True):
        label, ours, *peer, alone, bound = line.strip("| ").split(" | ")
        assert label == name and peer == ["-", "-"]
        assert float(bound) == pytest.approx(float(alone) / float(ours), rel=0.02)


@pytest.mark.parametrize("row", [row for row, (_, step) in steps.STEPS.items() if not step.on_ptb])
def test_every_step_trains(row):
    step = steps.STEPS[row][1].ours()
    assert np.isfinite(step()) and step() != step()


@pytest.mark.parametrize("row", ["fast-skipgram", "fast-cbow"])
def test_the_fast_models_train_on_a_million_tokens(row, monkeypatch):
    asked = []
    monkeypatch.setattr(steps, "ptb_at_hand", lambda: toy.load_data("train", tokens=5_000))
    monkeypatch.setattr("benchmarks.word2vec.fit_fast",
                        lambda model, batches, *rest, **options: asked.append(batches.corpus))
    vecs, word_to_id = steps.STEPS[row][1].ours()()
    assert len(asked[0]) == 10 ** 6 and vecs.shape == (len(word_to_id), 100)


def test_the_svd_is_of_ppmi(monkeypatch):
    monkeypatch.setattr(steps, "ptb_at_hand", lambda: toy.load_data("train", tokens=5_000))
    U, S, Vt = steps.STEPS["svd"][1].ours()()
    assert S.shape == (100,) and len(U) == Vt.shape[1]


@pytest.mark.parametrize("row", ["rnn", "gru", "lstm", "better"])
def test_every_word_meets_every_weight_three_times(row):
    """Forward, for dW and for dx; but the rows of an embedding that is not tied are looked up."""
    model = BetterRnnlm(rng=0) if row == "better" else Rnnlm(10_000, 100, 100, cell=row, rng=0)
    weights = sum(p.size for p in model.named_params().values() if p.ndim == 2)
    looked_up = 0 if row == "better" else 10_000 * 100
    multiplied = sum(int(np.prod(shape)) for shape in steps.STEPS[row][1].shapes)
    assert multiplied == 3 * 20 * 35 * (weights - looked_up)


def test_the_bound_of_an_lstm_counts_every_product(monkeypatch):
    shapes, real = [], np.matmul

    def matmul(a, b, out=None):
        if out is not None:
            shapes.append((a.shape, b.shape))
        return real(a, b, out=out)

    monkeypatch.setattr(products.np, "matmul", matmul)
    products.work(products.recurrent(2, 3, 4, 5, 4))()
    assert sorted(shapes) == sorted([
        ((6, 4), (4, 20)), ((4, 6), (6, 20)), ((6, 20), (20, 4)), ((5, 6), (6, 20)),
        *[((2, 5), (5, 20))] * 3, *[((2, 20), (20, 5))] * 3])


def test_a_median_has_a_warm_up_and_ends(monkeypatch):
    clock = itertools.count()
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(clock))
    calls = []
    assert timing.median_seconds(lambda: calls.append(0), total=8) == 1 and len(calls) == 2 + 8
    timing.median_seconds(lambda: calls.append(0), total=8, most=3)
    assert len(calls) == 10 + 2 + 3
    timing.median_seconds(lambda: calls.append(0), total=0.1)
    assert len(calls) == 15 + 1 + 1


def test_rounds_alternate():
    order = []
    works = [lambda i=i: order.append(i) or len(order) * 10 ** i for i in range(2)]
    np.testing.assert_array_equal(timing.alternating(works, 3), [[1, 20], [3, 40], [5, 60]])
    assert order == [0, 1] * 3


def test_a_measurement_that_fails_is_named(monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(InputError, match=r"-m benchmarks.steps svd.ours` failed: .*not at hand"):
        steps.measure("svd.ours", False)


def test_a_benchmark_downloads_nothing(monkeypatch):
    monkeypatch.setattr(ptb, "load_data", lambda: pytest.fail("must not be asked"))
    with pytest.raises(InputError, match=r"not at hand: .*DLFS2_DATA"):
        command.ptb_at_hand()


@pytest.fixture
def once(monkeypatch):
    """Each time is that of one call; prints of the machine are short."""
    monkeypatch.setattr(scaling, "median_seconds", lambda work: timing.timed(work)[0])
    monkeypatch.setattr(scaling, "machine", lambda: "a machine")
    real = scaling.growth
    monkeypatch.setattr(scaling, "growth",
                        lambda name, sizes, make: real(name, sorted(sizes)[:2], make))


@pytest.mark.parametrize("name, arguments, lines, shown", [
    ("attention", {}, 4, "self-attention T"), ("ntm", {}, 2, "n "),
    ("rnnlm", {}, 5, "weights, gradients and scores alone"),
    ("word2vec", {"tokens": 4_000}, 8, "skipgram 4,000 tokens, V"),
    ("counting", {"tokens": 5_000, "V": 200}, 6, "pairs that occur"),
    ("answers", {"count": 10}, 4, "Transformer, dates"), ("checkpoint", {}, 1, "MiB"),
    ("imports", {"rounds": 1}, 5, "import numpy")])
def test_every_cost_is_printed(name, arguments, lines, shown, once, monkeypatch, capsys):
    monkeypatch.setitem(scaling.ALL, name, functools.wraps(scaling.ALL[name])(
        functools.partial(scaling.ALL[name], **arguments)))
    scaling.main([name])
    out = capsys.readouterr().out.splitlines()
    assert out[:3] == ["a machine", "", f"{name}: {scaling.ALL[name].__doc__}"]
    assert len(out) == 3 + lines and shown in "".join(out[3:])


def test_chapter_2_is_measured_on_ptb(once, monkeypatch, capsys):
    ran = []
    monkeypatch.setattr(scaling, "ptb_at_hand", lambda: toy.load_data("train", tokens=5_000))
    monkeypatch.setattr(scaling.subprocess, "run", lambda command, **options: ran.append(command))
    monkeypatch.setattr(scaling, "find_spec", lambda package: None)
    scaling.main(["ptb"])
    assert len(ran) == 1 and "ptb" in ran[0]
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()[3:]]
    assert names == ["count_method_big.py", "counting", "PPMI", "SVD", "scikit-learn"]


def test_growth_is_from_size_to_size(monkeypatch, capsys):
    monkeypatch.setattr(scaling, "median_seconds", lambda work: work)
    scaling.growth("T", (10, 20), lambda size: size ** 2 / 1000)
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        "T 10: 100.00 ms, 10000.00 us each".split(),
        "T 20: 400.00 ms, 20000.00 us each, 4.0 times the one before".split()]


@pytest.mark.parametrize("module", MODULES)
def test_every_benchmark_explains_itself(module):
    done = run(module, "--help")
    assert done.returncode == 0 and f"python -m {module}" in done.stdout, done.stderr
