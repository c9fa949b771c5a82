"""Learn to add by example, character by character (sections 7.3.4 and 7.4).

The settings are the book's; reversed questions (7.4.1), reversed answers and the peeky decoder
(7.4.2) are flags.

    python ch07_seq2seq/train_seq2seq.py
    python ch07_seq2seq/train_seq2seq.py --model peeky --reverse
    python ch07_seq2seq/train_seq2seq.py --reverse-answer
    python ch07_seq2seq/train_seq2seq.py --ask 57+5 --ask 128+1

Takes 1 min.
"""

import numpy as np

from ch07_seq2seq.asking import ask_all, beam_options, load_model
from ch07_seq2seq.peeky_seq2seq import PeekySeq2seq
from ch07_seq2seq.seq2seq import Seq2seq
from ch07_seq2seq.training import begin, learning_rate, open_forget_gates, report, seq2seq_options
from common.optimizer import Adam
from common.script import run
from common.trainer import Trainer

MODELS = {"plain": Seq2seq, "peeky": PeekySeq2seq}
BOOK = {"wordvec_size": 16, "hidden_size": 128, "batch_size": 128, "max_epoch": 25,
        "max_grad": 5.0, "lr": 0.001, "decay": 1.0, "fall": 0.0, "beta2": 0.999,
        "forget_bias": 0.0}


def main(argv=None):
    """Train, or --ask; returns (model, trainer), the trainer None after --ask."""
    args = parse(argv)
    if args.ask:
        model, about = load_model(args.weights, MODELS)
        ask_all(model, about, args.ask, "=", **beam_options(args, about))
        return model, None
    model, trainer, data = train(args)
    report(model, trainer, data, f"ch07_{args.model}{'_reversed' * args.reverse}"
           f"{'_from_the_end' * args.reverse_answer}_accuracy", args)
    return model, trainer


def train(args, watch=lambda model, data: None):
    """(model, trainer, data), trained as the options ask; watch: called after each epoch."""
    data = begin(args)
    rng = np.random.default_rng(args.seed)
    model = MODELS[args.model](len(data.characters), args.wordvec_size, args.hidden_size,
                               pad_id=data.pad_id, rng=rng)
    open_forget_gates(model, args.forget_bias)
    optimizer = Adam(learning_rate(args, len(data.x_train)), beta2=args.beta2)
    trainer = Trainer(model, optimizer, rng=rng)
    for _ in trainer.epochs(data.x_train, data.t_train, args.max_epoch, args.batch_size,
                            args.max_grad, run=args.run):
        trainer.validated(data.valid_accuracy(model), higher_is_better=True)
        watch(model, data)
    return model, trainer, data


def parse(argv=None):
    return seq2seq_options(__doc__, BOOK, models=list(MODELS), data="addition", reverse=False,
                           weights="seq2seq.npz").parse_args(argv)


if __name__ == "__main__":
    run(main)
