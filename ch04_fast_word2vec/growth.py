"""What new_words.py compares: text without some words and with them, vectors before and after."""

import numpy as np

from common.util import create_co_matrix, normalize, ppmi, truncated_svd
from common.util.similarity import neighbours
from dataset import toy


def two_texts(tokens, seed, new_words):
    """(ids without new_words, ids of the text that comes in, how many words the first has, all)."""
    sentences = toy.sentences(toy.generate(tokens, seed).words)
    first = [s for s in sentences[:len(sentences) // 2] if not set(new_words) & set(s)]
    later = sentences[len(sentences) // 2:]
    old, new = ([word for s in part for word in s] for part in (first, later))
    words = list(dict.fromkeys([*old, *new]))
    word_to_id = {word: i for i, word in enumerate(words)}
    ids = [np.array([word_to_id[word] for word in part]) for part in (old, new)]
    return *ids, len(set(old)), words


def cosine(before, after):
    """The mean cosine between a word's vector before and after."""
    return np.mean(np.sum(normalize(before) * normalize(after), axis=1))


def kept(before, after):
    """The share of words whose nearest neighbour before is among their five nearest after."""
    return np.mean(np.any(neighbours(after, 5) == neighbours(before), axis=1))


def same_class(vecs, words, word_to_id, id_to_word):
    nearest = neighbours(vecs)[:, 0]
    known = [word for word in words if word in word_to_id]
    found = [id_to_word[int(nearest[word_to_id[word]])] for word in known]
    good = sum(toy.CLASS_OF[a] == toy.CLASS_OF[b] for a, b in zip(known, found))
    return f"{good} of {len(known)}"


def counted(corpus, vocab_size, hidden_size, rng):
    C = create_co_matrix(corpus, vocab_size, 5)              # (V, V)
    return truncated_svd(ppmi(C), min(hidden_size, vocab_size // 4), rng=rng)[0]
