"""One turn of word2vec: the seconds that a million tokens of PTB take, by the fast trainer or by gensim with two workers.

    python -m benchmarks.throughput skipgram.ours

Sizes as in benchmarks/word2vec.py; two epochs. Needs PTB at hand.
"""

import sys

from benchmarks.word2vec import gensims, ours
from dataset import ptb

EPOCHS = 2


def main():
    model, _, who = sys.argv[1].partition(".")
    corpus, word_to_id, id_to_word = ptb.load_data()
    if who == "ours":
        speed, *_ = ours(corpus, word_to_id, model, EPOCHS, 0)
    else:
        speed, *_ = gensims(corpus, word_to_id, id_to_word, int(model == "skipgram"), EPOCHS, 0)
    print(1e6 / speed)


if __name__ == "__main__":
    main()
