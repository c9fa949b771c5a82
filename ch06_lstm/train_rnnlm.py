"""Train a language model with an LSTM, or with a GRU or a simple RNN to compare (section 6.4).

By default the book's settings, word vectors and states of 100, batches of 20 x 35, SGD with learning rate 20, gradients
clipped at 0.25, four epochs, but for one: the learning rate falls from epoch to epoch (--decay 1 keeps it, as in the
book). On PTB that takes some two and a half minutes on two cores. On the toy corpus (three million tokens, Adam) the
perplexity is printed beside the lowest that any model can reach.

    python ch06_lstm/train_rnnlm.py
    python ch06_lstm/train_rnnlm.py --corpus ptb --cell gru --weights gru.npz
"""

import numpy as np

from ch06_lstm.rnnlm import CELLS, Rnnlm
from common.optimizer import SGD, Adam
from common.script import (
    above_zero,
    check_files,
    fill_in,
    log_scale,
    new_figure,
    options,
    positive,
    run,
    run_settings,
    save_figure,
)
from common.trainer import RnnlmTrainer
from common.util import eval_perplexity
from dataset.corpus import announce, load_parts

BOOK = {"hidden_size": 100, "optimizer": "sgd", "lr": 20.0, "decay": 0.63, "max_grad": 0.25, "max_epoch": 4,
        "tokens": None}
TOY = {"hidden_size": 160, "optimizer": "adam", "lr": 0.004, "decay": 0.46, "max_grad": 1.0, "max_epoch": 4,
       "tokens": 3_000_000}
QUICK = {"hidden_size": 10, "max_epoch": 1, "tokens": 2_000}


def main(argv=None):
    args = parse_options(argv)
    model, trainer, data = fit(args)
    model.save_params(args.weights)
    print(f"weights: {args.weights}")
    ppl = eval_perplexity(model, data.test)
    report(ppl, data)
    draw(trainer, ppl, f"ch06_rnnlm_{args.cell}", args)


def fit(args, verbose=True):
    """Train as the options ask; (model, trainer, data)."""
    book = {**BOOK, "lr": 5.0} if args.cell == "rnn" else BOOK                    # at 20 the simple RNN diverges
    data = load(args, book, TOY, verbose)
    rng = np.random.default_rng(args.seed)
    model = Rnnlm(len(data.word_to_id), args.hidden_size, args.hidden_size, cell=args.cell, rng=rng)
    optimizer = {"sgd": SGD, "adam": Adam}[args.optimizer](args.lr)
    trainer = RnnlmTrainer(model, optimizer, rng=rng)

    def validate():
        """The validation perplexity; and the learning rate of the next epoch."""
        optimizer.lr = args.lr * args.decay ** trainer.current_epoch
        return eval_perplexity(model, data.valid)

    trainer.fit(data.train[:-1], data.train[1:], args.max_epoch, args.batch_size, args.time_size, args.max_grad,
                validate=validate, verbose=verbose, save=args.save, resume=args.resume,
                checkpoint_every=args.checkpoint_every, settings=run_settings(args))
    return model, trainer, data


def load(args, book, toy, verbose=True):
    """The text, announced if verbose; options that were left out get the values that suit it."""
    fill_in(args, toy if load_parts(args.corpus, tokens=1).name == "toy" else book)
    data = load_parts(args.corpus, tokens=args.tokens)
    if args.quick:
        data = data._replace(valid=data.valid[:1000], test=data.test[:1000])
    if verbose:
        announce(data, args)
    return data


def report(ppl, data):
    """Print the test perplexity, on the toy corpus beside the lowest possible one."""
    known = data.lowest_perplexity
    print(f"test perplexity: {ppl:.2f}"
          + (f"  (lowest possible {known:.2f}; {100 * (ppl / known - 1):.1f} % above it)" if known else ""))


def draw(trainer, test, name, args):
    """Perplexity over iterations, on the training text, after each epoch on validation, and in the end on the test text."""
    figure = new_figure(args)
    axes = figure.subplots()
    trainer.plot(axes=axes)
    if trainer.valid_list:
        ends = np.arange(1, len(trainer.valid_list) + 1) * trainer.iterations
        axes.plot(ends, trainer.valid_list, marker="o", label="validation")
        axes.plot(ends[-1:], [test], marker="*", markersize=12, linestyle="", label="test")
    low = min(trainer.ppl_list + trainer.valid_list)
    axes.set_ylim(0.9 * low, min(axes.get_ylim()[1], 20 * low))
    log_scale(axes)
    axes.legend()
    save_figure(figure, f"{name}_perplexity", args, curves=True)


def parse_options(argv=None):
    parser = options(__doc__, corpus=True, figure=True, training=True, quick=QUICK)
    parser.add_argument("--cell", choices=CELLS, default="lstm", help="the recurrent layer (default lstm)")
    parser.add_argument("--hidden-size", type=positive, help="length of word vectors and states (default 100; toy 160)")
    parser.add_argument("--optimizer", choices=["sgd", "adam"], help="(default sgd; toy adam)")
    parser.add_argument("--lr", type=above_zero, help="learning rate at the start (default 20, RNN 5; toy 0.004)")
    parser.add_argument("--decay", type=above_zero,
                        help="learning rate of an epoch / of the one before it (default 0.63; toy 0.46)")
    parser.add_argument("--max-epoch", type=positive, help="passes over the text (default 4)")
    parser.add_argument("--batch-size", type=positive, default=20, help="pieces read side by side (default 20)")
    parser.add_argument("--time-size", type=positive, default=35, help="steps of truncated BPTT (default 35)")
    parser.add_argument("--max-grad", type=above_zero, help="largest norm of the gradients (default 0.25; toy 1)")
    parser.add_argument("--tokens", type=positive, help="how many tokens to learn from (default all; toy three million)")
    parser.add_argument("--weights", default="Rnnlm.npz", metavar="FILE", help="where the weights go (default Rnnlm.npz)")
    args = parser.parse_args(argv)
    check_files(args, "weights")
    return args


if __name__ == "__main__":
    run(main)
