"""The table of benchmarks, with times that are given: what is shown where, and what is left out."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as table
from benchmarks import products


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
    monkeypatch.setattr(table.peers, "torch", lambda: "here")
    table.main(["LSTM", "CBOW", "--rounds", "3", "--csv", "steps.csv"])
    assert times == [("benchmarks.rnnlm_step", ["lstm.ours", "lstm.torch", "lstm.products"], 3),
                     ("benchmarks.cbow_step", ["ours", "torch"], 3)]
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["| LSTM | 20 | 50 | 0.4 | 15 | 0.75 |", "| CBOW | 20 | 50 | 0.4 | - | - |"]
    assert Path("steps.csv").read_text().splitlines()[1:] == ["LSTM,20,50,0.4,15,0.75", "CBOW,20,50,0.4,,"]


def test_what_is_not_there_is_left_out(times, capsys):
    table.main(["--no-peers"])
    assert len(times) == 11                                  # no PTB: no word2vec
    assert not any("torch" in name for _, names, _ in times for name in names)
    assert "| LSTM | 20 | - | - | 15 | 0.75 |" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        table.main(["LTSM"])
    assert "no row 'LTSM'" in capsys.readouterr().err


def test_the_bound_of_an_lstm_counts_every_product(monkeypatch):
    shapes = []
    real = np.matmul
    monkeypatch.setattr(products.np, "matmul", lambda a, b, out=None: (out is not None and shapes.append((a.shape, b.shape)),
                                                                       real(a, b, out=out))[1])
    products.work(products.recurrent(2, 3, 4, 5, 4))()
    assert sorted(shapes) == sorted([((6, 4), (4, 20)), ((4, 6), (6, 20)), ((6, 20), (20, 4)), ((5, 6), (6, 20)),
                                     *[((2, 5), (5, 20))] * 3, *[((2, 20), (20, 5))] * 3])
