"""The words of the toy corpus: forms, classes, topics, and the analogies built in.

A lemma is a row of its forms, so agreement picks a column and an analogy is made of two rows:

    NOUNS        singular, plural                  VERBS        base (and plural), singular, past
    PEOPLE       man, woman, men, women            ADJECTIVES   positive, comparative
    PLACES       capital, country, nationality
"""


def inflected(word, letter):
    """'car', 's' -> 'cars'; 'study', 'd' -> 'studied'; 'new', 'r' -> 'newer'."""
    if word[-1] == "y" and word[-2] not in "aeou":
        return f"{word[:-1]}ie{letter}"
    e = word[-1] != "e" and (letter != "s" or word.endswith(("s", "sh", "ch")))
    return f"{word}{'e' * e}{letter}"


def rows(text, *letters):
    """'car, truck', 's' -> [('car', 'cars'), ('truck', 'trucks')]; irregular forms are written."""
    table = []
    for row in text.split(","):
        word, *irregular = row.split()
        regular = [inflected(word, letter) for letter in letters]
        table.append((word, *regular[:len(letters) - len(irregular)], *irregular))
    return table


TOPICS = ("market", "food", "farm", "stage", "school", "state", "travel")

NOUNS = {topic: rows(text, "s") for topic, text in {
    "market": "car, truck, price, share, bank, factory, engine, loan, bond, office, shop, tire",
    "food": "apple, cake, soup, egg, onion, cheese, bottle, meal, kitchen, pie, spoon, pepper",
    "farm": "horse, cow, dog, tree, bird, garden, field, fence, goat, barn, river, hill",
    "stage": "song, film, guitar, ticket, poem, piano, concert, theater, novel, mask, opera, "
             "violin",
    "school": "book, letter, lesson, computer, riddle, library, theory, pencil, rule, desk, essay, "
              "proof",
    "state": "law, palace, crown, sword, castle, army, treaty, tower, flag, throne, gate, battle",
    "travel": "ship, plane, hotel, station, map, bridge, road, harbor, island, beach, suitcase, "
              "cabin",
}.items()}

VERBS = {topic: rows(text, "s", "d") for topic, text in {
    "market": "buy bought, sell sold, build built, repair, order, paint, lease, insure",
    "food": "eat ate, cook, bake, taste, serve, wash, burn, divide",
    "farm": "feed fed, ride rode, plant, chase, catch caught, raise, tame, clear",
    "stage": "sing sang, write wrote, hear heard, watch, praise, perform, rehearse, record",
    "school": "teach taught, study, explain, solve, forget forgot, copy, borrow, discuss",
    "state": "defend, win won, lose lost, sign, guard, steal stole, attack, inherit",
    "travel": "visit, leave left, reach, see saw, cross, find found, photograph, describe",
}.items()}

PEOPLE = [(*row[:2], *(row[2:] or [inflected(word, "s") for word in row])) for row in rows(
    "man woman men women, boy girl, king queen, father mother, son daughter, brother sister, "
    "husband wife husbands wives, prince princess, uncle aunt, actor actress, waiter waitress, "
    "hero heroine heroes heroines, duke duchess, nephew niece, host hostess, monk nun")]

PLACES = rows("paris france french, tokyo japan japanese, berlin germany german, "
              "rome italy italian, madrid spain spanish, moscow russia russian, "
              "beijing china chinese, london england english, seoul korea korean, "
              "cairo egypt egyptian, athens greece greek, oslo norway norwegian")

ADJECTIVES = {
    "thing": rows("big bigger, new, old, small, fast, slow, cheap, strong, clean, dark, light, "
                  "long", "r"),
    "person": rows("happy, rich, poor, young, sad sadder, calm, kind, brave", "r"),
}

