"""Two simple improvements, each alone and both together, on addition (sections 7.3.4 and 7.4).

The share of sums answered right, mean and range over several seeds. The settings are the book's,
except that Adam's learning rate begins at 0.002 and decays linearly to 0. --save-runs keeps the
curves; variants found in it are not trained again.

    python ch07_seq2seq/compare_addition.py

Takes 11 min.
"""

from ch07_seq2seq import train_seq2seq
from common.script import new_figure, options, positive, run, save_figure
from common.script.variants import draw_variants, run_variants

FLAGS = {"plain": "", "reversed": "--reverse", "peeky": "--model peeky",
         "reversed + peeky": "--model peeky --reverse"}
BUDGET = "--lr 0.002 --fall 1"


def main(argv=None):
    """Train all; returns {name: (validation values, test values)}."""
    parser = options(__doc__, figure=True, quick={"seeds": 1, "max_epoch": 2})
    parser.add_argument("--seeds", type=positive, default=3, help="runs of each, from --seed on")
    parser.add_argument("--max-epoch", type=positive, default=25,
                        help="epochs: passes over the questions")
    parser.add_argument("--save-runs", role="write", metavar="FILE.csv",
                        help="where the curves are kept")
    args = parser.parse_args(argv)

    def variant(flags):
        def train(seed):
            given = f"{flags} {BUDGET} --max-epoch {args.max_epoch} --seed {seed}".split()
            given += ["--figures", args.figures, *["--quick"] * args.quick]
            model, trainer, data = train_seq2seq.train(train_seq2seq.parse(given))
            return trainer.valid_list, data.test_accuracy(model)
        return train

    results = run_variants({name: variant(flags) for name, flags in FLAGS.items()},
                           range(args.seed, args.seed + args.seeds),
                           f"sums answered right [%], {args.max_epoch} epochs"
                           + ", quick" * args.quick, args.save_runs)
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    draw_variants(axes, results)
    axes.set(ylabel="validation sums answered right [%]", ylim=(-3, 103))
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))     # outside: the curves fill the inside
    save_figure(figure, "ch07_addition", args, curves=True)
    return results


if __name__ == "__main__":
    run(main)
