"""Model, size of the corpus and length of the vectors against analogies solved (section 4.4.2).

Trains every combination, each model with the window that it is usually given; figure and CSV file
have the share of semantic and syntactic analogies solved. The toy corpus has its own analogies; for
another text --analogies names a file.

    python ch04_fast_word2vec/vector_grid.py
    python ch04_fast_word2vec/vector_grid.py --corpus ptb \\
        --analogies questions-words.txt --sizes 100000 300000 900000

Takes 2 min; PTB 7 min.
"""

import math
from pathlib import Path

import numpy as np

from ch04_fast_word2vec.vectors_by import MODELS
from common.errors import InputError
from common.script import new_figure, options, plain, positive, run, save_figure
from common.util.evaluation import evaluate_analogies, is_semantic, total
from common.util.similarity import commonest_first
from dataset.corpus import add_gold_options, announce, gold, load_corpus, reading

HEADER = ["model", "tokens", "dimensions", "semantic", "syntactic", "semantic_covered",
          "syntactic_covered"]


def main(argv=None):
    """Train every combination; returns the rows of the table."""
    args = parse(argv)
    data = load_corpus(args.corpus, tokens=max(args.sizes), **reading(args))
    announce(data, args)
    if max(args.sizes) > len(data.corpus):
        raise InputError(f"--sizes asks for {max(args.sizes):,} tokens, the corpus has "
                         f"{len(data.corpus):,}")
    _, sections = gold(args, data.is_toy)
    if sections is None:
        raise InputError(f"for --corpus {data.name} the analogies have to be named: --analogies "
                         "FILE")

    print(f"{'model':10}{'tokens':>10}{'dimensions':>12}{'semantic':>12}{'syntactic':>12}"
          "   [% solved]")
    rows = []
    for model in args.models:
        for tokens in args.sizes:
            _, corpus, word_to_id, *_ = data.head(tokens)
            word_to_id = commonest_first(word_to_id, np.bincount(corpus, minlength=len(word_to_id)))
            for D in args.dimensions:
                vecs = MODELS[model](corpus, len(word_to_id), D, args.max_epoch, args.seed)
                scores = evaluate_analogies(word_to_id, vecs, sections)
                both = [total([s for name, s in scores.items() if is_semantic(name) == semantic])
                        for semantic in (True, False)]
                if (model, D) == (args.models[0], args.dimensions[0]):
                    print(f"{tokens / 1000:g} thousand tokens have the words of "
                          + " and ".join(f"{score.covered:,} of {score.total:,} {name}"
                                         for score, name in zip(both, HEADER[3:])))
                shares = [100 * float(score.value) for score in both]
                rows.append([model, tokens, D, *shares, *(score.covered for score in both)])
                print(f"{model:10}{tokens:10,}{D:12}" + "".join(map(shown, shares)), flush=True)

    figure = new_figure(args, width=9, height=4)
    figure.suptitle(plain(Path(data.name).name))
    draw(figure.subplots(1, 2, sharey=True), rows, args)
    table = [["" if cell != cell else cell for cell in row] for row in rows]      # NaN: not asked
    save_figure(figure, "ch04_vector_grid", args, table=(HEADER, table))
    return rows


def shown(share):
    """A share as it is printed; a dash where no question has words that the text has."""
    return f"{'-':>12}" if math.isnan(share) else f"{share:12.1f}"


def draw(panels, rows, args):
    """Semantic and syntactic: shares against the corpus, for the longest vectors."""
    D = max(args.dimensions)
    for k, axes in zip((3, 4), panels):
        for model in args.models:
            axes.plot(args.sizes, [row[k] for row in rows if (row[0], row[2]) == (model, D)],
                      marker="o", label=model)
        axes.set(xscale="log", xlabel="tokens [thousands]", title=f"{HEADER[k]}, {D} dimensions")
        axes.set_xticks(args.sizes, [f"{tokens / 1000:g}" for tokens in args.sizes])
        axes.minorticks_off()
    panels[0].set_ylabel("analogies solved [%]")
    axes.legend()


def parse(argv=None):
    parser = options(__doc__, corpus="toy", figure=True,
                     quick={"sizes": [10_000, 20_000], "dimensions": [10], "max_epoch": 1})
    parser.add_argument("--models", nargs="+", choices=MODELS, default=[*MODELS],
                        help="(default all four)")
    parser.add_argument("--sizes", nargs="+", type=positive, metavar="TOKENS",
                        default=[100_000, 300_000, 1_000_000], help="sizes of the corpus")
    parser.add_argument("--dimensions", nargs="+", type=positive, metavar="D",
                        default=[25, 50, 100],
                        help="lengths of the vectors")
    parser.add_settings({"max_epoch": 10})
    add_gold_options(parser)
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
