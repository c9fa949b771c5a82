"""Two simple improvements, each alone and both together, on the addition task (sections 7.3.4 and 7.4).

Trains plain, reversed, peeky and reversed + peeky, each from several seeds, and prints and draws the share of sums answered
right: mean and spread. The settings are the book's but for Adam's learning rate, which begins at 0.002 and falls to 0.
--save-runs keeps the curves, and what is in it is not trained again.

    python ch07_seq2seq/compare_addition.py
"""

from ch07_seq2seq.train_seq2seq import MODELS, parse_options
from ch07_seq2seq.training import fit
from common.schedule import flat_then_fall
from common.script import check_files, new_figure, options, positive, run, save_figure
from common.variants import draw_variants, run_variants

VARIANTS = {"plain": [], "reversed": ["--reverse"], "peeky": ["--model", "peeky"],
            "reversed + peeky": ["--model", "peeky", "--reverse"]}


def main(argv=None):
    parser = options(__doc__, figure=True, quick={"seeds": 1, "max_epoch": 2})
    parser.add_argument("--seeds", type=positive, default=3, help="runs of each, from --seed on (default 3)")
    parser.add_argument("--max-epoch", type=positive, default=25, help="passes over the questions (default 25)")
    parser.add_argument("--save-runs", metavar="FILE.csv", help="where the curves are kept")
    args = parser.parse_args(argv)
    check_files(args, "save_runs")

    def variant(flags):
        def train(seed):
            given = parse_options([*flags, "--seed", str(seed), "--max-epoch", str(args.max_epoch),
                                   "--figures", args.figures] + ["--quick"] * args.quick)
            trained = fit(given, MODELS, schedule=lambda steps: flat_then_fall(0.002, 0, steps), verbose=False)
            return trained.trainer.valid_list, trained.test_accuracy()
        return train

    seeds = range(args.seed, args.seed + args.seeds)
    results = run_variants({name: variant(flags) for name, flags in VARIANTS.items()}, seeds,
                           f"sums answered right [%], {args.max_epoch} epochs" + ", quick" * args.quick, args.save_runs)
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    draw_variants(axes, results)
    axes.set(ylabel="validation sums answered right [%]", ylim=(-3, 103))
    save_figure(figure, "ch07_addition", args, curves=True)


if __name__ == "__main__":
    run(main)
