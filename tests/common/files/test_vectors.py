"""Word vectors to disk and back, in three kinds of file, and files that are not what they say."""

import pickle

import numpy as np
import pytest

from common.errors import InputError
from common.files.vectors import load_vectors, save_vectors

VECS = np.random.default_rng(0).standard_normal((4, 3)).astype("f")
WORDS = {0: "the", 1: "<unk>", 2: "사과", 3: "n't"}


@pytest.mark.parametrize("name", ["v.npz", "v.txt", "v.vec"])
def test_vectors_come_back_bit_for_bit(tmp_path, name):
    save_vectors(tmp_path / name, VECS, WORDS)
    vecs, word_to_id, id_to_word = load_vectors(tmp_path / name)
    np.testing.assert_array_equal(vecs, VECS)
    assert vecs.dtype == np.float32 and id_to_word == WORDS and word_to_id["사과"] == 2


def test_the_text_format_has_a_header_and_the_most_frequent_first(tmp_path):
    save_vectors(tmp_path / "v.txt", VECS, WORDS, counts=[1, 9, 5, 5])
    lines = (tmp_path / "v.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "4 3"
    assert [line.split()[0] for line in lines[1:]] == ["<unk>", "사과", "n't", "the"]
    np.testing.assert_array_equal(np.array(lines[1].split()[1:], "f"), VECS[1])


@pytest.mark.parametrize("word", ["new york", "", "a\n", "a\u00a0b"])
@pytest.mark.parametrize("name", ["v.npz", "v.txt"])
def test_a_word_with_white_space_is_refused_by_name(tmp_path, word, name):
    with pytest.raises(InputError, match="white space") as error:
        save_vectors(tmp_path / name, VECS, {**WORDS, 2: word})
    assert repr(word) in str(error.value) and not (tmp_path / name).exists()


def test_the_pickle_of_the_books_chapter_4(tmp_path):
    with open(tmp_path / "v.pkl", "wb") as file:
        pickle.dump({"word_vecs": VECS.astype(np.float16), "id_to_word": WORDS,
                     "word_to_id": {w: i for i, w in WORDS.items()}}, file, -1)
    vecs, _, id_to_word = load_vectors(tmp_path / "v.pkl")
    np.testing.assert_allclose(vecs, VECS, rtol=1e-3)
    assert vecs.dtype == np.float32 and id_to_word == WORDS


@pytest.mark.parametrize("text, message", [
    ("3 2\na 1 2\nb 3 4\n", "says that it holds 3 words and holds 2"),
    ("2 2\na 1 2\nb 3 4 5\n", "line 3.*2 numbers"), ("2 2\na 1 2\nb 3 x\n", "line 3.*'b'"),
    ("2 2\na 1 2\nb 3 nan\n", "'b' holds NaN"), ("2 2\na 1 2\nb 3 inf\n", "'b' holds NaN or inf"),
    ("2 2\na 1 2\na 3 4\n", "twice"), ("a 1 2\n", "line 1"), ("", "line 1"), ("0 2\n", "0 words"),
])
def test_text_that_is_damaged_is_told(tmp_path, text, message):
    (tmp_path / "v.txt").write_text(text)
    with pytest.raises(InputError, match=f"v.txt.*{message}"):
        load_vectors(tmp_path / "v.txt")


def test_files_of_another_kind_are_told(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.ones(3))
    np.savez(tmp_path / "b.npz", vectors=VECS, words=np.array(["a"]))
    (tmp_path / "c.txt").write_bytes(b"\xff\xff")
    (tmp_path / "d.pkl").write_bytes(pickle.dumps({"word_vecs": VECS}))
    for name, message in (("a.npz", "no word vectors"), ("b.npz", "1 words"),
                          ("c.txt", "no file of word vectors"), ("d.pkl", "chapter 4"),
                          ("none", "cannot read")):
        with pytest.raises(InputError, match=message):
            load_vectors(tmp_path / name)


def test_vectors_that_are_no_numbers_or_have_no_length_are_refused(tmp_path):
    bad = VECS.copy()
    bad[1, 1] = np.nan
    with pytest.raises(InputError, match="NaN or inf"):
        save_vectors(tmp_path / "v.npz", bad, WORDS)
    assert not (tmp_path / "v.npz").exists()
    with pytest.raises(InputError, match="white space"):
        save_vectors(tmp_path / "v.npz", VECS, {**WORDS, 1: "a\0"})
    (tmp_path / "v.txt").write_text("2 0\na\nb\n")
    with pytest.raises(InputError, match="do not belong"):
        load_vectors(tmp_path / "v.txt")
