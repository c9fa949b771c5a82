"""Train the better language model and compare the improvements of section 6.5, one flag each.

By default the book's recipe (6.5.4), which divides the learning rate by four where the validation
perplexity does not fall. The weights that were best on validation are tested, once, at the end.

    python ch06_lstm/train_better_rnnlm.py --corpus ptb --save better_run.npz
    python ch06_lstm/train_better_rnnlm.py --corpus ptb --flat 16 --max-epoch 27
    python ch06_lstm/train_better_rnnlm.py --layers 1 --untied --dropout-kind variational

Takes 2 min; PTB 3 h.
"""

import numpy as np

from ch06_lstm.better_rnnlm import DROPOUT, BetterRnnlm
from ch06_lstm.training import begin, keep_best, report, validate
from common.base_model import vocabulary_hash
from common.optimizer import SGD
from common.schedule import EpochDecay, LinearDecay
from common.script import options, run
from common.trainer import RnnlmTrainer
from common.util import eval_perplexity

BOOK = {"layers": 2, "hidden_size": 650, "dropout": 0.5, "batch_size": 20, "time_size": 35,
        "lr": 20.0, "decay": None, "flat": None, "weight_decay": 0.0, "max_grad": 0.25,
        "reset": 0.0, "max_epoch": 40, "tokens": None}
TOY = {**BOOK, "hidden_size": 200, "dropout": 0.1, "max_epoch": 12, "tokens": 300_000}
CHAR = {**BOOK, "hidden_size": 512, "dropout": 0.1, "time_size": 100, "reset": 0.02,
        "max_epoch": 6}
SMALL_CHAR = {**CHAR, "hidden_size": 128, "tokens": 500_000}
QUICK = {"hidden_size": 10, "max_epoch": 2, "tokens": 2_000}


def main(argv=None):
    """Train as the options ask; returns (model, trainer)."""
    args = parse(argv)
    model, trainer, text = train(args)
    report(trainer, eval_perplexity(model, text.test), text, "ch06_better_rnnlm", args)
    return model, trainer


def train(args):
    """Train as the options ask; (model, trainer, text), with the weights best on validation."""
    text = begin(args, BOOK, TOY, CHAR, SMALL_CHAR)
    xs, ts = text.train[:-1], text.train[1:]
    rng = np.random.default_rng(args.seed)
    model = BetterRnnlm(len(text.word_to_id), args.hidden_size, args.hidden_size, args.dropout,
                        layers=args.layers, tied=not args.untied, dropout=args.dropout_kind,
                        rng=rng)
    model.vocabulary = vocabulary_hash(text.word_to_id)
    optimizer = SGD(learning_rate(args, len(xs)), weight_decay=args.weight_decay)
    trainer = RnnlmTrainer(model, optimizer, rng=rng, reset=args.reset)
    for _ in trainer.epochs(xs, ts, args.max_epoch, args.batch_size, args.time_size,
                            args.max_grad, run=args.run):
        if validate(trainer, text):
            model.save_params(args.weights)
        elif not (args.flat or args.decay):
            optimizer.lr /= 4                                # the book's rule
    keep_best(trainer, args.weights)
    return model, trainer, text


def learning_rate(args, tokens):
    """A number to start with, or the schedule that --flat and --decay ask for."""
    steps = tokens // (args.batch_size * args.time_size)                          # of an epoch
    if args.decay:
        return EpochDecay(args.lr, args.decay, steps, args.flat or 1)
    if args.flat:
        return LinearDecay(args.lr, args.flat * steps, args.max_epoch * steps)
    return args.lr


def parse(argv=None):
    parser = options(__doc__, corpus="auto", figure=True, training=True, quick=QUICK,
                     weights="BetterRnnlm.npz")
    parser.add_settings(BOOK, TOY, char=(SMALL_CHAR, CHAR), layers="LSTM layers",
                        decay="factor of the learning rate after each epoch from --flat on",
                        flat="epochs of full learning rate, then linear decay or --decay")
    parser.add_argument("--dropout-kind", choices=DROPOUT, default="depth",
                        help="between layers (default); also along time; or one mask a batch")
    parser.add_argument("--untied", action="store_true", help="weights of its own for the output")
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
