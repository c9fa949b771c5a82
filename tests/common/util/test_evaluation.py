"""Scores worked out by hand, and files that are not what they should be."""

import numpy as np
import pytest

from common.errors import InputError
from common.util.evaluation import (
    evaluate_analogies,
    evaluate_similarity,
    is_semantic,
    print_scores,
    read_analogies,
    read_word_pairs,
    spearman,
    total,
)

IDS = {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}


def test_spearman_by_hand():
    assert spearman([1, 2, 3], [10, 20, 15]) == pytest.approx(0.5)
    assert spearman([1, 2, 3], [1, 4, 100]) == pytest.approx(1)
    assert spearman([3, 2, 1], [1, 4, 100]) == pytest.approx(-1)
    # ranks 1.5, 1.5, 3, 4
    assert spearman([1, 1, 2, 3], [1, 2, 3, 4]) == pytest.approx(4.5 / np.sqrt(4.5 * 5))
    assert np.isnan(spearman([1, 1], [1, 2])) and np.isnan(spearman([], []))


def test_similarity_counts_the_pairs_it_knows():
    vectors = np.array([[1.0, 0], [1, 0.1], [1, 1], [0, 1], [0, 0]])
    pairs = [("a", "b", 9), ("a", "c", 5), ("a", "d", 1), ("a", "zebra", 7)]
    score = evaluate_similarity(IDS, vectors, pairs)
    assert score.value == pytest.approx(1) and score[1:] == (3, 4)
    assert np.isnan(evaluate_similarity(IDS, vectors, [("x", "y", 1)]).value)


def test_analogies_leave_out_the_words_of_the_question():
    # d is nearest after b
    vectors = np.array([[1.0, 0, 0], [1, 1, 0], [1, 0, 0.1], [0.6, 1, 0.5], [1, 0.3, 0]])
    sections = {"s": [("a", "b", "c", "d"), ("c", "d", "a", "b"), ("a", "b", "c", "e"),
                      ("a", "b", "c", "zebra")],
                "none": [("x", "y", "z", "a")]}
    scores = evaluate_analogies(IDS, vectors, sections)
    assert scores["s"] == (2 / 3, 3, 4)
    assert scores["none"][1:] == (0, 1)
    assert total(scores.values()) == (2 / 3, 3, 5)


def test_many_questions_are_scored_in_blocks():
    vectors = np.array([[1.0, 0, 0], [1, 1, 0], [1, 0, 0.2], [1, 1, 0.2], [0, 0, 1]])
    questions = [("a", "b", "c", "d"), ("a", "b", "c", "e")] * 600
    assert evaluate_analogies(IDS, vectors, {"s": questions})["s"] == (0.5, 1200, 1200)


def test_files_in_the_usual_forms(tmp_path):
    pairs, questions = tmp_path / "pairs.tsv", tmp_path / "q.txt"
    pairs.write_text("# a comment\nWord 1\tWord 2\tMean\nTiger\tcat\t7.35\nking,queen,8.58\n")
    assert read_word_pairs(pairs) == [("tiger", "cat", 7.35), ("king", "queen", 8.58)]
    questions.write_text(": capital\nAthens Greece Oslo Norway\n: gram1\na b c d\n")
    assert read_analogies(questions) == {"capital": [("athens", "greece", "oslo", "norway")],
                                         "gram1": [("a", "b", "c", "d")]}


@pytest.mark.parametrize("read, text, message", [
    (read_word_pairs, "a b 1\nc d\n", "line 2"), (read_word_pairs, "a b nan\nc d e\n", "line 2"),
    (read_word_pairs, "", "no word pairs"), (read_analogies, ": s\na b c\n", "line 2"),
    (read_analogies, ": s\n", "no questions"),
])
def test_files_in_another_form_are_told(tmp_path, read, text, message):
    (tmp_path / "f").write_text(text)
    with pytest.raises(InputError, match=message):
        read(tmp_path / "f")


@pytest.mark.parametrize("read", [read_word_pairs, read_analogies])
def test_files_that_are_no_text_or_missing_are_told(tmp_path, read):
    (tmp_path / "f").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        read(tmp_path / "f")
    with pytest.raises(InputError, match="cannot read"):
        read(tmp_path / "none")


def test_sections_by_their_names():
    names = ("family", "capital-country", "gram3-comparative", "tense")
    assert [is_semantic(name) for name in names] == [True, True, False, False]


def test_scores_are_printed_with_coverage(capsys):
    vectors = np.array([[1.0, 0, 0], [1, 1, 0], [1, 0, 0.2], [1, 1, 0.2], [0, 0, 1]])
    sections = {"family": [("a", "b", "c", "d"), ("q", "b", "c", "d")]}
    print_scores(IDS, vectors, [("a", "b", 2), ("a", "e", 1)], sections)
    printed = capsys.readouterr().out
    assert "Spearman 1.000 on 2 of 2" in printed
    assert "analogies, semantic   100.0 % of 1 of 2" in printed
    assert "analogies, syntactic    nan % of 0 of 0" in printed
    assert "analogies, all        100.0 % of 1 of 2" in printed
