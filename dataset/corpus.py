"""The texts that scripts learn from, by name, and the questions that word vectors are scored by."""

from typing import NamedTuple

import numpy as np

from common.errors import InputError
from common.util.evaluation import read_analogies, read_word_pairs
from common.util.similarity import neighbours
from dataset import ptb, text_file, toy

SHORTEST = 351               # words in a part: fewer tell little of a model
LONG = 15                    # characters in a mean word, from which it is likely to be a sentence


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
        return Corpus(self.name, corpus, {w: i for i, w in enumerate(words)},
                      dict(enumerate(words)))

    def __str__(self):
        return (f"{self.name}, {len(self.corpus):,} tokens, "
                f"vocabulary {len(self.word_to_id):,}")


def load_corpus(name="auto", data_type="train", *, tokens=None):
    """The Corpus of that name: 'ptb', 'toy', the path of a UTF-8 text file, or 'auto'.

    'auto' is PTB where it is at hand, else the toy. tokens: so many of the first tokens; the toy
    makes as many as are asked for.
    """
    name = _resolve(name)
    if name == "toy":
        return Corpus("toy", *toy.load_data(data_type, tokens=tokens))
    if name == "ptb":
        data = Corpus("ptb", *ptb.load_data(data_type))
    elif data_type == "train":
        data = Corpus(str(name), *text_file.load_data(name))
    else:
        raise InputError(f"--corpus {name}: a text file has no part '{data_type}', only ptb and "
                         "toy have")
    return data if tokens is None else data.head(tokens)


class Parts(NamedTuple):
    """A text in three parts with one vocabulary, for a language model."""

    name: str
    train: np.ndarray                                        # (N,) ids, as are valid and test
    valid: np.ndarray
    test: np.ndarray
    word_to_id: dict
    id_to_word: dict
    lowest_perplexity: float | None                          # of any model on test, if known

    def __str__(self):
        return (f"{self.name}, {len(self.train):,} tokens to learn from, {len(self.valid):,} to "
                f"validate, {len(self.test):,} to test, vocabulary {len(self.word_to_id):,}")


def load_parts(name="auto", *, tokens=None):
    """The Parts of the text of that name, 'ptb', 'toy', a path or 'auto'.

    A text file is cut: its first 80 % to learn from, then 10 % to validate and 10 % to test.
    tokens: learn from so many only (the toy makes as many as are asked for); the vocabulary stays
    whole.
    """
    name = _resolve(name)
    if name in ("ptb", "toy"):
        train = load_corpus(name, tokens=tokens if name == "toy" else None)
        valid, test = (load_corpus(name, part).corpus for part in ("valid", "test"))
        lowest = toy.load_text("test").lowest_perplexity if name == "toy" else None
    else:
        train, lowest = load_corpus(name), None
        size = len(train.corpus)
        text, valid, test = np.split(train.corpus, [8 * size // 10, 9 * size // 10])
        if min(len(valid), len(test)) < SHORTEST:
            raise InputError(f"{name} has {size:,} words, too few to validate and test with a "
                             f"tenth each: take a text of {10 * SHORTEST + 10:,} or more"
                             f"{_unspaced(train.corpus, train.word_to_id)}")
        train = train._replace(corpus=text)
    return Parts(train.name, train.corpus[:tokens], valid, test, train.word_to_id,
                 train.id_to_word, lowest)


def _resolve(name):
    return ("ptb" if ptb.at_hand() else "toy") if name == "auto" else name


def _unspaced(corpus, word_to_id):
    """A sentence about a text (N,) whose words are as long as lines or sentences, else ''."""
    lengths = np.array([len(word) * (word != "<eos>") for word in word_to_id])[corpus]   # (N,)
    words, lines = np.count_nonzero(lengths), np.count_nonzero(lengths == 0)
    if words > lines and lengths.sum() < LONG * words:
        return ""
    return (f". Words separated by spaces: {words:,} in {lines:,} lines. Where a text is written "
            "without spaces, put them between its words, or between all characters.")


def announce(data, args):
    """Print a script's first line: its text and seed, and how to bring PTB where it is missing."""
    print(f"data: {data}; seed {args.seed}")
    if hint := _unspaced(data[1], data.word_to_id):
        print(f"      ({hint[2:]})")
    if args.corpus == "auto" and data.name == "toy":
        print("      (PTB: --corpus ptb downloads it once; or set DLFS2_DATA to a folder with "
              f"{', '.join(ptb.SHA256)}; {ptb.setting()})")


def add_gold_options(parser):
    """--pairs and --analogies, the files that scripts score word vectors with."""
    parser.add_argument("--pairs", role="read",
                        help="word pairs with people's judgements, such as WordSim-353")
    parser.add_argument("--analogies", role="read",
                        help="analogies in the form of questions-words.txt")


def gold(args, corpus_name):
    """(word pairs, analogies by section): of the files, else what the toy corpus knows, or None."""
    pairs, sections = (toy.word_pairs(), toy.analogies()) if corpus_name == "toy" else (None, None)
    return (read_word_pairs(args.pairs) if args.pairs else pairs,
            read_analogies(args.analogies) if args.analogies else sections)


def print_classes(word_vecs, corpus, id_to_word):
    """On the toy corpus: how many frequent words have a nearest neighbour of their own class."""
    nearest = neighbours(word_vecs)[:, 0]                    # (V,)
    frequent = np.flatnonzero(np.bincount(corpus, minlength=len(nearest)) >= 50)
    classes = [toy.CLASS_OF[id_to_word[i]] for i in range(len(nearest))]
    same = [classes[i] == classes[nearest[i]] for i in frequent]
    if same:
        print(f"nearest neighbour of the same class: {100 * np.mean(same):.1f} % of the "
              f"{len(same)} words seen 50 times or more")
    else:
        print("no word was seen 50 times: nothing is said of nearest neighbours")
