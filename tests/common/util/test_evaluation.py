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


def test_capitals_do_not_count_and_the_first_spelling_is_taken():
    ids = {"Paris": 0, "PARIS": 1, "france": 2, "Athens": 3, "Greece": 4}
    vectors = np.array([[1.0, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 0.1], [0, 1, 1]])
    question = ("athens", "GREECE", "Paris", "France")
    assert evaluate_analogies(ids, vectors, {"s": [question]})["s"] == (1, 1, 1)
    pairs = [("PARIS", "FRANCE", 1), ("greece", "Paris", 0)]
    assert evaluate_similarity(ids, vectors, pairs) == (pytest.approx(1), 2, 2)
    commonest = {"PARIS": 1, **ids}                          # PARIS first
    assert evaluate_similarity(commonest, vectors, pairs) == (pytest.approx(-1), 2, 2)
    # another spelling of the answer, nearer than the answer, is none
    vectors = np.array([[0, 0, 1], [0, 1, 0], [0.9, 0.05, 0], [1, 0.3, 0], [1, 0, 0]])
    ids = {"c": 0, "a": 1, "b": 2, "d": 3, "D": 4}
    assert evaluate_analogies(ids, vectors, {"s": [("a", "b", "a", "d")]})["s"] == (1, 1, 1)


def test_words_of_files_are_composed(tmp_path):
    composed, decomposed = "\uace0\uc591\uc774", "\u1100\u1169\u110b\u1163\u11bc\u110b\u1175"
    (tmp_path / "f").write_text(f"{decomposed} Caf\u0065\u0301 1\n", encoding="utf-8")
    assert read_word_pairs(tmp_path / "f") == [(composed, "caf\u00e9", 1)]
    (tmp_path / "f").write_text(f"{decomposed} b c d\n", encoding="utf-8")
    assert read_analogies(tmp_path / "f") == {"questions": [(composed, "b", "c", "d")]}
    score = evaluate_similarity({decomposed: 0, "b": 1}, np.eye(2), [(composed, "b", 1)])
    assert score.covered == 1


@pytest.mark.parametrize("line", [
    "tiger\tcat\t7,35", "Tiger;cat;7,35", '"tiger";"cat";"7,35"', 'tiger,cat,"7,35"',
    "tiger cat 7,35", "tiger, cat, 7.35", "tiger\tcat\t7.35\t8\t9", "tiger,cat,7.35,8",
    "tiger  cat\u00a0735e-2",
    "sep=;\nWord 1;Word 2;Mean\ntiger;cat;+7,35",
    '"tiger", "cat", "7,35"', "Word 1,Word 2,Human (mean),1,2\ntiger,cat,7.35,9,6",
    "Word 1 Word 2 Mean\ntiger cat 7.350",
])
def test_the_number_of_a_pair_is_read_right(tmp_path, line):
    (tmp_path / "f").write_text(line + "\n", encoding="utf-8")
    assert read_word_pairs(tmp_path / "f") == [("tiger", "cat", 7.35)]


@pytest.mark.parametrize("line", [
    "tiger,cat,7,35", "tiger, cat, 7, 35", "tiger,cat,1,234.5", "tiger cat 1 234",
    "tiger cat 7, 35", "tiger\tcat\t1,234", "tiger\tcat\t1,234.5", "tiger\tcat\t1.234,5",
    "tiger\tcat\t1 234", "tiger\tcat\t1\u202f234", "tiger cat 1\u202f234", "tiger cat 1,234,567",
    "tiger\tcat\t1'234", "tiger\tcat\tnan", "tiger\tcat\t-inf", "tiger\tcat\tinfinity",
    "tiger\tcat\t1e400", "tiger\tcat\t7_35", "tiger\tcat\t7\u066b35", "tiger\tcat\t\uff17",
    "tiger\tcat\t7.35%", "tiger\tcat\t=7", "tiger\tcat\t$7", "tiger\tcat\t7.",
    "tiger\t\t7.35\t8", "tiger cat,7.35", "tiger, cat 7.35", "tiger\tcat7",
    '"tiger\tcat\t7.35', "x" * 200_000 + " cat 7",
])
@pytest.mark.parametrize("before", ["", "a b 1\n"])
def test_a_number_that_can_be_read_in_two_ways_or_none_is_refused(tmp_path, before, line):
    (tmp_path / "f").write_text(before + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"line {1 + bool(before)}:"):
        read_word_pairs(tmp_path / "f")


def test_tabs_and_semicolons_keep_whole_numbers_in_their_columns(tmp_path):
    (tmp_path / "f").write_text("tiger\tcat\t7\t35\ndog;cat;8;9\n")
    assert read_word_pairs(tmp_path / "f") == [("tiger", "cat", 7), ("dog", "cat", 8)]


def test_points_and_commas_in_one_file_are_refused(tmp_path):
    (tmp_path / "f").write_text("a;b;7,35\nc;d;8\ne;f;1.234\n")
    with pytest.raises(InputError, match=r"line 3: .* another decimal mark"):
        read_word_pairs(tmp_path / "f")


def test_only_real_line_ends_part_lines(tmp_path):
    (tmp_path / "f").write_bytes("a\tb\u2028c\t1\r\nd\te\t2\rf\tg\t3\n".encode())
    assert read_word_pairs(tmp_path / "f") == [("a", "b\u2028c", 1), ("d", "e", 2), ("f", "g", 3)]


def test_files_in_the_usual_forms(tmp_path):
    pairs, questions = tmp_path / "pairs.tsv", tmp_path / "q.txt"
    pairs.write_text("# a comment\nWord 1\tWord 2\tMean\nTiger\tcat\t7.35\nking,queen,8.58\n")
    assert read_word_pairs(pairs) == [("tiger", "cat", 7.35), ("king", "queen", 8.58)]
    questions.write_text(": capital\nAthens Greece Oslo Norway\n: gram1\na b c d\n")
    assert read_analogies(questions) == {"capital": [("athens", "greece", "oslo", "norway")],
                                         "gram1": [("a", "b", "c", "d")]}


@pytest.mark.parametrize("read, text, message", [
    (read_word_pairs, "a b 1\nc d\n", "line 2"), (read_word_pairs, "a b nan\nc d 1\n", "line 1"),
    (read_word_pairs, "1,a,b,1\n2,c,d,2\n", "line 2"),
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
    assert printed.startswith("scored (of asked): questions whose words all have vectors")
    assert "Spearman 1.000 on 2 of 2" in printed
    assert "analogies, semantic   100.0 % of 1 of 2" in printed
    assert "analogies, syntactic    nan % of 0 of 0" in printed
    assert "analogies, all        100.0 % of 1 of 2" in printed
