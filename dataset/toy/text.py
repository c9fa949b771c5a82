"""The toy corpus: English-like text of any length from a grammar, with everything about it known.

Every script runs on it without a download, and answers are known: the class of each word
(CLASS_OF), the topic of each sentence, analogies() and word_pairs(), and the lowest perplexity that
any language model can reach. As in the Penn Treebank a sentence ends in <eos>, a number is N, and a
rare word <unk>.

    text = generate(1000, seed=7)           text.words, text.topics, text.lowest_perplexity
    corpus, word_to_id, id_to_word = load_data("train")
"""

import itertools
import math
import random
from functools import lru_cache
from typing import NamedTuple

from common.errors import InputError
from common.util.text import to_ids
from dataset.toy.distributions import EOS
from dataset.toy.grammar import Grammar
from dataset.toy.words import CLASS_OF

TOKENS = {"train": 100_000, "valid": 20_000, "test": 20_000}
PARTS = tuple(TOKENS)


class Text(NamedTuple):
    """A generated text and what is known about it."""

    words: list                                              # of N words, <eos> among them
    log_probabilities: list                                  # log P(word n | all words before it)
    topics: list                                             # of each sentence that is complete

    @property
    def lowest_perplexity(self):
        """exp(-1/N sum_n log P(word n | words before n)): that of the grammar itself."""
        return math.exp(-math.fsum(self.log_probabilities) / len(self.words))


def generate(tokens, seed):
    """A Text of exactly this many tokens, the same for a seed on every machine and Python."""
    if tokens < 1:
        raise InputError(f"a text has 1 token or more, got {tokens}")
    rng = random.Random(seed)
    return _speak(lambda distribution: distribution.draw(rng.random()), tokens)


def sentences(words):
    """The sentences of a text, lists of words, each with its <eos>."""
    ends = [0, *(i + 1 for i, word in enumerate(words) if word == EOS)]
    return [words[a:b] for a, b in itertools.pairwise(ends)]


def lowest_perplexity(words):
    """The grammar's perplexity on the start of a text; infinite where it cannot say it."""
    words = list(words)
    if not words:
        raise InputError("a text of no words has no perplexity")
    heard = iter(words)
    try:
        return _speak(lambda distribution: next(heard), len(words)).lowest_perplexity
    except KeyError:
        return math.inf


def _speak(choose, tokens):
    grammar = Grammar()
    speech = grammar.text()
    distribution = next(speech)
    text = Text([], [], [])
    for _ in range(tokens):
        word = choose(distribution)
        text.words.append(word)
        text.log_probabilities.append(math.log(distribution.probability[word]))
        if word == EOS:
            text.topics.append(grammar.topic)
        distribution = speech.send(word)
    return text


@lru_cache(maxsize=6)
def load_text(data_type="train", seed=0, tokens=None):
    """The Text of one part; each part and each seed has a stream of its own."""
    data_type = {"val": "valid"}.get(data_type, data_type)
    if data_type not in PARTS:
        raise InputError(f"data_type must be one of train, valid, val, test, got '{data_type}'")
    return generate(TOKENS[data_type] if tokens is None else tokens,
                    len(PARTS) * seed + PARTS.index(data_type))


def load_data(data_type="train", seed=0, tokens=None):
    """(corpus, word_to_id, id_to_word) of one part of the toy corpus, as ptb.load_data gives them.

    tokens: by default 100,000 of train, 20,000 of valid and test. The vocabulary is the grammar's:
    ids in order of first appearance in the default training text of this seed, then other words.
    """
    words = load_text(data_type, seed, tokens).words
    vocabulary = dict.fromkeys([*load_text("train", seed).words, *CLASS_OF])
    word_to_id = {word: i for i, word in enumerate(vocabulary)}
    return to_ids(words, word_to_id), word_to_id, dict(enumerate(vocabulary))
