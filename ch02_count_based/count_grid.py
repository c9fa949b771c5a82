"""What makes counted vectors good: the window, the smoothing, the weight of the singular values (sections 2.4, 4.4.2).

Scores every combination on word pairs (the rank correlation of similarities with people's judgements) and on analogies
(the share solved). The vectors are U diag(S)^weight of PPMI whose context counts are raised to alpha, so the weights share
an SVD. The figure has the scores against the window, a CSV file beside it has the table. The toy corpus has its own
questions; for another text --pairs and --analogies name files.

    python ch02_count_based/count_grid.py
    python ch02_count_based/count_grid.py --corpus ptb --pairs wordsim353.tsv --analogies questions-words.txt
"""

from ch02_count_based.count_vectors import count, fitting, weighted
from common.errors import InputError
from common.script import above_zero, new_figure, number, options, positive, run, save_figure
from common.util import ppmi, truncated_svd
from common.util.evaluation import evaluate_analogies, evaluate_similarity, total
from dataset.corpus import announce, load_corpus
from dataset.gold import add_gold_options, gold

HEADER = ["window", "alpha", "weight", "spearman", "pairs_covered", "analogies_percent", "analogies_covered"]
STYLES = ("-", "--", ":", "-.")                              # of the lines in the figure, by alpha


def main(argv=None):
    parser = options(__doc__, corpus=True, figure=True, quick={"windows": [1, 2]})
    parser.add_argument("--windows", nargs="+", type=positive, metavar="W", default=[1, 2, 5, 10],
                        help="neighbours counted on each side (default 1 2 5 10)")
    parser.add_argument("--alphas", nargs="+", type=above_zero, metavar="A", default=[0.75, 1.0],
                        help="exponents that smooth context counts (default 0.75 1)")
    parser.add_argument("--eigenvalue-weights", nargs="+", type=number, metavar="P", default=[0.0, 0.5, 1.0],
                        help="word vectors are U diag(S)^P (default 0 0.5 1)")
    parser.add_argument("--wordvec-size", type=positive, default=100, help="length of a word vector (default 100)")
    add_gold_options(parser)
    args = parser.parse_args(argv)

    data = load_corpus(args.corpus)
    if args.quick:
        data = data.head(20_000)
    announce(data, args)
    pairs, sections = gold(args, data.name)
    if pairs is None or sections is None:
        raise InputError(f"for --corpus {data.name} the questions have to be named: --pairs FILE --analogies FILE")

    windows, D = sorted(set(args.windows)), fitting(args.wordvec_size, len(data.word_to_id))
    print(f"{'window':>6}{'alpha':>8}{'weight':>8}{'word pairs':>26}{'analogies solved':>30}")
    results, rows = {}, []
    for window, alpha, U, S in decompositions(data, windows, args.alphas, D, args.seed):
        for weight in args.eigenvalue_weights:
            vecs = weighted(U, S, weight)
            near = evaluate_similarity(data.word_to_id, vecs, pairs)
            solved = total(evaluate_analogies(data.word_to_id, vecs, sections).values())
            results.setdefault((alpha, weight), []).append((window, near.value, 100 * solved.value))
            rows.append([window, alpha, weight, near.value, near.covered, 100 * solved.value, solved.covered])
            print(f"{window:6}{alpha:8g}{weight:8g}{near.value:10.3f} on {near.covered:4} of {near.total:4}"
                  f"{100 * solved.value:10.1f} % of {solved.covered:6,} of {solved.total:6,}", flush=True)

    figure = new_figure(args, width=10, height=4)
    draw(figure, results, args, (f"word pairs ({near.covered} of {near.total})",
                                 f"analogies ({solved.covered:,} of {solved.total:,})"))
    save_figure(figure, "ch02_count_grid", args, table=(HEADER, rows))


def decompositions(data, windows, alphas, D, seed):
    """(window, alpha, U (V, D), S (D,)) of each pair: the counts serve all alphas of a window."""
    vocab_size = len(data.word_to_id)
    for window in windows:
        C = count(data.corpus, vocab_size, window)           # (V, V)
        for alpha in alphas:
            U, S, _ = truncated_svd(ppmi(C, alpha=alpha), D, rng=seed)
            yield window, alpha, U, S


def draw(figure, results, args, titles):
    """Two panels, word pairs and analogies, with a line for each alpha (its style) and weight (its colour)."""
    panels = figure.subplots(1, 2)
    for (alpha, weight), points in results.items():
        windows, *scores = zip(*points)
        for axes, values in zip(panels, scores):
            axes.plot(windows, values, STYLES[args.alphas.index(alpha) % len(STYLES)], marker="o", markersize=4,
                      color=f"C{args.eigenvalue_weights.index(weight)}", label=f"alpha {alpha:g}, weight {weight:g}")
    for axes, title, label in zip(panels, titles, ("Spearman's rank correlation", "analogies solved [%]")):
        axes.set(xlabel="window [words on each side]", ylabel=label, title=title, xticks=windows)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right center")


if __name__ == "__main__":
    run(main)
