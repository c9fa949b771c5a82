"""Text files as corpora, and the one way in which scripts choose what they learn from."""

import unicodedata
from types import SimpleNamespace

import numpy as np
import pytest

from common.errors import InputError
from dataset import text_file, toy
from dataset.corpus import announce, load_corpus, load_parts


def write(folder, text):
    (folder / "t.txt").write_bytes(text.encode())


@pytest.mark.parametrize("data", [b"a b\nc", b"a b\nc\n", b"\xef\xbb\xbfa b\r\nc\r\n",
                                  b" a  b \rc"])
def test_lines_end_in_eos_whatever_the_line_ends_and_marks(tmp_path, data):
    (tmp_path / "t.txt").write_bytes(data)
    assert text_file.read_words(tmp_path / "t.txt") == ["a", "b", "<eos>", "c", "<eos>"]


def test_words_of_any_script(tmp_path):
    (tmp_path / "t.txt").write_text("나는 사과를 먹는다\u2028 naïve\n", encoding="utf-8")
    words = text_file.read_words(tmp_path / "t.txt")
    assert words == ["나는", "사과를", "먹는다", "naïve", "<eos>"]


@pytest.mark.parametrize("data, message", [(b"abc \xff", "UTF-8.*0xff at offset 4"),
                                           (b"", "no words"),
                                           (b" \n\n", "no words"),
                                           (b"%PDF-1.4\n1 0 obj", "a PDF, no"),
                                           ("a b\n".encode("utf-16"), "iconv -f UTF-16 "),
                                           (b"a b\0\n", "NUL")])
def test_files_that_are_no_text_are_told(tmp_path, data, message):
    (tmp_path / "t.txt").write_bytes(data)
    with pytest.raises(InputError, match=f"t.txt.*{message}"):
        load_corpus(str(tmp_path / "t.txt"))


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*none\.txt"):
        load_corpus(str(tmp_path / "none.txt"))
    with pytest.raises(InputError, match="cannot read"):
        load_corpus(str(tmp_path))


def test_auto_is_the_toy_where_ptb_is_not_at_hand(tmp_path, monkeypatch, capsys):
    data, args = load_corpus("auto"), SimpleNamespace(corpus="auto", seed=3)
    assert data.name == "toy"
    announce(data, args)
    printed = capsys.readouterr().out
    assert printed.startswith("data: toy, ") and "seed 3" in printed
    assert "ptb.test.txt; now not set)" in printed
    monkeypatch.setenv("DLFS2_DATA", str(tmp_path))
    announce(data, args)
    missing = "ptb.train.txt, ptb.valid.txt, ptb.test.txt"
    assert f"; now {tmp_path}, which has no {missing})" in capsys.readouterr().out


def test_auto_is_ptb_where_it_is_at_hand(tmp_path, monkeypatch):
    for part in ("train", "valid", "test"):
        (tmp_path / f"ptb.{part}.txt").write_text("a b\n")
    monkeypatch.setenv("DLFS2_DATA", str(tmp_path))
    assert str(load_corpus("auto", "test")) == "ptb, 3 tokens, vocabulary 3"


def test_the_toy_has_three_parts_with_one_vocabulary():
    train, valid, test = (load_corpus("toy", part) for part in ("train", "valid", "test"))
    assert train.word_to_id == valid.word_to_id == test.word_to_id
    assert {"you", "year", "car", "toyota", "<eos>"} <= set(train.word_to_id)
    with pytest.raises(InputError, match="train, valid"):
        load_corpus("toy", "dev")


def test_head_keeps_the_words_that_occur(tmp_path):
    (tmp_path / "t.txt").write_text("b a b c")
    data = load_corpus(str(tmp_path / "t.txt")).head(3)
    np.testing.assert_array_equal(data.corpus, [0, 1, 0])
    assert data.word_to_id == {"b": 0, "a": 1} and data.id_to_word == {0: "b", 1: "a"}
    with pytest.raises(InputError, match="no part 'test'"):
        load_corpus(str(tmp_path / "t.txt"), "test")


def test_parts_for_a_language_model(tmp_path, monkeypatch):
    data = load_parts("toy", tokens=500)
    assert (len(data.train), len(data.valid), len(data.test)) == (500, 20_000, 20_000)
    assert data.lowest_perplexity == toy.load_text("test").lowest_perplexity
    assert len(data.word_to_id) == 599
    for part, words in (("train", "a b c"), ("valid", "b"), ("test", "c c")):
        (tmp_path / f"ptb.{part}.txt").write_text(words + "\n")
    monkeypatch.setenv("DLFS2_DATA", str(tmp_path))
    data = load_parts("auto", tokens=2)
    assert str(data) == "ptb, 2 tokens to learn from, 2 to validate, 3 to test, vocabulary 4"
    assert data.train.tolist() == [0, 1] and data.test.tolist() == [2, 2, 3]
    assert data.lowest_perplexity is None


@pytest.mark.parametrize("text, hinted", [
    ("나는고양이로소이다", True), ("吾輩は猫である。\n名前はまだ無い。\n", True),
    ("どこで生れたかとんと見当がつかぬ。 何でも薄暗いじめじめした所で泣いていた。\n", True),
    ("나 는 고 양 이", False), ("나는 사과를 먹는다\n고양이가 잔다\n", False)])
def test_a_text_without_spaces_gets_a_hint(tmp_path, capsys, text, hinted):
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    announce(load_corpus(str(tmp_path / "t.txt")), SimpleNamespace(corpus="t.txt", seed=0))
    assert ("--level char" in capsys.readouterr().out) == hinted
    with pytest.raises(InputError) as refused:
        load_parts(str(tmp_path / "t.txt"))
    assert ("--level char" in str(refused.value)) == hinted


@pytest.mark.parametrize("text", [
    "고양이 고양이\n", "고양이\u00a0고양이", "\ufeff고양이\u3000고양이\r\n",
    "고양이\u200b\u2028고양이\u200e\r", "고양이\x85\ufeff고양이"])
def test_one_word_is_one_whatever_its_spelling_and_spaces(tmp_path, text):
    for form in ("NFC", "NFD"):
        (tmp_path / "t.txt").write_bytes(unicodedata.normalize(form, text).encode())
        data = load_corpus(str(tmp_path / "t.txt"))
        assert data.word_to_id == {"고양이": 0, "<eos>": 1} and data.corpus.tolist() == [0, 0, 1]


def test_a_text_file_is_divided_or_too_short(tmp_path):
    (tmp_path / "t.txt").write_text("\n".join(map(str, range(2000))))
    data = load_parts(str(tmp_path / "t.txt"))
    assert (len(data.train), len(data.valid), len(data.test)) == (3200, 400, 400)
    whole = np.concatenate([data.train, data.valid, data.test])
    assert data.train[0] == 0 and np.array_equal(whole[::2],
                                                 load_corpus(str(tmp_path / "t.txt")).corpus[::2])
    (tmp_path / "t.txt").write_text("a b c")
    with pytest.raises(InputError, match=r"4 words and line ends, too few.* of 3,510 or more"):
        load_parts(str(tmp_path / "t.txt"))
    (tmp_path / "t.txt").write_text("a\n" * 1755)            # a text of 3,510, with its line ends
    assert len(load_parts(str(tmp_path / "t.txt")).test) == 351
