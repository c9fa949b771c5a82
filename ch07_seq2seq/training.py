"""Shared by the training scripts of chapters 7 and 8: options, data, learning rate, report."""

from argparse import BooleanOptionalAction
from typing import NamedTuple

import numpy as np

from ch07_seq2seq.asking import (
    EXAMPLES,
    beam_options,
    describe,
    in_order,
    like,
    read_back,
    save_model,
)
from common.base_model import layers_of
from common.errors import InputError
from common.schedule import EpochDecay, LinearDecay, Product
from common.script import new_figure, non_negative, options, positive, save_figure
from common.util.answers import accuracy, answer_all, compare, print_answer
from dataset import sequence

QUICK = {"hidden_size": 16, "max_epoch": 2, "batch_size": 50}


class Data(NamedTuple):
    """Questions x (N, T) and answers t (N, S) to train on, to validate and to test."""

    x_train: np.ndarray
    t_train: np.ndarray
    x_valid: np.ndarray
    t_valid: np.ndarray
    x_test: np.ndarray
    t_test: np.ndarray
    characters: str                                          # the character of each id
    pad_id: int | None                                       # None: padding is not masked
    end_id: int | None                                       # ends an answer; None: nothing does

    def valid_accuracy(self, model):
        """Validation questions answered right [%]."""
        return 100 * accuracy(model, self.x_valid, self.t_valid, end_id=self.end_id)

    def test_accuracy(self, model):
        """Test questions answered right [%]: to be read once, at the end."""
        return 100 * accuracy(model, self.x_test, self.t_test, end_id=self.end_id)


def begin(args):
    """The Data that the options ask for, announced."""
    parts = sequence.load_parts(args.data, seed=1984 + args.seed)
    char_to_id, _ = sequence.get_vocab()
    train, valid, test = (f"{len(x):,}" for x, _ in parts)
    print(f"data: {args.data}, {train} questions to learn from, {valid} for validation, "
          f"{test} to test, {len(char_to_id)} characters; seed {args.seed}")
    if args.quick:
        parts = [(x[:size], t[:size]) for (x, t), size in zip(parts, (500, 50, 50))]
    if args.reverse:
        parts = [(x[:, ::-1], t) for x, t in parts]
    space = char_to_id.get(" ")
    if args.reverse_answer:
        parts = [(x, from_the_end(t, space)) for x, t in parts]
    args.batch_size = min(args.batch_size, len(parts[0][0]))
    blank = np.concatenate([t for _, t in parts]) == (-1 if space is None else space)
    inside = (blank[:, :-1] & ~blank[:, 1:]).any()           # a character follows a space
    if args.mask_padding and inside:
        raise InputError(f"answers in {args.data} have spaces inside, so that none can be the end "
                         "mark: leave out --mask-padding")
    return Data(*(array for part in parts for array in part), "".join(char_to_id),
                pad_id=space if args.mask_padding else None, end_id=None if inside else space)


def from_the_end(t, pad_id):
    """Answers t (N, 1 + S), each from its last character to its first, padding still at the end."""
    wanted = t[:, 1:]                                        # the start mark stays
    S = wanted.shape[1]
    padded = (wanted[:, ::-1] == (-1 if pad_id is None else pad_id)).cumprod(axis=1).sum(axis=1)
    place, last = np.arange(S), S - 1 - padded[:, None]      # last: (N, 1)
    order = np.where(place <= last, last - place, place)     # (N, S)
    return np.concatenate([t[:, :1], np.take_along_axis(wanted, order, axis=1)], axis=1)


def learning_rate(args, data_size):
    """--lr, or the schedule that --decay and --fall ask for, in which --max-epoch plays no part
    without --fall."""
    steps = data_size // args.batch_size                                          # of an epoch
    end = args.max_epoch * steps
    flat = round((1 - args.fall) * end)
    decay = EpochDecay(args.lr, args.decay, steps)
    if not args.fall:
        return args.lr if args.decay == 1 else decay
    if args.decay == 1:
        return LinearDecay(args.lr, flat, end)
    return Product(decay, LinearDecay(1.0, flat, end))


