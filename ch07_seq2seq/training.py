"""What the training scripts of chapters 7 and 8 share: data, loop, samples marked right or wrong, a model that answers.

A trained model is kept in one .npz: its weights by name, and under 'about' what is needed to ask it a question (which
model, its sizes, the characters, how long questions and answers are, whether questions are read reversed).
"""

import json
from typing import NamedTuple

import numpy as np

from common.array_file import load_arrays, save_arrays
from common.base_model import layers_of
from common.errors import InputError
from common.optimizer import Adam
from common.schedule import flat_then_fall
from common.script import (
    above_zero,
    below_one,
    check_files,
    fill_in,
    new_figure,
    non_negative,
    number,
    options,
    positive,
    run_settings,
    save_figure,
)
from common.trainer import Trainer
from common.util.answers import accuracy, answer_all, print_answer
from dataset import sequence

LONGEST = 10_000             # characters of a question or an answer that a file may claim
QUICK = {"hidden_size": 16, "max_epoch": 2, "batch_size": 50}

def parse(argv, doc, models, *, model, data, reverse, hidden_size, max_epoch, wordvec_size=16, lr=0.001, decay=1.0,
          fall=0.0, beta2=0.999, max_grad=5.0, forget_bias=0.0, weights="seq2seq.npz", of=None, more=None):
    """The options of a training script; the keywords are its defaults.

    decay and fall: None where the script has a schedule of its own; forget_bias: None where no model has gates. of: models
    with other defaults for lr, decay, fall or beta2, {model: {option: value}}. more(parser): adds options of the script.
    """
    parser = options(doc, figure=True, training=True, quick=QUICK)
    if more:
        more(parser)
    parser.set_defaults(model=model, forget_bias=0.0)
    if len(models) > 1:
        parser.add_argument("--model", choices=models, help=f"which model (default {model})")
    parser.add_argument("--data", default=data, metavar="addition|date|FILE",
                        help=f"the task, or a file with a line 'question_answer' each (default {data})")
    parser.add_argument("--reverse", action="store_true", default=reverse, help="read the questions from the end")
    parser.add_argument("--no-reverse", dest="reverse", action="store_false", help="read them from the beginning"
                        + (" (by default from the end)" if reverse else " (default)"))
    parser.add_argument("--hidden-size", type=positive, default=hidden_size,
                        help=f"length of a state; in a Transformer, of the layer within a block (default {hidden_size})")
    parser.add_argument("--wordvec-size", type=positive, default=wordvec_size,
                        help=f"length of a character's vector (default {wordvec_size})")
    parser.add_argument("--batch-size", type=positive, default=128, help="questions a step (default 128)")
    parser.add_argument("--max-epoch", type=positive, default=max_epoch, help=f"passes over the data (default {max_epoch})")
    parser.add_argument("--max-grad", type=above_zero, default=max_grad,
                        help=f"largest norm of the gradients (default {max_grad})")
    steps = {"lr": (above_zero, lr, "Adam's learning rate"),
             "beta2": (below_one, beta2, "how slowly Adam's mean of squares follows"),
             "decay": (above_zero, decay, "learning rate of an epoch / of the one before it"),
             "fall": (below_one, fall, "share of the run, at its end, in which the learning rate falls in a line to 0")}
    steps = {name: step for name, step in steps.items() if step[1] is not None}
    for name, (kind, default, what) in steps.items():
        others = "".join(f"; {other} {values[name]}" for other, values in (of or {}).items() if name in values)
        parser.add_argument(f"--{name}", type=kind, help=f"{what} (default {default}{others})")
    if forget_bias is not None:
        parser.add_argument("--forget-bias", type=number, default=forget_bias,
                            help=f"where the forget gates' bias starts; above 0 they start open (default {forget_bias})")
    parser.add_argument("--mask-padding", action="store_true", help="do not read padding, nor write it (section 7.2.3)")
    parser.add_argument("--beam", type=positive, default=1, metavar="WIDTH", help="answers kept in view (default 1: greedy)")
    parser.add_argument("--length-penalty", type=non_negative, default=0.0, metavar="ALPHA",
                        help="a beam compares log P / ((5 + length) / 6)^ALPHA, so that long answers are not put last "
                             "(default 0: log P alone; GNMT: 0.6)")
    parser.add_argument("--weights", default=weights, metavar="FILE", help=f"the trained model (default {weights})")
    parser.add_argument("--ask", action="append", metavar="QUESTION", help="do not train, but ask the model in --weights")
    args = parser.parse_args(argv)
    fill_in(args, {**{name: default for name, (_, default, _) in steps.items()}, **(of or {}).get(args.model, {})})
    if not args.ask:
        check_files(args, "weights")
    return args


