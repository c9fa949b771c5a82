"""What the training scripts of chapters 7 and 8 share: options, data, learning rate, report."""

from typing import NamedTuple

import numpy as np

from ch07_seq2seq.asking import beam_options, describe, read_back, save_model
from common.base_model import layers_of
from common.schedule import EpochDecay, LinearDecay, Product
from common.script import new_figure, non_negative, options, positive, save_figure
from common.util.answers import accuracy, answer_all, print_answer
from dataset import sequence

QUICK = {"hidden_size": 16, "max_epoch": 2, "batch_size": 50}


class Data(NamedTuple):
    """Questions x (N, T) and answers t (N, S), in three parts, as the options ask for them."""

    x_train: np.ndarray
    t_train: np.ndarray
    x_valid: np.ndarray
    t_valid: np.ndarray
    x_test: np.ndarray
    t_test: np.ndarray
    characters: str                                          # the character of each id
    pad_id: int | None                                       # None: padding is read like the rest

    def test_accuracy(self, model):
        """The share of test questions answered right [%]: to be read once, at the end."""
        return 100 * accuracy(model, self.x_test, self.t_test)


def begin(args):
    """The Data, announced; questions reversed, and few of them, where the options ask for it."""
    parts = sequence.load_parts(args.data, seed=1984 + args.seed)
    char_to_id, _ = sequence.get_vocab()
    train, valid, test = (f"{len(x):,}" for x, _ in parts)
    print(f"data: {args.data}, {train} questions to learn from, {valid} for validation, "
          f"{test} to test, {len(char_to_id)} characters; seed {args.seed}")
    if args.quick:
        parts = [(x[:size], t[:size]) for (x, t), size in zip(parts, (500, 50, 50))]
    if args.reverse:
        parts = [(x[:, ::-1], t) for x, t in parts]
    args.batch_size = min(args.batch_size, len(parts[0][0]))
    pad_id = char_to_id.get(" ") if args.mask_padding else None
    return Data(*(array for part in parts for array in part), "".join(char_to_id), pad_id)


def learning_rate(args, steps):
    """What Adam starts with: a number, or the schedule that --decay and --fall ask for.

    steps: of an epoch. Without --fall the end of the run is no part of it.
    """
    end = args.max_epoch * steps
    decay = EpochDecay(args.lr, args.decay, steps)
    if not args.fall:
        return args.lr if args.decay == 1 else decay
    flat = round((1 - args.fall) * end)
    if args.decay == 1:
        return LinearDecay(args.lr, flat, end)
    return Product(decay, LinearDecay(1.0, flat, end))


def open_forget_gates(model, bias):
    """Set b_f of every LSTM in the model: above 0, it keeps its state until it learns to forget.

    (Gers et al. 2000, Learning to forget.)
    """
    for _, layer in layers_of(model):
        if any(name.startswith("Wh") for name in layer.param_names):
            for name, p in zip(layer.param_names, layer.params):
                if name.startswith("b"):
                    p[:len(p) // 4] = bias                   # f comes first of f, g, i, o


def report(model, trainer, data, name, args, **options):
    """Keep the model in --weights, show answers to test questions, draw the accuracy; its `about`.

    options: those that the model was made with, {name: value}.
    """
    about = describe(args, data, options)
    save_model(args.weights, model, about)
    print(f"model: {args.weights}")
    test = show_answers(model, about, data.x_test, data.t_test, **beam_options(args, about))
    draw_accuracy(trainer, test, name, args)
    return about


def show_answers(model, about, x_test, t_test, *, shown=5, **how):
    """Print some test questions and answers; the share of all that are right [%], printed too.

    how: options of generate_batch().
    """
    guesses = answer_all(model, x_test, int(t_test[0, 0]), t_test.shape[1] - 1, **how)
    right = (guesses == t_test[:, 1:]).all(axis=1)
    wrong = np.flatnonzero(~right)[:2]
    for i in [*range(min(shown, len(x_test))), *wrong[wrong >= shown]]:
        print_answer(read_back(x_test[i][::-1] if about["reverse"] else x_test[i], about),
                     read_back(t_test[i, 1:], about), read_back(guesses[i], about))
    beam = f"  (beam of {how['beam_width']})" if how else ""
    print(f"test accuracy: {100 * right.mean():.2f} %{beam}")
    return 100 * right.mean()


def draw_accuracy(trainer, test, name, args):
    """Accuracy on the validation questions after each epoch, and at the end on the test ones."""
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    epochs = len(trainer.valid_list)
    axes.plot(range(1, epochs + 1), trainer.valid_list, marker="o", label=args.model)
    axes.plot([epochs], [test], marker="*", markersize=12, linestyle="",
              label=f"{args.model}, test")
    axes.set(xlabel="epoch", ylabel="questions answered right [%]", ylim=(-3, 103))
    axes.legend()
    save_figure(figure, name, args, curves=True)


def seq2seq_options(doc, settings, *, data, reverse, weights, models=(), own=None, **words):
    """A parser with what all these scripts ask for.

    settings, own, words: those of add_settings(). models: the names to choose from, the default
    first.
    """
    parser = options(doc, figure=True, training=True, quick=QUICK, weights=weights)
    if models:
        parser.add_argument("--model", choices=models, default=models[0],
                            help=f"which model (default {models[0]})")
    parser.add_argument("--data", default=data, role="read", metavar="addition|date|FILE",
                        help="the task, or a file with a line 'question_answer' each (default "
                             f"{data})")
    parser.add_argument("--reverse", action="store_true", default=reverse,
                        help="read the questions from the end" + " (default)" * reverse)
    parser.add_argument("--no-reverse", dest="reverse", action="store_false",
                        help="read them from the beginning" + " (default)" * (not reverse))
    parser.add_settings(settings, own=own, **{"batch_size": "questions in a step", **words})
    parser.add_argument("--mask-padding", action="store_true",
                        help="do not read padding, nor write it (section 7.2.3)")
    parser.add_argument("--beam", type=positive, default=1, role="free", metavar="WIDTH",
                        help="beam width (default 1: greedy)")
    parser.add_argument("--length-penalty", type=non_negative, default=0.0, role="free",
                        metavar="ALPHA", help="a beam compares log P / ((5 + length) / 6)^ALPHA, "
                        "so that long answers are not put last (default 0: log P alone; GNMT: 0.6)")
    parser.add_argument("--ask", action="append", role="instead", metavar="QUESTION",
                        help="do not train, but ask the model in --weights")
    return parser
