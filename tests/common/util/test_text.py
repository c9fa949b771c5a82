"""Words to ids and back."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from common.errors import InputError
from common.util.text import convert_one_hot, create_contexts_target, preprocess, to_ids


def test_the_sentence_of_the_book():
    corpus, word_to_id, id_to_word = preprocess("You say goodbye and I say hello.")
    assert_array_equal(corpus, [0, 1, 2, 3, 4, 1, 5, 6])
    assert list(word_to_id) == ["you", "say", "goodbye", "and", "i", "hello", "."]
    assert id_to_word == dict(enumerate(word_to_id))


def test_white_space_of_any_kind_makes_no_empty_word():
    assert list(preprocess(" a  b\n\tc. ")[1]) == ["a", "b", "c", "."]


def test_one_word_in_two_spellings_is_one():
    text = "e\u0301te\u0301 \u00e9t\u00e9\u00a0\u00e9\u00adt\u00e9\u3000\ufeff\u00c9T\u00c9"
    assert preprocess(text)[1] == {"\u00e9t\u00e9": 0}


@pytest.mark.parametrize("text, message", [
    ("a b\0", "NUL .*UTF-16"), ("a\ud800", "position 1 is half"),
    ("a" * 2 ** 20 + "".join(f" {i}" for i in range(130)), "1,048,576 characters"),
])
def test_texts_that_could_not_be_saved_are_refused(text, message):
    with pytest.raises(InputError, match=message):
        preprocess(text)


@pytest.mark.parametrize("text", ["", " \n"])
def test_empty_text_is_refused(text):
    with pytest.raises(InputError, match="no words"):
        preprocess(text)


def test_a_word_outside_the_vocabulary_is_named():
    assert_array_equal(to_ids(["b", "a"], {"a": 0, "b": 1}), [1, 0])
    with pytest.raises(InputError, match="'c'"):
        to_ids(["a", "c"], {"a": 0, "b": 1})


def test_contexts_and_targets_of_the_book():
    contexts, target = create_contexts_target(np.array([0, 1, 2, 3, 4, 1, 5, 6]))
    assert_array_equal(contexts, [[0, 2], [1, 3], [2, 4], [3, 1], [4, 5], [1, 6]])
    assert_array_equal(target, [1, 2, 3, 4, 1, 5])
    contexts, target = create_contexts_target([7, 8, 9, 5, 6], window_size=2)
    assert_array_equal(contexts, [[7, 8, 5, 6]])
    assert_array_equal(target, [9])


@pytest.mark.parametrize("window_size, message", [(0, "1 or more"), (2, "smaller window")])
def test_a_window_that_does_not_fit_is_told(window_size, message):
    with pytest.raises(InputError, match=message):
        create_contexts_target(np.arange(4), window_size)


def test_one_hot_of_one_and_two_axes():
    assert_array_equal(convert_one_hot(np.array([2, 0]), 3), [[0, 0, 1], [1, 0, 0]])
    one_hot = convert_one_hot(np.array([[1, 0], [2, 2]]), 3)
    assert one_hot.shape == (2, 2, 3) and one_hot.dtype == np.int32
    assert_array_equal(one_hot.argmax(-1), [[1, 0], [2, 2]])
    with pytest.raises(InputError, match=r"0\.\.2"):
        convert_one_hot(np.array([3]), 3)
