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
    save_vectors(tmp_path / "v.txt", VECS, WORDS, counts=np.array([0, 9, 5, 5], np.uint8))
    lines = (tmp_path / "v.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "4 3"
    assert [line.split()[0] for line in lines[1:]] == ["<unk>", "사과", "n't", "the"]
    np.testing.assert_array_equal(np.array(lines[1].split()[1:], "f"), VECS[1])


@pytest.mark.parametrize("word, reason", [
    ("new york", "has white space"), ("a\n", "has white space"), ("", "is empty"),
    ("a\0", "has a NUL"), ("a\ud800", "is half a character"), ("the", "is there twice"),
])
@pytest.mark.parametrize("name", ["v.npz", "v.txt"])
def test_a_word_that_no_file_can_hold_is_refused_with_the_reason(tmp_path, word, reason, name):
    with pytest.raises(InputError, match=reason) as error:
        save_vectors(tmp_path / name, VECS, {**WORDS, 2: word})
    assert repr(word) in str(error.value) and not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["v.npz", "v.txt"])
def test_only_the_white_space_of_ascii_separates_fields(tmp_path, name):
    words = dict(enumerate(["\u00a0", "foo\u00a0bar", "\u3000", "a\u0085\u2028b"]))
    save_vectors(tmp_path / name, VECS, words)
    vecs, _, id_to_word = load_vectors(tmp_path / name)
    np.testing.assert_array_equal(vecs, VECS)
    assert id_to_word == words


def test_the_pickle_of_the_books_chapter_4(tmp_path):
    with open(tmp_path / "v.pkl", "wb") as file:
        pickle.dump({"word_vecs": VECS.astype(np.float16), "id_to_word": WORDS,
                     "word_to_id": {w: i for i, w in WORDS.items()}}, file, -1)
    vecs, _, id_to_word = load_vectors(tmp_path / "v.pkl")
    np.testing.assert_allclose(vecs, VECS, rtol=1e-3)
    assert vecs.dtype == np.float32 and id_to_word == WORDS


def read(tmp_path, data):
    """{word: vector} of a file with these bytes."""
    (tmp_path / "v.txt").write_bytes(data if isinstance(data, bytes) else data.encode())
    vecs, word_to_id, id_to_word = load_vectors(tmp_path / "v.txt")
    assert vecs.dtype == np.float32 and list(word_to_id) == list(id_to_word.values())
    return {word: vecs[i].tolist() for word, i in word_to_id.items()}


@pytest.mark.parametrize("data", [
    "2 2\na 1 2\nb 3 4\n", "a 1 2\nb 3 4", "2 2\r\na 1 2\r\nb 3 4\r\n", "2 2 \na 1 2 \nb 3 4 \n\n",
    "\ufeff2 2\na 1 2\nb 3 4\n", "\ufeffa 1 2\nb 3 4\n", "2\t2\na\t1\t2\nb\t3\t4\n",
    " a  1 2\n b  3e0 +4.\n",
])
def test_the_usual_kinds_of_text_are_the_same(tmp_path, data, capsys):
    assert read(tmp_path, data) == {"a": [1, 2], "b": [3, 4]}
    assert capsys.readouterr().out == ""


def test_the_word_is_all_before_the_last_numbers(tmp_path):
    assert read(tmp_path, "3 2\n\u00a0 1 2\n. . . 3 4\n5 5 6\n") == {
        "\u00a0": [1, 2], ". . .": [3, 4], "5": [5, 6]}
    # without a header, most of the first lines say how many numbers a vector has
    assert read(tmp_path, "b 5 x 6\n. . . 1 2\n2000 3 4\na 7 8 9\na 7 8\n") == {
        ". . .": [1, 2], "2000": [3, 4], "a": [7, 8]}
    assert read(tmp_path, "1990 1 2\n2000 3 4\n") == {"1990": [1, 2], "2000": [3, 4]}


