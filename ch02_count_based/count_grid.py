"""What makes counted vectors good: window, smoothing, singular values (sections 2.4, 4.4.2).

Scores every combination on word pairs (the rank correlation of similarities with people's
judgements) and on analogies (the share solved). The vectors are U diag(S)^weight of PPMI whose
context counts are raised to alpha, so the weights share an SVD. The figure has the scores against
the window, a CSV file beside it has the table. The toy corpus has its own questions; for another
text --pairs and --analogies name files.

    python ch02_count_based/count_grid.py
    python ch02_count_based/count_grid.py --corpus ptb \\
        --pairs wordsim353.tsv --analogies questions-words.txt
"""

from ch02_count_based.count_vectors import decompositions, fitting, weighted
from ch02_count_based.grid_figure import draw_count_grid
from common.errors import InputError
from common.script import above_zero, new_figure, number, options, positive, run, save_figure
from common.util.evaluation import evaluate_analogies, evaluate_similarity, total
from dataset.corpus import announce, load_corpus
from dataset.gold import add_gold_options, gold

HEADER = ["window", "alpha", "weight", "spearman", "pairs_covered", "analogies_percent",
          "analogies_covered"]


def main(argv=None):
    parser = options(__doc__, corpus=True, figure=True, quick={"windows": [1, 2]})
    parser.add_argument("--windows", nargs="+", type=positive, metavar="W", default=[1, 2, 5, 10],
                        help="neighbours counted on each side (default 1 2 5 10)")
    parser.add_argument("--alphas", nargs="+", type=above_zero, metavar="A", default=[0.75, 1.0],
                        help="exponents that smooth context counts (default 0.75 1)")
    parser.add_argument("--eigenvalue-weights", nargs="+", type=number, metavar="P",
                        default=[0.0, 0.5, 1.0],
                        help="word vectors are U diag(S)^P (default 0 0.5 1)")
    parser.add_argument("--wordvec-size", type=positive, default=100,
                        help="length of a word vector (default 100)")
    add_gold_options(parser)
    args = parser.parse_args(argv)

    data = load_corpus(args.corpus)
    if args.quick:
        data = data.head(20_000)
    announce(data, args)
    pairs, sections = gold(args, data.name)
    if pairs is None or sections is None:
        raise InputError(f"for --corpus {data.name} the questions have to be named: --pairs FILE "
                         f"--analogies FILE")

    windows, D = sorted(set(args.windows)), fitting(args.wordvec_size, len(data.word_to_id))
    print(f"{'window':>6}{'alpha':>8}{'weight':>8}{'word pairs':>26}{'analogies solved':>30}")
    results, rows = {}, []
    for window, alpha, U, S in decompositions(data, windows, args.alphas, D, args.seed):
        for weight in args.eigenvalue_weights:
            vecs = weighted(U, S, weight)
            near = evaluate_similarity(data.word_to_id, vecs, pairs)
            solved = total(evaluate_analogies(data.word_to_id, vecs, sections).values())
            results.setdefault((alpha, weight), []).append((window, near.value, 100 * solved.value))
            rows.append([window, alpha, weight, near.value, near.covered, 100 * solved.value,
                         solved.covered])
            print(f"{window:6}{alpha:8g}{weight:8g}{near.value:10.3f} on {near.covered:4} of "
                  f"{near.total:4}{100 * solved.value:10.1f} % of {solved.covered:6,} of "
                  f"{solved.total:6,}", flush=True)

    figure = new_figure(args, width=10, height=4)
    draw_count_grid(figure, results, args, (f"word pairs ({near.covered} of {near.total})",
                                 f"analogies ({solved.covered:,} of {solved.total:,})"))
    save_figure(figure, "ch02_count_grid", args, table=(HEADER, rows))


if __name__ == "__main__":
    run(main)
