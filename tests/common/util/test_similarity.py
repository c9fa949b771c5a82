"""Cosines, rankings, and what an unknown word says."""

import re
import unicodedata

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.errors import InputError
from common.util import create_co_matrix, preprocess
from common.util.similarity import (
    analogy,
    commonest_first,
    cos_similarity,
    cosines,
    id_of,
    most_similar,
    neighbours,
    normalize,
)


def test_cosine_by_hand():
    assert cos_similarity(np.array([3, 4]), np.array([4, 3])) == pytest.approx(24 / 25)
    assert cos_similarity(np.array([1.0, 0]), np.array([-2.0, 0])) == pytest.approx(-1)
    assert cos_similarity(np.zeros(2), np.ones(2)) == 0


def test_cosines_are_cos_similarity_row_by_row():
    rng = np.random.default_rng(0)
    for matrix in (rng.standard_normal((5, 3)), rng.integers(0, 9, (5, 3))):
        expected = [cos_similarity(row, matrix[2]) for row in matrix]
        assert_allclose(cosines(matrix, matrix[2]), expected)


@pytest.mark.parametrize("scale, dtype", [
    (1, "e"), (1e4, "e"), (1e-6, "e"), (1e25, "f"), (1e-25, "f"), (1e-43, "f"), (1e200, "d"),
    (1e-320, "d")])
def test_numbers_of_any_size_have_the_cosines_of_their_directions(scale, dtype, capsys):
    matrix = np.array([[3.0, 4, 0], [0, 0, 0], [4, 3, 0], [3, 4, 0], [0, 0, -5]])
    x = (matrix * scale).astype(dtype)
    expected = [[1, 0, 0.96, 1, 0], [0, 0, 0, 0, 0], [0.96, 0, 1, 0.96, 0]]       # of rows 0, 1, 2
    few_digits = scale in (1e-6, 1e-43)                      # the dtype has 4 and 6 bits there
    tolerance = {"rtol": 0, "atol": 0.04 if few_digits else 1e-3 if dtype == "e" else 1e-6}
    for i in range(3):
        assert_allclose(cosines(x, x[i]), expected[i], **tolerance)
        assert_allclose([cos_similarity(row, x[i]) for row in x], expected[i], **tolerance)
    assert np.abs(cosines(x, x[0])).max() <= 1
    assert normalize(x).dtype == np.dtype(dtype if dtype != "e" else "f")
    assert_allclose(np.linalg.norm(normalize(x), axis=1), [1, 0, 1, 1, 1], atol=1e-6)
    assert neighbours(x, 4)[0].tolist() == [3, 2, 1, 4]
    ids = {word: i for i, word in enumerate("abcde")}
    assert [word for word, _ in most_similar("a", ids, "abcde", x)] == ["d", "c", "b", "e"]
    best, score = analogy("b", "a", "c", ids, "abcde", x, top=1)[0]
    assert best == "d" and score == pytest.approx(7 / 2 ** 0.5 * scale, rel=tolerance["atol"])


def test_a_cosine_is_at_most_1():
    rows = np.random.default_rng(0).standard_normal((300, 50)).astype("f")
    unit = normalize(rows)
    assert max(row @ row for row in unit) > 1                # as float32 rounds it
    assert max(cosines(rows, row).max() for row in rows) == 1


def test_neighbours_are_the_rows_of_the_largest_cosine_without_the_row_itself():
    matrix = np.random.default_rng(0).standard_normal((6, 3)) * np.arange(1, 7)[:, None]
    matrix[4] = 3 * matrix[1]                                # nearest, but not the same row
    for i, found in enumerate(neighbours(matrix, 5)):
        expected = sorted({*range(6)} - {i}, key=lambda j: -cos_similarity(matrix[i], matrix[j]))
        assert found.tolist() == expected
    assert neighbours(matrix).shape == (6, 1) and neighbours(matrix)[4, 0] == 1


def test_a_word_is_found_in_any_spelling():
    vocabulary = {"\u00e9t\u00e9": 0, "e\u0301": 1}
    for spelling in ("\u00e9t\u00e9", "e\u0301te\u0301", "\ufeff\u00e9t\u00e9\u200b"):
        assert id_of(spelling, vocabulary) == 0
    assert id_of("e\u0301", vocabulary) == 1                 # as it is, where it is there


