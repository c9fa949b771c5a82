"""Cosine similarity of words, and the rankings by it (sections 2.3.5 and 2.3.6)."""

import difflib

import numpy as np

from common.errors import InputError
from common.files.text import visible
from common.functions import floats


def cos_similarity(x, y, eps=1e-8):
    """The cosine of the angle between two vectors, 1 for the same direction (section 2.3.5).

        similarity(x, y) = x . y / (||x|| ||y||)

    x, y: (D,) -> a float in [-1, 1]. eps makes it 0 for a zero vector.
    """
    nx = x / (np.sqrt(np.sum(np.square(x, dtype=float))) + eps)
    ny = y / (np.sqrt(np.sum(np.square(y, dtype=float))) + eps)
    return float(np.dot(nx, ny))


def most_similar(query, word_to_id, id_to_word, word_matrix, top=5):
    """Print the words nearest to `query` by cosine similarity, best first (section 2.3.6).

    word_matrix: (V, D), a row per id. Returns a list of (word, similarity); the book's function
    only prints. InputError, with the nearest spellings, for a query outside the vocabulary.
    """
    query_id = id_of(query, word_to_id)
    similarity = cosines(word_matrix, word_matrix[query_id])                      # (V,)
    print(f"\n[query] {query}")
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
    word_matrix = normalize(word_matrix) if cosine else np.asarray(word_matrix)
    a_vec, b_vec, c_vec = (word_matrix[i] for i in ids)
    scores = word_matrix @ normalize(b_vec - a_vec + c_vec)  # (V, D) (D,) -> (V,)
    print(f"\n[analogy] {a}:{b} = {c}:?")
    if answer is not None:
        print(f"==>{answer}: {scores[id_of(answer, word_to_id)]}")
    return _print_best(scores, id_to_word, ids, top)


def _print_best(scores, id_to_word, left_out, top):
    order = np.argsort(-scores, kind="stable")
    best = [(id_to_word[int(i)], float(scores[i])) for i in order if i not in left_out][:top]
    for word, score in best:
        print(f" {word}: {score}")
    return best


def normalize(x, eps=1e-8):
    """x scaled to length 1, each row (N, D) or a vector (D,): a new array, unlike in the book."""
    x = floats(x)
    return x / (np.sqrt(np.sum(x * x, axis=-1, keepdims=True)) + eps)


def cosines(word_matrix, vector, eps=1e-8):
    """cos_similarity of every row of `word_matrix` (V, D) with `vector` (D,) -> (V,)."""
    word_matrix = floats(word_matrix)
    vector = np.asarray(vector, word_matrix.dtype)
    norms = np.sqrt(np.einsum("vd,vd->v", word_matrix, word_matrix)) + eps        # (V,)
    return word_matrix @ vector / (norms * (float(np.linalg.norm(vector)) + eps))


def neighbours(word_matrix, top=1):
    """For each row of (V, D) the `top` others with the largest cosine, best first: ids (V, top)."""
    x = normalize(word_matrix)
    similarity = x @ x.T                                     # (V, V)
    np.fill_diagonal(similarity, -np.inf)
    return np.argsort(-similarity, axis=1, kind="stable")[:, :top]


def id_of(word, word_to_id):
    """The id of a word; InputError, with the nearest spellings, if the vocabulary lacks it."""
    word = word if word in word_to_id else visible(word).strip()
    if word in word_to_id:
        return word_to_id[word]
    raise InputError(f"'{word}' is not in the vocabulary of {len(word_to_id):,} words: "
                     f"{nearest_spellings(word, word_to_id)}")


def nearest_spellings(word, words):
    """A hint after a typo: the words spelt most like `word`."""
    if len(words) > 20_000:
        words = [other for other in words if other[:1] == word[:1]]
    near = difflib.get_close_matches(word, [other for other in words if other != word], n=3)
    return f"did you mean {' or '.join(near)}?" if near else "no word there is spelt like it."
