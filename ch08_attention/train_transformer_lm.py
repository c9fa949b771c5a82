"""Train a Transformer as a language model and let it write (section 8.5.2).

The learning rate warms up, then decays to 0 along a cosine; the weights that are best on validation
are kept and tested. On the toy corpus the lowest perplexity that any model can reach is known.

    python ch08_attention/train_transformer_lm.py
    python ch08_attention/train_transformer_lm.py --corpus ptb --save transformer_run.npz

Takes 3 min.
"""

import numpy as np

from ch06_lstm.training import begin, report
from ch07_seq2seq.rnnlm_gen import as_text, generate
from ch08_attention.transformer import TransformerLM
from common.base_model import vocabulary_hash
from common.optimizer import Adam
from common.schedule import WarmUpCosine
from common.script import options, run
from common.trainer import RnnlmTrainer
from common.util import eval_perplexity

PTB = {"wordvec_size": 256, "hidden_size": 1024, "layers": 4, "heads": 4, "dropout": 0.3,
       "batch_size": 32, "time_size": 64, "lr": 0.001, "warm_up": 300, "max_grad": 1.0,
       "max_epoch": 20, "tokens": None}
TOY = {**PTB, "wordvec_size": 128, "hidden_size": 512, "layers": 2, "dropout": 0.0, "lr": 0.002,
       "max_epoch": 3, "tokens": 3_000_000}
CHAR = {**PTB, "wordvec_size": 160, "hidden_size": 640, "dropout": 0.0, "time_size": 128,
        "lr": 0.003, "max_epoch": 3}
SMALL_CHAR = {**TOY, "max_epoch": 6, "tokens": 500_000}
QUICK = {"wordvec_size": 16, "hidden_size": 32, "layers": 1, "max_epoch": 2, "tokens": 6_000}


def main(argv=None):
    """Train as the options ask; returns (model, trainer)."""
    args = parse(argv)
    rng = np.random.default_rng(args.seed)
    model, trainer, text = train(args, rng)
    model.save_params(args.weights)
    print(f"weights: {args.weights}")
    report(trainer, evaluate(model, text.test), text, "ch08_transformer_lm", args)
    model.reset_state()
    start = text.train[:min(5, model.window)]
    ids = generate(model, start, 60, temperature=0.8, rng=rng)
    print("a text:", as_text((text.id_to_word[i] for i in ids), text.level))
    return model, trainer


def train(args, rng):
    """(model, with the weights best on validation, trainer, text), trained as the options ask."""
    text = begin(args, PTB, TOY, CHAR, SMALL_CHAR)
    xs, ts = text.train[:-1], text.train[1:]
    model = TransformerLM(len(text.word_to_id), args.wordvec_size, args.hidden_size,
                          heads=args.heads, layers=args.layers, window=args.time_size,
                          dropout_ratio=args.dropout, rng=rng)
    model.vocabulary = vocabulary_hash(text.word_to_id)
    steps = args.max_epoch * (len(xs) // (args.batch_size * args.time_size))      # of the run
    schedule = WarmUpCosine(args.lr, min(args.warm_up, steps // 4), steps)
    trainer = RnnlmTrainer(model, Adam(schedule, beta2=0.98), rng=rng)
    for _ in trainer.epochs(xs, ts, args.max_epoch, args.batch_size, args.time_size,
                            args.max_grad, run=args.run):
        trainer.validated(evaluate(model, text.valid))
    model.set_params(trainer.best)
    return model, trainer, text


def evaluate(model, corpus):
    """The perplexity; half of the window is context, half the words that count."""
    return eval_perplexity(model, corpus, time_size=max(model.window // 2, 1))


def parse(argv=None):
    parser = options(__doc__, corpus="auto", figure=True, training=True, quick=QUICK,
                     weights="TransformerLM.npz")
    parser.add_settings(PTB, TOY, char=(SMALL_CHAR, CHAR), wordvec_size="width of the vectors",
                        layers="blocks", hidden_size="width between the affine layers",
                        lr="highest learning rate", time_size="positions in a window",
                        batch_size="windows in a step")
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
