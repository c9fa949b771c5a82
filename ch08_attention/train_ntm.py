"""Train a Neural Turing Machine on the five tasks of its paper (section 8.5.3).

Shown are the bit errors per test sequence against the sequences seen, those of longer sequences
than any that it learned from, and where the heads point. Dynamic n-grams are measured in bits, next
to those of the best possible predictor. --model lstm is the paper's baseline.

    python ch08_attention/train_ntm.py
    python ch08_attention/train_ntm.py --task associative-recall --controller feedforward
    python ch08_attention/train_ntm.py --model lstm
    python -m common.script.compare_runs --log figures/ch08_ntm_copy.csv figures/ch08_lstm_copy.csv

Takes 1 min.
"""

import numpy as np

from ch08_attention.ntm import NTM, DeepLSTM
from ch08_attention.ntm.figures import draw_addressing, draw_answers, draw_curve, draw_sizes
from ch08_attention.ntm.options import parse_options
from ch08_attention.ntm.tasks import TASKS, TaskBatches, answers_of, mean_cost
from ch08_attention.ntm.testing import report, test_batches
from common.optimizer import Adam
from common.schedule import WarmUpCosine
from common.script import run
from common.trainer import Trainer


def main(argv=None):
    """Train, or --draw; returns (model, trainer)."""
    args = parse(argv)
    task, name = TASKS[args.task](), f"ch08_{args.model}_{args.task}"
    if args.draw:
        model, trainer = make_model(args, task, np.random.default_rng(args.seed)), None
        model.load_params(args.weights)
    else:
        model, trainer = train(args)
        draw_curve(trainer, task, name, args)
        model.save_params(args.weights)
        print(f"weights: {args.weights}")
    draw_sizes(task, report(model, task, args), f"{name}_sizes", args)
    draw_answers(model, task, f"{name}_bits", args)
    if args.model == "ntm":
        draw_addressing(model, task, f"{name}_heads", args)
    return model, trainer


def train(args):
    """(model, trainer), trained as the options ask."""
    task, rng = TASKS[args.task](), np.random.default_rng(args.seed)
    model = make_model(args, task, rng)
    steps = args.max_epoch * args.iterations                                      # of the run
    print(f"data: {args.task}, {steps * args.batch_size:,} sequences to learn from; "
          f"{type(model).__name__} with {sum(p.size for p in model.params):,} weights; "
          f"seed {args.seed}")
    optimizer = Adam(WarmUpCosine(args.lr, steps // 50, steps), beta2=args.beta2)
    trainer = Trainer(model, optimizer, rng=rng)
    batches = TaskBatches(task, args.batch_size, args.iterations, args.small_epochs)
    test = test_batches(task, args, args.seed, 10, task.sizes)
    for _ in trainer.over(batches, args.max_epoch, args.max_grad, run=args.run):
        trainer.validated(mean_cost(task, test, answers_of(model, test)))
    return model, trainer


def make_model(args, task, rng):
    sizes = task.input_size, task.output_size, args.hidden_size
    if args.model == "lstm":
        return DeepLSTM(*sizes, rng=rng)
    return NTM(*sizes, args.rows, args.width, controller=args.controller, read_heads=args.heads,
               write_heads=args.heads, shifts=args.shifts, rng=rng)


def parse(argv=None):
    return parse_options(__doc__, argv)


if __name__ == "__main__":
    run(main)
