"""A thesaurus: words grouped into synsets, synsets under more general ones, and how near two of them are (section 2.2).

The same queries run on the real WordNet (wordnet.py reads its files) and on a small thesaurus written for this
library (small.py). A synset is a set of words with one meaning; its hypernyms are the meanings above
it: car < motor vehicle < vehicle < ... < entity.
"""

from typing import NamedTuple

from common.errors import InputError
from common.util.similarity import nearest_spellings

DEEPEST, MOST_WAYS = 100, 1000                               # WordNet 3.0 has 20 and 12
ROOT = None                  # the common root that verbs are put under: WordNet gives each family of verbs its own


class Synset(NamedTuple):
    """One meaning: its part of speech, its words, its gloss, and the keys of the meanings right above it."""

    key: tuple                                               # (pos, number), unique
    words: tuple
    gloss: str
    hypernyms: tuple                                         # keys

    def __str__(self):
        return ", ".join(word.replace("_", " ") for word in self.words)


class Thesaurus:
    """Synsets by key and, for each word, the keys of its senses, the most common first.

    Parts of speech are 'n', 'v', 'a' and 'r' (adverb). InputError where a key leads nowhere or where going up leads
    round in a circle: then the files it was read from are damaged.
    """

    def __init__(self, name, synsets, senses):
        self.name, self.synsets, self._senses = name, synsets, senses
        self._depths = {ROOT: 1}
        for word, keys in senses.items():
            for key in keys:
                if key not in synsets:
                    raise InputError(f"{name}: a sense of '{word}', {key}, is missing: the files are damaged")
        self._measure_depths()

    def _measure_depths(self):
        """Depth of every synset: the number of synsets on the longest way up to a root, both counted."""
        waiting = list(self.synsets)
        on_the_way, ways = set(), {ROOT: 1}
        while waiting:
            key = waiting[-1]
            if key in self._depths:
                waiting.pop()
                on_the_way.discard(key)
                continue
            on_the_way.add(key)
            above = self._above(key)
            unknown = [up for up in above if up not in self._depths]
            if any(up in on_the_way for up in unknown):
                raise InputError(f"{self.name}: the hypernyms of {key} lead round in a circle: the files are damaged")
            if unknown:
                waiting.extend(unknown)
            else:
                self._depths[key] = 1 + max((self._depths[up] for up in above), default=0)
                ways[key] = sum(ways[up] for up in above) or 1
                if self._depths[key] > DEEPEST or ways[key] > MOST_WAYS:
                    raise InputError(f"{self.name}: {key} lies {self._depths[key]} deep, with {ways[key]:,} ways up: the "
                                     "files are damaged")

    def _above(self, key):
        if key is ROOT:
            return ()
        if key not in self.synsets:
            raise InputError(f"{self.name}: synset {key} is referred to and missing: the files are damaged")
        return self.synsets[key].hypernyms or ((ROOT,) if key[0] == "v" else ())

    def __contains__(self, word):
        return _lemma(word) in self._senses

    def senses(self, word, pos=None):
        """The synsets of a word, the most common first; InputError, with near spellings, where there are none."""
        keys = self._senses.get(_lemma(word), ())
        found = [self.synsets[key] for key in keys if pos in (None, key[0])]
        if not found:
            kind = {None: "", "n": " as a noun", "v": " as a verb", "a": " as an adjective", "r": " as an adverb"}[pos]
            raise InputError(f"'{word}' is not in {self.name}{kind}: {nearest_spellings(word, self._senses)}")
        return found

    def synonyms(self, word, pos=None):
        """All words that share a sense with `word`, those of its most common sense first."""
        words = dict.fromkeys(other for synset in self.senses(word, pos) for other in synset.words)
        return [other.replace("_", " ") for other in words if other.lower() != _lemma(word)]

    def hypernym_paths(self, synset):
        """All ways from a root down to `synset`, each a list of synsets; the common root of verbs is left out."""
        above = [key for key in self._above(synset.key) if key is not ROOT]
        if not above:
            return [[synset]]
        return [[*path, synset] for key in above for path in self.hypernym_paths(self.synsets[key])]

    def _distances(self, synset):
        """{key: fewest steps up} for every ancestor of a synset, itself included."""
        distances, level, steps = {}, [synset.key], 0
        while level:
            level = [key for key in dict.fromkeys(level) if key not in distances]
            distances.update(dict.fromkeys(level, steps))
            level, steps = [up for key in level for up in self._above(key)], steps + 1
        return distances

    def _common(self, a, b):
        """[(depth, steps from a, steps from b, key)] of the common ancestors of two synsets."""
        from_a, from_b = self._distances(a), self._distances(b)
        return [(self._depths[key], from_a[key], from_b[key], key) for key in from_a if key in from_b]

    def path_similarity(self, a, b):
        """1 / (1 + the fewest steps from a up to a common ancestor and down to b); None where they have none."""
        steps = [up + down for _, up, down, _ in self._common(a, b)]
        return 1 / (1 + min(steps)) if steps else None

    def wu_palmer_similarity(self, a, b):
        """How deep the deepest common ancestor c lies, between 0 and 1 (Wu and Palmer 1994, section 2.2).

            2 depth(c) / (steps(a, c) + steps(b, c) + 2 depth(c))

        None where they have no common ancestor. Of equally deep ancestors the nearest counts.
        """
        common = [(depth, -up - down) for depth, up, down, _ in self._common(a, b)]
        if not common:
            return None
        depth, minus_steps = max(common)
        return 2 * depth / (2 * depth - minus_steps)

    def ways_up(self, a, b):
        """The shortest ways from a and from b to the deepest common ancestor, as two lists of synsets, or None."""
        common = self._common(a, b)
        if not common:
            return None
        *_, ancestor = max(common, key=lambda found: (found[0], -found[1] - found[2]))
        return [self._way_up(synset, ancestor) for synset in (a, b)]

    def _way_up(self, synset, ancestor):
        way, key = [], synset.key
        while key is not ROOT:
            way.append(self.synsets[key])
            if key == ancestor:
                break
            key = min((up for up in self._above(key)), key=lambda up: self._steps(up, ancestor))
        return way

    def _steps(self, key, ancestor):
        if key is ROOT:
            return 0 if ancestor is ROOT else float("inf")
        return self._distances(self.synsets[key]).get(ancestor, float("inf"))


def _lemma(word):
    return word.strip().lower().replace(" ", "_")
