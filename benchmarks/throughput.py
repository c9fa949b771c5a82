"""One turn of word2vec: the seconds that a million tokens of PTB take.

By the fast models, by gensim with two workers, or by the matrix products of the models alone.

    python -m benchmarks.throughput skipgram.ours

Sizes as in benchmarks/word2vec.py; two epochs. Needs PTB at hand.
"""

from benchmarks.command import ptb_at_hand, words
from benchmarks.products import affine, work
from benchmarks.timing import median_seconds
from benchmarks.word2vec import gensims, ours
from ch04_fast_word2vec.band import BLOCK
from ch04_fast_word2vec.fast import FAST
from common.script import run

EPOCHS, CHUNK, D, WINDOW = 2, 1024, 100, 5


def main():
    turns = [f"{model}.{who}" for model in FAST for who in ("ours", "gensim", "products")]
    for turn in words(__doc__, *turns) or ["skipgram.ours"]:
        model, _, who = turn.partition(".")
        if who == "products":
            print(median_seconds(products(model), runs=300, warmup=20) * 1e6 / CHUNK)
            continue
        corpus, word_to_id, id_to_word = ptb_at_hand()
        if who == "ours":
            speed, *_ = ours(corpus, word_to_id, model, EPOCHS, 0)
        else:
            speed, *_ = gensims(corpus, word_to_id, id_to_word, int(model == "skipgram"), EPOCHS, 0)
        print(1e6 / speed)


def products(model):
    """A function that makes the products of a chunk: with negatives, of blocks with windows."""
    blocks, around = CHUNK // BLOCK, BLOCK + 2 * WINDOW
    near = [(blocks, BLOCK, around, D, 1), (blocks, around, BLOCK, D, 1)]
    scores = [(blocks, BLOCK, D, around, 1)] if model == "skipgram" else []       # not CBOW
    return work(affine(CHUNK, D, FAST[model].SHARED) + near + scores)


if __name__ == "__main__":
    run(main)
