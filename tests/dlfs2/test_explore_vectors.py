"""The explorer of word vectors: what its script reads, words that are no markup, the tables."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from common.errors import InputError
from common.files.vectors import save_vectors
from common.util import analogy, cos_similarity
from common.util.similarity import neighbours
from dlfs2.explore_vectors import TOP, main, page_data

STRANGE = ["<script>alert(1)</script>", "</script>", "]]>", "\"quoted'", "a\u2028b", "a\u2029b",
           "a\u0085b", "\u00a0", "-->", "&lt;", "\U0001f600", "사과", "{{x}}", "${x}", "\\u0000"]
RNG = np.random.default_rng(0)


def vectors_file(words, name="vectors.npz", **more):
    """The name of a file in the current folder with random vectors of these words."""
    save_vectors(name, RNG.standard_normal((len(words), 6)), dict(enumerate(words)), **more)
    return name


def data_in(path):
    """What the script of a page finds in `data`."""
    return json.loads(re.search(r"^const data = (.*);$", path.read_text("utf-8"), re.M)[1])


def test_neighbours_are_those_of_all_cosines_with_their_similarity():
    vectors = RNG.standard_normal((40, 5))
    data = page_data([f"w{i}" for i in range(40)], vectors)
    for i, near in enumerate(data["near"]):
        cosine = [cos_similarity(vectors[i], row) for row in vectors]
        assert near == [j for j in np.argsort(cosine)[::-1].tolist() if j != i][:TOP]
        assert data["similarity"][i] == [round(1000 * cosine[j]) for j in near]


def test_neighbours_are_the_same_in_blocks(monkeypatch):
    vectors = RNG.standard_normal((10, 3))
    whole = neighbours(vectors, 4)
    monkeypatch.setattr("common.util.similarity.BLOCK", 3)
    assert neighbours(vectors, 4).tolist() == whole.tolist()


def test_the_map_keeps_distances():
    plane = RNG.standard_normal((50, 2))                     # turned into space: 2 components
    plane /= np.linalg.norm(plane, axis=1, keepdims=True)
    data = page_data([*map(str, range(50))], plane @ np.linalg.qr(RNG.standard_normal((4, 2)))[0].T)
    points = np.stack([data["x"], data["y"]], axis=1)
    assert points.min() == 0 and 9000 < points.max() <= 9999 and points.dtype == int
    between = np.linalg.norm(points[1:] - points[0], axis=1)
    expected = np.linalg.norm(plane[1:] - plane[0], axis=1)
    np.testing.assert_allclose(between / expected, np.mean(between / expected), rtol=0.02)


@pytest.mark.parametrize("cosine", [False, True])
def test_an_analogy_has_the_answer_and_rank_of_analogy(cosine):
    words = [*"abcdefgh"]
    vectors = RNG.standard_normal((8, 5)) * np.arange(1, 9)[:, None]
    ids = {word: i for i, word in enumerate(words)}
    order = [ids[word] for word, _ in
             analogy("a", "b", "c", ids, words, vectors, top=9, cosine=cosine)]
    data = page_data(words, vectors, [[0, 1, 2], [0, 1, 2, order[3]]], cosine)
    assert data["analogies"] == [{"ids": [0, 1, 2, order[0]], "rank": 1},
                                 {"ids": [0, 1, 2, order[3]], "rank": 4}]


def test_words_are_no_markup_and_break_no_line():
    words = [*STRANGE, *(f"word{i}" for i in range(10))]
    main([vectors_file(words, "<b>&.npz"), "--tsv", "--out", "page.html"])
    text = Path("page.html").read_text("utf-8")
    assert data_in(Path("page.html"))["words"] == words
    assert text.count("<script") == text.count("</script") == 1
    assert not set("\u2028\u2029") & set(text.split("<script>")[1])
    assert "<h1>Word vectors of &lt;b&gt;&amp;.npz</h1>" in text
    metadata = Path("metadata.tsv").read_bytes().decode()
    assert metadata.split("\n")[:8] == [*STRANGE[:4], "a_b", "a_b", "a_b", "_"]
    rows = Path("vectors.tsv").read_text().splitlines()
    assert len(metadata.splitlines()) == len(rows) == len(words)
    table = np.array([row.split("\t") for row in rows], float)
    np.testing.assert_allclose(table, np.load("<b>&.npz")["vectors"], rtol=1e-5)


def test_the_most_frequent_words_come_first():
    words = ["rare", "often", "most"]
    main([vectors_file(words, counts=np.array([1, 5, 9])), "--words", "2", "--out", "page.html"])
    assert data_in(Path("page.html"))["words"] == ["most", "often"]


def test_one_word_has_a_page_too():
    data = main([vectors_file(["alone"], "one.txt")])
    assert (data["near"], data["similarity"], data["x"], data["y"]) == ([[]], [[]], [0], [9999])
    assert data_in(Path("explore_vectors.html")) == data


def test_without_a_file_words_are_counted(capsys):
    data = main(["--quick", "--analogy", "king queen man"])
    assert data_in(Path("quick/explore_vectors.html")) == data
    assert data["words"][0] == "<eos>" and len(data["words"]) == len(data["class_of"]) == 599
    assert "analogy: king:queen = man:" in capsys.readouterr().out
    assert not Path("vectors.tsv").exists()


def test_of_characters_the_space_can_be_seen():
    main(["--quick", "--corpus", "toy-ko", "--tsv"])
    words = Path("quick/metadata.tsv").read_text(encoding="utf-8").splitlines()
    assert "\N{SYMBOL FOR SPACE}" in words and "_" not in words


@pytest.mark.parametrize("words, fault", [
    (["none.npz"], "cannot read none.npz: No such file"),
    (["no_vectors.txt"], "is no file of word vectors"),
    (["vectors.npz", "--analogy", "on", "two", "three"], "did you mean one?"),
    (["vectors.npz", "--words", "3", "--analogy", "one", "two", "four"], "--words 4 shows it"),
    (["vectors.npz", "--analogy", "one", "two", "four", "two"], "must be another word"),
    (["vectors.npz", "--words", "3", "--analogy", "one", "two", "three"], "must be another word"),
    (["vectors.npz", "--out", "none/page.html"], "there is no folder none"),
    (["vectors.npz", "--out", "./vectors.npz"], "choose another --out"),
    (["vectors.npz", "--out", "vectors.tsv", "--tsv"], "choose another --out"),
])
def test_bad_input_is_told_in_a_line(words, fault):
    vectors_file(["one", "two", "three", "four"])
    before = Path("vectors.npz").read_bytes()
    Path("no_vectors.txt").write_text("no vectors\n")
    with pytest.raises(InputError, match=re.escape(fault)) as error:
        main(words)
    assert Path("vectors.npz").read_bytes() == before
    assert "\n" not in str(error.value) and not Path("explore_vectors.html").exists()


@pytest.mark.parametrize("words, fault", [
    (["--analogy", "king", "man"], "three words, or four"),
    (["a.txt", "--corpus", "toy"], "leave them out, or the FILE"),
    (["a.txt", "--level", "char"], "leave them out, or the FILE"),
    (["a.txt", "--min-count", "2"], "leave them out, or the FILE")])
def test_options_that_do_not_fit(words, fault, capsys):
    vectors_file(["one"], "a.txt")
    with pytest.raises(SystemExit):
        main(words)
    assert fault in capsys.readouterr().err
