"""Two simple improvements, each alone and both together, on the addition task (sections 7.3.4 and 7.4).

Trains plain, reversed, peeky and reversed + peeky, each from several seeds, and prints and draws the share of test
questions answered right: mean and spread. The settings are the book's but for Adam's learning rate, which begins at 0.002
and falls to 0. --save-runs keeps the curves, and what is in it is not trained again.

    python ch07_seq2seq/compare_addition.py
"""

import json
from pathlib import Path

import numpy as np

from ch07_seq2seq.train_seq2seq import MODELS
from common.files import check_can_write, replacing
from common.optimizer import Adam
from common.script import new_figure, options, positive, run, save_figure
from common.trainer import Trainer
from common.util.answers import accuracy
from dataset import sequence

VARIANTS = {"plain": ("plain", False), "reversed": ("plain", True), "peeky": ("peeky", False),
            "reversed + peeky": ("peeky", True)}


def main(argv=None):
    parser = options(__doc__, figure=True)
    parser.add_argument("--seeds", type=positive, default=3, help="runs of each, from --seed on (default 3)")
    parser.add_argument("--max-epoch", type=positive, default=25, help="passes over the questions (default 25)")
    parser.add_argument("--save-runs", metavar="FILE", help="a JSON file for the curves")
    args = parser.parse_args(argv)
    epochs, hidden_size, seeds = (2, 16, 1) if args.quick else (args.max_epoch, 128, args.seeds)
    if args.save_runs:
        check_can_write(args.save_runs)
    runs = read_runs(args.save_runs)
    print(f"data: addition, 50,000 questions for each seed, a tenth to test; seeds {args.seed} to {args.seed + seeds - 1}")
    print(f"{'':18} test accuracy after {epochs} epochs [%]: mean, (lowest to highest)")
    curves = {}
    for name, (model, reverse) in VARIANTS.items():
        for seed in range(args.seed, args.seed + seeds):
            key = f"{name}, {epochs} epochs, {hidden_size} hidden, seed {seed}"
            if key not in runs:
                runs[key] = train(MODELS[model], reverse, epochs, hidden_size, seed, args.quick)
                write_runs(args.save_runs, runs)
            curves.setdefault(name, []).append(runs[key])
        last = np.array(curves[name])[:, -1]
        print(f"{name:18} {last.mean():6.2f}  ({last.min():.2f} to {last.max():.2f})", flush=True)

    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    for name, curve in curves.items():
        line, = axes.plot(range(1, epochs + 1), np.mean(curve, axis=0), marker=".", label=name)
        axes.fill_between(range(1, epochs + 1), np.min(curve, axis=0), np.max(curve, axis=0), alpha=0.2,
                          color=line.get_color())
    axes.set(xlabel="epoch", ylabel="test questions answered right [%]", ylim=(-3, 103))
    axes.legend()
    save_figure(figure, "ch07_addition", args, curves=True)


def train(Model, reverse, epochs, hidden_size, seed, quick):
    """The accuracy [%] after each epoch."""
    (x_train, t_train), (x_test, t_test) = sequence.load_data("addition.txt", seed=1984 + seed)
    if quick:
        x_train, t_train, x_test, t_test = x_train[:1000], t_train[:1000], x_test[:50], t_test[:50]
    if reverse:
        x_train, x_test = x_train[:, ::-1], x_test[:, ::-1]
    rng = np.random.default_rng(seed)
    model = Model(len(sequence.get_vocab("addition")[0]), 16, hidden_size, rng=rng)
    optimizer = Adam(0.002)
    trainer = Trainer(model, optimizer, rng=rng)

    def validate():
        optimizer.lr = 0.002 * (1 - trainer.current_epoch / epochs)
        return 100 * accuracy(model, x_test, t_test)

    trainer.fit(x_train, t_train, epochs, 128, 5.0, verbose=False, validate=validate)
    return trainer.valid_list


def read_runs(path):
    return json.loads(Path(path).read_text(encoding="utf-8")) if path and Path(path).exists() else {}


def write_runs(path, runs):
    if path:
        with replacing(path) as file:
            file.write(json.dumps(runs, indent=1).encode())


if __name__ == "__main__":
    run(main)
