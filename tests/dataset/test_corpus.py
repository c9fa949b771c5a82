"""Text files as corpora, and the one way in which scripts choose what they learn from."""

import numpy as np
import pytest

from common.errors import InputError
from dataset import text_file
from dataset.corpus import announce, load_corpus


@pytest.mark.parametrize("data", [b"a b\nc", b"a b\nc\n", b"\xef\xbb\xbfa b\r\nc\r\n", b" a  b \rc"])
def test_lines_end_in_eos_whatever_the_line_ends_and_marks(tmp_path, data):
    (tmp_path / "t.txt").write_bytes(data)
    assert text_file.read_words(tmp_path / "t.txt") == ["a", "b", "<eos>", "c", "<eos>"]


def test_words_of_any_script(tmp_path):
    (tmp_path / "t.txt").write_text("나는 사과를 먹는다\u2028 naïve\n", encoding="utf-8")
    assert text_file.read_words(tmp_path / "t.txt") == ["나는", "사과를", "먹는다", "naïve", "<eos>"]


@pytest.mark.parametrize("data, message", [(b"abc \xff", "UTF-8.*0xff at offset 4"), (b"", "no words"),
                                           (b" \n\n", "no words")])
def test_files_that_are_no_text_are_told(tmp_path, data, message):
    (tmp_path / "t.txt").write_bytes(data)
    with pytest.raises(InputError, match=f"t.txt.*{message}"):
        load_corpus(str(tmp_path / "t.txt"))


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*none\.txt"):
        load_corpus(str(tmp_path / "none.txt"))
    with pytest.raises(InputError, match="cannot read"):
        load_corpus(str(tmp_path))


def test_auto_is_the_toy_where_ptb_is_not_at_hand(capsys):
    data = load_corpus("auto")
    assert data.name == "toy"
    announce(data, type("Args", (), {"corpus": "auto", "seed": 3}))
    printed = capsys.readouterr().out
    assert printed.startswith("data: toy, ") and "seed 3" in printed and "DLFS2_DATA" in printed


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
