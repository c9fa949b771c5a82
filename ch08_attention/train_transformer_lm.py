"""Train a Transformer as a language model and let it write (section 8.5.2).

On the toy corpus the perplexity stands beside the lowest that any model can reach. The learning rate rises and then falls
to 0 along half a cosine; the weights that were best on validation are kept and tested once.

    python ch08_attention/train_transformer_lm.py
    python ch08_attention/train_transformer_lm.py --corpus ptb --save transformer_run.npz
"""

import numpy as np

from ch06_lstm.train_rnnlm import draw, load, report
from ch07_seq2seq.rnnlm_gen import generate
from ch08_attention.transformer_lm import TransformerLM
from common.errors import InputError
from common.optimizer import Adam
from common.schedule import warm_up_then_fall
from common.script import above_zero, below_one, check_files, options, positive, run, run_settings
from common.trainer import RnnlmTrainer
from common.util import eval_perplexity

PTB = {"wordvec_size": 256, "hidden_size": 1024, "layers": 4, "dropout": 0.3, "lr": 0.001, "max_epoch": 20, "tokens": None}
TOY = {"wordvec_size": 128, "hidden_size": 512, "layers": 2, "dropout": 0.0, "lr": 0.002, "max_epoch": 3,
       "tokens": 3_000_000}
QUICK = {"wordvec_size": 16, "hidden_size": 32, "layers": 1, "max_epoch": 2, "tokens": 6_000}


def main(argv=None):
    args = parse(argv)
    data = load(args, PTB, TOY)
    if args.wordvec_size % args.heads or args.wordvec_size % 2:
        raise InputError(f"--heads {args.heads} must divide --wordvec-size {args.wordvec_size}, which must be even")
    rng = np.random.default_rng(args.seed)
    model = TransformerLM(len(data.word_to_id), args.wordvec_size, args.hidden_size, heads=args.heads, layers=args.layers,
                          window=args.time_size, dropout_ratio=args.dropout, rng=rng)
    xs, ts = data.train[:-1], data.train[1:]
    steps = args.max_epoch * (len(xs) // (args.batch_size * args.time_size))
    optimizer = Adam(warm_up_then_fall(args.lr, min(args.warm_up, steps // 4), steps), beta2=0.98)
    trainer = RnnlmTrainer(model, optimizer, rng=rng)

    trainer.fit(xs, ts, args.max_epoch, args.batch_size, args.time_size, args.max_grad,
                validate=lambda: evaluate(model, data.valid), save=args.save, resume=args.resume,
                checkpoint_every=args.checkpoint_every, settings={**run_settings(args), "max_epoch": args.max_epoch})
    model.set_params(trainer.best)
    model.save_params(args.weights)
    print(f"weights: {args.weights}")
    ppl = evaluate(model, data.test)
    report(ppl, data)
    draw(trainer, ppl, "ch08_transformer_lm", args)
    model.reset_state()
    ids = generate(model, data.train[:min(5, model.window)], 60, temperature=0.8, rng=rng)
    print("a text:", " ".join(data.id_to_word[i] for i in ids))


def evaluate(model, corpus):
    """Half of the window for what came before, half for the words that count."""
    return eval_perplexity(model, corpus, time_size=max(model.window // 2, 1))


def parse(argv):
    parser = options(__doc__, corpus=True, figure=True, training=True, quick=QUICK)
    parser.add_argument("--wordvec-size", type=positive, help="width of the vectors (default 256; toy 128)")
    parser.add_argument("--hidden-size", type=positive, help="width between the affine layers (default 1024; toy 512)")
    parser.add_argument("--layers", type=positive, help="blocks (default 4; toy 2)")
    parser.add_argument("--heads", type=positive, default=4, help="heads of attention (default 4)")
    parser.add_argument("--dropout", type=below_one, metavar="RATIO", help="share switched off (default 0.3; toy 0)")
    parser.add_argument("--lr", type=above_zero, help="highest learning rate (default 0.001; toy 0.002)")
    parser.add_argument("--warm-up", type=positive, default=300, metavar="STEPS",
                        help="steps for which the learning rate rises (default 300)")
    parser.add_argument("--max-epoch", type=positive, help="passes over the text (default 20; toy 3)")
    parser.add_argument("--batch-size", type=positive, default=32, help="pieces read side by side (default 32)")
    parser.add_argument("--time-size", type=positive, default=64, help="words seen at once (default 64)")
    parser.add_argument("--max-grad", type=above_zero, default=1.0, help="largest norm of the gradients (default 1)")
    parser.add_argument("--tokens", type=positive, help="how many tokens to learn from (default all; toy three million)")
    parser.add_argument("--weights", default="TransformerLM.npz", metavar="FILE",
                        help="where the weights go (default TransformerLM.npz)")
    args = parser.parse_args(argv)
    check_files(args, "weights")
    return args


if __name__ == "__main__":
    run(main)
