"""Korean and Japanese texts: the same everywhere, exact probabilities, particles, tense."""

import hashlib
import math
import re
import unicodedata
from collections import Counter

import pytest

from common.errors import InputError
from dataset.toy.ko_ja import (
    LANGUAGES,
    NAMES,
    PARTS,
    Lines,
    all_lines,
    generate,
    load_text,
    log_probability,
)
from dataset.toy.ko_ja_grammar import Grammar, add

each_language = pytest.mark.parametrize("name", NAMES)


def decomposed(text):
    """NFD: the letters of a syllable, three where it has a final consonant."""
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize("name, digest", [("toy-ko", "1f55565b6ab6d70e"),
                                          ("toy-ja", "bfd570dbc89db46f")])
def test_the_training_text_is_the_same_on_every_machine(name, digest):
    lines = "\n".join(load_text(name).lines)
    assert hashlib.sha256(lines.encode()).hexdigest()[:16] == digest


@each_language
def test_a_seed_gives_one_text_and_each_part_has_its_own(name):
    assert generate(name, 500, seed=3) == generate(name, 500, seed=3)
    assert generate(name, 500, seed=3) != generate(name, 500, seed=4)
    starts = {tuple(load_text(name, part, 500).lines) for part in PARTS}
    assert len(starts) == len(PARTS)
    assert load_text(name, "val") == load_text(name, "valid")


@each_language
def test_a_text_is_as_long_as_asked_and_no_line_longer(name):
    for part, characters in (("train", 100_000), ("valid", 10_000), ("test", 10_000)):
        text = load_text(name, part)
        assert text.characters - len(text.lines[-1]) - 1 < characters <= text.characters


@each_language
def test_probabilities_sum_to_1_and_no_line_has_two_derivations(name):
    lines = Grammar(LANGUAGES[name]).lines()
    assert math.isclose(math.fsum(p for _, p in lines), 1, rel_tol=1e-12)
    assert all(p > 0 for _, p in lines)
    assert len({line for line, _ in lines}) == len(lines)


@each_language
def test_log_probability_is_what_generate_notes(name):
    text = generate(name, 2000, seed=1)
    assert text.log_probabilities == [log_probability(name, line) for line in text.lines]


@each_language
def test_lines_are_as_frequent_as_their_probability_says(name):
    text = load_text(name)
    for line, count in Counter(text.lines).most_common(5):
        expected = len(text.lines) * math.exp(log_probability(name, line))
        assert abs(count - expected) < 4 * math.sqrt(expected)


def test_the_probability_of_a_line_by_hand():
    """The weather (4 of 100), the first of 3 pairs of forms, 8 sentences a pair."""
    for name, line in (("toy-ko", "어제는 추웠지만 오늘은 따뜻해요."),
                       ("toy-ja", "昨日は寒かったですが、今日は暖かいです。")):
        assert math.isclose(log_probability(name, line), math.log(0.04 / 3 / 8))


def test_what_the_grammar_cannot_say_has_no_probability():
    said = {"toy-ko": "어제 도서관에서 책을 읽었어요.", "toy-ja": "昨日、図書館で本を読みました。"}
    never = {"toy-ko": ("책을 읽을 거예요", "책를 읽었어요", "커피를 읽었어요"),
             "toy-ja": ("本を読みます", "本が読みました", "水を読みました")}
    for name, line in said.items():
        assert log_probability(name, line) > -math.inf
        phrase = {"toy-ko": "책을 읽었어요", "toy-ja": "本を読みました"}[name]
        for other in never[name]:
            assert log_probability(name, line.replace(phrase, other)) == -math.inf
        assert log_probability(name, "") == -math.inf


@pytest.mark.parametrize("particle, words", [
    ("을/를", "사과를 밥을 물을 영화를"), ("이/가", "책이 친구가"), ("은/는", "동생은 저는"),
    ("과/와", "형과 누나와"), ("으로/로", "지하철로 버스로 손으로 기차로 연필로"),
    ("에서", "집에서 학교에서"), ("で", "図書館で バスで")])
