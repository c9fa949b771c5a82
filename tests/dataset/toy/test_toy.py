"""The toy corpus: the same everywhere, exact probabilities, agreement, topics, known answers."""

import hashlib
import itertools
import math
from collections import Counter

import pytest

from common.errors import InputError
from dataset import toy
from dataset.toy.distributions import EOS, GENDER, NOUN, VERB, Words
from dataset.toy.grammar import Grammar
from dataset.toy.words import ANALOGY_PAIRS, CLASSES, NOUNS, PEOPLE, REFLEXIVE, VERBS


@pytest.fixture(scope="module")
def text():
    return toy.load_text("train")


def sentences(words):
    groups = itertools.groupby(words, lambda word: word == EOS)
    return [list(group) for end, group in groups if not end]


def test_the_text_of_seed_0_is_the_same_on_every_machine(text):
    digest = hashlib.sha256(" ".join(text.words).encode()).hexdigest()
    assert digest == "f72348658b7184c0215f9832d231a2113676982761a0ce705e848d4073bbd7d2"


def test_parts_and_seeds_differ_and_lengths_are_exact(text):
    assert len(text.words) == len(text.log_probabilities) == 100_000
    others = [toy.load_text(*part).words for part in (["valid"], ["test"], ["train", 1, 20_000])]
    assert [len(words) for words in others] == [20_000] * 3
    assert len({tuple(words[:1000]) for words in [text.words, *others]}) == 4
    assert toy.generate(1, 0).words == text.words[:1]
    assert toy.generate(777, 0).words == text.words[:777]


def test_every_distribution_is_one_and_scoring_equals_generating(text):
    assert toy.lowest_perplexity(text.words) == text.lowest_perplexity
    grammar = Grammar().text()
    distribution = next(grammar)
    for word, logarithm in zip(text.words[:5000], text.log_probabilities):
        assert math.fsum(distribution.probability.values()) == pytest.approx(1, abs=1e-12)
        assert math.log(distribution.probability[word]) == logarithm
        distribution = grammar.send(word)


def test_words_are_said_as_often_as_their_probabilities_say():
    """The grammar's own prediction of each count, summed over a text, against the counts."""
    text = toy.generate(60_000, 5)
    grammar, expected = Grammar().text(), Counter()
    distribution = next(grammar)
    for word in text.words:
        expected.update(distribution.probability)
        distribution = grammar.send(word)
    for word, count in Counter(text.words).items():
        assert abs(count - expected[word]) < 5 * math.sqrt(expected[word]) + 1


def test_no_model_can_be_better_and_simple_ones_are_far_worse(text):
    test = toy.load_text("test")
    assert 15 < test.lowest_perplexity < 40 and 15 < text.lowest_perplexity < 40
    assert trigram_perplexity(text.words, test.words) > 1.5 * test.lowest_perplexity


def trigram_perplexity(train, test):
    """A trigram interpolated with bigram and unigram by Witten and Bell's weights."""
    orders = [Counter(zip(*(train[i:] for i in range(n)))) for n in (1, 2, 3)]
    followers = [Counter(gram[:-1] for gram in grams) for grams in orders]  # kinds after a context
    totals = [Counter() for _ in orders]
    for grams, total in zip(orders, totals):
        for gram, count in grams.items():
            total[gram[:-1]] += count
    logs = []
    for n in range(2, len(test)):
        p = 1 / len(toy.CLASS_OF)
        for order in (1, 2, 3):
            gram = tuple(test[n - order + 1:n + 1])
            seen, kinds = totals[order - 1][gram[:-1]], followers[order - 1][gram[:-1]]
            if seen:
                p = (orders[order - 1][gram] + kinds * p) / (seen + kinds)
        logs.append(math.log(p))
    return math.exp(-sum(logs) / len(logs))


def test_text_it_cannot_say_has_infinite_perplexity():
    assert toy.lowest_perplexity(["the", "the"]) == math.inf
    assert toy.lowest_perplexity(["zebra"]) == math.inf
    with pytest.raises(InputError, match="no words"):
        toy.lowest_perplexity([])


