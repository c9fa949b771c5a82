"""Teach a Neural Turing Machine a small program from examples: copy, repeat-copy or associative recall (section 8.5.3).

The sequences are random bits, new ones at every step. Shown are the wrong bits per test sequence against the sequences seen,
and how the model does with sequences longer than any that it learned from; drawn are that curve, some answers, and where
the heads point. `--model lstm` is the paper's baseline; compare_runs draws both curves together.

    python ch08_attention/train_ntm.py
    python ch08_attention/train_ntm.py --task associative-recall --controller feedforward
    python ch08_attention/train_ntm.py --model lstm
    python -m common.compare_runs --log figures/ch08_ntm_copy.csv figures/ch08_lstm_copy.csv
"""

import numpy as np

from ch08_attention.ntm import CONTROLLERS, NTM, DeepLSTM
from ch08_attention.ntm_figures import draw_answers, draw_heads
from ch08_attention.ntm_tasks import TASKS, TaskBatches, wrong_bits
from common.optimizer import Adam
from common.schedule import warm_up_then_fall
from common.script import (
    Untyped,
    above_zero,
    below_one,
    check_files,
    count,
    fill_in,
    new_figure,
    options,
    positive,
    run,
    run_settings,
    save_figure,
)
from common.trainer import Trainer

SETTINGS = {"copy": {"max_epoch": 15, "small_epochs": 0, "heads": 1},
            "repeat-copy": {"max_epoch": 30, "small_epochs": 10, "heads": 2},
            "associative-recall": {"max_epoch": 30, "small_epochs": 0, "heads": 1}}
MODELS = {"ntm": {"hidden_size": 100, "lr": 0.003}, "lstm": {"hidden_size": 256, "lr": 0.001}}
MEMORY = {"controller": "lstm", "rows": 128, "width": 20, "shifts": 1}           # what the LSTM does not have
QUICK = {"max_epoch": 2, "hidden_size": 16, "batch_size": 4, "iterations": 5}


class TaskTrainer(Trainer):
    """A Trainer for a task, which never runs out of examples: an epoch is a number of steps."""

    def fit(self, task, max_epoch, iterations, batch_size, max_grad, *, small_epochs=0, **options):
        """Train, the first `small_epochs` with small sizes; the other options are those of Trainer.fit."""
        settings = {**options.pop("settings", {}), "batch_size": batch_size, "iterations": iterations}
        options = {"eval_interval": 20, "validate": None, "verbose": True, "save": None, "resume": False,
                   "checkpoint_every": 1000, **options}
        self._run(TaskBatches(task, batch_size, iterations, small_epochs), settings, max_epoch, max_grad, **options)


def main(argv=None):
    args = parse(argv)
    task, rng = TASKS[args.task](), np.random.default_rng(args.seed)
    model = make_model(args, task, rng)
    name = f"ch08_{args.model}_{args.task}"
    if args.draw:
        model.load_params(args.weights)
    else:
        draw_curve(train(args, task, model, rng), args, name)
        model.save_params(args.weights)
        print(f"weights: {args.weights}")
    report(model, task, args)
    draw_answers(model, task, args, f"{name}_bits")
    if args.model == "ntm":
        draw_heads(model, task, args, f"{name}_heads")


def make_model(args, task, rng):
    sizes = task.input_size, task.output_size, args.hidden_size
    if args.model == "lstm":
        return DeepLSTM(*sizes, rng=rng)
    return NTM(*sizes, args.rows, args.width, controller=args.controller, read_heads=args.heads, write_heads=args.heads,
               shifts=args.shifts, rng=rng)