def open_forget_gates(model, bias):
    """Set b_f of every LSTM: above 0, it keeps its state until it learns to forget.

    (Gers et al. 2000, Learning to forget.)
    """
    for _, layer in layers_of(model):
        if any(name.startswith("Wh") for name in layer.param_names):
            for name, p in zip(layer.param_names, layer.params):
                if name.startswith("b"):
                    p[:len(p) // 4] = bias                   # f comes first of f, g, i, o


def report(model, trainer, data, name, args, **options):
    """Save the model, show answers to test questions, draw the accuracy; returns its `about`.

    options: those that the model was made with.
    """
    about = describe(args, data, options)
    save_model(args.weights, model, about)
    print(f"model: {args.weights}")
    test = show_answers(model, about, data.x_test, data.t_test, **beam_options(args, about))
    print(like(about))
    if test < 95 and max(trainer.valid_list[-2:]) == max(trainer.valid_list) and not args.quick:
        print(f"validation was still rising, or had not begun to: more epochs may help, as in "
              f"--max-epoch {5 * args.max_epoch}{', begun afresh' * bool(args.save)}")
    draw_accuracy(trainer, test, name, args)
    return about


def show_answers(model, about, x_test, t_test, *, shown=5, **how):
    """Print some test questions and answers, and the share of all that are right [%]; return it.

    how: options of generate_batch().
    """
    guesses = answer_all(model, x_test, int(t_test[0, 0]), t_test.shape[1] - 1, **how)
    right = compare(model, guesses, t_test, how.get("end_id"))
    wrong = np.flatnonzero(~right)[:2]
    for i in [*range(min(shown, len(x_test))), *wrong[wrong >= shown]]:
        print_answer(read_back(x_test[i][::-1] if about["reverse"] else x_test[i], about),
                     *(in_order(read_back(ids, about), about)
                       for ids in (t_test[i, 1:], guesses[i])))
    beam = f"  (beam of {how['beam_width']})" if how.get("beam_width", 1) > 1 else ""
    print(f"test accuracy: {100 * right.mean():.2f} %{beam}")
    return 100 * right.mean()


def draw_accuracy(trainer, test, name, args):
    """Validation accuracy after each epoch, and test accuracy at the end."""
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    epochs = len(trainer.valid_list)
    axes.plot(range(1, epochs + 1), trainer.valid_list, marker="o", label=args.model)
    axes.plot([epochs], [test], marker="*", markersize=12, linestyle="",
              label=f"{args.model}, test")
    axes.set(xlabel="epoch", ylabel="questions answered right [%]", ylim=(-3, 103))
    axes.legend()
    save_figure(figure, name, args, curves=True)


def seq2seq_options(doc, settings, *, data, reverse, weights, models=(), own=None, quick=QUICK,
                    **words):
    """The parser of all these scripts.

    settings, own, words: those of add_settings(). models: their names, the default first.
    """
    parser = options(doc, figure=True, training=True, quick=quick, weights=weights)
    if models:
        parser.add_argument("--model", choices=models, default=models[0], help="which model")
    parser.add_argument("--data", default=data, role="read", metavar="addition|date|FILE",
                        help="the task, or a file with a line 'question_answer' each (default "
                             f"{data})")
    parser.add_argument("--reverse", action=BooleanOptionalAction, default=reverse,
                        help="read the questions from the end (default: %(default)s)")
    parser.add_argument("--reverse-answer", action="store_true",
                        help="write the answers from the end: of a sum, the units first")
    parser.add_settings(settings, own=own, **{"batch_size": "questions in a step", **words})
    parser.add_argument("--mask-padding", action="store_true",
                        help="do not read padding, nor write it (section 7.2.3)")
    parser.add_argument("--beam", type=positive, default=1, role="free", metavar="WIDTH",
                        help="beam width (default 1: greedy)")
    parser.add_argument("--length-penalty", type=non_negative, default=0.0, role="free",
                        metavar="ALPHA", help="a beam compares log P / ((5 + length) / 6)^ALPHA, "
                        "so that long answers are not put last (default 0: log P alone; GNMT: 0.6)")
    parser.add_argument("--ask", action="append", role="instead", metavar="QUESTION",
                        help="do not train, but ask the model in --weights, in a form that it "
                             f"learned ({'; '.join(EXAMPLES['addition'][:2] + EXAMPLES['date'])})")
    return parser
