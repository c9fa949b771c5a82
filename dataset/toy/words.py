"""The words of the toy corpus: forms, classes, topics, and the analogies built in.

A lemma is a row of its forms, so agreement picks a column and an analogy is made of two rows:

    NOUNS        singular, plural                       VERBS        base (and plural), singular, past
    PEOPLE       man, woman, men, women                 ADJECTIVES   positive, comparative
    PLACES       capital, country, nationality
"""


def rows(text):
    """'car cars, truck trucks' -> [('car', 'cars'), ('truck', 'trucks')]."""
    return [tuple(row.split()) for row in text.split(",")]


TOPICS = ("market", "food", "farm", "stage", "school", "state", "travel")

NOUNS = {
    "market": rows("car cars, truck trucks, price prices, share shares, bank banks, factory factories, engine engines, "
                   "loan loans, bond bonds, office offices, shop shops, tire tires"),
    "food": rows("apple apples, cake cakes, soup soups, egg eggs, onion onions, cheese cheeses, bottle bottles, "
                 "meal meals, kitchen kitchens, pie pies, spoon spoons, pepper peppers"),
    "farm": rows("horse horses, cow cows, dog dogs, tree trees, bird birds, garden gardens, field fields, "
                 "fence fences, goat goats, barn barns, river rivers, hill hills"),
    "stage": rows("song songs, film films, guitar guitars, ticket tickets, poem poems, piano pianos, "
                  "concert concerts, theater theaters, novel novels, mask masks, opera operas, violin violins"),
    "school": rows("book books, letter letters, lesson lessons, computer computers, riddle riddles, "
                   "library libraries, theory theories, pencil pencils, rule rules, desk desks, essay essays, "
                   "proof proofs"),
    "state": rows("law laws, palace palaces, crown crowns, sword swords, castle castles, army armies, "
                  "treaty treaties, tower towers, flag flags, throne thrones, gate gates, battle battles"),
    "travel": rows("ship ships, plane planes, hotel hotels, station stations, map maps, bridge bridges, road roads, "
                   "harbor harbors, island islands, beach beaches, suitcase suitcases, cabin cabins"),
}

VERBS = {
    "market": rows("buy buys bought, sell sells sold, build builds built, repair repairs repaired, "
                   "order orders ordered, paint paints painted, lease leases leased, insure insures insured"),
    "food": rows("eat eats ate, cook cooks cooked, bake bakes baked, taste tastes tasted, serve serves served, "
                 "wash washes washed, burn burns burned, divide divides divided"),
    "farm": rows("feed feeds fed, ride rides rode, plant plants planted, chase chases chased, catch catches caught, "
                 "raise raises raised, tame tames tamed, clear clears cleared"),
    "stage": rows("sing sings sang, write writes wrote, hear hears heard, watch watches watched, "
                  "praise praises praised, perform performs performed, rehearse rehearses rehearsed, "
                  "record records recorded"),
    "school": rows("teach teaches taught, study studies studied, explain explains explained, solve solves solved, "
                   "forget forgets forgot, copy copies copied, borrow borrows borrowed, discuss discusses discussed"),
    "state": rows("defend defends defended, win wins won, lose loses lost, sign signs signed, guard guards guarded, "
                  "steal steals stole, attack attacks attacked, inherit inherits inherited"),
    "travel": rows("visit visits visited, leave leaves left, reach reaches reached, see sees saw, "
                   "cross crosses crossed, find finds found, photograph photographs photographed, "
                   "describe describes described"),
}

PEOPLE = rows("man woman men women, boy girl boys girls, king queen kings queens, father mother fathers mothers, "
              "son daughter sons daughters, brother sister brothers sisters, husband wife husbands wives, "
              "prince princess princes princesses, uncle aunt uncles aunts, actor actress actors actresses, "
              "waiter waitress waiters waitresses, hero heroine heroes heroines, duke duchess dukes duchesses, "
              "nephew niece nephews nieces, host hostess hosts hostesses, monk nun monks nuns")

PLACES = rows("paris france french, tokyo japan japanese, berlin germany german, rome italy italian, "
              "madrid spain spanish, moscow russia russian, beijing china chinese, london england english, "
              "seoul korea korean, cairo egypt egyptian, athens greece greek, oslo norway norwegian")

ADJECTIVES = {
    "thing": rows("big bigger, new newer, old older, small smaller, fast faster, slow slower, cheap cheaper, "
                  "strong stronger, clean cleaner, dark darker, light lighter, long longer"),
    "person": rows("happy happier, rich richer, poor poorer, young younger, sad sadder, calm calmer, kind kinder, "
                   "brave braver"),
}

