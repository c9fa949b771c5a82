"""Every model of chapter 8 on dates, in one table and one figure (sections 8.2, 8.4 and 8.5).

Each is trained by train.py or train_transformer.py with the flags printed, from several seeds, the
slow ones from one. --save-runs keeps the curves; models found in it are not trained again.

    python ch08_attention/compare_dates.py
    python ch08_attention/compare_dates.py --models attention plain --seeds 1

Takes 1 h.
"""

from ch08_attention import train as train_recurrent
from ch08_attention import train_transformer
from common.script import new_figure, options, positive, run, save_figure
from common.script.variants import draw_variants, run_variants

FLAGS = {"attention": "--max-epoch 5 --lr 0.004 --fall 0 --beta2 0.99",
         "plain": "--model plain --max-epoch 10",
         "bidirectional": "--model bidirectional --max-epoch 5 --decay 0.7",
         "input-feeding": "--model input-feeding --max-epoch 5",
         "deep": "--model deep --max-epoch 5",
         "gnmt": "--model gnmt --max-epoch 10 --decay 0.75",
         "transformer": "--max-epoch 5"}
SLOW = ("input-feeding", "deep", "gnmt")


def main(argv=None):
    """Train all; returns {name: (validation values, test values)}."""
    parser = options(__doc__, figure=True, quick={"seeds": 1})
    parser.add_argument("--models", nargs="+", choices=FLAGS, default=list(FLAGS),
                        help="(default all)")
    parser.add_argument("--seeds", type=positive, default=3, help="runs of each, from --seed on")
    parser.add_argument("--save-runs", role="write", metavar="FILE.csv",
                        help="where the curves are kept")
    args = parser.parse_args(argv)

    def variant(model):
        script = train_transformer if model == "transformer" else train_recurrent

        def train(seed):
            given = [*FLAGS[model].split(), "--seed", str(seed), "--figures", args.figures]
            trained, trainer, data = script.train(script.parse(given + ["--quick"] * args.quick))
            return trainer.valid_list, data.test_accuracy(trained)
        return train

    for model in args.models:
        print(f"{model}: train{'_transformer' * (model == 'transformer')}.py {FLAGS[model]}")
    seeds = {model: range(args.seed, args.seed + (1 if model in SLOW else args.seeds))
             for model in args.models}
    results = run_variants({model: variant(model) for model in args.models}, seeds,
                           "dates answered right [%]" + ", quick" * args.quick, args.save_runs)
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    draw_variants(axes, {name: (100 - right, test) for name, (right, test) in results.items()})
    axes.set_yscale("symlog", linthresh=0.1)                 # a logarithmic axis that has a 0
    axes.set_yticks([0, 0.1, 1, 10, 100], ["0", "0.1", "1", "10", "100"])
    axes.set(ylabel="validation dates answered wrong [%]", ylim=(-0.01, 130))
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    save_figure(figure, "ch08_dates", args, curves=True)
    return results


if __name__ == "__main__":
    run(main)
