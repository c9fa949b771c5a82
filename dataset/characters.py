"""A text as characters: each one a token, the end of a line another, <eos> (--level char).

For languages that put no spaces between words, and to see a network learn to spell. A letter keeps
the combining marks that follow it. split_characters() reads a text, join_characters() writes it
again, the same but for what is read in one spelling: NFC, line ends as one character, and none of
the marks that nobody sees (common/files/text.py).
"""

import math
import unicodedata
from itertools import chain

from common.errors import InputError
from common.files.text import lines_of, visible
from common.files.writing import read_text
from common.util.text import number_words, to_ids
from dataset import ptb, toy
from dataset.toy import ko_ja


def split_characters(text):
    """The characters of a text, <eos> after each line; a last line without an end gets one too."""
    tokens = []
    for line in lines_of(visible(text)):
        if line.isascii():
            tokens += line
        else:
            begin = len(tokens)
            for c in line:
                if unicodedata.category(c)[0] == "M" and len(tokens) > begin:
                    tokens[-1] += c                          # a mark stays with its letter
                else:
                    tokens.append(c)
        tokens.append("<eos>")
    return tokens


def join_characters(tokens):
    """The text of characters, a line for each <eos>."""
    return "".join("\n" if token == "<eos>" else token for token in tokens)


def spell(words):
    """The characters of a text of words: a space between two, <eos> after the last of a line."""
    text = f" {' '.join(words)}".replace(" <eos>", "\n").replace("\n ", "\n")
    return split_characters(text.removeprefix(" "))


def load_parts(name):
    """({part: ids}, word_to_id) of 'ptb', 'toy', 'toy-ko', 'toy-ja' or a text file.

    Train, valid and test; of a file train alone. The vocabulary is that of all, in order of first
    appearance. PTB: the text of its files, a space between two words; <unk> is five characters.
    """
    whole = name in ("ptb", "toy", *ko_ja.NAMES)
    parts = {part: read(name, part) for part in ("train", "valid", "test")[:3 if whole else 1]}
    if len(parts["train"]) == parts["train"].count("<eos>"):
        raise InputError(f"{name} has no characters: a corpus needs at least one.")
    word_to_id = number_words(list(dict.fromkeys(chain(*parts.values()))))[1]
    return {part: to_ids(text, word_to_id) for part, text in parts.items()}, word_to_id


def load_train(name, tokens, word_to_id):
    """The ids (up to tokens,) of a longer or shorter text to learn from, of a toy."""
    return to_ids(read(name, "train", tokens)[:tokens], word_to_id)


def lowest_perplexity(name):
    """That of the grammar itself on the test text of a toy, per character."""
    if name in ko_ja.NAMES:
        return ko_ja.load_text(name, "test").lowest_perplexity
    text = toy.load_text("test")
    words = _whole_sentences(text.words)
    return math.exp(-math.fsum(text.log_probabilities[:len(words)]) / len(spell(words)))


def read(name, part, tokens=None):
    """The characters of one part; tokens: of a toy so many or more."""
    if name == "ptb":
        return spell(ptb.read_part(part))
    if name in ko_ja.NAMES:
        return split_characters("\n".join(ko_ja.load_text(name, part, tokens).lines))
    if name == "toy":                                        # a word and its space: 5.2 characters
        words = toy.load_text(part, tokens=tokens and tokens // 4 + 50).words
        return spell(_whole_sentences(words))
    return split_characters(read_text(name))


def _whole_sentences(words):
    return words[:len(words) - words[::-1].index("<eos>")]
