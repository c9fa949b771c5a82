"""Korean and Japanese example texts of any length from one small grammar, with everything known.

For models that read characters. There is much to learn, from easy to hard: the spelling of words,
particles (after a consonant 을, after a vowel 를), which objects and places fit a verb, tense after
a word of time, answers that fit their questions. Lines are independent, and so few that each has
its probability in a table: the lowest perplexity per character that any model can reach is known.

    text = load_text("toy-ko")              text.lines, text.characters, text.lowest_perplexity
    log_probability("toy-ja", "昨日、本を読みました。")
"""

import bisect
import itertools
import math
import random
from functools import lru_cache
from typing import NamedTuple

from common.errors import InputError
from dataset.toy.ko_ja_grammar import Grammar
from dataset.toy.ko_ja_words import JAPANESE, KOREAN

LANGUAGES = {"toy-ko": KOREAN, "toy-ja": JAPANESE}
NAMES = tuple(LANGUAGES)
CHARACTERS = {"train": 100_000, "valid": 10_000, "test": 10_000}
PARTS = tuple(CHARACTERS)


class Lines(NamedTuple):
    """Generated lines and what is known about them."""

    lines: list                                              # of text, each a line without its end
    log_probabilities: list                                  # log P(line); lines are independent

    @property
    def characters(self):
        """The number of tokens: all characters, and the end of each line as one."""
        return sum(len(line) + 1 for line in self.lines)

    @property
    def lowest_perplexity(self):
        """exp(-1/N sum log P(line)) for N characters: that of the grammar itself."""
        return math.exp(-math.fsum(self.log_probabilities) / self.characters)


@lru_cache(maxsize=2)
def all_lines(name):
    """{line: probability} of every line that the grammar can say."""
    if name not in NAMES:
        raise InputError(f"name must be one of {', '.join(NAMES)}, got '{name}'")
    return dict(Grammar(LANGUAGES[name]).lines())


def log_probability(name, line):
    """log P(line); -inf where the grammar cannot say it."""
    probability = all_lines(name).get(line, 0.0)
    return math.log(probability) if probability else -math.inf


def generate(name, characters, seed):
    """Lines of at least this many characters, the same for a seed on every machine."""
    table = all_lines(name)
    if characters < 1:
        raise InputError(f"a text has 1 character or more, got {characters}")
    lines, edges = list(table), list(itertools.accumulate(table.values()))[:-1]
    rng, text = random.Random(seed), Lines([], [])
    while characters > 0:
        line = lines[bisect.bisect(edges, rng.random())]
        text.lines.append(line)
        text.log_probabilities.append(math.log(table[line]))
        characters -= len(line) + 1
    return text


@lru_cache(maxsize=6)
def load_text(name, data_type="train", characters=None):
    """The Lines of one part, by default of 100,000 characters (train) or 10,000 (valid, test)."""
    data_type = {"val": "valid"}.get(data_type, data_type)
    if data_type not in PARTS:
        raise InputError(f"data_type must be one of train, valid, val, test, got '{data_type}'")
    return generate(name, CHARACTERS[data_type] if characters is None else characters,
                    PARTS.index(data_type))
