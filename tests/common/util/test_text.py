"""Words to ids and back."""

import numpy as np
import pytest

from common.errors import InputError
from common.util.text import preprocess, to_ids


def test_the_sentence_of_the_book():
    corpus, word_to_id, id_to_word = preprocess("You say goodbye and I say hello.")
    np.testing.assert_array_equal(corpus, [0, 1, 2, 3, 4, 1, 5, 6])
    assert list(word_to_id) == ["you", "say", "goodbye", "and", "i", "hello", "."]
    assert id_to_word == dict(enumerate(word_to_id))


def test_white_space_of_any_kind_makes_no_empty_word():
    assert list(preprocess(" a  b\n\tc. ")[1]) == ["a", "b", "c", "."]


@pytest.mark.parametrize("text", ["", " \n"])
def test_empty_text_is_refused(text):
    with pytest.raises(InputError, match="no words"):
        preprocess(text)


def test_a_word_outside_the_vocabulary_is_named():
    np.testing.assert_array_equal(to_ids(["b", "a"], {"a": 0, "b": 1}), [1, 0])
    with pytest.raises(InputError, match="'c'"):
        to_ids(["a", "c"], {"a": 0, "b": 1})
