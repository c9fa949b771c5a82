"""The count-based method on a whole corpus: counts, PPMI, SVD, neighbours (section 2.4.5).

On PTB the neighbours of 'you' are pronouns, of 'year' other spans of time, of 'car' and 'toyota' other vehicles and
their makers. The figure is a map of the frequent words: words with similar vectors are near each other.

    python ch02_count_based/count_method_big.py
    python ch02_count_based/count_method_big.py --corpus ptb --similar money bank
    python ch02_count_based/count_method_big.py --corpus ptb --window-size 5 --eigenvalue-weight 0.5 \\
        --pairs wordsim353.tsv --analogies questions-words.txt

The last form also scores the vectors (section 4.4.2): the rank correlation of their similarities with people's
judgements, and the share of analogies that they solve. The toy corpus has such questions built in.
"""

import contextlib
import time

import numpy as np

from common.errors import InputError
from common.script import above_zero, check_files, new_figure, number, options, plain, positive, run, save_figure
from common.util import create_co_matrix, most_similar, ppmi, truncated_svd
from common.util.evaluation import print_scores
from common.util.similarity import id_of
from dataset.corpus import announce, load_corpus
from dataset.gold import add_gold_options, gold

QUERIES = ["you", "year", "car", "toyota"]
MAP_WORDS = 300
DENSE_WORDS = 15_000         # above, the V x V table would take more than about 1 GB: count in the sparse form


def main(argv=None):
    parser = options(__doc__, corpus=True, figure=True)
    parser.add_argument("--window-size", type=positive, default=2, help="neighbours counted on each side (default 2)")
    parser.add_argument("--wordvec-size", type=positive, default=100, help="length of a word vector (default 100)")
    parser.add_argument("--alpha", type=above_zero, default=1.0, help="exponent that smooths context counts (default 1)")
    parser.add_argument("--shift", type=above_zero, default=1.0, help="PPMI is lessened by log2 of this (default 1: by 0)")
    parser.add_argument("--eigenvalue-weight", type=number, default=0.0, metavar="P",
                        help="word vectors are U diag(S)^P (default 0, the book's U)")
    add_gold_options(parser)
    parser.add_argument("--similar", nargs="+", metavar="WORD", help=f"words to look up (default {' '.join(QUERIES)})")
    args = parser.parse_args(argv)
    check_files(args)

    data = load_corpus(args.corpus)
    if args.quick:
        data = data.head(20_000)
    announce(data, args)
    _, corpus, word_to_id, id_to_word = data
    vocab_size = len(word_to_id)
    queries = known(args.similar, word_to_id)
    pairs, sections = gold(args, data.name)
    wordvec_size = fitting(args.wordvec_size, vocab_size)
    rng = np.random.default_rng(args.seed)

    with timed("counting co-occurrence"):
        C = create_co_matrix(corpus, vocab_size, args.window_size, sparse=vocab_size > DENSE_WORDS)       # (V, V)
    with timed("calculating PPMI"):
        W = ppmi(C, verbose=True, alpha=args.alpha, shift=args.shift)             # (V, V)
    with timed("calculating SVD"):
        U, S, Vt = truncated_svd(W, wordvec_size, rng=rng)
    word_vecs = weighted(U, S, args.eigenvalue_weight)                            # (V, wordvec_size)

    for query in queries:
        most_similar(query, word_to_id, id_to_word, word_vecs, top=5)
    print()
    print_scores(word_to_id, word_vecs, pairs, sections)

    frequent = np.argsort(-np.bincount(corpus, minlength=vocab_size), kind="stable")[:MAP_WORDS]
    figure = new_figure(args, width=11, height=8)
    draw_map(figure.subplots(), word_vecs[frequent], [id_to_word[int(i)] for i in frequent])
    save_figure(figure, "ch02_count_method_big", args)


def known(asked, word_to_id):
    """The words to look up: all that were asked for, or those of the book that the vocabulary has, or its first."""
    if asked:
        for word in asked:
            id_of(word, word_to_id)                          # an unknown one ends the script before the work starts
        return asked
    return [word for word in QUERIES if word in word_to_id] or list(word_to_id)[:len(QUERIES)]


def fitting(wordvec_size, vocab_size):
    """The length of the word vectors, lessened where the vocabulary is too small for it."""
    fits = min(wordvec_size, max(2, vocab_size // 4))
    if fits < wordvec_size:
        print(f"wordvec_size: {fits}, not {wordvec_size}: in as many dimensions as there are words, every word is "
              "orthogonal to every other")
    return fits


def weighted(U, S, P):
    """The word vectors U diag(S)^P, (V, D): P = 0 is the book's U, P = 1 makes the most of the first dimensions."""
    with np.errstate(all="ignore"):
        word_vecs = U * S ** P                               # (V, D) (D,)
    if not np.isfinite(word_vecs).all():
        raise InputError(f"eigenvalue weight {P} takes the vectors out of the range of numbers")
    return word_vecs


@contextlib.contextmanager
def timed(label):
    """Print what is being done, and afterwards how long it took."""
    print(f"{label} ...", flush=True)
    start = time.perf_counter()
    yield
    print(f"{label}: {time.perf_counter() - start:.2f} s")


def draw_map(axes, vectors, words):
    """Each word at the point where its vector, scaled to length 1, falls on the plane in which the words spread most.

    A label that would cover an earlier (more frequent) one is left out; its dot stays.
    """
    x = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-8)         # (words, D)
    U, S, _ = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    points = np.zeros((len(x), 2))
    points[:, :len(S)] = U[:, :2] * S[:2]                    # (words, 2); of vectors of one number a line
    axes.scatter(points[:, 0], points[:, 1], s=6, alpha=0.4)
    label = np.ptp(points, axis=0) * [0.012, 0.016]                               # a letter's width and height
    taken = np.empty((0, 3))                                                      # x, y, letters of each label
    for word, (x, y) in zip(words, points):
        letters = np.where(x < taken[:, 0], len(word), taken[:, 2])               # of the label to the left
        if not np.any((np.abs(x - taken[:, 0]) < letters * label[0]) & (np.abs(y - taken[:, 1]) < label[1])):
            axes.annotate(plain(word), (x, y), xytext=(2, 2), textcoords="offset points", fontsize=7)
            taken = np.vstack([taken, (x, y, len(word))])
    axes.set(xlabel="first principal component", ylabel="second principal component",
             title=f"The {len(words)} most frequent words by their vectors")


if __name__ == "__main__":
    run(main)
