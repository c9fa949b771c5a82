"""The texts that scripts learn from, by name, and the questions that word vectors are scored by."""

from typing import NamedTuple

import numpy as np

from common.errors import InputError
from common.util.evaluation import read_analogies, read_word_pairs
from common.util.similarity import neighbours
from dataset import characters, ptb, text_file, toy
from dataset.toy import ko_ja

TOKENS = {"word": "tokens", "char": "characters"}            # what counts are of, by level
WORDS = {"word": "words", "char": "characters"}
SHORTEST = 351               # tokens in a part: fewer tell little of a model
PARTS = ("train", "valid", "test")
MADE = ("toy", *ko_ja.NAMES)                                 # by a grammar, in any length
LONG = 15                    # characters in a mean word, from which it is likely to be a sentence


class Corpus(NamedTuple):
    """A text as ids, its vocabulary, and the name under which it was asked for."""

    name: str
    corpus: np.ndarray                                       # (N,) ids
    word_to_id: dict
    id_to_word: dict
    level: str = "word"                                      # or "char": its words are characters

    def head(self, tokens):
        """The same with only the first `tokens` tokens and the words that occur in them."""
        corpus = self.corpus[:tokens]
        vocab_size = int(corpus.max()) + 1                   # ids are in order of first appearance
        words = [self.id_to_word[i] for i in range(vocab_size)]
        return self._replace(corpus=corpus, word_to_id={w: i for i, w in enumerate(words)},
                             id_to_word=dict(enumerate(words)))

    @property
    def is_toy(self):
        """Whether classes and analogies of its words are known."""
        return self.name == "toy" and self.level == "word"

    def __str__(self):
        return (f"{self.name}, {len(self.corpus):,} {TOKENS[self.level]}, "
                f"vocabulary {len(self.word_to_id):,}")


class Parts(NamedTuple):
    """A text in three parts with one vocabulary, for a language model."""

    name: str
    train: np.ndarray                                        # (N,) ids, as are valid and test
    valid: np.ndarray
    test: np.ndarray
    word_to_id: dict
    id_to_word: dict
    lowest_perplexity: float | None                          # of any model on test, if known
    level: str = "word"

    def __str__(self):
        return (f"{self.name}, {len(self.train):,} {TOKENS[self.level]} to learn from, "
                f"{len(self.valid):,} to validate, {len(self.test):,} to test, vocabulary "
                f"{len(self.word_to_id):,}")


def reading(args):
    """What --level and --min-count ask for, as load_corpus() and load_parts() take it."""
    return {"level": args.level, "min_count": args.min_count}


def load_corpus(name="auto", data_type="train", *, tokens=None, level=None, min_count=1):
    """The Corpus of that name: 'ptb', 'toy', 'toy-ko', 'toy-ja', a UTF-8 text file, or 'auto'.

    'auto' is PTB where it is at hand, else the toy. tokens: so many of the first tokens; a toy
    makes as many as are asked for. level: a token is a 'word' or a 'char', a character; None is
    'char' for toy-ko and toy-ja, else 'word'. What is rarer than min_count becomes <unk>.
    """
    name, level = resolve(name, level)
    data_type = {"val": "valid"}.get(data_type, data_type)
    parts, *vocabulary = _read(name, level, tokens, min_count, (data_type,))
    if data_type not in parts:
        raise InputError(f"{name} has no part '{data_type}', only {', '.join(parts)}; ptb and the "
                         "toys have train, valid and test")
    data = Corpus(name, parts[data_type], *vocabulary, level)
    if tokens is None:
        return data
    return data._replace(corpus=data.corpus[:tokens]) if name in MADE else data.head(tokens)


