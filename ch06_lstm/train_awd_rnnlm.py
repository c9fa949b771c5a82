"""Train a language model that gets further sooner than the book's recipe (after section 6.5).

SGD, or Adam for characters, at a learning rate that stays high for --flat epochs and then decays
linearly to 0; or, with --average, SGD whose rate stays high and whose weights are averaged from
that epoch on.

    python ch06_lstm/train_awd_rnnlm.py --corpus ptb --shuffle --save awd_run.npz
    python ch06_lstm/train_awd_rnnlm.py --corpus ptb --weight-drop 0 --alpha 0 --beta 0 --words 0

Takes 2 min; PTB 1.7 h.
"""

import numpy as np

from ch06_lstm.awd_rnnlm import AwdRnnlm
from ch06_lstm.training import begin, keep_best, report, validate
from common.base_model import vocabulary_hash
from common.errors import InputError
from common.optimizer import SGD, Adam, AveragedSGD
from common.schedule import LinearDecay
from common.script import options, positive, run
from common.trainer import RnnlmTrainer
from common.util import eval_perplexity

PTB = {"layers": 2, "wordvec_size": 650, "hidden_size": 650, "batch_size": 20, "time_size": 35,
       "words": 0.1, "dropout_in": 0.3, "dropout_between": 0.25, "dropout_out": 0.4,
       "weight_drop": 0.35, "alpha": 2.0, "beta": 1.0,
       "optimizer": "sgd", "lr": 20.0, "flat": 7, "weight_decay": 0.0, "max_grad": 0.25,
       "reset": 0.0, "max_epoch": 22, "tokens": None}
TOY = {**PTB, "wordvec_size": 200, "hidden_size": 200, "dropout_in": 0.4, "dropout_between": 0.3,
       "dropout_out": 0.5, "weight_drop": 0.4, "flat": 6, "max_epoch": 12, "tokens": 300_000}
CHAR = {**PTB, "wordvec_size": 512, "hidden_size": 768, "batch_size": 32, "time_size": 100,
        "words": 0.0, "dropout_in": 0.05, "dropout_between": 0.1, "dropout_out": 0.05,
        "weight_drop": 0.1, "alpha": 0.0, "beta": 0.0, "optimizer": "adam", "lr": 0.002,
        "flat": 3, "max_grad": 1.0, "reset": 0.02, "max_epoch": 7}
SMALL_CHAR = {**CHAR, "wordvec_size": 128, "hidden_size": 128, "batch_size": 20, "time_size": 50,
              "lr": 0.005, "tokens": 500_000}
QUICK = {"wordvec_size": 10, "hidden_size": 12, "max_epoch": 2, "flat": 1, "tokens": 2_000}


def main(argv=None):
    """Train as the options ask; returns (model, trainer)."""
    args = parse(argv)
    model, trainer, text = train(args)
    report(trainer, eval_perplexity(model, text.test), text, "ch06_awd_rnnlm", args)
    return model, trainer


def train(args):
    """Train as the options ask; (model, trainer, text), with the weights best on validation."""
    text = begin(args, PTB, TOY, CHAR, SMALL_CHAR)
    xs, ts = text.train[:-1], text.train[1:]
    rng = np.random.default_rng(args.seed)
    model = AwdRnnlm(len(text.word_to_id), args.wordvec_size, args.hidden_size, layers=args.layers,
                     words_ratio=args.words, in_ratio=args.dropout_in,
                     between_ratio=args.dropout_between, out_ratio=args.dropout_out,
                     weight_ratio=args.weight_drop, alpha=args.alpha, beta=args.beta, rng=rng,
                     scale=0.1 if text.level == "char" else 0.01)
    model.vocabulary = vocabulary_hash(text.word_to_id)
    print(f"{sum(p.size for p in model.named_params().values()):,} weights")
    optimizer = make_optimizer(args, len(xs) // (args.batch_size * args.time_size))
    trainer = RnnlmTrainer(model, optimizer, rng=rng, reset=args.reset, shuffle=args.shuffle)
    for _ in trainer.epochs(xs, ts, args.max_epoch, args.batch_size, args.time_size,
                            args.max_grad, run=args.run):
        with optimizer.averaged(model):
            if validate(trainer, text):
                model.save_params(args.weights)
    keep_best(trainer, args.weights)
    return model, trainer, text


def make_optimizer(args, steps):
    """SGD or Adam with linear decay, or averaged SGD; steps: of an epoch."""
    schedule = LinearDecay(args.lr, args.flat * steps, args.max_epoch * steps)
    if args.optimizer == "adam":
        if args.average:
            raise InputError("--average is a mean of SGD's weights, and the optimizer is adam: "
                             "leave it out, or add --optimizer sgd and an --lr that suits it")
        return Adam(schedule, weight_decay=args.weight_decay)
    if args.average:
        return AveragedSGD(args.lr, args.average * steps, every=min(10, -(-steps // 2)),
                           weight_decay=args.weight_decay)
    return SGD(schedule, weight_decay=args.weight_decay)


def parse(argv=None):
    parser = options(__doc__, corpus="auto", figure=True, training=True, quick=QUICK,
                     weights="AwdRnnlm.npz")
    parser.add_settings(PTB, TOY, char=(SMALL_CHAR, CHAR), layers="LSTM layers")
    parser.add_argument("--average", type=positive, metavar="EPOCH",
                        help="keep the learning rate, and average the weights after this epoch")
    parser.add_argument("--shuffle", action="store_true",
                        help="each epoch every row of a batch begins elsewhere in its text")
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
