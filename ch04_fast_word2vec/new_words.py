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
from ch04_fast_word2vec.growth import cosine, counted, kept, same_class, two_texts
from ch04_fast_word2vec.training import fit_fast, tables_of
from common.script import options, run
from common.util import most_similar

NEW = ("truck", "horse", "song", "law", "queen", "tokyo", "buys")
OLD = ("car", "king", "paris")


def main(argv=None):
    args = options(__doc__).parse_args(argv)
    tokens, hidden_size = (60_000, 30) if args.quick else (400_000, 100)
    rng = np.random.default_rng(args.seed)
    old, new, old_size, words = two_texts(tokens, args.seed, NEW)
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
    print("\nold words whose nearest neighbour stays among their five nearest: "
          f"{100 * kept(before, after):.0f} %; their directions before "
          f"and after: mean cosine {cosine(before, after):.2f}")
    print("new words whose nearest neighbour has their class: "
          f"{same_class(grown.word_vecs, NEW, word_to_id, id_to_word)}")
    start = time.perf_counter()
    before = counted(old, old_size, hidden_size, rng)
    after = counted(np.concatenate([old, new]), len(words), hidden_size, rng)[:old_size]
    print(f"counting must start again, from all of the text ({time.perf_counter() - start:.1f} s "
          f"for both times); the old words' directions before and after: mean cosine "
          f"{cosine(before, after):.2f}")
    return grown


if __name__ == "__main__":
    run(main)