def train(args, task, model, rng):
    """Train as the options ask; the trainer."""
    print(f"data: {args.task}, {args.max_epoch * args.iterations * args.batch_size:,} sequences to learn from; "
          f"{type(model).__name__} with {sum(p.size for p in model.params):,} weights; seed {args.seed}")
    steps, test = args.max_epoch * args.iterations, test_batches(task, args, args.seed, 10)
    trainer = TaskTrainer(model, Adam(warm_up_then_fall(args.lr, steps // 50, steps), beta2=args.beta2), rng=rng)
    trainer.fit(task, args.max_epoch, args.iterations, args.batch_size, args.max_grad, small_epochs=args.small_epochs,
                validate=lambda: wrong_bits(model, test), save=args.save, resume=args.resume,
                checkpoint_every=args.checkpoint_every, settings={**run_settings(args), "max_epoch": args.max_epoch})
    return trainer


def report(model, task, args):
    """Print the wrong bits per sequence, of the sizes that were trained and of larger ones."""
    for size in ["as in training", *task.beyond]:
        batches = test_batches(task, args, ("last", args.seed), 50, *([size] if size in task.beyond else []))
        asked = sum(batch.mask.sum() for batch in batches) / sum(len(batch.x) for batch in batches)
        print(f"wrong bits per sequence, size {size if isinstance(size, str) else ' x '.join(map(str, size))}: "
              f"{wrong_bits(model, batches):.3f} of {asked * task.output_size:.0f}")


def test_batches(task, args, seed, each, *sizes):
    """The batches to test with: `each` sequences of the given sizes or of all those of training."""
    sizes = sizes or task.sizes
    return task.test(seed, 2, sizes[:4]) if args.quick else task.test(seed, each, sizes)


def draw_curve(trainer, args, name):
    """Wrong bits per test sequence after each epoch."""
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    seen = np.arange(1, len(trainer.valid_list) + 1) * args.iterations * args.batch_size
    axes.plot(seen, trainer.valid_list, marker=".", label=args.model)
    axes.set(xlabel="sequences seen", ylabel="wrong bits per sequence", ylim=(0, None))
    axes.legend()
    save_figure(figure, name, args, curves=True)


def parse(argv):
    parser = options(__doc__, figure=True, training=True, quick=QUICK)
    parser.add_argument("--task", choices=TASKS, default="copy", help="(default copy)")
    parser.add_argument("--model", choices=MODELS, default="ntm", help="(default ntm)")
    parser.add_argument("--controller", choices=CONTROLLERS, help="of the NTM (default lstm)")
    parser.add_argument("--hidden-size", type=positive, help="of the controller, or of each LSTM (default 100; lstm 256)")
    parser.add_argument("--rows", type=positive, help="rows of the memory (default 128)")
    parser.add_argument("--width", type=positive, help="numbers in a row (default 20)")
    parser.add_argument("--heads", type=positive,
                        help="heads that read, and as many that write (default 1, repeat-copy 2)")
    parser.add_argument("--shifts", type=count, help="largest shift of a head to either side (default 1)")
    parser.add_argument("--batch-size", type=positive, help="sequences a step, all of one length (default 16)")
    parser.add_argument("--iterations", type=positive, help="steps in an epoch (default 200)")
    parser.add_argument("--max-epoch", type=positive,
                        help="(default " + ", ".join(f"{task} {s['max_epoch']}" for task, s in SETTINGS.items()) + ")")
    parser.add_argument("--small-epochs", type=count, metavar="N",
                        help="begin with N epochs of sequences of half the size (default 0, repeat-copy 10)")
    parser.add_argument("--lr", type=above_zero, help="Adam's highest learning rate (default 0.003; lstm 0.001)")
    parser.add_argument("--beta2", type=below_one, default=0.99, help="how slowly Adam's mean of squares follows")
    parser.add_argument("--max-grad", type=above_zero, default=1.0, help="largest norm of the gradients (default 1)")
    parser.add_argument("--weights", metavar="FILE", help="where the weights go (default <model>_<task>.npz)")
    parser.add_argument("--draw", action="store_true", help="do not train, but test and draw the model in --weights")
    args = parser.parse_args(argv)
    if args.model == "lstm":
        for option in (*MEMORY, "heads"):
            if getattr(args, option) is not None:
                parser.error(f"--{option} is of the NTM: --model lstm has none")
    fill_in(args, {**SETTINGS[args.task], **MODELS[args.model], **MEMORY, "batch_size": 16, "iterations": 200,
                   "weights": Untyped(f"{args.model}_{args.task}.npz")})
    check_files(args, *(() if args.draw else ("weights",)))
    return args


if __name__ == "__main__":
    run(main)