def test_particles_by_the_last_sound(particle, words):
    for word in words.split():
        form = next(form for form in sorted(particle.split("/"), key=len, reverse=True)
                    if word.endswith(form))
        assert add(word.removesuffix(form), particle) == word


def test_the_particles_of_all_korean_lines():
    """Against the Unicode decomposition of syllables, which knows nothing of our arithmetic."""
    ends = Counter(re.findall(r"(\w[을를과와]) ", "\n".join(all_lines("toy-ko"))))
    assert len(ends) > 50
    for word, particle in ends:
        assert (len(decomposed(word)) == 3) == (particle in "을과")


@each_language
def test_time_tells_the_tense(name):
    """In Korean a verb of the past has a final ㅆ before its ending 어요."""
    for start, end in {"toy-ko": (("어제 친구", "\u11bb어요."), ("내일 친구", " 거예요."),
                                  ("주말마다 친구", "요."), ("매일 친구", "요.")),
                       "toy-ja": (("昨日、友達", "ました。"), ("明日、友達", "ます。"),
                                  ("毎週末、友達", "ます。"), ("毎日、友達", "ます。"))}[name]:
        lines = [line for line in all_lines(name) if line.startswith(start)]
        assert len(lines) > 50
        for line in lines:
            assert decomposed(line).endswith(decomposed(end))
            assert end != "요." or not line.endswith("거예요.")
            assert end != "요." or not decomposed(line).endswith(decomposed("\u11bb어요."))


@each_language
def test_the_answer_repeats_the_verb_of_the_question(name):
    asked = {"toy-ko": r"어디에서 \w+ (.+)\? \w+에서 (.+)\.",
             "toy-ja": r"どこで\w+を(.+)か。\w+で(.+)。"}
    lines = [line for line in all_lines(name) if line.startswith(("어디", "どこ"))]
    assert len(lines) > 200
    for line in lines:
        first, second = re.fullmatch(asked[name], line).groups()
        assert first == second


@each_language
def test_only_letters_of_the_language_occur_in_nfc(name):
    letters = {"toy-ko": r"[가-힣 .,?]+", "toy-ja": r"[ぁ-んァ-ヴー一-龥々、。]+"}[name]
    for line in all_lines(name):
        assert re.fullmatch(letters, line)
        assert unicodedata.is_normalized("NFC", line)
        assert "  " not in line and line == line.strip()


@each_language
def test_every_character_of_valid_and_test_is_in_train(name):
    known = set("".join(load_text(name).lines))
    for part in ("valid", "test"):
        assert set("".join(load_text(name, part).lines)) <= known


def test_the_lowest_perplexity_by_hand():
    """Two lines of 2 and 4 characters are 3 + 5 tokens: (1/2 * 1/8) ** (-1/8)."""
    text = Lines(["네.", "아니요."], [math.log(1 / 2), math.log(1 / 8)])
    assert text.characters == 8
    assert math.isclose(text.lowest_perplexity, 2 ** 0.5)


@each_language
def test_the_lowest_perplexity_of_a_text_is_near_that_of_the_grammar(name):
    table = all_lines(name)
    entropy = -math.fsum(p * math.log(p) for p in table.values())
    length = math.fsum(p * (len(line) + 1) for line, p in table.items())
    assert math.isclose(load_text(name).lowest_perplexity, math.exp(entropy / length), rel_tol=0.01)


def test_errors_say_what_was_found():
    with pytest.raises(InputError, match="toy-ko, toy-ja, got 'toy-en'"):
        load_text("toy-en")
    with pytest.raises(InputError, match="toy-ko, toy-ja, got 'toy-en'"):
        log_probability("toy-en", "네.")
    with pytest.raises(InputError, match="train, valid, val, test, got 'dev'"):
        load_text("toy-ko", "dev")
    for characters in (0, -5):
        with pytest.raises(InputError, match=f"1 character or more, got {characters}"):
            load_text("toy-ja", "train", characters)
