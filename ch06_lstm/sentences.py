"""Sentences for a language model: words as ids, and how likely each one is (section 5.1.2)."""

import difflib

import numpy as np

from common.errors import InputError
from common.files.text import visible
from common.functions import log_softmax
from dataset.characters import split_characters


def read_sentence(text, word_to_id, level="word"):
    """The words of a sentence, or its characters, and their ids (T,).

    Of characters <eos> is one for each end of a line, and none where the text ends without. A word
    that is not known is read as <unk> where the vocabulary has that.
    """
    words = split_characters(f"{text}\n")[:-1] if level == "char" else visible(text).split()
    if not words:
        raise InputError("the sentence is empty: it needs a word or more")
    known = []
    for word in words:
        found = next((form for form in (word, word.lower()) if form in word_to_id), None)
        if found is None and "<unk>" not in word_to_id:
            near = difflib.get_close_matches(word, word_to_id, 3)
            raise InputError(f"'{word}' is not in the vocabulary"
                             + (f"; near are {', '.join(near)}" if near else ""))
        if found is None:
            print(f"'{word}' is not in the vocabulary and is read as <unk>")
        known.append(found or "<unk>")
    return known, np.array([word_to_id[word] for word in known])


def log_probabilities(model, ids, chunk=500):
    """log P(word | all words before it) for each of ids (T,) after the first: (T - 1,)."""
    model.reset_state()
    logs = []
    for start in range(0, len(ids) - 1, chunk):
        follow = ids[start + 1:start + 1 + chunk]
        scores = model.predict(ids[None, start:start + len(follow)])[0]           # (up to chunk, V)
        logs.append(log_softmax(scores.astype(float))[np.arange(len(follow)), follow])
    model.reset_state()
    return np.concatenate(logs)
