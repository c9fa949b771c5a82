"""New words, cheaply: train on, instead of counting all anew (sections 3.5.3 and 3.6).

Vectors are learned from toy text out of which every sentence with one of NEW has been left. Then
text with those words comes in. Prediction goes on from where it was: old neighbours hold, new words
find theirs. The count method has to count, weigh and decompose the whole text again, and its new
vectors have nothing to do with its old ones.

    python ch04_fast_word2vec/new_words.py
"""

import time

import numpy as np

from ch04_fast_word2vec.chunks import ChunkBatches
from ch04_fast_word2vec.fast import FastSkipGram
from ch04_fast_word2vec.training import fit_fast, tables_of
from common.script import options, run
from common.util import create_co_matrix, most_similar, normalize, ppmi, truncated_svd
from common.util.similarity import neighbours
from dataset import toy

NEW = ("truck", "horse", "song", "law", "queen", "tokyo", "buys")
OLD = ("car", "king", "paris")


def main(argv=None):
    args = options(__doc__).parse_args(argv)
    tokens, hidden_size = (60_000, 30) if args.quick else (400_000, 100)
    rng = np.random.default_rng(args.seed)
    old, new, old_size, words = two_texts(tokens, args.seed)
    word_to_id, id_to_word = {word: i for i, word in enumerate(words)}, dict(enumerate(words))
    print(f"data: toy, {len(old):,} tokens with {old_size} words, then {len(new):,} with "
          f"{len(words) - old_size} new ones; seed {args.seed}")

    model = FastSkipGram(old_size, hidden_size, 5, old, shared=64, rng=rng)
    trainer = fit_fast(model, ChunkBatches(old), 2 if args.quick else 10, 0.2)
    for word in OLD:
        most_similar(word, word_to_id, id_to_word, model.word_vecs, top=3)

    print("\nThe new text comes in.")
    start = time.perf_counter()
    grown = FastSkipGram(len(words), hidden_size, 5, new, shared=64, rng=rng)
    tables = tables_of(model, trainer.optimizer)
    fit_fast(grown, ChunkBatches(new), 1 if args.quick else 4, 0.1, tables)
    print(f"training on took {time.perf_counter() - start:.1f} s")
    for word in (*OLD, *NEW):
        if word in word_to_id:
            most_similar(word, word_to_id, id_to_word, grown.word_vecs, top=3)

    before, after = model.word_vecs, grown.word_vecs[:old_size]
    print(f"\nold words whose nearest neighbour stays among their five nearest: {100 * kept(before, after):.0f} %; "
          f"their directions before and after: mean cosine {cosine(before, after):.2f}")
    print("new words whose nearest neighbour has their class: "
          f"{same_class(grown.word_vecs, NEW, word_to_id, id_to_word)}")
    start = time.perf_counter()
    before = counted(old, old_size, hidden_size, rng)
    after = counted(np.concatenate([old, new]), len(words), hidden_size, rng)[:old_size]
    print(f"counting must start again, from all of the text ({time.perf_counter() - start:.1f} s for both times); "
          f"the old words' directions before and after: mean cosine {cosine(before, after):.2f}")
    return grown


def two_texts(tokens, seed):
    """(ids without NEW, ids of the text that comes in, how many words the first has, all words)."""
    sentences = toy.sentences(toy.generate(tokens, seed).words)
    first = [s for s in sentences[:len(sentences) // 2] if not set(NEW) & set(s)]
    later = sentences[len(sentences) // 2:]
    old, new = ([word for s in part for word in s] for part in (first, later))
    words = list(dict.fromkeys([*old, *new]))
    word_to_id = {word: i for i, word in enumerate(words)}
    return *(np.array([word_to_id[word] for word in part]) for part in (old, new)), len(set(old)), words


def cosine(before, after):
    """The mean cosine between a word's vector before and after."""
    return np.mean(np.sum(normalize(before) * normalize(after), axis=1))


def kept(before, after):
    """The share of words whose nearest neighbour before is among their five nearest after."""
    return np.mean(np.any(neighbours(after, 5) == neighbours(before), axis=1))


def same_class(vecs, words, word_to_id, id_to_word):
    nearest = neighbours(vecs)[:, 0]
    known = [word for word in words if word in word_to_id]
    good = sum(toy.CLASS_OF[id_to_word[int(nearest[word_to_id[word]])]] == toy.CLASS_OF[word] for word in known)
    return f"{good} of {len(known)}"


def counted(corpus, vocab_size, hidden_size, rng):
    C = create_co_matrix(corpus, vocab_size, 5)              # (V, V)
    return truncated_svd(ppmi(C), min(hidden_size, vocab_size // 4), rng=rng)[0]


if __name__ == "__main__":
    run(main)
