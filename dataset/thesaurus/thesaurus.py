"""A thesaurus: words grouped into synsets, and how near two of these are (section 2.2).

A synset is a set of words with one meaning; its hypernyms are the meanings above it: car < motor
vehicle < vehicle < ... < entity. wordnet.py reads the real WordNet's files, small.py is built in.
"""

from typing import NamedTuple

from common.errors import InputError
from common.files.text import visible
from common.util.similarity import nearest_spellings

DEEPEST, MOST_WAYS = 100, 1000                               # WordNet 3.0 has 20 and 12
ROOT = None                  # above all verbs: WordNet gives each family of verbs its own root
PARTS = {None: "", "n": " as a noun", "v": " as a verb", "a": " as an adjective",
         "r": " as an adverb"}


class Synset(NamedTuple):
    """One meaning: its words, its gloss, and the keys of the meanings right above it."""

    key: tuple                                               # (part of speech, number), unique
    words: tuple
    gloss: str
    hypernyms: tuple                                         # keys

    def __str__(self):
        return ", ".join(word.replace("_", " ") for word in self.words)


class Thesaurus:
    """Synsets by key and, for each word, the keys of its senses, the most common first.

    Parts of speech are 'n', 'v', 'a' and 'r' (adverb). InputError where a key leads nowhere or
    where hypernyms lead round in a circle: then the files it was read from are damaged.
    """

    def __init__(self, name, synsets, senses):
        self.name, self.synsets, self._senses = name, synsets, senses
        for word, keys in senses.items():
            for key in keys:
                if key not in synsets:
                    raise self._damaged(f"a sense of '{word}', {key}, is missing")
        self._depths = {ROOT: 1}                             # synsets on the longest path to a root
        ways = {ROOT: 1}                                     # how many paths there are
        for key in synsets:
            self._measure(key, ways, ())

    def _measure(self, key, ways, below):
        """Depth and number of ways up of a synset, after those of all above it."""
        if key in ways:
            return
        if key in below:
            names = " < ".join(f"{self.synsets[k].words[0]} {k}"
                               for k in (*below[below.index(key):], key))
            raise self._damaged(f"hypernyms lead round in a circle, {names}")
        if len(below) > DEEPEST:
            raise self._damaged(f"more than {DEEPEST} meanings lie below {key}")
        above = self._above(key)
        for up in above:
            self._measure(up, ways, (*below, key))
        self._depths[key] = 1 + max((self._depths[up] for up in above), default=0)
        ways[key] = sum(ways[up] for up in above) or 1
        if self._depths[key] > DEEPEST or ways[key] > MOST_WAYS:
            raise self._damaged(f"{key} lies {self._depths[key]} deep, with {ways[key]:,} ways up")

    def _damaged(self, fault):
        return InputError(f"{self.name}: {fault}: the files are damaged")

    def _above(self, key):
        if key is ROOT:
            return ()
        if key not in self.synsets:
            raise self._damaged(f"synset {key} is referred to and missing")
        return self.synsets[key].hypernyms or ((ROOT,) if key[0] == "v" else ())

    def __contains__(self, word):
        return _lemma(word) in self._senses

    def senses(self, word, pos=None):
        """The synsets of a word, the most common first; InputError where there are none."""
        keys = self._senses.get(_lemma(word), ())
        found = [self.synsets[key] for key in keys if pos in (None, key[0])]
        if not found:
            raise InputError(f"'{word}' is not in {self.name}{PARTS[pos]}: "
                             f"{nearest_spellings(word, self._senses)}")
        return found

    def synonyms(self, word, pos=None):
        """All words that share a sense with `word`, those of its most common sense first."""
        words = dict.fromkeys(other for synset in self.senses(word, pos) for other in synset.words)
        return [other.replace("_", " ") for other in words if other.lower() != _lemma(word)]

    def hypernym_paths(self, synset):
        """All paths from a root down to `synset`, lists of synsets, without ROOT."""
        above = [key for key in self._above(synset.key) if key is not ROOT]
        if not above:
            return [[synset]]
        return [[*path, synset] for key in above for path in self.hypernym_paths(self.synsets[key])]

    def _distances(self, key):
        """{ancestor: fewest steps up} of a synset, itself included."""
        distances, level, steps = {}, [key], 0
        while level:
            level = [key for key in dict.fromkeys(level) if key not in distances]
            distances.update(dict.fromkeys(level, steps))
            level, steps = [up for key in level for up in self._above(key)], steps + 1
        return distances

    def _common(self, a, b):
        """[(depth, steps from a plus steps from b, key)] of the common ancestors of two synsets."""
        from_a, from_b = self._distances(a.key), self._distances(b.key)
        return [(self._depths[key], from_a[key] + from_b[key], key)
                for key in from_a if key in from_b]

    def path_similarity(self, a, b):
        """1 / (1 + the fewest steps from a up to a common ancestor and down to b), or None."""
        steps = [steps for _, steps, _ in self._common(a, b)]
        return 1 / (1 + min(steps)) if steps else None

    def _deepest(self, a, b):
        """(depth, steps, key) of the deepest common ancestor, the nearest of these, or None."""
        return max(self._common(a, b), key=lambda found: (found[0], -found[1]), default=None)

    def wu_palmer_similarity(self, a, b):
        """The depth of the deepest common ancestor c, as a share (Wu and Palmer 1994).

            2 depth(c) / (steps(a, c) + steps(b, c) + 2 depth(c))

        None where they have no common ancestor. Of equally deep ancestors the nearest counts.
        """
        deepest = self._deepest(a, b)
        if deepest is None:
            return None
        depth, steps, _ = deepest
        return 2 * depth / (2 * depth + steps)

    def ways_up(self, a, b):
        """The shortest paths from a and from b to the deepest common ancestor, without ROOT."""
        deepest = self._deepest(a, b)
        return deepest and [self._way_up(synset.key, deepest[2]) for synset in (a, b)]

    def _way_up(self, key, ancestor):
        way = []
        while key is not ROOT:
            way.append(self.synsets[key])
            if key == ancestor:
                break
            key = min(self._above(key),
                      key=lambda up: self._distances(up).get(ancestor, float("inf")))
        return way


def _lemma(word):
    return visible(word).strip().lower().replace(" ", "_")
