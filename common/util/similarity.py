"""Cosine similarity of words, and the rankings by it (sections 2.3.5 and 2.3.6)."""

import difflib

import numpy as np

from common.errors import InputError
from common.files.text import name_of, nfc, visible
from common.shapes import float_array

BLOCK = 1000                 # words whose similarities to all V others are held at once


def cos_similarity(x, y, eps=1e-8):
    """The cosine of the angle between two vectors, 1 for the same direction (section 2.3.5).

        similarity(x, y) = x . y / (||x|| ||y||)

    x, y: (D,) -> a float in [-1, 1]. eps makes it 0 for a zero vector.
    """
    x = float_array("cos_similarity", "x", x, "D")
    y = float_array("cos_similarity", "y", y, len(x))
    return float(cosines(x.astype(float)[None], y.astype(float), eps)[0])


def most_similar(query, word_to_id, id_to_word, word_matrix, top=5):
    """Print the words nearest to `query` by cosine similarity, best first (section 2.3.6).

    word_matrix: (V, D), a row per id. Returns a list of (word, similarity); the book's function
    only prints. A query may differ from the vocabulary's word in capitals; InputError, with the
    nearest spellings, for a word that is not there.
    """
    query_id = id_of(query, word_to_id)
    word_matrix = float_array("most_similar", "word_matrix", word_matrix, len(id_to_word), "D")
    similarity = cosines(word_matrix, word_matrix[query_id])                      # (V,)
    print(f"\n[query] {name_of(id_to_word[query_id])}")
    return _print_best(similarity, id_to_word, [query_id], top)


def analogy(a, b, c, word_to_id, id_to_word, word_matrix, top=5, answer=None, *, cosine=False):
    """Print and return the words d that best complete a : b = c : d (section 4.3.3).

        score(d) = W[d] . v / ||v||,   v = W[b] - W[a] + W[c]

    As in the book, the rows of W are not normalized: those of frequent words are long and score
    higher, which its printed examples need. cosine=True normalizes them, the 3CosAdd of Mikolov et
    al. (2013) and the usual benchmarks. a, b and c are no answers. answer: a word whose score is
    printed too. Returns a list of (word, score).
    """
    ids = [id_of(word, word_to_id) for word in (a, b, c)]
    word_matrix = float_array("analogy", "word_matrix", word_matrix, len(id_to_word), "D")
    scores = analogy_scores(*ids, word_matrix, cosine)       # (V,)
    a, b, c = (id_to_word[i] for i in ids)                   # as the vocabulary spells them
    print(f"\n[analogy] {name_of(a)}:{name_of(b)} = {name_of(c)}:?")
    if answer is not None:
        print(f"==>{answer}: {scores[id_of(answer, word_to_id)]}")
    return _print_best(scores, id_to_word, ids, top)


def analogy_scores(a, b, c, word_matrix, cosine=False):
    """score(d) of analogy() for every row d of (V, D) -> (V,); a, b, c: ids."""
    word_matrix = normalize(word_matrix) if cosine else wide(word_matrix)
    v = word_matrix[b] - word_matrix[a] + word_matrix[c]     # (D,)
    return word_matrix @ normalize(v)                        # (V, D) (D,) -> (V,)


def ranking(scores, left_out=()):
    """The ids of all scores (V,) but those left out, best first."""
    return [i for i in np.argsort(-scores, kind="stable").tolist() if i not in left_out]


def _print_best(scores, id_to_word, left_out, top):
    best = [(id_to_word[i], float(scores[i])) for i in ranking(scores, left_out)[:top]]
    for word, score in best:
        print(f" {name_of(word)}: {score}")
    return best


def wide(x):
    """An array x of floats, float16 as float32: sums of its squares reach no 65,504."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def normalize(x, eps=1e-8):
    """x scaled to length 1, each row (N, D) or a vector (D,): a new array, unlike in the book.

    A row of zeros stays. float16 gives float32.
    """
    x = wide(float_array("normalize", "x", x, ..., "D"))
    largest = np.maximum(x.max(axis=-1, keepdims=True), -x.min(axis=-1, keepdims=True))
    x = np.ldexp(x, -np.frexp(largest)[1])                   # by a power of 2: no square overflows
    x /= np.sqrt(np.einsum("...d,...d->...", x, x))[..., None] + eps
    return x


def cosines(word_matrix, vector, eps=1e-8):
    """cos_similarity of every row of `word_matrix` (V, D) with `vector` (D,) -> (V,)."""
    word_matrix = float_array("cosines", "word_matrix", word_matrix, "V", "D")
    vector = float_array("cosines", "vector", vector, word_matrix.shape[1])
    word_matrix = normalize(word_matrix, eps)
    vector = normalize(vector, eps).astype(word_matrix.dtype)
    return np.clip(word_matrix @ vector, -1, 1)              # rounding may take it past 1


def neighbours(word_matrix, top=1):
    """For each row of (V, D) the `top` others with the largest cosine, best first: ids (V, top).

    At most all V - 1 others.
    """
    x = normalize(float_array("neighbours", "word_matrix", word_matrix, "V", "D"))
    top = min(top, len(x) - 1)
    found = np.empty((len(x), top), int)
    for start in range(0, len(x), BLOCK):
        distance = -(x[start:start + BLOCK] @ x.T)           # (BLOCK, V)
        rows = np.arange(len(distance))[:, None]
        distance[rows, start + rows] = np.inf
        best = np.sort(np.argpartition(distance, top - 1, axis=1)[:, :top], axis=1)
        order = np.argsort(distance[rows, best], axis=1, kind="stable")
        found[start:start + BLOCK] = best[rows, order]
    return found


def fold(word):
    """A word as it is compared with others: composed, without capitals."""
    return nfc(nfc(word).casefold())


def commonest_first(word_to_id, counts):
    """The same {word: id} with the most frequent word first; counts (V,), or None: as it is.

    folded(), and with it all that asks for words, then takes a word in its commonest spelling.
    """
    if counts is None:
        return word_to_id
    counts = np.asarray(counts).tolist()
    return dict(sorted(word_to_id.items(), key=lambda item: counts[item[1]], reverse=True))


def folded(word_to_id):
    """{fold(word): id}; where only capitals differ, the first in word_to_id counts."""
    ids = {}
    for word, i in word_to_id.items():
        ids.setdefault(fold(word), i)
    return ids


def id_of(word, word_to_id):
    """The id of a word, in its own spelling or else as in folded().

    InputError, with the nearest spellings, if the vocabulary lacks it.
    """
    word = word if word in word_to_id else visible(word).strip()
    if word in word_to_id:
        return word_to_id[word]
    ids = folded(word_to_id)
    if fold(word) in ids:
        return ids[fold(word)]
    raise InputError(f"'{word}' is not in the vocabulary of {len(word_to_id):,} words: "
                     f"{nearest_spellings(word, word_to_id)}")


def nearest_spellings(word, words):
    """A hint after a typo: the words spelt most like `word`, but for capitals."""
    spelt = {fold(other): other for other in reversed(list(words)) if other != word}
    if len(spelt) > 20_000:
        spelt = {key: other for key, other in spelt.items() if key[:1] == fold(word)[:1]}
    near = [spelt[key] for key in difflib.get_close_matches(fold(word), spelt, n=3)]
    return f"did you mean {' or '.join(near)}?" if near else "no word there is spelt like it."
