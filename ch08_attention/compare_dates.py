"""Every model of chapter 8 on the date task, from several seeds, in one table and one figure (sections 8.2, 8.4 and 8.5).

Each is trained as train.py or train_transformer.py trains it with the flags that are printed. --save-runs keeps the curves,
and what is in it is not trained again. Models that take more than two minutes are trained from one seed.

    python ch08_attention/compare_dates.py
    python ch08_attention/compare_dates.py --models attention plain --seeds 1
"""

from ch07_seq2seq.training import fit
from ch08_attention import train as recurrent
from ch08_attention import train_transformer
from ch08_attention.models import MODELS
from common.script import check_files, new_figure, options, positive, run, save_figure
from common.variants import draw_variants, run_variants

FLAGS = {"attention": "--max-epoch 5 --lr 0.004 --fall 0 --beta2 0.99", "plain": "--model plain --max-epoch 10",
         "bidirectional": "--model bidirectional --max-epoch 5 --decay 0.7",
         "input-feeding": "--model input-feeding --max-epoch 5", "deep": "--model deep --max-epoch 5",
         "gnmt": "--model gnmt --max-epoch 10 --decay 0.75", "transformer": "--max-epoch 5"}
SLOW = ("input-feeding", "deep", "gnmt")


def main(argv=None):
    parser = options(__doc__, figure=True, quick={"seeds": 1})
    parser.add_argument("--models", nargs="+", choices=FLAGS, default=list(FLAGS), help="(default all)")
    parser.add_argument("--seeds", type=positive, default=3, help="runs of each, from --seed on (default 3)")
    parser.add_argument("--save-runs", metavar="FILE.csv", help="where the curves are kept")
    args = parser.parse_args(argv)
    check_files(args, "save_runs")

    def variant(model):
        def train(seed):
            flags = [*FLAGS[model].split(), "--seed", str(seed), "--figures", args.figures] + ["--quick"] * args.quick
            if model == "transformer":
                given = train_transformer.parse_options(flags)
                trained = fit(given, MODELS, verbose=False, **train_transformer.how_to_train(given))
            else:
                trained = fit(recurrent.parse_options(flags), MODELS, verbose=False)
            return trained.trainer.valid_list, trained.test_accuracy()
        return train

    for model in args.models:
        print(f"{model}: train{'_transformer' * (model == 'transformer')}.py {FLAGS[model]}")
    seeds = {model: range(args.seed, args.seed + (1 if model in SLOW else args.seeds))
             for model in args.models}
    results = run_variants({model: variant(model) for model in args.models}, seeds,
                           "dates answered right [%]" + ", quick" * args.quick, args.save_runs)
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    draw_variants(axes, results)
    axes.set(ylabel="validation dates answered right [%]", ylim=(-3, 103))
    save_figure(figure, "ch08_dates", args, curves=True)


if __name__ == "__main__":
    run(main)
