"""Word vectors: our own .npz, word2vec's text format that other tools read, and the book's pickle.

    text format      10000 100                  number of words, length of a vector; GloVe: no such
                     the 0.12 -0.03 ...         a word and its vector, the most frequent word first

Fields are separated by one space: the last are the vector, the word is all that stands before. It
may have a space of another kind, as the words of fastText do (U+00A0, U+3000).
"""

import itertools
import re
import statistics
from pathlib import Path

import numpy as np

from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from common.files.book_pickle import is_array, load_book_pickle
from common.files.text import WHITE, name_of, nfc
from common.files.writing import cannot_read, replacing
from common.shapes import float_array, number_array
from common.util.similarity import commonest_first

BOM = b"\xef\xbb\xbf"
HEADER = re.compile(rb"(\d{1,9})\s+(\d{1,9})\s*")
NUMBER = re.compile(rb"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def save_vectors(path, word_vecs, id_to_word, counts=None, *, more=None):
    """Write word vectors (V, D): as text where the name ends in .txt or .vec, else as .npz.

    counts: (V,), how often each word occurs, by which the text format is sorted; the .npz keeps the
    order of ids. more: other arrays for an .npz, {name: array}. InputError for words that
    check_words() refuses.
    """
    path = Path(path)
    as_text = path.suffix in (".txt", ".vec")
    word_vecs = float_array("save_vectors", "word_vecs", word_vecs, len(id_to_word), "D")
    if counts is not None:
        counts = number_array("save_vectors", "counts", counts, len(word_vecs))
    words = [id_to_word[i] for i in range(len(word_vecs))]
    check_words(words)
    with np.errstate(over="ignore"):                         # what no float32 of the text can hold
        finite = np.isfinite(word_vecs.astype(np.float32) if as_text else word_vecs).all()
    if not finite:
        raise InputError(f"the word vectors hold NaN or inf, {path} was not written: lower the "
                         "learning rate")
    if not as_text:
        counts = {} if counts is None else {"counts": counts}
        words = np.array(words)
        save_arrays(path, {**(more or {}), **counts, "vectors": word_vecs, "words": words})
        return
    order = range(len(words))
    if counts is not None:
        order = np.argsort(-counts.astype(float), kind="stable")
    with replacing(path) as file:
        file.write(f"{len(words)} {word_vecs.shape[1]}\n".encode())
        for i in order:
            numbers = " ".join(f"{x:.9g}" for x in word_vecs[i].tolist())
            file.write(f"{words[i]} {numbers}\n".encode())


def keep_vectors(path, word_vecs, id_to_word, corpus, more=None):
    """save_vectors with the counts of a corpus (N,), and print where they are.

    Of a text as characters the space is a word: see name_of().
    """
    counts = np.bincount(corpus, minlength=len(word_vecs))
    names = {i: name_of(word) for i, word in id_to_word.items()}
    save_vectors(path, word_vecs, names, counts, more=more)
    print(f"vectors: {path}")


def check_words(words):
    """InputError, with the word and the reason, unless a file of vectors can hold these words."""
    seen = set()
    for word in words:
        if fault := _fault(word) or (nfc(word) in seen and "is there twice"):
            raise InputError(f"the word {word!r:.60} {fault}: a file of vectors holds each word "
                             "once, without white space and NUL")
        seen.add(nfc(word))


def _fault(word):
    """Why no file of vectors can hold this word, or None."""
    if not word:
        return "is empty"
    if WHITE.search(word):
        return "has white space"
    if "\0" in word:
        return "has a NUL character"
    return "is half a character" if word.encode("utf-8", "replace").decode() != word else None


def load_vectors(path, *, by_count=False):
    """(word_vecs (V, D), word_to_id, id_to_word) of any of the three kinds of file.

    float32, or float64 where they are that. Lines of text that cannot be read are left out, and
    so is a word that was there before; how many is printed. Words are composed, nfc(). by_count:
    word_to_id has the most frequent word first, if the file has counts; else it has them by id.
    InputError for a file without vectors.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(2)
    except OSError as error:
        raise cannot_read(path, error) from error
    read = {b"PK": _from_arrays, b"\x80": _from_pickle}
    vectors, words, counts = read.get(start, read.get(start[:1], _from_text))(path)
    if vectors.ndim != 2 or len(vectors) != len(words) or not vectors.size or \
            vectors.dtype.kind != "f":
        raise InputError(f"{path}: vectors of shape {vectors.shape} do not belong to {len(words)} "
                         "words")
    with np.errstate(over="ignore", invalid="ignore"):
        vectors = vectors.astype(np.float64 if vectors.dtype.itemsize >= 8 else np.float32,
                                 copy=False)
    finite = np.isfinite(vectors).all(axis=1)                                     # (V,)
    if not finite.all():
        raise InputError(f"{path}: the vector of '{words[finite.argmin()]}' holds NaN or inf")
    first = {}                                               # {word: its first row}
    for i, word in enumerate(map(nfc, words)):
        first.setdefault(word, i)
    if len(first) < len(words):
        print(f"{path}: left out {len(words) - len(first):,} of {len(words):,} words, which were "
              "there before: the first counts")
        kept = list(first.values())
        vectors, counts = vectors[kept], None if counts is None else counts[kept]
    word_to_id = {word: i for i, word in enumerate(first)}
    if by_count:
        word_to_id = commonest_first(word_to_id, counts)
    return vectors, word_to_id, dict(enumerate(first))


def _from_arrays(path):
    arrays = load_arrays(path)
    words = arrays.get("words", np.zeros(()))
    if "vectors" not in arrays or words.ndim != 1 or words.dtype.kind != "U":
        names = ", ".join(sorted(arrays)[:5]) or "nothing"
        raise InputError(f"{path} holds no word vectors: it has {names}")
    counts = arrays.get("counts", np.zeros(()))
    counts = counts if counts.shape == words.shape and counts.dtype.kind in "iuf" else None
    return arrays["vectors"], _checked(path, words.tolist()), counts


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
    return vectors, _checked(path, words), None


def _checked(path, words):
    for word in words:
        if fault := _fault(word):
            raise InputError(f"{path}: {word!r:.60} is no word: it {fault}")
    return words


def _from_text(path):
    words, numbers, unread = [], bytearray(), []
    with open(path, "rb") as file:
        start = len(BOM) if file.read(len(BOM)) == BOM else 0
        file.seek(start)
        header = HEADER.fullmatch(file.readline())
        if header:
            D, start = int(header[2]), file.tell()
        else:                                                # GloVe's files: as the first lines are
            file.seek(start)
            lengths = [_length(line) for line in itertools.islice(file, 100)]
            D = statistics.mode(lengths or [0])
        file.seek(start)
        for number, line in enumerate(file, 2 if header else 1):
            if not line.strip():
                continue
            try:
                word, row = _word_and_row(line, D)
            except ValueError:
                unread.append(number)
                continue
            words.append(word)
            numbers += row.tobytes()                         # 4 D bytes
    if not words:
        first = f"line {unread[0]}, for one, has no" if unread else "line 1 should have a"
        raise InputError(f"{path} is no file of word vectors: {first} word with {D or 'its'} "
                         "numbers. Unpack a compressed file; save a binary one as UTF-8 text.")
    lines = len(words) + len(unread)
    if unread:
        print(f"{path}: left out {len(unread):,} of {lines:,} lines, which have no word with {D} "
              f"numbers; the first is line {unread[0]:,}")
    if header and int(header[1]) != lines:
        print(f"{path} says that it holds {int(header[1]):,} words and holds {lines:,}: it may be "
              "damaged")
    return np.frombuffer(numbers, np.float32).reshape(-1, D), words, None


def _length(line):
    """How many numbers stand at the end of a line, after at least one other field."""
    fields = line.split()[1:]
    return len(list(itertools.takewhile(NUMBER.fullmatch, reversed(fields))))


def _word_and_row(line, D):
    """The word, and its vector (D,): the last D fields; ValueError where there are no such."""
    word, *numbers = line.rsplit(None, D)
    word = word.strip()
    if not len(numbers) == D > 0 or (WHITE.search(word.decode()) and _length(word)):
        raise ValueError("not so many numbers")              # fewer, or more before the last D
    if b"_" in line and b"_" in b"".join(numbers):
        raise ValueError("Python reads 2_4 as 24")
    with np.errstate(over="ignore"):                         # what is too large becomes inf
        row = np.array(numbers, np.float32)
    if b"\0" in word or b"\r" in word or not np.isfinite(row).all():
        raise ValueError("no word, or no numbers")
    return word.decode(), row