NAMES = {
    "male": "john peter paul mark henry simon oscar felix hugo martin victor leo albert bruno conrad dennis "
            "edgar frank gustav harold".split(),
    "female": "mary anna laura helen alice clara emma julia nora ruth sarah vera agnes bella cecily doris "
              "edith flora grace hilda".split(),
}
BRANDS = "toyota honda ford fiat volvo".split()
UNITS = "year month week day morning evening summer winter".split()

DETERMINERS = {"both": ["the"], "singular": ["this", "each", "another"], "plural": ["these", "some", "many", "N"]}
PREPOSITIONS = {"place": ["near", "behind", "beside", "above", "below"], "origin": ["from", "of"],
                "company": ["for", "with"]}
ADVERBS = "often never gladly soon slowly rarely proudly quickly always secretly once surely".split()
MODALS, RELATIVES, CONJUNCTIONS = ["will", "may", "must"], ["who", "that"], ["and", "then"]

POSSESSIVE = {"male": "his", "female": "her", "plural": "their", "you": "your", "i": "my", "we": "our", "it": "its"}
REFLEXIVE = {"male": "himself", "female": "herself", "plural": "themselves"}

# Every word's class. Words of a class can stand in the same places, whatever their form.
CLASSES = {
    "noun": [form for topic in TOPICS for row in NOUNS[topic] for form in row],
    "verb": [form for topic in TOPICS for row in VERBS[topic] for form in row],
    "person": [form for row in PEOPLE for form in row],
    "capital": [row[0] for row in PLACES],
    "country": [row[1] for row in PLACES],
    "nationality": [row[2] for row in PLACES],
    "adjective": [form for kind in ADJECTIVES.values() for row in kind for form in row],
    "name": [*NAMES["male"], *NAMES["female"], "mr.", "mrs.", "<unk>"],
    "brand": BRANDS,
    "time": [*UNITS, "yesterday", "today", "tomorrow", "last", "every", "next"],
    "pronoun": ["he", "she", "they", "you", "i", "we", *POSSESSIVE.values(), *REFLEXIVE.values()],
    "determiner": [*DETERMINERS["both"], *DETERMINERS["singular"], *DETERMINERS["plural"]],
    "copula": ["is", "are", "am", "was", "were", "be"],
    "modal": MODALS,
    "adverb": ADVERBS,
    "preposition": [*PREPOSITIONS["place"], *PREPOSITIONS["origin"], *PREPOSITIONS["company"], "in", "than"],
    "connective": [*RELATIVES, *CONJUNCTIONS],
    "end": ["<eos>"],
}
CLASS_OF = {word: name for name, words in CLASSES.items() for word in words}


def pairs(table, a, b):
    """The (form a, form b) pair of each lemma of a table."""
    return [(row[a], row[b]) for row in table]


# Pairs between which one relation holds: any two pairs of a category make a question a : b = c : d.
ANALOGY_PAIRS = {
    "capital-country": pairs(PLACES, 0, 1),
    "gender": pairs(PEOPLE, 0, 1),
    "plural": [pair for topic in TOPICS for pair in pairs(NOUNS[topic], 0, 1)],
    "tense": [pair for topic in TOPICS for pair in pairs(VERBS[topic], 0, 2)],
    "comparative": pairs(ADJECTIVES["thing"], 0, 1) + pairs(ADJECTIVES["person"], 0, 1),
}


def word_pairs():
    """[(word, word, judgement), ...]: 3 for forms of one lemma, else 1 for the same class and 1 for the same topic."""
    topic_of = {word: topic for tables in (NOUNS, VERBS) for topic, table in tables.items() for row in table
                for word in row}
    nouns = [table[r] for table in NOUNS.values() for r in (0, 3, 6)]
    verbs = [table[r] for table in VERBS.values() for r in (0, 4)]
    words = [(word, lemma) for lemma in nouns + verbs for word in lemma[:2]]
    return [(a, b, 3 if lemma is other else (CLASS_OF[a] == CLASS_OF[b]) + (topic_of[a] == topic_of[b]))
            for i, (a, lemma) in enumerate(words) for b, other in words[:i]]


def analogies():
    """{category: [(a, b, c, d), ...]}: all questions of the smaller categories, neighbouring pairs of the larger."""
    questions = {}
    for category, table in ANALOGY_PAIRS.items():
        steps = range(1, min(len(table), 12))
        questions[category] = [(*pair, *table[(i + step) % len(table)]) for i, pair in enumerate(table)
                               for step in steps]
    return questions
