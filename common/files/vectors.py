"""Word vectors: our own .npz, word2vec's text format that other tools read, and the book's pickle.

    text format      10000 100                  number of words, length of a vector
                     the 0.12 -0.03 ...         a word and its vector, the most frequent word first
"""

from pathlib import Path

import numpy as np

from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from common.files.book_pickle import is_array, load_book_pickle
from common.files.writing import cannot_read, read_text, replacing


def save_vectors(path, word_vecs, id_to_word, counts=None, *, more=None):
    """Write word vectors (V, D): as text where the name ends in .txt or .vec, else as .npz.

    counts: (V,), how often each word occurs, by which the text format is sorted; the .npz keeps the
    order of ids. more: other arrays for an .npz, {name: array}. InputError for a word with white
    space: the text could not be read again.
    """
    path = Path(path)
    word_vecs = np.asarray(word_vecs)
    words = [id_to_word[i] for i in range(len(word_vecs))]
    if broken := _broken(words):
        raise InputError(f"the word {broken[0]!r} has white space or is empty: a file of vectors "
                         "cannot hold it")
    if not np.isfinite(word_vecs).all():
        raise InputError(f"the word vectors hold NaN or inf, {path} was not written: lower the "
                         "learning rate")
    if path.suffix not in (".txt", ".vec"):
        counts = {} if counts is None else {"counts": np.asarray(counts)}
        words = np.array(words)
        save_arrays(path, {**(more or {}), **counts, "vectors": word_vecs, "words": words})
        return
    order = range(len(words))
    if counts is not None:
        order = np.argsort(-np.asarray(counts), kind="stable")
    with replacing(path) as file:
        file.write(f"{len(words)} {word_vecs.shape[1]}\n".encode())
        for i in order:
            numbers = " ".join(f"{x:.9g}" for x in word_vecs[i].tolist())
            file.write(f"{words[i]} {numbers}\n".encode())


def keep_vectors(path, word_vecs, id_to_word, corpus, more=None):
    """save_vectors with the counts of a corpus (N,), and print where they are."""
    counts = np.bincount(corpus, minlength=len(word_vecs))
    save_vectors(path, word_vecs, id_to_word, counts, more=more)
    print(f"vectors: {path}")


def load_vectors(path):
    """(word_vecs (V, D), word_to_id, id_to_word) of any of the three kinds of file.

    float32, or float64 where they are that; InputError unless each of distinct words has a vector
    of finite numbers.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(2)
    except OSError as error:
        raise cannot_read(path, error) from error
    read = {b"PK": _from_arrays, b"\x80": _from_pickle}
    vectors, words = read.get(start, read.get(start[:1], _from_text))(path)
    if vectors.ndim != 2 or len(vectors) != len(words) or not vectors.size or \
            vectors.dtype.kind != "f":
        raise InputError(f"{path}: vectors of shape {vectors.shape} do not belong to {len(words)} "
                         "words")
    if broken := _broken(words):
        raise InputError(f"{path}: {broken[0]!r:.60} is no word: it has white space or is empty")
    with np.errstate(over="ignore", invalid="ignore"):
        vectors = vectors.astype(np.float64 if vectors.dtype.itemsize >= 8 else np.float32)
    finite = np.isfinite(vectors).all(axis=1)                                     # (V,)
    if not finite.all():
        raise InputError(f"{path}: the vector of '{words[finite.argmin()]}' holds NaN or inf")
    word_to_id = {word: i for i, word in enumerate(words)}
    if len(word_to_id) != len(words):
        raise InputError(f"{path}: a word stands in it twice")
    return vectors, word_to_id, dict(enumerate(words))


def _from_arrays(path):
    arrays = load_arrays(path)
    words = arrays.get("words", np.zeros(()))
    if "vectors" not in arrays or words.ndim != 1 or words.dtype.kind != "U":
        names = ", ".join(sorted(arrays)[:5]) or "nothing"
        raise InputError(f"{path} holds no word vectors: it has {names}")
    return arrays["vectors"], words.tolist()


def _from_pickle(path):
    value = load_book_pickle(path)
    try:
        vectors, ids = value["word_vecs"], value["id_to_word"]
        words = [ids[i] for i in range(len(ids))]
        if not is_array(vectors) or not all(isinstance(word, str) for word in words):
            raise TypeError("its vectors are no array, or its words no text")
    except (TypeError, KeyError) as error:
        raise InputError(f"{path} holds no word vectors as chapter 4 of the book writes them") \
            from error
    return vectors, words


def _from_text(path):
    lines = read_text(path, "file of word vectors").split("\n")
    try:
        count, dimension = (int(field) for field in lines[0].split())
    except ValueError:
        raise InputError(f"{path}, line 1: needs 'count dimension', got '{lines[0][:60]}'") \
            from None
    lines = [line for line in lines[1:] if line.strip()]
    if len(lines) != count:
        raise InputError(f"{path} says that it holds {count:,} words and holds {len(lines):,}: it "
                         "is damaged")
    words, rows = [], []
    for number, line in enumerate(lines, 2):
        word, *numbers = line.split()
        try:
            with np.errstate(over="ignore"):                 # what is too large becomes inf
                row = np.array(numbers, dtype=np.float32)
        except ValueError:
            row = ()
        if len(row) != dimension:
            raise InputError(f"{path}, line {number}: needs {dimension} numbers after '{word}'")
        words.append(word)
        rows.append(row)
    return np.array(rows), words


def _broken(words):
    """[the first of the words that no file of vectors can hold], or []."""
    return [word for word in words if word.split() != [word] or "\0" in word][:1]