def test_vocabulary_tail_and_classes(text):
    counts = Counter(text.words)
    assert 400 < len(counts) < 1000
    assert sum(len(words) for words in CLASSES.values()) == len(toy.CLASS_OF)  # none has two
    assert set(counts) <= set(toy.CLASS_OF)
    assert {"<eos>", "N", "<unk>", "you", "year", "car", "toyota"} <= set(counts)
    ranked = [count for _, count in counts.most_common()]
    assert ranked[0] > 20 * ranked[99] > 20 * ranked[499]


def test_verbs_agree_with_their_subjects(text):
    singular, base = ({row[form] for table in VERBS.values() for row in table} for form in (1, 0))
    past, met = {row[2] for table in VERBS.values() for row in table}, Counter()
    for words in sentences(text.words):
        for pronoun, wrong in (("he", base), ("she", base), ("they", singular), ("you", singular)):
            if words[:1] == [pronoun] and words[1] in VERB:
                assert words[1] not in wrong
                met[pronoun] += 1
        for time, wrong in (("yesterday", singular), ("today", past)):
            if words[0] == time and "who" not in words and "that" not in words:
                assert not wrong & set(words)
                met[time] += 1
    assert met.keys() == {"he", "she", "they", "you", "yesterday", "today"}, met


def test_some_agreement_reaches_across_ten_tokens_and_more(text):
    gender = {person: "plural" if form > 1 else ("male", "female")[form]
              for row in PEOPLE for form, person in enumerate(row)}
    far = 0
    for words in sentences(text.words):
        subject = next((i for i, word in enumerate(words) if word in {**gender, **GENDER}), None)
        reflexive = next((i for i, word in enumerate(words) if word in REFLEXIVE.values()), None)
        if None not in (subject, reflexive) and words[0] != "this" and subject < 4:
            who = gender.get(words[subject]) or GENDER[words[subject]]
            assert REFLEXIVE[who] == words[reflexive]
            far += reflexive - subject >= 10
    assert far > 50


def test_topics_are_told_by_the_words_and_last(text):
    assert len(text.topics) == text.words.count(EOS)
    assert set(text.topics) == set(NOUNS)
    topic_of = {word: entry[0] for word, entry in {**NOUN, **VERB}.items()}
    for words, topic in zip(sentences(text.words), text.topics):
        assert {topic_of[word] for word in words if word in topic_of} <= {topic}
    same = sum(a == b for a, b in itertools.pairwise(text.topics)) / len(text.topics)
    assert same > 1.5 / len(NOUNS)


def test_analogies_and_word_pairs_are_of_known_words():
    questions = toy.analogies()
    assert set(questions) == {"gender", "tense", "plural", "comparative", "capital-country"}
    for category, rows in questions.items():
        assert len(rows) == len(set(rows)) > 100
        assert all({(a, b), (c, d)} <= set(ANALOGY_PAIRS[category]) and a != c
                   for a, b, c, d in rows)
    assert all({a, b} <= toy.CLASS_OF.keys() and 0 <= score <= 3
               for a, b, score in toy.word_pairs())


def test_load_data_has_one_vocabulary():
    train, test = toy.load_data("train"), toy.load_data("test", tokens=500)
    assert train[1] == test[1] and len(test[0]) == 500 and len(train[1]) == len(toy.CLASS_OF)
    assert train[2] == {i: word for word, i in train[1].items()}


@pytest.mark.parametrize("call", [lambda: toy.generate(0, 0), lambda: toy.load_data("dev")])
def test_bad_arguments_are_told(call):
    with pytest.raises(InputError):
        call()


def test_draw_gives_each_word_its_share():
    words = Words({"a": 1, "b": 0, "c": 3})
    assert [words.draw(x) for x in (0.0, 0.2499, 0.25, 0.9999)] == ["a", "a", "c", "c"]


def test_a_text_of_no_tokens_is_refused():
    with pytest.raises(InputError, match="1 token or more, got 0"):
        toy.load_text("train", tokens=0)
