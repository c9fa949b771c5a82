"""Learn to read dates in all the ways people write them, with attention (sections 8.3.2 and 8.4).

September 27, 1994, JUN 17, 2013 and 2/10/93 become 1994-09-27, 2013-06-17 and 1993-02-10. The
figure shows which characters the model looked at for each one that it wrote. --model takes the
variants of section 8.4, GNMT (8.5.1) and the models of chapter 7.

    python ch08_attention/train.py
    python ch08_attention/train.py --model plain
    python ch08_attention/train.py --ask 'Sep 27, 1994'

Takes 40 s.
"""

import numpy as np

from ch07_seq2seq.asking import ask_all, beam_options, load_model
from ch07_seq2seq.training import begin, learning_rate, open_forget_gates, report, seq2seq_options
from ch08_attention.figures import draw_attention
from ch08_attention.models import MODELS
from common.optimizer import Adam
from common.script import run
from common.trainer import Trainer

SETTINGS = {"wordvec_size": 16, "hidden_size": 256, "batch_size": 128, "max_epoch": 2,
            "max_grad": 1.0, "lr": 0.004, "decay": 1.0, "fall": 0.0, "beta2": 0.99,
            "forget_bias": 1.0}
# The book: ten epochs, lr 0.001, max_grad 5, for all models. OWN: what a model has in its place.
OWN = {("model", "attention"): {"lr": 0.005, "fall": 0.5, "beta2": 0.98},
       ("model", "deep"): {"lr": 0.002}}


def main(argv=None):
    """Train, or --ask; returns (model, trainer), the trainer None after --ask."""
    args = parse(argv)
    if args.ask:
        model, about = load_model(args.weights, MODELS)
        trainer, how = None, beam_options(args, about)
        questions = ask_all(model, about, args.ask, **how)
    else:
        model, trainer, data = train(args)
        about = report(model, trainer, data, f"ch08_{args.model}_accuracy", args)
        questions, how = np.split(data.x_test[:4], len(data.x_test[:4])), {"end_id": data.end_id}
    if hasattr(model.decoder, "weights"):
        name = f"ch08_{'ask_' * bool(args.ask)}{about['model']}_map"
        draw_attention(model, about, questions, name, args, **how)
    return model, trainer


def train(args):
    """(model, trainer, data), trained as the options ask."""
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
    return model, trainer, data


def parse(argv=None):
    models = [name for name in MODELS if name != "transformer"]
    return seq2seq_options(__doc__, SETTINGS, own=OWN, models=models, data="date", reverse=True,
                           weights="attention.npz").parse_args(argv)


if __name__ == "__main__":
    run(main)
