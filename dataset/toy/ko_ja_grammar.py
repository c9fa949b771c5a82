"""The grammar of the Korean and Japanese example texts: every sentence with its probability.

The two languages order a sentence alike, when - who - where - what - verb, and mark each phrase
with a particle: one grammar says both, with the words of either table (ko_ja_words.py).
"""

import itertools
import math

PAST, PRESENT, FUTURE = range(3)


def add(word, particle):
    """'밥', '을/를' -> '밥을'; '사과', '을/를' -> '사과를'; '本', 'を' -> '本を'."""
    after_consonant, _, after_vowel = particle.partition("/")
    last_sound = (ord(word[-1]) - ord("가")) % 28            # of a syllable: 0 a vowel, 8 the ㄹ
    vowel = last_sound == 0 or (particle == "으로/로" and last_sound == 8)
    return word + (after_vowel if after_vowel and vowel else after_consonant)


# ---- Alternatives are lists of (text, probability).

def mixed(*parts):
    """One of the parts, each a (weight, alternatives); a weight of 0 leaves it out."""
    total = math.fsum(weight for weight, _ in parts)
    return [(text, weight / total * p) for weight, part in parts if weight
            for text, p in part]


def choice(parts):
    """A Zipf-like choice: part r has weight 1 / (r + 2)."""
    return mixed(*((1 / (r + 2), part) for r, part in enumerate(parts)))


def one(text):
    return [(text, 1.0)]


def optional(probability, part):
    return mixed((probability, part), (1 - probability, one("")))


def product(gap, *parts):
    """One alternative of each part, independently, joined by a gap where not empty."""
    return [(gap.join(text for text, _ in row if text), math.prod(p for _, p in row))
            for row in itertools.product(*parts)]