class Trained(NamedTuple):
    """A trained model, what is needed to ask it, its trainer with the curves, and the questions that it never saw."""

    model: object
    about: dict
    trainer: Trainer
    x_test: np.ndarray
    t_test: np.ndarray

    def test_accuracy(self):
        """The share of test questions answered right [%]: read it once, when nothing more is to be chosen."""
        return 100 * accuracy(self.model, self.x_test, self.t_test)


def fit(args, models, *, options=None, schedule=None, verbose=True):
    """Train as the options ask, with the accuracy on the validation questions after each epoch; a Trained.

    options: more arguments of the model, {name: value}. schedule: the learning rate, a function of the number of steps that
    returns a function of the step (common/schedule.py), instead of --decay and --fall.
    """
    (x_train, t_train), (x_valid, t_valid), (x_test, t_test) = sequence.load_parts(args.data, seed=1984 + args.seed)
    char_to_id, _ = sequence.get_vocab()
    if verbose:
        print(f"data: {args.data}, {len(x_train):,} questions to learn from, {len(x_valid):,} for validation, "
              f"{len(x_test):,} to test, {len(char_to_id)} characters; seed {args.seed}")
    if args.quick:
        x_train, t_train, x_valid, t_valid = x_train[:500], t_train[:500], x_valid[:50], t_valid[:50]
        x_test, t_test = x_test[:50], t_test[:50]
    args.batch_size = min(args.batch_size, len(x_train))
    about = {"model": args.model, "sizes": [len(char_to_id), args.wordvec_size, args.hidden_size],
             "characters": "".join(char_to_id), "question_size": x_train.shape[1], "answer_size": t_train.shape[1],
             "reverse": args.reverse, "pad_id": char_to_id.get(" ") if args.mask_padding else None,
             "answers_have_spaces": any(has_inner_spaces(ts, char_to_id.get(" ")) for ts in (t_train, t_valid, t_test)),
             "options": options or {}}
    if args.reverse:
        x_train, x_valid, x_test = x_train[:, ::-1], x_valid[:, ::-1], x_test[:, ::-1]

    rng = np.random.default_rng(args.seed)
    steps = len(x_train) // args.batch_size                                       # of an epoch
    lr = schedule(args.max_epoch * steps) if schedule else decay_and_fall(args, steps)
    model, optimizer = make_model(about, models, rng), Adam(lr, beta2=args.beta2)
    open_forget_gates(model, args.forget_bias)
    trainer = Trainer(model, optimizer, rng=rng)

    def validate():
        """The share of validation questions answered right [%]."""
        return 100 * accuracy(model, x_valid, t_valid)

    ends = schedule or args.fall                             # the end of a schedule may not move
    settings = {**run_settings(args), "max_epoch": args.max_epoch if ends else None}
    trainer.fit(x_train, t_train, args.max_epoch, args.batch_size, args.max_grad, validate=validate, verbose=verbose,
                save=args.save, resume=args.resume, checkpoint_every=args.checkpoint_every, settings=settings)
    return Trained(model, about, trainer, x_test, t_test)


