"""From text to ids and back: the first step of every chapter (section 2.3.1)."""

import numpy as np

from common.errors import InputError
from common.files.text import visible
from common.shapes import id_array

MOST_CHARACTERS = 2 ** 27    # words as an array, each as long as the longest: 512 MB


def preprocess(text):
    """Split a text into words, numbered in the order of their first appearance (section 2.3.1).

    Letters become lower-case, a full stop a word of its own; white space of any length separates
    words (in the book two spaces in a row make an empty word). Returns (corpus, word_to_id,
    id_to_word): ids (N,) and the two dictionaries.
    """
    if not isinstance(text, str):
        raise InputError(f"preprocess takes a text (str), got a {type(text).__name__}: of a list "
                         "of words make one with ' '.join(words)")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"the text is not UTF-8: the character at position {error.start} is half "
                         "of one") from error
    return number_words(visible(text.lower()).replace(".", " .").split())


def number_words(words):
    """(corpus, word_to_id, id_to_word) of a list of words, ids in order of first appearance."""
    if not words:
        raise InputError("the text has no words: there is nothing to number. Give it at least one "
                         "word.")
    word_to_id = {word: i for i, word in enumerate(dict.fromkeys(words))}
    _check_can_be_saved(word_to_id)
    corpus = np.array([word_to_id[word] for word in words])  # (N,)
    return corpus, word_to_id, {i: word for word, i in word_to_id.items()}


def _check_can_be_saved(words):
    """InputError, before anything is learned of them, for words that no array can hold."""
    longest = max(words, key=len)
    if len(longest) * len(words) > MOST_CHARACTERS:
        raise InputError(f"the word '{longest[:20]}...' has {len(longest):,} characters, too many "
                         f"to be saved with {len(words):,} words. Are there spaces between words? "
                         "If it is none, remove it.")
    for word in words:
        if "\0" in word:
            raise InputError(f"the word {word[:20]!r} has a NUL character, which cannot be saved: "
                             "is the text UTF-16? Decode it as that")


def create_contexts_target(corpus, window_size=1):
    """Each word with the words around it (section 3.3.1).

    corpus: (N,) ids -> contexts (N - 2w, 2w), w ids left and w right of it; target (N - 2w,).
    """
    corpus = id_array("create_contexts_target", "corpus", corpus, "N")
    if window_size < 1:
        raise InputError(f"window_size must be 1 or more, got {window_size}")
    if len(corpus) < 2 * window_size + 1:
        raise InputError(f"a corpus of {len(corpus)} words has no word with {window_size} words on "
                         "each side: take a smaller window or a longer text")
    # (N - 2w, 2w + 1)
    windows = np.lib.stride_tricks.sliding_window_view(corpus, 2 * window_size + 1)
    contexts = np.delete(windows, window_size, axis=1)
    return contexts, windows[:, window_size].copy()


def convert_one_hot(corpus, vocab_size):
    """Ids to one-hot vectors (section 3.3.2): (N,) -> (N, V), (N, C) -> (N, C, V), int32."""
    corpus = id_array("convert_one_hot", "corpus", corpus, ..., below=vocab_size)
    one_hot = np.zeros((*corpus.shape, vocab_size), np.int32)
    np.put_along_axis(one_hot, corpus[..., None], 1, axis=-1)
    return one_hot


def to_ids(words, word_to_id):
    """The ids (N,) of words by a given vocabulary; InputError names the first unknown word."""
    try:
        return np.array([word_to_id[word] for word in words])
    except KeyError as unknown:
        raise InputError(f"the word '{unknown.args[0]}' is not in the vocabulary of "
                         f"{len(word_to_id):,} words") from None
