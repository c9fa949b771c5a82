"""The distributions of the toy corpus: how likely each word is, given all that it depends on.

Each lemma has favourites among those it stands beside, the same for all its forms: that is what
analogies are made of.
"""

import bisect
import itertools
import math
from functools import cache

from dataset.toy.words import (
    ADJECTIVES,
    ADVERBS,
    BRANDS,
    CONJUNCTIONS,
    DETERMINERS,
    MODALS,
    NAMES,
    NOUNS,
    PEOPLE,
    PLACES,
    PREPOSITIONS,
    RELATIVES,
    TOPICS,
    VERBS,
)

EOS = "<eos>"
WHEN = {"past": {"yesterday": 2, "last": 3}, "present": {"today": 2, "every": 3},
        "future": {"tomorrow": 1, "next": 2}}
TENSE = {word: tense for tense, words in WHEN.items() for word in words}
PARTICLES = {kind: dict.fromkeys(words, 1) for kind, words in
             {**PREPOSITIONS, "adverb": ADVERBS, "modal": MODALS, "relative": RELATIVES,
              "conjunction": CONJUNCTIONS}.items()}
GENDER = {name: gender for gender, names in NAMES.items() for name in names}
GENDER |= {"he": "male", "she": "female", "they": "plural", "mr.": "male", "mrs.": "female"}


class Words:
    """A distribution over words, from {word: weight}."""

    def __init__(self, weights):
        total = math.fsum(weights.values())
        self.probability = {word: weight / total for word, weight in weights.items() if weight}
        self.words = list(self.probability)
        self.edges = list(itertools.accumulate(self.probability.values()))[:-1]

    def draw(self, number):
        """The word whose share of the interval 0..1 holds `number`."""
        return self.words[bisect.bisect(self.edges, number)]


def mix(*parts):
    """The mixture of (weight, part), each part a distribution, {word: weight}, or one word."""
    weights = {}
    for weight, part in parts:
        if not isinstance(part, Words):
            part = Words({part: 1} if isinstance(part, str) else part)
        for word, probability in part.probability.items():
            weights[word] = weights.get(word, 0) + weight * probability
    return Words(weights)


def ranked(words, weights=None):
    """A Zipf-like distribution: the r-th word has weight 1 / (r + 16), times its own."""
    weights = weights or [1] * len(words)
    return Words({word: weight / (r + 16) for r, (word, weight) in enumerate(zip(words, weights))})


def inflected(table, forms, weights=()):
    """The words of a table in these forms, ranked, with a weight for each lemma."""
    return ranked([row[form] for row in table for form in forms],
                  [weight for weight in weights for _ in forms])


def liking(a, b, size, distances=(0, 1, 4)):
    """The weight of lemma b of a table of `size` beside lemma a, which has its own favourites."""
    return 5 if (b - a) % size in distances else 1


def index(tables):
    """{word: (key of its table, lemma, form)}."""
    return {word: (key, lemma, form) for key, table in tables.items()
            for lemma, row in enumerate(table) for form, word in enumerate(row)}


NOUN, VERB, ADJECTIVE = index(NOUNS), index(VERBS), index(ADJECTIVES)
PERSON, PLACE = index({"person": PEOPLE}), index({"place": PLACES})
NAME = ranked([name for both in zip(NAMES["male"], NAMES["female"]) for name in both])


@cache
def opening(gender):
    """The first word of a subject; a pronoun takes up the last sentence's, if of this gender."""
    pronouns = {"he": 1, "she": 1, "they": 1, "you": 3, "i": 3, "we": 2}
    pronouns |= {word: 16 for word in ("he", "she", "they") if GENDER[word] == gender}
    return mix((48, determiner()), (20, NAME), (4, {"mr.": 1, "mrs.": 1}), (18, pronouns),
               (6, ranked(BRANDS)), (9, inflected(PLACES, (0, 1))))


@cache
def first(gender):
    """The first word of a sentence: a time, which settles the tense, or the subject."""
    return mix((22, dict.fromkeys(TENSE, 1)), (78, opening(gender)))


@cache
def determiner(possessive=None):
    """The first word of a noun phrase."""
    return mix((32, "the"), (31, ranked(DETERMINERS["singular"])),
               (37, ranked(DETERMINERS["plural"])),
               (50 if possessive else 0, possessive or "the"))


def forms_after(determiner):
    """The forms of a noun, 0 singular and 1 plural, that a determiner allows."""
    return tuple(form for form, other in enumerate(("plural", "singular"))
                 if determiner not in DETERMINERS[other])


