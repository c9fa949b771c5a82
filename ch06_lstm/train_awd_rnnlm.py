"""Train a language model that gets further sooner than the book's recipe (after section 6.5).

SGD at a learning rate that stays high for --flat epochs and then falls in a line to 0 at the end of the run; or, with
--average, stays high and the weights are averaged from that epoch on. The weights that were best on validation are kept in
--weights, and they are tested, once, at the end.

    python ch06_lstm/train_awd_rnnlm.py --corpus ptb --save awd_run.npz
    python ch06_lstm/train_awd_rnnlm.py --corpus ptb --weight-drop 0 --alpha 0 --beta 0 --words 0
"""

import numpy as np

from ch06_lstm.awd_rnnlm import AwdRnnlm
from ch06_lstm.train_rnnlm import draw, load, report
from common.optimizer import SGD, AveragedSGD
from common.schedule import flat_then_fall
from common.script import above_zero, below_one, check_files, non_negative, options, positive, run, run_settings
from common.trainer import RnnlmTrainer
from common.util import eval_perplexity

PTB = {"wordvec_size": 650, "hidden_size": 650, "max_epoch": 22, "flat": 12, "tokens": None}
TOY = {"wordvec_size": 200, "hidden_size": 200, "max_epoch": 12, "flat": 6, "tokens": 300_000}
QUICK = {"wordvec_size": 10, "hidden_size": 12, "max_epoch": 2, "flat": 1, "tokens": 2_000}


def main(argv=None):
    args = parse_options(argv)
    data = load(args, PTB, TOY)

    rng = np.random.default_rng(args.seed)
    model = AwdRnnlm(len(data.word_to_id), args.wordvec_size, args.hidden_size, layers=args.layers, words_ratio=args.words,
                     in_ratio=args.dropout_in, between_ratio=args.dropout_between, out_ratio=args.dropout_out,
                     weight_ratio=args.weight_drop, alpha=args.alpha, beta=args.beta, rng=rng)
    print(f"{sum(p.size for p in model.named_params().values()):,} weights")
    steps = len(data.train[1:]) // (args.batch_size * args.time_size)             # of an epoch
    if args.average is None:
        optimizer = SGD(flat_then_fall(args.lr, args.flat * steps, args.max_epoch * steps), weight_decay=args.weight_decay)
    else:
        optimizer = AveragedSGD(args.lr, args.average * steps, every=min(10, -(-steps // 2)), weight_decay=args.weight_decay)
    trainer = RnnlmTrainer(model, optimizer, rng=rng)

    def validate():
        ppl = eval_perplexity(model, data.valid)
        if ppl < min(trainer.valid_list, default=float("inf")):
            model.save_params(args.weights)
        return ppl

    trainer.fit(data.train[:-1], data.train[1:], args.max_epoch, args.batch_size, args.time_size, args.max_grad,
                validate=validate, save=args.save, resume=args.resume, checkpoint_every=args.checkpoint_every,
                settings={**run_settings(args), "max_epoch": args.max_epoch if args.average is None else None})
    model.set_params(trainer.best)
    model.save_params(args.weights)
    print(f"best weights: {args.weights}, epoch {int(np.argmin(trainer.valid_list)) + 1} "
          f"(validation perplexity {min(trainer.valid_list):.2f})")
    ppl = eval_perplexity(model, data.test)
    report(ppl, data)
    draw(trainer, ppl, "ch06_awd_rnnlm", args)


def parse_options(argv=None):
    parser = options(__doc__, corpus=True, figure=True, training=True, quick=QUICK)
    parser.add_argument("--layers", type=positive, default=2, help="LSTM layers (default 2)")
    parser.add_argument("--wordvec-size", type=positive, help="word vectors and last states (default 650; toy 200)")
    parser.add_argument("--hidden-size", type=positive, help="length of the other states (default 650; toy 200)")
    for name, ratio, what in (("words", 0.1, "words"), ("dropout-in", 0.4, "vectors that enter"),
                              ("dropout-between", 0.3, "states between LSTMs"), ("dropout-out", 0.5, "states that leave"),
                              ("weight-drop", 0.4, "entries of Wh")):
        parser.add_argument(f"--{name}", type=below_one, default=ratio, metavar="RATIO",
                            help=f"dropout of {what} (default {ratio})")
    parser.add_argument("--alpha", type=non_negative, default=2.0, help="what large states cost (default 2)")
    parser.add_argument("--beta", type=non_negative, default=1.0, help="what states that jump cost (default 1)")
    parser.add_argument("--weight-decay", type=non_negative, default=0.0, help="weight penalty (default 0)")
    parser.add_argument("--lr", type=above_zero, default=20.0, help="learning rate at the start (default 20)")
    parser.add_argument("--flat", type=positive, metavar="EPOCHS",
                        help="epochs of full learning rate, before it falls (default 12; toy 6)")
    parser.add_argument("--average", type=positive, metavar="EPOCH",
                        help="do not let it fall, but average the weights after this many epochs")
    parser.add_argument("--max-epoch", type=positive, help="passes over the text (default 22; toy 12)")
    parser.add_argument("--batch-size", type=positive, default=20, help="pieces read side by side (default 20)")
    parser.add_argument("--time-size", type=positive, default=35, help="steps of truncated BPTT (default 35)")
    parser.add_argument("--max-grad", type=above_zero, default=0.25, help="largest norm of the gradients (default 0.25)")
    parser.add_argument("--tokens", type=positive, help="how many tokens to learn from (default all; toy 300,000)")
    parser.add_argument("--weights", default="AwdRnnlm.npz", metavar="FILE",
                        help="where the best weights go (default AwdRnnlm.npz)")
    args = parser.parse_args(argv)
    check_files(args, "weights")
    return args


if __name__ == "__main__":
    run(main)
