"""Train a language model with an LSTM, or with a GRU or a simple RNN to compare (section 6.4).

TOY's settings on the toy corpus, SMALL_CHAR's for characters and CHAR's for those of PTB, else the
book's, but the learning rate decays (--decay 1: not).

    python ch06_lstm/train_rnnlm.py
    python ch06_lstm/train_rnnlm.py --corpus ptb --cell gru --weights gru.npz
    python ch06_lstm/train_rnnlm.py --corpus toy-ja
    python ch06_lstm/train_rnnlm.py --corpus my_text.txt --level char

Takes 3 min; PTB 2.5 min.
"""

import numpy as np

from ch06_lstm.rnnlm import CELLS, Rnnlm
from ch06_lstm.training import begin, report, validate
from common.base_model import vocabulary_hash
from common.optimizer import SGD, Adam
from common.script import options, run
from common.trainer import RnnlmTrainer
from common.util import eval_perplexity

BOOK = {"wordvec_size": None, "hidden_size": 100, "batch_size": 20, "time_size": 35,
        "optimizer": "sgd", "lr": 20.0, "decay": 0.63, "max_grad": 0.25, "reset": 0.0,
        "max_epoch": 4, "tokens": None}
TOY = {**BOOK, "hidden_size": 160, "optimizer": "adam", "lr": 0.004, "decay": 0.46, "max_grad": 1.0,
       "tokens": 3_000_000}
CHAR = {**TOY, "wordvec_size": 64, "hidden_size": 512, "batch_size": 32, "time_size": 100,
        "lr": 0.002, "decay": 0.6, "reset": 0.02, "max_epoch": 6, "tokens": None}
SMALL_CHAR = {**CHAR, "hidden_size": 192, "batch_size": 20, "time_size": 50, "lr": 0.005,
              "decay": 0.65, "max_epoch": 8, "tokens": 700_000}


def main(argv=None):
    """Train as the options ask; returns (model, trainer)."""
    args = parse(argv)
    model, trainer, text = train(args)
    model.save_params(args.weights)
    print(f"weights: {args.weights}")
    report(trainer, eval_perplexity(model, text.test), text, f"ch06_rnnlm_{args.cell}", args)
    return model, trainer


def train(args):
    """Train as the options ask; (model, trainer, text)."""
    book = {**BOOK, "lr": 5.0} if args.cell == "rnn" else BOOK                    # 20 diverges
    text = begin(args, book, TOY, CHAR, SMALL_CHAR)
    xs, ts = text.train[:-1], text.train[1:]
    rng = np.random.default_rng(args.seed)
    model = Rnnlm(len(text.word_to_id), args.wordvec_size or args.hidden_size, args.hidden_size,
                  cell=args.cell, rng=rng)
    model.vocabulary = vocabulary_hash(text.word_to_id)
    optimizer = {"sgd": SGD, "adam": Adam}[args.optimizer](args.lr)
    trainer = RnnlmTrainer(model, optimizer, rng=rng, reset=args.reset)
    for epoch in trainer.epochs(xs, ts, args.max_epoch, args.batch_size, args.time_size,
                                args.max_grad, run=args.run):
        validate(trainer, text)
        optimizer.lr = args.lr * args.decay ** epoch
    return model, trainer, text


def parse(argv=None):
    parser = options(__doc__, corpus="auto", figure=True, training=True, weights="Rnnlm.npz",
                     quick={"hidden_size": 10, "max_epoch": 1, "tokens": 2_000})
    parser.add_argument("--cell", choices=CELLS, default="lstm", help="its cell")
    parser.add_settings(BOOK, TOY, char=(SMALL_CHAR, CHAR),
                        wordvec_size="length of a word vector; left out, that of a state")
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
