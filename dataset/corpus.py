"""One way for every script to say what it learns from: load_corpus('auto' | 'ptb' | 'toy' | a path)."""

from typing import NamedTuple

import numpy as np

from common.errors import InputError
from dataset import ptb, text_file, toy

SHORTEST = 10 * 35 + 1       # words in a part: what eval_perplexity's windows need


class Corpus(NamedTuple):
    """A text as ids, its vocabulary, and the name under which it was asked for."""

    name: str
    corpus: np.ndarray                                       # (N,) ids
    word_to_id: dict
    id_to_word: dict

    def head(self, tokens):
        """The same with only the first `tokens` tokens and the words that occur in them."""
        corpus = self.corpus[:tokens]
        vocab_size = int(corpus.max()) + 1                   # ids are in order of first appearance
        words = [self.id_to_word[i] for i in range(vocab_size)]
        return Corpus(self.name, corpus, {w: i for i, w in enumerate(words)}, dict(enumerate(words)))

    def __str__(self):
        return f"{self.name}, {len(self.corpus):,} tokens, vocabulary {len(self.word_to_id):,}"


def load_corpus(name="auto", data_type="train", *, tokens=None):
    """The Corpus of that name: 'ptb', 'toy', a path to a UTF-8 text file, or 'auto', PTB where at hand and else toy.

    tokens: so many of the first tokens; the toy makes as many as are asked for.
    """
    name = _resolve(name)
    if name == "ptb":
        return _cut(Corpus("ptb", *ptb.load_data(data_type)), tokens)
    if name == "toy":
        return Corpus("toy", *toy.load_data(data_type, tokens=tokens))
    if data_type != "train":
        raise InputError(f"--corpus {name}: a text file has no part '{data_type}', only ptb and toy have")
    return _cut(Corpus(str(name), *text_file.load_data(name)), tokens)


class Parts(NamedTuple):
    """A text in three parts with one vocabulary, for a language model."""

    name: str
    train: np.ndarray                                        # (N,) ids, as are valid and test
    valid: np.ndarray
    test: np.ndarray
    word_to_id: dict
    id_to_word: dict
    lowest_perplexity: float | None                          # of any model on test, where that is known

    def __str__(self):
        return (f"{self.name}, {len(self.train):,} tokens to learn from, {len(self.valid):,} to validate, "
                f"{len(self.test):,} to test, vocabulary {len(self.word_to_id):,}")


def load_parts(name="auto", *, tokens=None):
    """The Parts of the text of that name, 'ptb', 'toy', a path or 'auto'.

    A text file is read as one: its first 80 % to learn from, then 10 % to validate and 10 % to test. tokens: learn from so
    many only (the toy makes as many as are asked for); the vocabulary stays whole.
    """
    name = _resolve(name)
    if name in ("ptb", "toy"):
        train, valid, test = (load_corpus(name, part, tokens=tokens if (name, part) == ("toy", "train") else None)
                              for part in ("train", "valid", "test"))
        lowest = toy.load_text("test").lowest_perplexity if name == "toy" else None
        return Parts(name, train.corpus[:tokens], valid.corpus, test.corpus, train.word_to_id, train.id_to_word, lowest)
    whole = load_corpus(name)
    train, valid, test = np.split(whole.corpus, [8 * len(whole.corpus) // 10, 9 * len(whole.corpus) // 10])
    if min(len(valid), len(test)) < SHORTEST:
        raise InputError(f"{name} has {len(whole.corpus):,} words, too few to validate and test with a tenth each: take a "
                         f"text of {10 * SHORTEST + 10:,} or more")
    return Parts(whole.name, train[:tokens], valid, test, whole.word_to_id, whole.id_to_word, None)


def _resolve(name):
    return ("ptb" if ptb.at_hand() else "toy") if name == "auto" else name


def _cut(data, tokens):
    return data if tokens is None else data.head(tokens)


def announce(data, args):
    """Print the first line of a script: what it learns from, the seed, and how to bring PTB where that is missing."""
    print(f"data: {data}; seed {args.seed}")
    if args.corpus == "auto" and data.name == "toy":
        print("      (PTB: --corpus ptb downloads it once; or set DLFS2_DATA to a folder with "
              f"{', '.join(ptb.SHA256)}; {ptb.setting()})")
