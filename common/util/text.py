"""From text to ids and back: the first step of every chapter (section 2.3.1)."""

import numpy as np

from common.errors import InputError


def preprocess(text):
    """Split a text into words and number them in the order of their first appearance (section 2.3.1).

    Letters become small, a full stop becomes a word of its own, white space of any length parts words (the book splits
    at each single space, so that two in a row make an empty word). Returns (corpus, word_to_id, id_to_word): an array
    (N,) of ids and the two dictionaries.
    """
    return number_words(text.lower().replace(".", " .").split())


def number_words(words):
    """(corpus, word_to_id, id_to_word) of a list of words, ids in order of first appearance."""
    if not words:
        raise InputError("the text has no words: there is nothing to number. Give it at least one word.")
    word_to_id = {word: i for i, word in enumerate(dict.fromkeys(words))}
    corpus = np.array([word_to_id[word] for word in words])                       # (N,)
    return corpus, word_to_id, {i: word for word, i in word_to_id.items()}


def to_ids(words, word_to_id):
    """The ids (N,) of words by a vocabulary that is given; InputError names the first word it does not have."""
    unknown = next((word for word in words if word not in word_to_id), None)
    if unknown is not None:
        raise InputError(f"the word '{unknown}' is not in the vocabulary of {len(word_to_id):,} words")
    return np.array([word_to_id[word] for word in words])
