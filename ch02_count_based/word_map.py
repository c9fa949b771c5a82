"""A map of words: those with similar vectors are near each other (section 2.4.5)."""

import numpy as np

from common.script import plain
from common.util import normalize

FREQUENT = 300               # words that the plane is laid through
LONGEST = 30                 # letters of a word that are drawn


def in_plane(word_vecs):
    """Word vectors (V, D), the most frequent first, in the plane of the map: (V, 2).

    The plane is that of the first two principal components of the first FREQUENT rows, all scaled
    to length 1.
    """
    x = normalize(word_vecs)
    centre = x[:FREQUENT].mean(axis=0)                       # (D,)
    _, _, Vt = np.linalg.svd(x[:FREQUENT] - centre, full_matrices=False)
    points = np.zeros((len(x), 2))
    points[:, :len(Vt)] = (x - centre) @ Vt[:2].T            # of one number, a line
    return points


def _clipped(word):
    """A word as it is drawn: of a very long one the beginning."""
    return word if len(word) <= LONGEST else f"{word[:LONGEST - 1]}\u2026"


def draw_map(axes, word_vecs, corpus, id_to_word, words=FREQUENT):
    """The most frequent words in the plane of their vectors' first two principal components.

    The vectors are scaled to length 1. A label that would cover one of a more frequent word is left
    out; its dot stays.
    """
    frequent = np.argsort(-np.bincount(corpus, minlength=len(word_vecs)), kind="stable")[:words]
    words = [_clipped(id_to_word[int(i)]) for i in frequent]
    points = in_plane(word_vecs[frequent])
    axes.scatter(points[:, 0], points[:, 1], s=6, alpha=0.4)
    width, height = np.ptp(points, axis=0) * [0.012, 0.016]  # of a letter
    taken = np.empty((0, 3))                                 # x, y, letters of each label
    for word, (x, y) in zip(words, points):
        letters = np.where(x < taken[:, 0], len(word), taken[:, 2])  # of the label to the left
        beside = np.abs(x - taken[:, 0]) < letters * width
        if not np.any(beside & (np.abs(y - taken[:, 1]) < height)):
            axes.annotate(plain(word), (x, y), xytext=(2, 2), textcoords="offset points",
                          fontsize=7)
            taken = np.vstack([taken, (x, y, len(word))])
    axes.set(xlabel="first principal component", ylabel="second principal component",
             title=f"The {len(words)} most frequent words by their vectors")