def test_most_similar_gives_the_ranking_of_the_book(capsys):
    corpus, word_to_id, id_to_word = preprocess("You say goodbye and I say hello.")
    C = create_co_matrix(corpus, 7)
    nearest = most_similar("you", word_to_id, id_to_word, C, top=5)
    assert [word for word, _ in nearest] == ["goodbye", "i", "hello", "say", "and"]
    assert_allclose([value for _, value in nearest], [0.5 ** 0.5] * 3 + [0, 0])
    assert capsys.readouterr().out.startswith("\n[query] you\n goodbye: 0.707")


def test_the_query_is_left_out_even_with_a_twin():
    vectors = np.array([[1.0, 0], [1, 0], [0, 1]])
    nearest = most_similar("b", {"a": 0, "b": 1, "c": 2}, {0: "a", 1: "b", 2: "c"}, vectors)
    assert [word for word, _ in nearest] == ["a", "c"]


def test_an_unknown_word_is_named_with_the_nearest_spellings():
    vocabulary = {"toyota": 0, "tokyo": 1, "car": 2}
    with pytest.raises(InputError, match=r"'toyta'.*did you mean toyota"):
        most_similar("toyta", vocabulary, {}, np.eye(3))
    with pytest.raises(InputError, match=r"'qqq'.*no word"):
        most_similar("qqq", vocabulary, {}, np.eye(3))


def test_words_are_asked_in_any_capitals_and_either_unicode_form(capsys):
    words = ["CAR", "Athens", "car", "athens", "\uace0\uc591\uc774"]
    ids = {word: i for i, word in enumerate(words)}
    assert [id_of(word, ids) for word in ("car", "CAR", "Car")] == [2, 0, 0]
    first = commonest_first(ids, np.array([3, 1, 7, 2, 9], np.uint8))
    assert list(first) == [words[4], "car", "CAR", "athens", "Athens"] and first == ids
    assert [id_of(word, first) for word in ("Car", "CAR", "ATHENS")] == [2, 0, 3]
    assert commonest_first(ids, None) is ids
    decomposed = unicodedata.normalize("NFD", words[4])
    assert id_of(decomposed, ids) == 4 == id_of(words[4], {decomposed: 4})
    most_similar("Car", first, words, np.eye(5))
    analogy("Car", "ATHENS", decomposed, first, words, np.eye(5))
    printed = capsys.readouterr().out
    assert "[query] car\n" in printed and f"[analogy] car:athens = {words[4]}:?" in printed
    with pytest.raises(InputError, match="did you mean athens"):
        id_of("Atens", first)


def test_normalize_gives_rows_of_length_1_and_leaves_its_argument():
    x = np.array([[3.0, 4], [0, 0]])
    assert_allclose(normalize(x), [[0.6, 0.8], [0, 0]])
    assert_allclose(normalize(np.array([3, 4])), [0.6, 0.8])
    assert_array_equal(x, [[3, 4], [0, 0]])


def test_analogy_by_the_books_product_and_by_cosine(capsys):
    words = dict(enumerate(["man", "king", "woman", "queen", "the"]))
    ids = {word: i for i, word in words.items()}
    vectors = np.array([[1.0, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [9, 2, 0]])
    by_product = analogy("man", "king", "woman", ids, words, vectors, answer="queen")
    assert [word for word, _ in by_product] == ["the", "queen"]  # a long vector wins
    assert by_product[1][1] == pytest.approx(3 ** 0.5)
    printed = capsys.readouterr().out
    assert printed.startswith("\n[analogy] man:king = woman:?\n==>queen: 1.73")
    assert "\n the: " in printed
    assert analogy("man", "king", "woman", ids, words, vectors, top=1, cosine=True)[0][0] == "queen"
    with pytest.raises(InputError, match="did you mean queen"):
        analogy("man", "king", "quen", ids, words, vectors)


@pytest.mark.parametrize("query, word", [("STRASSE", "straße"), ("ΟΔΟΣ", "οδοσ"), ("ΟΔΟΣ", "οδος")])
def test_capitals_of_more_than_one_form_are_folded_too(query, word):
    assert id_of(query, {word: 0}) == 0


def test_no_word_is_its_own_neighbour():
    assert_array_equal(neighbours(np.eye(2), 5), [[1], [0]])
    assert neighbours(np.ones((1, 3))).shape == (1, 0)


def test_a_space_that_is_a_word_can_be_seen(capsys):
    words = {0: " ", 1: "a", 2: "b", 3: "c"}
    ids = {word: i for i, word in words.items()}
    vecs = np.array([[1.0, 0.1], [1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    assert most_similar("a", ids, words, vecs, 1)[0][0] == " "
    analogy("a", " ", "b", ids, words, vecs, 1)
    assert re.findall("\u2420", capsys.readouterr().out) == ["\u2420"] * 2
