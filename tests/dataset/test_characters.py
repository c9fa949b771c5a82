"""Texts as characters: cut, numbered and written again without loss; words that are spelled."""

import math
import re
import unicodedata

import numpy as np
import pytest

from common.errors import InputError
from common.files.text import visible
from dataset import toy
from dataset.characters import join_characters, load_parts, spell, split_characters
from dataset.corpus import load_corpus
from dataset.corpus import load_parts as parts_of
from tests.dataset.test_corpus import write


def test_characters_spaces_and_line_ends_are_tokens():
    assert split_characters("나는 a\n\nb") == ["나", "는", " ", "a", "<eos>", "<eos>", "b", "<eos>"]
    assert split_characters("a\tb\u3000c\r\nd\r") == [*"a\tb\u3000c", "<eos>", "d", "<eos>"]
    assert split_characters("") == []


@pytest.mark.parametrize("text, tokens", [
    ("e\u0301le\u0300ve", ["é", "l", "è", "v", "e"]),        # composed
    ("x\u0302y", ["x\u0302", "y"]),                          # no character of its own: a mark stays
    ("हिन्दी", ["हि", "न्", "दी"]), ("か\u3099き", ["が", "き"]),
    ("한\u1112\u1161\u11ab", ["한", "한"]),
    ("\u0301a", ["\u0301", "a"]),                            # a mark without a letter
])
def test_marks_stay_with_their_letter(text, tokens):
    assert split_characters(text)[:-1] == tokens


@pytest.mark.parametrize("seed", range(20))
def test_a_text_is_written_as_it_was_read_but_for_what_is_read_in_one_spelling(seed, tmp_path):
    rng = np.random.default_rng(seed)
    planes = [(9, 0x300), (0x300, 0x1000), (0x1000, 0xd800), (0xe000, 0x20000), (10, 14)]
    text = "".join(chr(rng.integers(*planes[rng.integers(5)])) for _ in range(500))
    expected = re.sub("\r\n|\r", "\n", visible(text))
    expected += "\n" * (not expected.endswith("\n"))
    write(tmp_path, text)
    data = load_corpus(str(tmp_path / "t.txt"), level="char")
    assert join_characters(data.id_to_word[i] for i in data.corpus.tolist()) == expected
    assert join_characters(split_characters(expected)) == expected
    assert all(len(unicodedata.normalize("NFC", token)) == len(token) for token in data.word_to_id)


def test_words_are_spelled_with_a_space_between_two():
    words = "<eos> a bc <eos> <eos> d".split()
    assert join_characters(spell(words)) == "\na bc\n\nd\n"


def test_a_text_file_has_one_part_and_the_others_one_vocabulary(tmp_path, monkeypatch):
    write(tmp_path, "ba ab\n")
    parts, word_to_id = load_parts(str(tmp_path / "t.txt"))
    assert [*parts] == ["train"] and parts["train"].tolist() == [0, 1, 2, 1, 0, 3]
    assert [*word_to_id] == ["b", "a", " ", "<eos>"]
    for part, text in (("train", " a <unk>\n b\n"), ("valid", "z a"), ("test", "b\n\n")):
        (tmp_path / f"ptb.{part}.txt").write_text(text)
    monkeypatch.setenv("DLFS2_DATA", str(tmp_path))
    parts, word_to_id = load_parts("ptb")
    assert "".join(word_to_id) == "a <unk><eos>bz"
    assert {part: len(ids) for part, ids in parts.items()} == {"train": 10, "valid": 4, "test": 3}


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_a_text_without_characters_is_told(tmp_path, text):
    write(tmp_path, text)
    with pytest.raises(InputError, match="has no characters"):
        load_corpus(str(tmp_path / "t.txt"), level="char")


def test_the_toy_is_spelled_and_its_lowest_perplexity_is_per_character():
    data = parts_of("toy", level="char", tokens=1000)
    words = toy.load_text("test")
    assert len(data.train) == 1000 and data.level == "char"
    text = join_characters(data.id_to_word[i] for i in data.test.tolist())
    end = len(words.words) - words.words[::-1].index("<eos>")
    assert text.split() == [word for word in words.words[:end] if word != "<eos>"]
    log_p = sum(words.log_probabilities[:end])
    assert data.lowest_perplexity == pytest.approx(math.exp(-log_p / len(data.test)))
    assert 1 < data.lowest_perplexity < 2


@pytest.mark.parametrize("name", ["toy-ko", "toy-ja"])
def test_the_toys_of_other_scripts_are_characters_by_themselves(name):
    data, short = parts_of(name), parts_of(name, tokens=50)
    assert data.level == short.level == "char" and len(short.train) == 50
    assert data.word_to_id == short.word_to_id and 1 < data.lowest_perplexity < 3
    assert {*data.test.tolist()} <= {*data.train.tolist()}
    with pytest.raises(InputError, match="leave out --level word"):
        load_corpus(name, level="word")
    with pytest.raises(InputError, match="level must be word or char, got 'chars'"):
        load_corpus(name, level="chars")


def test_rare_characters_become_unknown_and_line_ends_never(tmp_path):
    write(tmp_path, "aabbbcd")
    data = load_corpus(str(tmp_path / "t.txt"), level="char", min_count=2)
    assert [*data.word_to_id] == ["a", "b", "<unk>", "<eos>"]
    assert data.corpus.tolist() == [0, 0, 1, 1, 1, 2, 2, 3]
    assert load_corpus(str(tmp_path / "t.txt"), level="char", min_count=1).corpus.max() == 4
    with pytest.raises(InputError, match="nothing but <unk>"):
        load_corpus(str(tmp_path / "t.txt"), level="char", min_count=4)


def test_rare_words_become_unknown_in_every_part_however_much_is_learned_from(tmp_path):
    write(tmp_path, "a b a c\n" * 800 + "rare d d\n" * 4)
    data = parts_of(str(tmp_path / "t.txt"), min_count=5, tokens=10)
    assert [*data.word_to_id] == ["a", "b", "c", "<eos>", "<unk>", "d"]
    assert len(data.train) == 10 and np.count_nonzero(data.test == 4) == 4
    whole, few = (parts_of("toy", min_count=100, tokens=tokens) for tokens in (None, 5))
    assert whole.word_to_id == few.word_to_id and len(whole.word_to_id) < 300
    np.testing.assert_array_equal(whole.valid, few.valid)
    assert whole.lowest_perplexity is None                   # of fewer words it is lower