def decay_and_fall(args, steps):
    """The learning rate of step t = 1, 2, ...: times `decay` each epoch, and in the last `fall` of the run a line to 0."""
    end = args.max_epoch * steps
    fall = flat_then_fall(1.0, round((1 - args.fall) * end), end) if args.fall else lambda t: 1.0
    return lambda t: args.lr * args.decay ** ((t - 1) // steps) * fall(t)


def train(args, models, figure, **how):
    """fit(), and what a script does with it: keep the model, show answers to test questions, draw the accuracy."""
    trained = fit(args, models, **how)
    model, about, trainer, x_test, t_test = trained
    save_model(args.weights, model, about)
    print(f"model: {args.weights}")
    test = show_answers(model, about, x_test, t_test, **beam_options(args, about))
    draw_accuracy(trainer, test, args, figure)
    return trained


def open_forget_gates(model, bias):
    """Set b_f of every LSTM in the model (Gers et al. 2000): above 0, the state is kept until the model learns to forget."""
    for _, layer in layers_of(model):
        if any(name.startswith("Wh") for name in layer.param_names):
            for name, p in zip(layer.param_names, layer.params):
                if name.startswith("b"):
                    p[:len(p) // 4] = bias                   # f comes first of f, g, i, o


def beam_options(args, about):
    """How generate_batch is to search. An answer ends with its first padding character, a space, if no answer has others."""
    if args.beam == 1:
        return {}
    end = -1 if about.get("answers_have_spaces") else about["characters"].find(" ")
    return {"beam_width": args.beam, "length_penalty": args.length_penalty, "end_id": end if end >= 0 else None}


def has_inner_spaces(ts, space):
    """Whether another character comes after a space in any row of ts (N, T)."""
    blank = ts == space if space is not None else np.zeros(ts.shape, bool)
    return bool((blank[:, :-1] & ~blank[:, 1:]).any())


def show_answers(model, about, x_test, t_test, *, shown=5, **how):
    """Print some test questions with their answers, and return the share of all that are right [%], printed too.

    how: options of generate_batch().
    """
    guesses = answer_all(model, x_test, int(t_test[0, 0]), t_test.shape[1] - 1, **how)
    right = (guesses == t_test[:, 1:]).all(axis=1)
    wrong = np.flatnonzero(~right)[:2]
    for i in [*range(min(shown, len(x_test))), *wrong[wrong >= shown]]:
        print_answer(read_back(x_test[i][::-1] if about["reverse"] else x_test[i], about),
                     read_back(t_test[i, 1:], about), read_back(guesses[i], about))
    print(f"test accuracy: {100 * right.mean():.2f} %" + (f"  (beam of {how['beam_width']})" if how else ""))
    return 100 * right.mean()


def read_back(ids, about):
    """The text of ids, without padding."""
    return "".join(about["characters"][int(i)] for i in ids).rstrip()


def make_model(about, models, rng=None):
    return models[about["model"]](*about["sizes"], pad_id=about["pad_id"], rng=rng, **about.get("options", {}))


def save_model(path, model, about):
    """Weights and `about` in one file."""
    text = np.frombuffer(json.dumps(about).encode(), np.uint8)
    save_arrays(path, {**model.named_params(), "about": text})


def load_model(path, models):
    """(model, about) of save_model; InputError where the file is something else."""
    arrays = load_arrays(path)
    try:
        about = json.loads(arrays.pop("about").tobytes())
        check_about(about, arrays)
        model = make_model(about, models)
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise InputError(f"{path} is no model of ch07_seq2seq/train_seq2seq.py or ch08_attention/train.py, or one that "
                         f"this script does not know: {error}") from error
    model.set_params(arrays, path)
    if not all(np.isfinite(p).all() for p in model.params):
        raise InputError(f"{path} holds weights that are no finite numbers: its training diverged")
    return model, about


def check_about(about, arrays):
    """ValueError or TypeError unless `about` is what save_model wrote and its sizes are no larger than its weights."""
    characters, sizes, options = about["characters"], about["sizes"], about.get("options", {})
    lengths = about["question_size"], about["answer_size"]
    if not (isinstance(characters, str) and len(set(characters)) == len(characters) and "_" in characters):
        raise ValueError("its characters are damaged")
    if not (all(type(n) is int and n > 0 for n in (*sizes, *lengths)) and len(sizes) == 3 and sizes[0] == len(characters)
            and max(lengths) <= LONGEST and type(about["reverse"]) is bool and about["pad_id"] in (None, *range(sizes[0]))):
        raise ValueError("its sizes are damaged")
    if not (type(options) is dict and all(type(value) in (bool, int, float) for value in options.values())
            and all(type(options.get(name, 1)) is int and options.get(name, 1) > 0 for name in ("heads", "layers"))):
        raise ValueError("its options are damaged")
    V, D, H = sizes
    inner, layers = (D, options.get("layers", 1)) if about["model"] == "transformer" else (H, 1)
    if max(V * D, V * inner, inner * inner, D * H) * layers > sum(array.size for array in arrays.values()):
        raise ValueError("its sizes are larger than its weights")


def ask(model, about, question, **how):
    """(the answer as text, the ids (1, T) that were read) for a question of the user's own; how: as in show_answers()."""
    char_to_id = {c: i for i, c in enumerate(about["characters"])}
    ids = sequence.encode(question, char_to_id, about["question_size"])[None]
    ids = ids[:, ::-1] if about["reverse"] else ids
    answer = model.generate_batch(ids, char_to_id["_"], about["answer_size"] - 1, **how)[0]
    return read_back(answer, about), ids


def draw_accuracy(trainer, test, args, name):
    """Accuracy on the validation questions, epoch by epoch, and in the end on the test questions."""
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    epochs = len(trainer.valid_list)
    axes.plot(range(1, epochs + 1), trainer.valid_list, marker="o", label=args.model)
    axes.plot([epochs], [test], marker="*", markersize=12, linestyle="", label=f"{args.model}, test")
    axes.set(xlabel="epoch", ylabel="questions answered right [%]", ylim=(-3, 103))
    axes.legend()
    save_figure(figure, name, args, curves=True)