@pytest.mark.parametrize("line", [
    b"b 3", b"b 3 4 5", b"b 3 x", b"b 3 nan", b"b 3 inf", b"b 3 1e39", b"b 3 2_4", b"b 3,5 4,5",
    b" 3 4", b"\xff 3 4", b"b\0 3 4", b"b 3 \xef\xbc\x94",
])
def test_a_line_that_cannot_be_read_is_left_out_and_counted(tmp_path, line, capsys):
    lines = [b"4 2", b"a 1 2", line, line, b"c 5 6", b""]
    assert read(tmp_path, b"\n".join(lines)) == {"a": [1, 2], "c": [5, 6]}
    printed = capsys.readouterr().out
    assert "left out 2 of 4 lines" in printed and "the first is line 3" in printed


def test_the_first_of_the_same_words_counts(tmp_path, capsys):
    assert read(tmp_path, "5 1\na 1\n\u00e9 2\na 3\ne\u0301 4\nA 5\n") == {
        "a": [1], "\u00e9": [2], "A": [5]}
    assert "left out 2 of 5 words" in capsys.readouterr().out


@pytest.mark.parametrize("claimed", [1, 3])
def test_a_header_with_another_count_is_told(tmp_path, claimed, capsys):
    assert len(read(tmp_path, f"{claimed} 2\na 1 2\nb 3 4\n")) == 2
    assert f"says that it holds {claimed} words and holds 2" in capsys.readouterr().out


@pytest.mark.parametrize("text, message", [
    ("2 3\na 1 2\nb 3 4\n", "line 2.*3 numbers"), ("2 1\na 1 2\nb 3 4\n", "line 2.*1 numbers"),
    ("the cat\nsat down\n", "line 1"), ("", "line 1"), ("0 2\n", "line 1"),
    ("2 0\na\nb\n", "line 2"), ("1 999999999\na 1\n", "line 2"),
])
def test_text_that_holds_no_vectors_is_told(tmp_path, text, message):
    (tmp_path / "v.txt").write_text(text)
    with pytest.raises(InputError, match=f"v.txt.*{message}"):
        load_vectors(tmp_path / "v.txt")


def test_by_count_the_commonest_word_is_first_where_the_file_has_counts(tmp_path):
    save_vectors(tmp_path / "v.npz", VECS, WORDS, counts=np.array([1, 9, 5, 5], np.uint8))
    assert list(load_vectors(tmp_path / "v.npz")[1]) == list(WORDS.values())
    _, word_to_id, id_to_word = load_vectors(tmp_path / "v.npz", by_count=True)
    assert list(word_to_id) == ["<unk>", "사과", "n't", "the"]
    assert id_to_word == WORDS and word_to_id == {word: i for i, word in WORDS.items()}


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
    with pytest.raises(InputError, match="NaN or inf"):      # as a float32 of the text
        save_vectors(tmp_path / "v.txt", VECS.astype(float) * 1e39, WORDS)
    np.savez(tmp_path / "v.npz", vectors=VECS[:, :0], words=np.array(list(WORDS.values())))
    with pytest.raises(InputError, match="do not belong"):
        load_vectors(tmp_path / "v.npz")
    np.savez(tmp_path / "v.npz", vectors=VECS, words=np.array(["a", "b", "c d", "e"]))
    with pytest.raises(InputError, match="'c d' is no word: it has white space"):
        load_vectors(tmp_path / "v.npz")


@pytest.mark.parametrize("word_vecs, words, counts, named", [
    (np.ones(2), "ab", None, "word_vecs"), (np.eye(3), "ab", None, "word_vecs"),
    (np.eye(2), "ab", [1], "counts"), (np.eye(2), "ab", [[1], [2]], "counts"),
])
@pytest.mark.parametrize("name", ["v.txt", "v.npz"])
def test_vectors_that_do_not_fit_their_words_are_not_written(
        name, word_vecs, words, counts, named, tmp_path):
    with pytest.raises(InputError, match=f"save_vectors takes {named}"):
        save_vectors(tmp_path / name, word_vecs, dict(enumerate(words)), counts)
    assert not (tmp_path / name).exists()


def test_a_file_with_line_ends_of_the_old_mac_is_no_single_word(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b"2 2\ra 1 2\rb 3 4\r")
    with pytest.raises(InputError, match="line 1"):
        load_vectors(path)
