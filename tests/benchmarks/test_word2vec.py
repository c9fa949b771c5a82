"""benchmarks/word2vec.py on text that is always at hand: what it prints and keeps."""

import csv

import numpy as np
import pytest

from benchmarks import word2vec
from common.errors import InputError
from dataset import ptb, toy


def test_word2vec_prints_coverage_and_keeps_every_run(tmp_path, monkeypatch, capsys):
    corpus, word_to_id, id_to_word = toy.load_data("train", tokens=5_000)
    monkeypatch.setattr(word2vec, "ptb_at_hand", lambda: (corpus, word_to_id, id_to_word))
    monkeypatch.setattr(word2vec, "find_spec", lambda package: None)
    (tmp_path / "pairs").write_text("car truck 8\ncar king 1\ncar zebra 2\n")
    (tmp_path / "questions").write_text(": family\nking queen boy girl\nking queen zebra girl\n")
    files = ["--pairs", str(tmp_path / "pairs"), "--analogies", str(tmp_path / "questions")]
    word2vec.main([*files, "--seeds", "2", "--epochs", "1", "--glove-epochs", "1",
                   "--csv", "runs.csv"])
    printed = [line for line in capsys.readouterr().out.splitlines() if " seed " in line]
    with open("runs.csv", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["name", "seed", "million_a_second", "spearman", "pairs_covered",
                      "analogies_percent", "analogies_covered", "spearman_rare",
                      "spearman_middle", "spearman_frequent"]
    names = "skip-gram, ours", "CBOW, ours", "GloVe, ours"
    assert [tuple(row[:2]) for row in rows] == [(name, seed) for seed in "01" for name in names]
    for line, (name, seed, speed, near, pairs, solved, questions, *thirds) in zip(printed, rows):
        rare, middle, frequent = (f"{float(third):.3f}" for third in thirds)
        assert line.split() == (
            f"{name} seed {seed}: {float(speed):.2f} M/s, pairs {float(near):.3f} on {pairs} of 3 "
            f"(rare {rare}, middle {middle}, frequent {frequent}), "
            f"analogies {float(solved):.1f} % of {questions} of 2").split()
        assert (pairs, questions) == ("2", "1") and float(speed) > 0


def test_pairs_are_parted_by_their_rarer_word():
    text = np.repeat([0, 1, 2, 3], [9, 5, 2, 1]), {"a": 0, "b": 1, "C": 2, "d": 3}, {}
    pairs = [("a", "b", 1), ("a", "d", 2), ("c", "a", 3), ("a", "e", 4)]
    assert word2vec.by_rarer_word(pairs, text) == [[("a", "d", 2)], [("c", "a", 3)],
                                                   [("a", "b", 1)]]


def test_the_toy_needs_no_files_and_ptb_does(monkeypatch):
    monkeypatch.setattr(word2vec, "find_spec", lambda package: None)
    monkeypatch.setattr(toy, "load_data", lambda part="train", load=toy.load_data:
                        load(part, tokens=3_000))
    word2vec.main(["--corpus", "toy", "--seeds", "1", "--epochs", "1", "--glove-epochs", "1"])
    with pytest.raises(InputError, match="--pairs and --analogies"):
        word2vec.main([])


def test_word2vec_tells_before_training_that_it_cannot_write(monkeypatch):
    monkeypatch.setattr(ptb, "load_data", lambda: pytest.fail("too late"))
    with pytest.raises(InputError, match="there is no folder"):
        word2vec.main(["--pairs", "p", "--analogies", "a", "--csv", "missing/runs.csv"])
