"""New words, cheaply: train on, instead of counting everything again (sections 3.5.3 and 3.6).

Vectors are learned from toy text without the words NEW, then text with them comes in. Prediction
goes on from where it was: old neighbours hold, new words find theirs. The count method has to start
again from the whole text, and its new vectors have nothing to do with its old ones.

    python ch04_fast_word2vec/new_words.py

Takes 5 s.
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
    """Train, and train on; returns the model that has learned the new words."""
    args = options(__doc__).parse_args(argv)
    tokens, hidden_size = (60_000, 30) if args.quick else (400_000, 100)
    rng = np.random.default_rng(args.seed)
    old, new, words = two_texts(tokens, args.seed)
    old_size, word_to_id = int(old.max()) + 1, {word: i for i, word in enumerate(words)}
    print(f"data: toy, {len(old):,} tokens with {old_size} words, then {len(new):,} with "
          f"{len(words) - old_size} new ones; seed {args.seed}")

    model = FastSkipGram(old_size, hidden_size, 5, old, shared=64, rng=rng)
    trainer = fit_fast(model, ChunkBatches(old), 2 if args.quick else 10)
    for word in OLD:
        most_similar(word, word_to_id, words[:old_size], model.word_vecs, top=3)

    print("\nThe new text comes in.")
    start = time.perf_counter()
    grown = FastSkipGram(len(words), hidden_size, 5, new, shared=64, rng=rng)
    tables = tables_of(model, trainer.optimizer)
    fit_fast(grown, ChunkBatches(new), 1 if args.quick else 4, tables=tables)
    print(f"training on took {time.perf_counter() - start:.1f} s")
    known = [word for word in NEW if word in word_to_id]
    for word in (*OLD, *known):
        most_similar(word, word_to_id, words, grown.word_vecs, top=3)

    before, after = model.word_vecs, grown.word_vecs[:old_size]
    kept = np.any(neighbours(after, 5) == neighbours(before), axis=1)             # (old_size,)
    print("\nold words whose nearest neighbour stays among their five nearest: "
          f"{100 * np.mean(kept):.0f} %; their directions before and after: mean cosine "
          f"{cosine(before, after):.2f}")
    nearest = neighbours(grown.word_vecs)[:, 0]
    same = sum(toy.CLASS_OF[word] == toy.CLASS_OF[words[nearest[word_to_id[word]]]]
               for word in known)
    print(f"new words whose nearest neighbour has their class: {same} of {len(known)}")
    start = time.perf_counter()
    before = counted(old, old_size, hidden_size, rng)
    after = counted(np.concatenate([old, new]), len(words), hidden_size, rng)[:old_size]
    print(f"counting must start again, from all of the text ({time.perf_counter() - start:.1f} s "
          f"for both times); the old words' directions before and after: mean cosine "
          f"{cosine(before, after):.2f}")
    return grown


def two_texts(tokens, seed):
    """(ids of a text without NEW, ids of the text that comes in, words: the first's first)."""
    sentences = toy.sentences(toy.generate(tokens, seed).words)
    half = len(sentences) // 2
    old = [word for s in sentences[:half] if not set(NEW) & set(s) for word in s]
    new = [word for s in sentences[half:] for word in s]
    words = list(dict.fromkeys(old + new))
    word_to_id = {word: i for i, word in enumerate(words)}
    return *(np.array([word_to_id[word] for word in text]) for text in (old, new)), words


def cosine(before, after):
    """The mean cosine between a word's vector before and after."""
    return np.mean(np.sum(normalize(before) * normalize(after), axis=1))


def counted(corpus, vocab_size, hidden_size, rng):
    C = create_co_matrix(corpus, vocab_size, 5)              # (V, V)
    return truncated_svd(ppmi(C), min(hidden_size, vocab_size // 4), rng=rng)[0]


if __name__ == "__main__":
    run(main)