NAMES = {
    "male": "john peter paul mark henry simon oscar felix hugo martin victor leo albert bruno "
            "conrad dennis edgar frank gustav harold".split(),
    "female": "mary anna laura helen alice clara emma julia nora ruth sarah vera agnes bella "
              "cecily doris edith flora grace hilda".split(),
}
BRANDS = "toyota honda ford fiat volvo".split()
UNITS = "year month week day morning evening summer winter".split()

DETERMINERS = {"both": ["the"], "singular": ["this", "each", "another"],
               "plural": ["these", "some", "many", "N"]}
PREPOSITIONS = {"place": ["near", "behind", "beside", "above", "below"],
                "origin": ["from", "of"], "company": ["for", "with"]}
ADVERBS = ("often never gladly soon slowly rarely proudly quickly always secretly once "
           "surely").split()
MODALS, RELATIVES, CONJUNCTIONS = ["will", "may", "must"], ["who", "that"], ["and", "then"]

POSSESSIVE = {"male": "his", "female": "her", "plural": "their", "you": "your", "i": "my",
              "we": "our", "it": "its"}
REFLEXIVE = {"male": "himself", "female": "herself", "plural": "themselves"}


def all_forms(tables):
    return [form for table in tables for row in table for form in row]


# Every word's class. Words of a class can stand in the same positions, whatever their form.
CLASSES = {
    "noun": all_forms(NOUNS.values()),
    "verb": all_forms(VERBS.values()),
    "person": all_forms([PEOPLE]),
    **dict(zip(("capital", "country", "nationality"), map(list, zip(*PLACES)))),
    "adjective": all_forms(ADJECTIVES.values()),
    "name": [*NAMES["male"], *NAMES["female"], "mr.", "mrs.", "<unk>"],
    "brand": BRANDS,
    "time": [*UNITS, "yesterday", "today", "tomorrow", "last", "every", "next"],
    "pronoun": ["he", "she", "they", "you", "i", "we", *POSSESSIVE.values(), *REFLEXIVE.values()],
    "determiner": [word for words in DETERMINERS.values() for word in words],
    "copula": ["is", "are", "am", "was", "were", "be"],
    "modal": MODALS,
    "adverb": ADVERBS,
    "preposition": [*(word for words in PREPOSITIONS.values() for word in words), "in", "than"],
    "connective": [*RELATIVES, *CONJUNCTIONS],
    "end": ["<eos>"],
}
CLASS_OF = {word: name for name, words in CLASSES.items() for word in words}


def pairs(tables, a, b):
    """The (form a, form b) pair of each lemma of some tables."""
    return [(row[a], row[b]) for table in tables for row in table]


# Pairs between which one relation holds: any two pairs of a category make a question a : b = c : d.
ANALOGY_PAIRS = {
    "capital-country": pairs([PLACES], 0, 1),
    "gender": pairs([PEOPLE], 0, 1),
    "plural": pairs(NOUNS.values(), 0, 1),
    "tense": pairs(VERBS.values(), 0, 2),
    "comparative": pairs(ADJECTIVES.values(), 0, 1),
}


def word_pairs():
    """[(word, word, judgement), ...]: 3 for forms of one lemma, else 1 each for class and topic."""
    topic_of = {word: topic for tables in (NOUNS, VERBS) for topic, table in tables.items()
                for word in all_forms([table])}
    lemmas = [table[r] for table in NOUNS.values() for r in (0, 3, 6)]
    lemmas += [table[r] for table in VERBS.values() for r in (0, 4)]
    words = [(word, lemma) for lemma in lemmas for word in lemma[:2]]
    return [(a, b, 3 if lemma is other else
             (CLASS_OF[a] == CLASS_OF[b]) + (topic_of[a] == topic_of[b]))
            for i, (a, lemma) in enumerate(words) for b, other in words[:i]]


def analogies():
    """{category: [(a, b, c, d), ...]}: each pair with the 11 that follow, or all where fewer."""
    return {category: [(*pair, *table[(i + step) % len(table)]) for i, pair in enumerate(table)
                       for step in range(1, min(len(table), 12))]
            for category, table in ANALOGY_PAIRS.items()}