class Grammar:
    """The sentences of one language."""

    def __init__(self, language):
        self.language = language

    def rows(self, key):
        """A table: a list of rows, which are lists of columns, which are lists of words."""
        return [[[word.strip() for word in column.split(",")] for column in row.split("|")]
                for row in self.language[key].strip().split("\n")]

    def phrase(self, words, particle=""):
        """One of the words, with a particle."""
        return choice([one(add(word, self.language.get(particle, particle))) for word in words])

    def say(self, key, particle=""):
        """One of the words of a table of one column, with a particle."""
        return self.phrase(self.rows(key)[0][0], particle)

    def join(self, *parts):
        return product(self.language["gap"], *parts)

    def verb(self, stems, tense):
        stems = stems.split("/")                             # one for all tenses, or one for each
        return one(stems[tense % len(stems)] + self.language["tenses"][tense])

    def question(self, *parts):
        return product("", self.join(*parts), one(self.language["ask"]))

    def topic(self):
        return mixed((1, self.say("self", "topic")), (2, self.say("people", "topic")))

    def who(self, kind, tense):
        """The subject, or with whom I do it, or nothing; what is usual is said of a topic."""
        return mixed((5, self.topic()), (3, one("")),
                     (3 * (tense != PRESENT), self.say("people", "subject")),
                     (4 * (kind == "together"), self.say("company", "with")))

    def verb_phrase(self, kind, tense):
        """[where] what is done: the objects and places are those that fit the verb."""
        return choice([self.join(optional(0.7, self.phrase(places, "at")),
                                 self.phrase(objects, "object"), self.verb(verb, tense))
                       for (verb,), objects, places in self.rows(kind)])

    def actions(self):
        """'어제 친구가 도서관에서 책을 읽었어요.' '明日、弟とデパートで靴を買います。'"""
        return mixed(*((weight, self.join(self.say(time, "time"), self.who(kind, tense),
                                          self.verb_phrase(kind, tense)))
                       for kind, usual in (("together", "weekly"), ("alone", "daily"))
                       for tense, time, weight in ((PAST, "past", 4), (PRESENT, usual, 3),
                                                   (FUTURE, "future", 3))))

    def once(self, parts):
        """A sentence of the past or of the future, whose parts depend on the tense."""
        return mixed(*((1, self.join(self.say(time, "time"), *parts(tense)))
                       for tense, time in ((PAST, "past"), (FUTURE, "future"))))

    def trips(self):
        """'내일 동생은 지하철로 시장에 갈 거예요.' '昨日、家族と新幹線で京都に行きました。'"""
        ways = choice([self.join(optional(0.7, self.phrase(vehicles, "by")),
                                 self.phrase(places, "to"))
                       for vehicles, places in self.rows("trips")])
        return self.once(lambda tense: (self.who("together", tense), ways,
                                        self.verb(self.language["go"], tense)))

    def counts(self):
        """'어제 서점에서 책을 두 권 샀어요.' '明日、姉は花屋でばらを三本買います。'"""
        bought = choice([self.join(self.phrase(places, "at"), self.phrase(objects, "object"),
                                   self.say("numbers"), one(counter))
                         for objects, places, (counter,) in self.rows("counts")])
        return self.once(lambda tense: (self.who("alone", tense), bought,
                                        self.verb(self.language["buy"], tense)))

    def what(self):
        """'어제 뭐 했어요? 친구와 공원에서 사진을 찍었어요.'"""
        company = optional(0.5, self.say("company", "with"))
        return self.once(lambda tense: (
            self.question(one(self.language["what"]), self.verb(self.language["did"], tense)),
            mixed((3, self.join(company, self.verb_phrase("together", tense))),
                  (2, self.verb_phrase("alone", tense)))))

    def where_and_no(self):
        """'어디에서 책을 읽었어요? 집에서 읽었어요.' '本を読みますか。いいえ、漫画を読みます。'"""
        where, no = [], []
        for (verb,), objects, places in self.rows("together") + self.rows("alone"):
            for tense in (PAST, FUTURE):
                does = self.verb(verb, tense)
                where.append((1, self.join(
                    self.question(one(self.language["where"]), self.phrase(objects, "object"),
                                  does), self.phrase(places, "at"), does)))
                for a, b in itertools.permutations(objects, 2):
                    no.append((1, self.join(self.question(self.phrase([a], "object"), does),
                                            one(self.language["no"]),
                                            self.phrase([b], "object"), does)))
        return mixed((1, mixed(*where)), (1, mixed(*no)))

    def likes(self):
        """'저는 커피를 좋아해요.' '田中さんは夏より冬のほうが好きです。'"""
        (like, likes), (prefer, prefers) = self.language["like"], self.language["prefer"]
        liked = choice([mixed((1, self.join(self.phrase(words, like), one(likes))), *(
            (1 / len(words), self.join(self.phrase([a], "than"), self.phrase([b], prefer),
                                       one(prefers)))
            for a, b in itertools.permutations(words, 2))) for words in self.rows("liked")[0]])
        return self.join(self.topic(), liked)

    def states(self):
        """'책상 위에 책이 있어요.' '喉が渇いたので、水を飲みました。' '어제 본 영화는 슬펐어요.'"""
        there = choice([self.join(self.phrase(places, "to"), self.phrase(things, "subject"),
                                  one(verb)) for places, things, (verb,) in self.rows("places")])
        reasons = choice([self.join(one(reason), self.phrase(objects, "object"), one(verb))
                          for (reason,), objects, (verb,) in self.rows("reasons")])
        degree = optional(0.6, self.say("degrees"))
        opinions = self.join(self.phrase(self.rows("past")[0][0][:3]), choice([
            self.join(one(verb), self.phrase(objects, "topic"), degree, self.phrase(adjectives))
            for (verb,), objects, adjectives in self.rows("opinions")]))
        return mixed((2, there), (1, reasons), (2, opinions))

    def weather(self):
        """'내일은 비가 올 거예요.' '昨日は寒かったですが、今日は暖かいです。'"""
        days = [self.phrase([day], "topic") for day in self.language["days"]]
        end, but = self.language["but"]
        skies = []
        for pair in self.rows("weather"):
            for (a,), (b,) in itertools.permutations(pair):
                forms, opposite = a.split("/"), b.split("/")
                skies += [(1, self.join(day, one(form))) for day, form in zip(days, forms)]
                skies.append((1, self.join(days[PAST], one(forms[PAST].removesuffix(end) + but),
                                           days[PRESENT], one(opposite[PRESENT]))))
        return mixed(*skies)

    def lines(self):
        """Every line with its probability."""
        return product("", mixed(
            (40, self.actions()), (10, self.trips()), (8, self.counts()), (12, self.what()),
            (10, self.where_and_no()), (6, self.likes()), (10, self.states()),
            (4, self.weather())), one(self.language["stop"]))
