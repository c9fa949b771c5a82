"""Train the better language model and compare the improvements of section 6.5, one flag each.

By default the book's recipe (section 6.5.4): two LSTM layers of 650, dropout 0.5, shared weights, SGD with learning rate 20
that is divided by four whenever the perplexity on the validation text does not fall, 40 epochs; --flat and --decay take
another schedule. The weights that were best on validation are kept in --weights, and they are tested, once, at the end. On
PTB with two cores an epoch takes some five minutes; --save keeps the run, --resume goes on with it.

    python ch06_lstm/train_better_rnnlm.py
    python ch06_lstm/train_better_rnnlm.py --corpus ptb --save better_run.npz
    python ch06_lstm/train_better_rnnlm.py --corpus ptb --flat 16 --max-epoch 27
    python ch06_lstm/train_better_rnnlm.py --layers 1 --untied --dropout-kind variational
"""

import numpy as np

from ch06_lstm.better_rnnlm import DROPOUT, BetterRnnlm
from ch06_lstm.train_rnnlm import draw, load, report
from common.optimizer import SGD
from common.schedule import flat_then_fall
from common.script import above_zero, below_one, check_files, non_negative, options, positive, run, run_settings
from common.trainer import RnnlmTrainer
from common.util import eval_perplexity

BOOK = {"hidden_size": 650, "dropout": 0.5, "max_epoch": 40, "tokens": None}
TOY = {"hidden_size": 200, "dropout": 0.1, "max_epoch": 12, "tokens": 300_000}
QUICK = {"hidden_size": 10, "max_epoch": 2, "tokens": 2_000}


def main(argv=None):
    args = parse_options(argv)
    model, trainer, data = fit(args)
    print(f"best weights: {args.weights}, epoch {int(np.argmin(trainer.valid_list)) + 1} "
          f"(validation perplexity {min(trainer.valid_list):.2f})")
    ppl = eval_perplexity(model, data.test)
    report(ppl, data)
    draw(trainer, ppl, "ch06_better_rnnlm", args)


def fit(args, verbose=True):
    """Train as the options ask; (the model with the weights best on validation, trainer, data).

    args.weights: the file for those weights, None for none.
    """
    data = load(args, BOOK, TOY, verbose)
    rng = np.random.default_rng(args.seed)
    model = BetterRnnlm(len(data.word_to_id), args.hidden_size, args.hidden_size, args.dropout, layers=args.layers,
                        tied=not args.untied, dropout=args.dropout_kind, rng=rng)
    steps = len(data.train[1:]) // (args.batch_size * args.time_size)             # of an epoch
    in_a_line = args.flat is not None and args.decay is None
    rate = flat_then_fall(args.lr, args.flat * steps, args.max_epoch * steps) if in_a_line else args.lr
    optimizer = SGD(rate, weight_decay=args.weight_decay)
    trainer = RnnlmTrainer(model, optimizer, rng=rng)

    def validate():
        """Keep the best weights; where validation stalls, or epoch by epoch, take smaller steps (section 6.5.4)."""
        ppl = eval_perplexity(model, data.valid)
        better = ppl < min(trainer.valid_list, default=float("inf"))
        if better and args.weights:
            model.save_params(args.weights)
        if args.decay:
            optimizer.lr = args.lr * args.decay ** max(trainer.current_epoch - (args.flat or 1) + 1, 0)
        elif not (better or in_a_line):
            optimizer.lr /= 4
        return ppl

    trainer.fit(data.train[:-1], data.train[1:], args.max_epoch, args.batch_size, args.time_size, args.max_grad,
                validate=validate, verbose=verbose, save=args.save, resume=args.resume,
                checkpoint_every=args.checkpoint_every,
                settings={**run_settings(args), "max_epoch": args.max_epoch if in_a_line else None})
    model.set_params(trainer.best)
    if args.weights:
        model.save_params(args.weights)
    return model, trainer, data


def parse_options(argv=None):
    parser = options(__doc__, corpus=True, figure=True, training=True, quick=QUICK)
    parser.add_argument("--layers", type=positive, default=2, help="LSTM layers (default 2)")
    parser.add_argument("--hidden-size", type=positive, help="length of word vectors and states (default 650; toy 200)")
    parser.add_argument("--dropout", type=below_one, metavar="RATIO", help="share switched off (default 0.5; toy 0.1)")
    parser.add_argument("--dropout-kind", choices=DROPOUT, default="depth",
                        help="up through the layers; also along time; or along time with one mask (default depth)")
    parser.add_argument("--untied", action="store_true", help="do not share the word vectors with the affine layer")
    parser.add_argument("--weight-decay", type=non_negative, default=0.0, help="weight penalty (default 0)")
    parser.add_argument("--lr", type=above_zero, default=20.0, help="learning rate at the start (default 20)")
    parser.add_argument("--decay", type=above_zero, metavar="FACTOR",
                        help="learning rate of an epoch / of the one before, after --flat epochs or the first; without "
                             "it, a quarter whenever validation does not fall")
    parser.add_argument("--flat", type=positive, metavar="EPOCHS",
                        help="epochs of full learning rate, before it falls by --decay, or without that in a line to 0 at "
                             "the end of the run")
    parser.add_argument("--max-epoch", type=positive, help="passes over the text (default 40; toy 12)")
    parser.add_argument("--batch-size", type=positive, default=20, help="pieces read side by side (default 20)")
    parser.add_argument("--time-size", type=positive, default=35, help="steps of truncated BPTT (default 35)")
    parser.add_argument("--max-grad", type=above_zero, default=0.25, help="largest norm of the gradients (default 0.25)")
    parser.add_argument("--tokens", type=positive, help="how many tokens to learn from (default all; toy 300,000)")
    parser.add_argument("--weights", default="BetterRnnlm.npz", metavar="FILE",
                        help="where the best weights go (default BetterRnnlm.npz)")
    args = parser.parse_args(argv)
    check_files(args, "weights")
    return args


if __name__ == "__main__":
    run(main)