@cache
def prior(previous, pair=None, brand=False):
    """{topic: weight} before a word has told it: mostly the topic of the sentence before."""
    return {topic: (1 if pair is None else liking(pair, t, len(TOPICS), (0, 2)))
            + (4 if topic == previous else 0) + (60 if brand and topic == "market" else 0)
            for t, topic in enumerate(TOPICS)}


def by_topic(distribution, topic, weights, *arguments):
    """distribution(topic, ...), or the mixture over all topics where the topic is open."""
    if topic is not None:
        return distribution(topic, *arguments)
    return mix(*((weight, distribution(name, *arguments)) for name, weight in weights.items()))


@cache
def nouns(topic, forms, verb=None, adjective=None):
    """Things of a topic, preferring those that the verb and the adjective before them like."""
    table, weights = NOUNS[topic], []
    for lemma in range(len(table)):
        of_verb = 1 if verb is None else liking(verb, lemma, len(table))
        of_adjective = 1 if adjective is None else liking(adjective + TOPICS.index(topic), lemma,
                                                          len(table))
        weights.append(of_verb * of_adjective)
    return inflected(table, forms, weights)


@cache
def verbs(topic, form, pair=None):
    """Verbs of a topic, preferring those that this pair of people likes."""
    table = VERBS[topic]
    if pair is None:
        return inflected(table, (form,))
    return inflected(table, (form,), [liking(pair + pair // 8, lemma, len(table), (0, 3))
                                      for lemma in range(len(table))])


@cache
def places(forms, nation):
    """Capitals, countries, nationalities; the nation is mostly one that has been named."""
    return inflected(PLACES, forms, [40 if n == nation else 1 for n in range(len(PLACES))])


@cache
def qualities(kind, lemma, forms=(0, 1)):
    """Adjectives, after 'is' those that the subject likes."""
    table = ADJECTIVES[kind]
    if lemma is None:
        return inflected(table, forms)
    return inflected(table, forms, [liking(a, lemma % len(table), len(table))
                                    for a in range(len(table))])


@cache
def subject_noun(forms, previous):
    """The noun of a subject: a person or a thing."""
    people = [row[2 * form + gender] for row in PEOPLE for gender in (0, 1) for form in forms]
    return mix((76, ranked(people)), (24, by_topic(nouns, None, prior(previous), forms)))


@cache
def subject_phrase(forms, previous):
    """After the determiner of a subject: the noun, or a word that tells more about it."""
    return mix((80, subject_noun(forms, previous)), (10, qualities("person", None, (0,))),
               (10, places((2,), None)))


@cache
def thing(topic, previous, forms, verb, nation):
    """After the determiner of a thing: the noun, or a word that tells more about it."""
    return mix((28, qualities("thing", None, (0,))), (8, qualities("thing", None, (1,))),
               (14, places((2,), nation)),
               (50, by_topic(nouns, topic, prior(previous), forms, verb)))


@cache
def object_start(topic, verb, possessive, nation):
    """After a verb: a determiner, or, after half of the verbs of travel, a place."""
    return mix((60, determiner(possessive)),
               (40 if topic == "travel" and verb < 4 else 0, places((0, 1), nation)))


@cache
def predicate(more, kind, tense, agreement, topic, previous, pair):
    """After a subject: its verb, which settles the tense if open; or first `more` about it."""
    be = {"person": 26, "thing": 100, "place": 100, "brand": 0}[kind]
    weights = prior(previous, pair, kind == "brand")

    def finite(form, copula):
        return mix((100 - be, by_topic(verbs, topic, weights, form, pair)), (be, copula))

    was, is_ = {"singular": ("was", "is"), "i": ("was", "am"), "base": ("were", "are")}[agreement]
    tenses = {"past": finite(2, was), "present": finite(agreement == "singular", is_),
              "future": mix((1, PARTICLES["modal"]))}
    open_tense = mix((42, tenses["past"]), (46, tenses["present"]), (12, tenses["future"]))
    return mix((60, tenses[tense] if tense else open_tense),
               *((22 if part == "adverb" else 12, PARTICLES[part]) for part in more))


@cache
def after_modal(kind, topic, previous, pair):
    weights = prior(previous, pair, kind == "brand")
    return mix((0 if kind in ("thing", "place") else 74, by_topic(verbs, topic, weights, 0, pair)),
               (0 if kind == "brand" else 26, "be"))


@cache
def tail(tense, place, time, reflexive, second):
    """After a complete predicate: where, when, for whom, what else; or the end."""
    return mix((40, EOS), (10 * place, "in"), (10 * place, PARTICLES["place"]),
               (14 * time, WHEN[tense]), (12 * reflexive, PARTICLES["company"]),
               (14 * second, PARTICLES["conjunction"]))
