"""New words, cheaply: train on, instead of counting all anew (sections 3.5.3 and 3.6).

Vectors are learned from toy text out of which every sentence with one of NEW has been left. Then text with those words
comes in. Prediction goes on from where it was: old neighbours hold, new words find theirs. The count method has to count,
weigh and decompose the whole text again, and its new vectors have nothing to do with its old ones.

    python ch04_fast_word2vec/new_words.py
"""

import itertools
import time

import numpy as np

from ch04_fast_word2vec.fast import FastWord2vec
from common.script import options, run
from common.table_trainer import TableTrainer
from common.util import create_co_matrix, most_similar, normalize, ppmi, truncated_svd
from common.util.similarity import neighbours
from dataset import toy
from dataset.toy_words import CLASS_OF

NEW = ("truck", "horse", "song", "law", "queen", "tokyo", "buys")
OLD = ("car", "king", "paris")


def main(argv=None):
    args = options(__doc__).parse_args(argv)
    tokens, hidden_size = (60_000, 30) if args.quick else (400_000, 100)
    rng = np.random.default_rng(args.seed)
    sentences = split(toy.generate(tokens, args.seed).words)
    first = [s for s in sentences[:len(sentences) // 2] if not set(NEW) & set(s)]
    later = sentences[len(sentences) // 2:]
    words = list(dict.fromkeys(word for s in first for word in s))
    old_size = len(words)
    words += [word for word in dict.fromkeys(word for s in later for word in s) if word not in set(words)]
    word_to_id = {word: i for i, word in enumerate(words)}
    id_to_word = dict(enumerate(words))
    old, new = (np.array([word_to_id[word] for s in part for word in s]) for part in (first, later))
    print(f"data: toy, {len(old):,} tokens with {old_size} words, then {len(new):,} with {len(words) - old_size} new ones; "
          f"seed {args.seed}")

    model = FastWord2vec(old_size, hidden_size, 5, old, rng=rng)
    TableTrainer(model).fit(2 if args.quick else 10, 0.2, falls=True)
    for word in OLD:
        most_similar(word, word_to_id, id_to_word, model.word_vecs, top=3)
    before = model.word_vecs.copy()

    print("\nThe new text comes in.")
    start = time.perf_counter()
    grown = FastWord2vec(len(words), hidden_size, 5, new, rng=rng)
    grown.start_from(model.tables())
    TableTrainer(grown).fit(1 if args.quick else 4, 0.1, falls=True)
    print(f"training on took {time.perf_counter() - start:.1f} s")
    for word in (*OLD, *NEW):
        if word in word_to_id:
            most_similar(word, word_to_id, id_to_word, grown.word_vecs, top=3)

    after = grown.word_vecs[:old_size]
    print(f"\nold words whose nearest neighbour stays among their five nearest: {100 * kept(before, after):.0f} %; their "
          f"directions before and after: mean cosine {alike(before, after):.2f}")
    print(f"new words whose nearest neighbour has their class: {same_class(grown.word_vecs, NEW, word_to_id, id_to_word)}")
    start = time.perf_counter()
    by_counts = [counted(corpus, size, hidden_size, rng) for corpus, size in
                 ((old, old_size), (np.concatenate([old, new]), len(words)))]
    print(f"counting must start again, from all of the text ({time.perf_counter() - start:.1f} s for both times); the old "
          f"words' directions before and after: mean cosine {alike(by_counts[0], by_counts[1][:old_size]):.2f}")


def split(words):
    """The sentences of a text, each with its <eos>."""
    ends = [0, *(i + 1 for i, word in enumerate(words) if word == "<eos>")]
    return [words[a:b] for a, b in itertools.pairwise(ends)]


def alike(before, after):
    """The mean cosine between a word's vector before and after."""
    return np.mean(np.sum(normalize(before) * normalize(after), axis=1))


def kept(before, after):
    """The share of words whose nearest neighbour before is among their five nearest after."""
    return np.mean(np.any(neighbours(after, 5) == neighbours(before), axis=1))


def same_class(vecs, words, word_to_id, id_to_word):
    nearest = neighbours(vecs)[:, 0]
    known = [word for word in words if word in word_to_id]
    good = sum(CLASS_OF[id_to_word[int(nearest[word_to_id[word]])]] == CLASS_OF[word] for word in known)
    return f"{good} of {len(known)}"


def counted(corpus, vocab_size, hidden_size, rng):
    return truncated_svd(ppmi(create_co_matrix(corpus, vocab_size, 5)), min(hidden_size, vocab_size // 4), rng=rng)[0]


if __name__ == "__main__":
    run(main)
