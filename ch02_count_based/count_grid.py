"""Window, smoothing and singular values against the scores of vectors (sections 2.4, 4.4.2).

Scores every combination on word pairs (the rank correlation of similarities with people's
judgements) and on analogies (the share solved), in a figure and a CSV file. The vectors are
U diag(S)^weight of PPMI whose context counts are raised to alpha. The toy corpus has its own
questions; for another text --pairs and --analogies name files.

    python ch02_count_based/count_grid.py
    python ch02_count_based/count_grid.py --corpus ptb \\
        --pairs wordsim353.tsv --analogies questions-words.txt

Takes 3 s.
"""

from pathlib import Path

import numpy as np

from ch02_count_based.count_vectors import decompositions, fitting, weighted
from common.errors import InputError
from common.script import (
    above_zero,
    new_figure,
    number,
    options,
    plain,
    positive,
    run,
    save_figure,
)
from common.util.evaluation import evaluate_analogies, evaluate_similarity, total
from common.util.similarity import commonest_first
from dataset.corpus import add_gold_options, announce, gold, load_corpus, reading

HEADER = ["window", "alpha", "weight", "spearman", "pairs_covered", "analogies_percent",
          "analogies_covered"]


def main(argv=None):
    """Measure every combination; returns the rows of the table."""
    args = parse(argv)
    data = load_corpus(args.corpus, **reading(args))
    if args.quick:
        data = data.head(20_000)
    announce(data, args)
    pairs, sections = gold(args, data.is_toy)
    if pairs is None or sections is None:
        raise InputError(f"for --corpus {data.name} the questions have to be named: --pairs FILE "
                         "--analogies FILE")

    counts = np.bincount(data.corpus, minlength=len(data.word_to_id))
    word_to_id = commonest_first(data.word_to_id, counts)
    windows, D = sorted(set(args.windows)), fitting(args.wordvec_size, len(data.word_to_id))
    print(f"{'window':>6}{'alpha':>8}{'weight':>8}{'word pairs':>26}{'analogies solved':>30}")
    lines, rows = {}, []
    for window, alpha, U, S in decompositions(data, windows, args.alphas, D, args.seed):
        for weight in args.eigenvalue_weights:
            vecs = weighted(U, S, weight)
            near = evaluate_similarity(word_to_id, vecs, pairs)
            solved = total(evaluate_analogies(word_to_id, vecs, sections).values())
            percent = 100 * solved.value
            lines.setdefault((alpha, weight), []).append((near.value, percent))
            rows.append([window, alpha, weight, near.value, near.covered, percent, solved.covered])
            print(f"{window:6}{alpha:8g}{weight:8g}{near.value:10.3f} on {near.covered:4} of "
                  f"{near.total:4}{percent:10.1f} % of {solved.covered:6,} of {solved.total:6,}",
                  flush=True)

    figure = new_figure(args, width=10, height=4)
    figure.suptitle(plain(Path(data.name).name))
    panels = figure.subplots(1, 2)
    panels[0].set(ylabel="Spearman's rank correlation",
                  title=f"word pairs ({near.covered} of {near.total})")
    panels[1].set(ylabel="analogies solved [%]",
                  title=f"analogies ({solved.covered:,} of {solved.total:,})")
    draw(panels, windows, lines, args)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right center")
    save_figure(figure, "ch02_count_grid", args, table=(HEADER, rows))
    return rows


def draw(panels, windows, lines, args):
    """A line for each alpha (style) and weight (colour), in both panels."""
    for (alpha, weight), scores in lines.items():
        style = ("-", "--", ":", "-.")[args.alphas.index(alpha) % 4]
        for axes, values in zip(panels, zip(*scores)):
            axes.plot(windows, values, style, marker="o", markersize=4,
                      color=f"C{args.eigenvalue_weights.index(weight)}",
                      label=f"alpha {alpha:g}, weight {weight:g}")
            axes.set(xlabel="window [words on each side]", xticks=windows)


def parse(argv=None):
    parser = options(__doc__, corpus="toy", figure=True, quick={"windows": [1, 2]})
    parser.add_argument("--windows", nargs="+", type=positive, metavar="W", default=[1, 2, 5, 10],
                        help="neighbours counted on each side")
    parser.add_argument("--alphas", nargs="+", type=above_zero, metavar="A", default=[0.75, 1.0],
                        help="exponents that smooth context counts")
    parser.add_argument("--eigenvalue-weights", nargs="+", type=number, metavar="P",
                        default=[0.0, 0.5, 1.0], help="word vectors are U diag(S)^P")
    parser.add_settings({"wordvec_size": 100})
    add_gold_options(parser)
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
