"""What makes word vectors good: the model, the corpus, the length of the vectors (section 4.4.2).

Trains every combination and prints the share of semantic and syntactic analogies solved; the figure
has the two against the size of the corpus, a CSV file beside it the table, with the number of
questions whose words the vocabulary has. Each model has the window that it is usually given: counts
2 words on each side (their vectors are U S^0.5), word2vec 3, GloVe 10. On the toy corpus the
analogies are its own; for another text --analogies names a file.

    python ch04_fast_word2vec/vector_grid.py
    python ch04_fast_word2vec/vector_grid.py --corpus ptb \\
        --analogies questions-words.txt --sizes 100000 300000 900000
"""

from ch04_fast_word2vec.grid_figure import draw_vector_grid
from ch04_fast_word2vec.vectors_by import MODELS, score, shown
from common.errors import InputError
from common.script import new_figure, options, positive, run, save_figure
from dataset.corpus import announce, load_corpus
from dataset.gold import add_gold_options, gold

HEADER = ["model", "tokens", "dimensions", "semantic", "syntactic", "semantic_covered",
          "syntactic_covered"]


def main(argv=None):
    args = parse(argv)
    data = load_corpus(args.corpus, tokens=max(args.sizes))
    announce(data, args)
    if max(args.sizes) > len(data.corpus):
        raise InputError(f"--sizes asks for {max(args.sizes):,} tokens, the corpus has "
                         f"{len(data.corpus):,}")
    _, sections = gold(args, data.name)
    if sections is None:
        raise InputError(f"for --corpus {data.name} the analogies have to be named: --analogies "
                         f"FILE")

    print(f"{'model':10}{'tokens':>10}{'dimensions':>12}{'semantic':>12}{'syntactic':>12}"
          "   [% solved]")
    rows = []
    for model in args.models:
        for tokens in args.sizes:
            part = data.head(tokens)
            for D in args.dimensions:
                vecs = MODELS[model](part.corpus, len(part.word_to_id), D, args.max_epoch,
                                     args.seed)
                both = score(vecs, part.word_to_id, sections)
                shares = [100 * float(s.value) for s in both]
                rows.append([model, tokens, D, *shares, *(s.covered for s in both)])
                print(f"{model:10}{tokens:10,}{D:12}{shown(shares[0]):>12}{shown(shares[1]):>12}",
                      flush=True)

    figure = new_figure(args, width=9, height=4)
    draw_vector_grid(figure, rows, HEADER, args)
    table = [["" if cell != cell else cell for cell in row] for row in rows]      # NaN: not asked
    save_figure(figure, "ch04_vector_grid", args, table=(HEADER, table))
    return rows


def parse(argv=None):
    parser = options(__doc__, corpus=True, figure=True,
                     quick={"sizes": [10_000, 20_000], "dimensions": [10], "max_epoch": 1})
    parser.add_argument("--models", nargs="+", choices=MODELS, default=[*MODELS],
                        help="(default all four)")
    parser.add_argument("--sizes", nargs="+", type=positive, metavar="TOKENS",
                        default=[100_000, 300_000, 1_000_000],
                        help="sizes of the corpus (default 100000 300000 1000000)")
    parser.add_argument("--dimensions", nargs="+", type=positive, metavar="D",
                        default=[25, 50, 100],
                        help="lengths of the vectors (default 25 50 100)")
    parser.add_settings({"max_epoch": 10})
    add_gold_options(parser)
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
