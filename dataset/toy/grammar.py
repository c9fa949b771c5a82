"""The grammar of the toy corpus: which word can follow, and how likely, after all words before it.

It is a coroutine: it yields the distribution of the next word and is sent the word that was said.

    the kings from france who bought this old car near the bank are happy in their garden <eos>

Agreement in number and tense reaches across relative clauses, the gender of the subject to the end
of the sentence and into the next one ('for himself', 'she'), and the topic from sentence to
sentence. How likely the words are is in distributions.py.
"""

from dataset.toy.distributions import (
    ADJECTIVE,
    EOS,
    GENDER,
    NAME,
    NOUN,
    PARTICLES,
    PERSON,
    PLACE,
    TENSE,
    VERB,
    after_modal,
    by_topic,
    determiner,
    first,
    forms_after,
    inflected,
    mix,
    nouns,
    object_start,
    opening,
    places,
    predicate,
    prior,
    qualities,
    ranked,
    subject_noun,
    subject_phrase,
    tail,
    thing,
    verbs,
)
from dataset.toy.words import (
    ADVERBS,
    BRANDS,
    CLASS_OF,
    CONJUNCTIONS,
    MODALS,
    NAMES,
    PEOPLE,
    POSSESSIVE,
    PREPOSITIONS,
    REFLEXIVE,
    RELATIVES,
    TOPICS,
    UNITS,
)


