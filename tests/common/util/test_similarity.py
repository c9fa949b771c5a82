"""Cosines, rankings, and what an unknown word says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from common.errors import InputError
from common.util import create_co_matrix, preprocess
from common.util.similarity import (
    analogy,
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
