"""Train a Transformer on dates, or on addition (section 8.5.2).

The learning rate warms up, then decays to 0 along a cosine. Figures show what each head attends to.

    python ch08_attention/train_transformer.py
    python ch08_attention/train_transformer.py --data addition --wordvec-size 128 --max-epoch 20
    python ch08_attention/train_transformer.py --post-norm --paper-schedule --smoothing 0.1
    python ch08_attention/train_transformer.py --ask 'Sep 27, 1994'

Takes 2 min.
"""

import numpy as np

from ch07_seq2seq.asking import ask_all, beam_options, load_model
from ch07_seq2seq.training import QUICK, begin, report, seq2seq_options
from ch08_attention.figures import draw_transformer_heads
from ch08_attention.transformer import Transformer
from common.optimizer import Adam
from common.schedule import Noam, WarmUpCosine
from common.script import run
from common.trainer import Trainer

SETTINGS = {"wordvec_size": 64, "hidden_size": 256, "heads": 4, "layers": 2, "dropout": 0.0,
            "smoothing": 0.0, "batch_size": 128, "max_epoch": 5, "max_grad": 1.0, "lr": 0.002,
            "warm_up": 300, "beta2": 0.98}


def main(argv=None):
    """Train, or --ask; returns (model, trainer), the trainer None after --ask."""
    args = parse(argv)
    if args.ask:
        model, about = load_model(args.weights, {"transformer": Transformer})
        how = beam_options(args, about)
        questions = ask_all(model, about, args.ask, **how)
        for k, ids in enumerate(questions, 1):
            name = f"ask_{k}_" if len(questions) > 1 else "ask_"
            draw_transformer_heads(model, about, ids, name, args, **how)
        return model, None
    model, trainer, data = train(args)
    about = report(model, trainer, data, "ch08_transformer_accuracy", args, **model_options(args))
    draw_transformer_heads(model, about, data.x_test[:1], "", args, end_id=data.end_id)
    return model, trainer


def train(args, watch=lambda model, data: None):
    """(model, trainer, data), trained as the options ask; watch: called after each epoch."""
    data = begin(args)
    rng = np.random.default_rng(args.seed)
    model = Transformer(len(data.characters), args.wordvec_size, args.hidden_size,
                        pad_id=data.pad_id, rng=rng, **model_options(args))
    steps = args.max_epoch * (len(data.x_train) // args.batch_size)               # of the run
    schedule = (Noam(args.wordvec_size, args.warm_up) if args.paper_schedule
                else WarmUpCosine(args.lr, args.warm_up, steps))
    trainer = Trainer(model, Adam(schedule, beta2=args.beta2), rng=rng)
    for _ in trainer.epochs(data.x_train, data.t_train, args.max_epoch, args.batch_size,
                            args.max_grad, run=args.run):
        trainer.validated(data.valid_accuracy(model), higher_is_better=True)
        watch(model, data)
    return model, trainer, data


def model_options(args):
    return {"heads": args.heads, "layers": args.layers, "pre_norm": not args.post_norm,
            "dropout_ratio": args.dropout, "smoothing": args.smoothing}


def parse(argv=None):
    parser = seq2seq_options(__doc__, SETTINGS, data="date", reverse=False,
                             weights="transformer.npz", quick={**QUICK, "heads": 2},
                             layers="blocks on either side",
                             wordvec_size="width of all vectors", lr="highest learning rate",
                             hidden_size="width between the affine layers of a block")
    parser.set_defaults(model="transformer")
    parser.add_argument("--post-norm", action="store_true", help="norm after the sum, as the paper")
    parser.add_argument("--paper-schedule", action="store_true", help="the paper's, not --lr")
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