class Grammar:
    """One speaker: its memory of the words so far, and a coroutine for each part of a sentence."""

    def __init__(self):
        self.topic = self.gender = None

    def text(self):
        """Sentences without end."""
        while True:
            self.previous, previous_gender = self.topic, self.gender
            self.topic = self.tense = self.nation = self.gender = self.pair = self.lemma = None
            self.kind, self.agreement = "person", "singular"
            word = yield first(previous_gender)
            timed = word in TENSE
            if timed:
                yield from self.time(word)
                word = yield opening(previous_gender)
            word = yield from self.subject(word)
            yield from self.main_verb(word)
            yield from self.rest(timed)

    def time(self, word):
        self.tense = TENSE[word]
        if word in ("last", "every", "next"):
            yield ranked(UNITS)

    def subject(self, word):
        """The subject, given its first word; returns the first word of the predicate."""
        more = ("adverb",)
        self.gender = GENDER.get(word)
        if word in ("you", "we", "they"):
            self.agreement = "base"
        elif word == "i":
            self.agreement = "i"
        elif word in ("mr.", "mrs."):
            yield mix((70, "<unk>"), (30, ranked(NAMES[self.gender])))
        elif word in BRANDS:
            self.kind = "brand"
        elif word in PLACE:
            self.kind = "place"
            self.name_nation(word)
        elif CLASS_OF[word] == "determiner":
            more = yield from self.subject_phrase(forms_after(word))
        owner = word if word in POSSESSIVE else "it" if self.kind == "brand" else self.gender
        self.possessive = POSSESSIVE.get(owner)
        return (yield from self.modifiers(more))

    def name_nation(self, word):
        """Remember the nation of a place; whether the word is one."""
        if word in PLACE:
            self.nation = PLACE[word][1]
        return word in PLACE

    def subject_phrase(self, forms):
        """After the determiner of a subject; returns which modifiers may follow the noun."""
        word = yield subject_phrase(forms, self.previous)
        if word not in PERSON and word not in NOUN:
            self.name_nation(word)
            word = yield subject_noun(forms, self.previous)
        if word in NOUN:
            self.kind, (self.topic, self.lemma, form) = "thing", NOUN[word]
            plural, more = form == 1, ("place", "adverb")
        else:
            _, self.pair, form = PERSON[word]
            plural, more = form >= 2, ("origin", "place", "relative", "adverb")
            self.lemma = self.pair
            self.gender = "plural" if plural else ("male", "female")[form]
        self.agreement = "base" if plural else "singular"
        return more

    def modifiers(self, more):
        """More about the subject, in a fixed order; returns the first word of the predicate."""
        while True:
            word = yield predicate(more, self.kind, self.tense, self.agreement, self.topic,
                                   self.previous, self.pair)
            if word in PREPOSITIONS["origin"]:
                self.name_nation((yield places((1,), self.nation)))
                more = ("place", "relative", "adverb")
            elif word in PREPOSITIONS["place"]:
                yield from self.thing((yield determiner()))
                more = tuple(part for part in more if part in ("relative", "adverb"))
            elif word in RELATIVES:
                weights = prior(self.previous, self.pair)
                yield from self.object((yield by_topic(verbs, self.topic, weights, 2, self.pair)))
                more = ("place", "adverb")
            elif word in ADVERBS:
                more = ()
            else:
                return word

    def main_verb(self, word):
        """The predicate, given its first word."""
        if self.tense is None:
            past = word in ("was", "were") or (word in VERB and VERB[word][2] == 2)
            self.tense = "future" if word in MODALS else "past" if past else "present"
        if word in MODALS:
            word = yield after_modal(self.kind, self.topic, self.previous, self.pair)
        self.acting = word in VERB
        yield from self.object(word) if self.acting else self.being()

    def object(self, verb):
        self.topic, lemma, _ = VERB[verb]
        word = yield object_start(self.topic, lemma, self.possessive, self.nation)
        if not self.name_nation(word):
            yield from self.thing(word, lemma)

    def thing(self, determiner, verb=None):
        """A thing of the topic, given its determiner."""
        forms = forms_after(determiner)
        word = yield thing(self.topic, self.previous, forms, verb, self.nation)
        if word not in NOUN:
            self.name_nation(word)
            _, adjective, _ = ADJECTIVE.get(word, (None,) * 3)
            word = yield by_topic(nouns, self.topic, prior(self.previous), forms, verb, adjective)
        self.topic = NOUN[word][0]

    def being(self):
        """After a form of 'be': a quality of the subject, or, for a place, where it is."""
        if self.kind == "place":
            self.topic = "travel"
            word = yield mix((35, "in"), (35, PARTICLES["place"]),
                             (20, qualities("thing", None, (1,))))
            if word not in ADJECTIVE:
                yield places((1,), self.nation) if word == "in" else places((0, 1), None)
                return
        else:
            shift = TOPICS.index(self.topic) if self.kind == "thing" else 0
            word = yield qualities(self.kind, None if self.lemma is None else self.lemma - shift)
        if ADJECTIVE[word][2] == 1:
            yield mix((1, "than"))
            yield from self.other()

    def other(self):
        """The other side of a comparison: one of the subject's kind."""
        if self.kind == "place":
            yield places((0, 1), None)
        elif self.kind == "thing":
            yield from self.thing((yield determiner()))
        elif (yield mix((50, NAME), (50, "the"))) == "the":
            yield inflected(PEOPLE, (0, 1))

    def rest(self, timed):
        """The tails after the predicate; a sentence whose topic is still open must tell a place."""
        place, time, reflexive, second = True, not timed, self.gender is not None, self.acting
        while True:
            word = yield (mix((1, PARTICLES["place"])) if self.topic is None else
                          tail(self.tense, place, time, reflexive, second))
            if word == EOS:
                return
            if word in TENSE:
                time = False
                yield from self.time(word)
            elif word in PREPOSITIONS["company"]:
                reflexive = False
                word = yield mix((50 if word == "for" else 0, REFLEXIVE[self.gender]),
                                 (50, self.possessive))
                if word == self.possessive:
                    yield inflected(PEOPLE, (0, 1))
            elif word in CONJUNCTIONS:
                second = False
                form = {"past": 2, "future": 0, "present": self.agreement == "singular"}[self.tense]
                yield from self.object((yield verbs(self.topic, form, self.pair)))
            else:
                place = False
                word = yield mix((50 if word == "in" else 0, places((0, 1), self.nation)),
                                 (50, determiner()))
                if not self.name_nation(word):
                    yield from self.thing(word)