def load_parts(name="auto", *, tokens=None, level=None, min_count=1):
    """The Parts of the text of that name: see load_corpus().

    A text file is cut: its first 80 % to learn from, then 10 % to validate and 10 % to test.
    tokens: learn from so many only; the vocabulary stays whole.
    """
    name, level = resolve(name, level)
    parts, word_to_id, id_to_word = _read(name, level, tokens, min_count)
    texts = list(parts.values())
    if len(texts) == 1:
        size = len(texts[0])
        texts = np.split(texts[0], [8 * size // 10, 9 * size // 10])
        if min(map(len, texts)) < SHORTEST:
            what, hint = (("characters", "") if level == "char" else
                          ("words and line ends", _unspaced(parts["train"], word_to_id)))
            raise InputError(f"{name} has {size:,} {what}, too few to validate and test "
                             f"with a tenth each: take a text of {10 * SHORTEST:,} or more{hint}")
    lowest = None
    if name in MADE and min_count == 1:                      # less is to be guessed with <unk>
        lowest = (characters.lowest_perplexity(name) if level == "char"
                  else toy.load_text("test").lowest_perplexity)
    return Parts(name, texts[0][:tokens], *texts[1:], word_to_id, id_to_word, lowest, level)


def resolve(name, level=None):
    """The name of a text and its level, where 'auto' and None leave them open."""
    name = str(name)
    if level not in (None, *TOKENS):
        raise InputError(f"level must be {' or '.join(TOKENS)}, got '{level}'")
    if name == "auto":
        name = "ptb" if ptb.at_hand() else "toy"
    if name in ko_ja.NAMES and level == "word":
        raise InputError(f"{name} is a text to be read as characters: leave out --level word")
    return name, level or ("char" if name in ko_ja.NAMES else "word")


def _read(name, level, tokens, min_count, wanted=PARTS):
    """({part: ids}, word_to_id, id_to_word): train, valid and test, of a file train alone.

    tokens: of the train of a toy; the vocabulary, and what is rare, do not depend on it. wanted:
    the parts of the toy that are made.
    """
    if level == "char":
        parts, word_to_id = characters.load_parts(name)
    elif name == "ptb":
        parts, word_to_id = ptb.load_parts()
    elif name == "toy":
        parts = {part: toy.load_data(part)[0] for part in ("train", *wanted)}
        word_to_id = toy.load_data()[1]
    else:
        corpus, word_to_id, _ = text_file.load_data(name)
        parts = {"train": corpus}
    rare = np.bincount(parts["train"], minlength=len(word_to_id)) < min_count     # (V,)
    if tokens is not None and name in MADE:
        parts["train"] = (characters.load_train(name, tokens, word_to_id) if level == "char"
                          else toy.load_data("train", tokens=tokens)[0])
    if min_count > 1:
        parts, word_to_id = _without(rare, parts, word_to_id)
    return parts, word_to_id, dict(enumerate(word_to_id))


def _without(rare, parts, word_to_id):
    """parts and word_to_id with <unk> for the words that are rare (V,); a line's end never is."""
    words = ["<unk>" if is_rare and word != "<eos>" else word
             for word, is_rare in zip(word_to_id, rare)]
    vocabulary = {word: i for i, word in enumerate(dict.fromkeys(words))}
    if {*vocabulary} <= {"<unk>", "<eos>"}:
        raise InputError("--min-count is above every count: it leaves nothing but <unk>")
    new_id = np.array([vocabulary[word] for word in words])  # (V,), of each old one
    return {part: new_id[corpus] for part, corpus in parts.items()}, vocabulary


def _unspaced(corpus, word_to_id):
    """A sentence about a text (N,) whose words are as long as lines or sentences, else ''."""
    lengths = np.array([len(word) * (word != "<eos>") for word in word_to_id])[corpus]   # (N,)
    words, lines = np.count_nonzero(lengths), np.count_nonzero(lengths == 0)
    if words > lines and lengths.sum() < LONG * words:
        return ""
    return (f". Words separated by spaces: {words:,} in {lines:,} lines. Where a text is written "
            "without spaces, --level char reads every character as a token; or put spaces between "
            "its words.")


def announce(data, args):
    """Print a script's first line: its text and seed, and how to bring PTB where it is missing."""
    print(f"data: {data}; seed {args.seed}")
    if data.level == "word" and (hint := _unspaced(data[1], data.word_to_id)):
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


def gold(args, on_toy):
    """(word pairs, analogies by section): of the files, else what the toy corpus knows, or None."""
    pairs, sections = (toy.word_pairs(), toy.analogies()) if on_toy else (None, None)
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
