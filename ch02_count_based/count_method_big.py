"""The count-based method on a whole corpus: counts, PPMI, SVD, neighbours (section 2.4.5).

On PTB the neighbours of 'you' are pronouns, of 'year' other spans of time, of 'car' and 'toyota'
other vehicles and their makers. The figure is a map of the frequent words.

    python ch02_count_based/count_method_big.py
    python ch02_count_based/count_method_big.py --corpus ptb --similar money bank
    python ch02_count_based/count_method_big.py --corpus ptb --window-size 5 \\
        --eigenvalue-weight 0.5 --pairs wordsim353.tsv --analogies questions-words.txt

The last form also scores the vectors (section 4.4.2); the toy corpus has its own questions.

Takes 2 s; PTB 5 s.
"""

from pathlib import Path

import numpy as np

from ch02_count_based.count_vectors import count, fitting, timed, weighted
from ch02_count_based.word_map import draw_map
from common.script import above_zero, new_figure, number, options, plain, run, save_figure
from common.util import most_similar, ppmi, truncated_svd
from common.util.evaluation import print_scores
from common.util.questions import QUERIES, queries
from common.util.similarity import commonest_first, id_of
from dataset.corpus import add_gold_options, announce, gold, load_corpus, reading


def main(argv=None):
    """Count, decompose, show; returns the word vectors (V, D)."""
    args = parse(argv)
    data = load_corpus(args.corpus, **reading(args))
    if args.quick:
        data = data.head(20_000)
    announce(data, args)
    _, corpus, word_to_id, id_to_word, _ = data
    vocab_size = len(word_to_id)
    word_to_id = commonest_first(word_to_id, np.bincount(corpus, minlength=len(word_to_id)))
    for word in args.similar or ():
        id_of(word, word_to_id)                              # an unknown one ends the script here
    scored = gold(args, data.is_toy)
    wordvec_size = fitting(args.wordvec_size, vocab_size)

    with timed("counting co-occurrence"):
        C = count(corpus, vocab_size, args.window_size)      # (V, V)
    with timed("calculating PPMI"):
        W = ppmi(C, verbose=True, alpha=args.alpha, shift=args.shift)             # (V, V)
    with timed("calculating SVD"):
        U, S, Vt = truncated_svd(W, wordvec_size, rng=args.seed)
    word_vecs = weighted(U, S, args.eigenvalue_weight)       # (V, wordvec_size)

    for query in args.similar or queries(word_to_id):
        most_similar(query, word_to_id, id_to_word, word_vecs, top=5)
    print()
    print_scores(word_to_id, word_vecs, *scored)

    figure = new_figure(args, width=11, height=8)
    figure.suptitle(plain(Path(data.name).name))
    draw_map(figure.subplots(), word_vecs, corpus, id_to_word)
    save_figure(figure, "ch02_count_method_big", args)
    return word_vecs


def parse(argv=None):
    parser = options(__doc__, corpus="auto", figure=True)
    parser.add_settings({"window_size": 2, "wordvec_size": 100},
                        window_size="neighbours counted on each side")
    parser.add_argument("--alpha", type=above_zero, default=1.0,
                        help="exponent that smooths context counts")
    parser.add_argument("--shift", type=above_zero, default=1.0,
                        help="PPMI is lessened by log2 of this (default 1: by 0)")
    parser.add_argument("--eigenvalue-weight", type=number, default=0.0, metavar="P",
                        help="word vectors are U diag(S)^P (default 0, the book's U)")
    add_gold_options(parser)
    parser.add_argument("--similar", nargs="+", metavar="WORD",
                        help=f"words to look up (default {' '.join(QUERIES)})")
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
