"""Cells and improvements side by side, on one text with one budget (sections 6.4 and 6.5).

--study cells trains the simple RNN, the GRU and the LSTM as train_rnnlm.py does; improvements
begins with one LSTM layer and adds a second layer, dropout and shared weights, each alone and then
all, as train_better_rnnlm.py does; awd leaves out one part after the other of the regularization of
train_awd_rnnlm.py. --save-runs keeps the curves: they are not trained again.

    python ch06_lstm/compare_models.py --corpus ptb
    python ch06_lstm/compare_models.py --corpus ptb --study improvements --seeds 1
    python ch06_lstm/compare_models.py --corpus ptb --study awd --seeds 1 --save-runs awd.csv

Takes 19 min.
"""

import tempfile

from ch06_lstm import train_awd_rnnlm, train_better_rnnlm, train_rnnlm
from common.script import log_scale, new_figure, options, plain, positive, run, save_figure
from common.script.variants import draw_variants, run_variants
from common.util import eval_perplexity
from dataset.corpus import resolve

CELLS = {"RNN": "--cell rnn", "GRU": "--cell gru", "LSTM": "--cell lstm"}
BUDGET = "--hidden-size 200 --max-epoch 6 --flat 3 --decay 0.5"
IMPROVEMENTS = {"one LSTM layer": "--layers 1 --untied --dropout 0",
                "two layers": "--untied --dropout 0",
                "dropout": "--layers 1 --untied --dropout 0.3",
                "shared weights": "--layers 1 --dropout 0",
                "all three": "--dropout 0.3"}
AWD_BUDGET = "--wordvec-size 300 --hidden-size 300 --max-epoch 7 --flat 4"
AWD = {"all of it": "",
       "without dropout of Wh": "--weight-drop 0",
       "without dropout of words": "--words 0",
       "without dropout of states": "--dropout-in 0 --dropout-between 0 --dropout-out 0",
       "without penalties": "--alpha 0 --beta 0",
       "without any of these": "--weight-drop 0 --words 0 --dropout-in 0 --dropout-between 0 "
                               "--dropout-out 0 --alpha 0 --beta 0",
       "a mean of weights at the end": "--average 4",
       "shuffled": "--shuffle"}
STUDIES = {"cells": ("Three cells", train_rnnlm, CELLS, ""),
           "improvements": ("The improvements of 6.5", train_better_rnnlm, IMPROVEMENTS, BUDGET),
           "awd": ("AWD-LSTM, part by part", train_awd_rnnlm, AWD, AWD_BUDGET)}


def main(argv=None):
    """Train what --study names; returns {name: (validation values, test values)}."""
    parser = options(__doc__, corpus="auto", figure=True, quick={"seeds": 1})
    parser.add_argument("--study", choices=STUDIES, default="cells")
    parser.add_argument("--seeds", type=positive, default=3, help="runs of each, from --seed on")
    parser.add_argument("--save-runs", role="write", metavar="FILE.csv",
                        help="where the curves are kept")
    args = parser.parse_args(argv)
    title, script, variants, budget = STUDIES[args.study]
    budget *= not args.quick

    def variant(flags):
        def train(seed):
            with tempfile.TemporaryDirectory() as folder:    # nothing is kept but the curves
                model, trainer, text = script.train(script.parse([
                    *flags.split(), *budget.split(), "--corpus", args.corpus, "--level", level,
                    "--min-count", str(args.min_count), "--seed", str(seed), "--figures", folder,
                    "--weights", f"{folder}/weights.npz", *["--quick"] * args.quick]))
            return trainer.valid_list, eval_perplexity(model, text.test)
        return train

    for name, flags in variants.items():
        print(f"{name}: {script.__name__.rpartition('.')[2]}.py {flags} {budget}")
    seeds = range(args.seed, args.seed + args.seeds)
    text, level = resolve(args.corpus, args.level)
    results = run_variants({name: variant(flags) for name, flags in variants.items()}, seeds,
                           f"perplexity{' per character' * (level == 'char')} on {text}"
                           + ", quick" * args.quick, args.save_runs)
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    draw_variants(axes, results)
    axes.set(ylabel="validation perplexity", title=f"{title}, on {plain(text)}")
    log_scale(axes)
    save_figure(figure, f"ch06_{args.study}", args, curves=True)
    return results


if __name__ == "__main__":
    run(main)
