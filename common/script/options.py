"""Options that all chapter scripts share, and the checks of what was typed, before any work.

Each option has a role where it is declared, by which it is checked and handed on:

    setting   must be the same when a run is resumed (the default)
    free      may differ then
    read      a file that is read
    write     a file that is written
    model     the file for what is learned; only another model is written over
    trained   a model that is read; made_by names the script that writes it
    instead   something else is done than training: the model is read, not written

Under --quick all files and figures go to quick/, and a model is read from there if it is there.
"""

import argparse
import difflib
import json
import math
import os
import re
import shlex
import sys
import zipfile

from common.errors import InputError
from common.files.writing import cannot_read, check_can_write, make_folder
from common.runs import Run
from common.runs.progress import tell
from common.script.figures import check_can_show


def _number(kind, allowed, what):
    """An argparse type: a number within limits."""
    def convert(text):
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not allowed(value):
            raise argparse.ArgumentTypeError(f"must {what}, got '{text}'")
        return value
    return convert


count = _number(int, lambda n: n >= 0, "be a whole number from 0 up")
positive = _number(int, lambda n: 1 <= n < 2 ** 31, "be a whole number from 1 up, below 2^31")
number = _number(float, math.isfinite, "be a finite number")
above_zero = _number(float, lambda x: 0 < x < math.inf, "be above 0, and finite")
non_negative = _number(float, lambda x: 0 <= x < math.inf, "be 0 or more, and finite")
fraction = _number(float, lambda x: 0 <= x <= 1, "lie in 0..1")
below_one = _number(float, lambda x: 0 <= x < 1, "be at least 0 and below 1")


def folder(text):
    """An argparse type: the name of a folder that is there or can be made."""
    if os.path.isfile(text):
        raise argparse.ArgumentTypeError(f"must be a folder, '{text}' is a file")
    return text


FILES = ("read", "trained", "write", "model")                # roles whose values name files
SETTINGS = {                 # of training, under the names that the book's scripts give them
    "hidden_size": (positive, "length of a state"),
    "wordvec_size": (positive, "length of a word vector"),
    "window_size": (positive, "context words on each side"),
    "layers": (positive, "layers"),
    "batch_size": (positive, "examples in a step"),
    "time_size": (positive, "steps of truncated BPTT"),
    "dropout": (below_one, "dropout ratio"),
    "words": (below_one, "dropout of words"),
    "dropout_in": (below_one, "dropout of vectors that enter"),
    "dropout_between": (below_one, "dropout of states between LSTMs"),
    "dropout_out": (below_one, "dropout of the last states"),
    "weight_drop": (below_one, "dropout of entries of Wh"),
    "alpha": (non_negative, "penalty on large states"),
    "beta": (non_negative, "penalty on states that jump"),
    "optimizer": (("sgd", "adam"), "how gradients move weights"),
    "lr": (above_zero, "learning rate"),
    "decay": (above_zero, "learning rate of an epoch / of the one before it"),
    "beta2": (below_one, "Adam's decay rate of the mean of squares"),
    "warm_up": (positive, "steps in which the learning rate rises"),
    "flat": (positive, "epochs of full learning rate, before it falls"),
    "weight_decay": (non_negative, "L2 penalty on the weights"),
    "max_grad": (above_zero, "largest norm of the gradients"),
    "reset": (fraction, "probability that a row's state is set to zero before a step"),
    "max_epoch": (positive, "epochs: passes over the data"),
    "tokens": (positive, "how many tokens to learn from"),
    "fall": (fraction, "share of the run, at its end, in which the learning rate decays linearly "
                       "to 0"),
    "forget_bias": (number, "initial bias of the forget gates; above 0 they start open"),
    "heads": (positive, "attention heads"),
    "smoothing": (below_one, "label smoothing"),
    "rows": (positive, "rows of the memory"),
    "width": (positive, "numbers in a row of the memory"),
    "shifts": (count, "largest shift of a head to either side"),
    "iterations": (positive, "steps in an epoch"),
    "small_epochs": (count, "epochs of sequences of half the size, to begin with"),
}


class ScriptParser(argparse.ArgumentParser):
    """An ArgumentParser whose options have roles, and with other defaults where --quick is given.

    parse_args() checks all files that the options name, before any work is done.
    """

    def __init__(self, doc, quick=None):
        self.quick, self.roles, self.made_by = quick or {}, {}, {}
        super().__init__(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)

    def add_argument(self, *names, role="setting", made_by=None, help="", **how):
        """An option; its help ends with its default, where it does not name that itself."""
        default = how.get("default")
        if not ("action" in how or default is None or callable(default) or "(default" in help):
            help = f"{help} (default {_shown(default)})".strip()
        if role in FILES and "choices" not in how:
            how.setdefault("metavar", "FILE")
        action = super().add_argument(*names, help=help, **how)
        self.roles[action.dest], self.made_by[action.dest] = role, made_by
        return action

    def add_settings(self, defaults, toy=None, own=None, char=(), **words):
        """An option for each of `defaults` {name: value}, with the type and the help of SETTINGS.

        toy: the defaults for the toy corpus, char: those for text as characters and for PTB as
        characters; fill_in() takes one of them, once the corpus is known. own: the defaults where
        another option has a certain value, {(option, value): {name: value}}.
        words: what the help says of a setting, where SETTINGS has nothing that fits.
        """
        for name, default in defaults.items():
            kind, text = SETTINGS[name]
            choices = {choice: values[name] for choice, values in (own or {}).items()
                       if name in values}
            others = {value: other for (_, value), other in choices.items() if other is not None}
            usual = default
            if toy and toy[name] != usual:
                others["toy"] = toy[name]
            for case, settings in zip(("char", "ptb as char"), char):
                if settings[name] != usual:
                    others[case] = usual = settings[name]
            shown = "".join(f"; {case} {_shown(value)}" for case, value in others.items())
            if default is not None or name == "tokens":      # else None is no value
                shown = f"; default {_shown(default)}{shown}"
            shown = shown and f" ({shown[2:]})"
            self.add_argument(f"--{name.replace('_', '-')}", help=words.get(name, text) + shown,
                              default=None if toy else _chosen(default, choices),
                              role="free" if name == "max_epoch" else "setting",
                              **{"choices" if isinstance(kind, tuple) else "type": kind})

    def parse_args(self, args=None, namespace=None):
        """What was typed, `args`: None for nothing, as in a notebook; run() has the command's."""
        args = args or []
        found = super().parse_args(args, namespace)
        if found.quick:                                      # an option that was typed still holds
            quick = {**self.quick, **self._under_quick()}
            found = super().parse_args(args, argparse.Namespace(**quick))
        for name, value in vars(found).items():
            if callable(value):                              # a default that depends on the others
                setattr(found, name, value(found))
        trains = not any(getattr(found, name) for name in self._of_role("instead"))
        self._check_files(found, trains)
        if trains and hasattr(found, "save"):
            found.run = ScriptRun(found.save, found.resume, found.checkpoint_every, lambda: {
                name: getattr(found, name, None) for name in self._of_role("setting")})
        return found

    def error(self, message):
        """End with usage, message and, where an option is not known, the one that may be meant."""
        typed = re.search(r"unrecognized arguments:.*?(--?[a-zA-Z][\w-]+)", message)
        if typed and (meant := self._meant(typed[1])):
            message += f" (did you mean {' or '.join(meant)}?)"
        super().error(message)

    def _meant(self, typed):
        """The options spelt like the one typed, else those whose help has its words."""
        typed = typed.lower().replace("_", "-").lstrip("-")
        helps = {action.option_strings[-1].lstrip("-"): action.help or ""
                 for action in self._actions if action.option_strings}
        words = typed.replace("-", " ")
        found = (difflib.get_close_matches(typed, helps, n=2)
                 or [name for name, text in helps.items() if words in text][:2])
        return [f"--{name}" for name in found]

    def _of_role(self, wanted):
        return [name for name, role in self.roles.items() if role == wanted]

    def _under_quick(self):
        """Defaults by which a run of seconds writes over nothing that took longer."""
        names = {"figures": "quick/figures"} if "figures" in self.roles else {}
        for name in self._of_role("model") + self._of_role("write"):
            if callable(default := self.get_default(name)):
                names[name] = lambda found, default=default: f"quick/{default(found)}"
            elif default:
                names[name] = f"quick/{default}"
        for name in self._of_role("trained"):
            if isinstance(default := self.get_default(name), list):
                names[name] = [_quick_twin(path) for path in default]
            elif default:
                names[name] = _quick_twin(default)
        return names

    def _check_files(self, found, trains):
        """InputError where a file cannot be read or written, or one would be lost."""
        if hasattr(found, "figures"):
            check_can_write(make_folder(found.figures) / "figure.png")
            if found.show:
                check_can_show()
        named = {}                                           # {real path: the option before}
        for role in FILES:
            for name in self._of_role(role):
                value = getattr(found, name)
                if value == "":
                    raise InputError(f"--{name.replace('_', '-')} names no file: it is empty")
                for path in value if isinstance(value, list) else [value] if value else []:
                    if role == "trained" or (role == "model" and not trains):
                        _check_readable(path, self.made_by[name], found.quick)
                        continue
                    option, real = f"--{name.replace('_', '-')}", os.path.realpath(path)
                    if role != "read":
                        _check_output(found, option, path, role, named.get(real))
                    named.setdefault(real, option)


def _check_readable(path, made_by, quick):
    try:
        open(path, "rb").close()
    except OSError as error:
        how = f"{made_by} --quick" if quick and made_by and made_by.endswith(".py") else made_by
        raise cannot_read(path, error, f" Made by: {how}." if how else "") from error


def _check_output(found, option, path, role, other):
    if path.startswith("quick/"):
        make_folder("quick")
    check_can_write(path)
    if path.endswith((".png", ".csv")) and hasattr(found, "figures") and \
            os.path.realpath(os.path.dirname(path)) == os.path.realpath(found.figures):
        raise InputError(f"{option} {path} lies among the figures and their numbers, one of which "
                         "may have that name: keep it in another folder")
    if other:
        raise InputError(f"{other} and {option} both name {path}: one would overwrite the other")
    if role == "model" and not is_model(path):
        raise InputError(f"{option} {path} is there, and is no model: name another file")
    if role == "model" and os.path.exists(path) and not (
            found.quick or getattr(found, "resume", False)):
        tell(f"{path} is there: this run replaces it. To keep it, name another file: {option}")


def _chosen(default, choices):
    """A default that depends on other options: {(option, value): the default there}."""
    return default if not choices else lambda found: next(
        (own for (option, value), own in choices.items() if getattr(found, option) == value),
        default)


def _shown(value):
    if isinstance(value, list):
        return " ".join(map(_shown, value))
    return "all" if value is None else f"{value:g}" if isinstance(value, float) else \
        f"{value:,}" if isinstance(value, int) else f"{value}"


def _quick_twin(path):
    """The model that a quick run writes in place of `path`, unless only `path` is there."""
    twin = f"quick/{path}"
    return twin if os.path.exists(twin) or not os.path.exists(path) else path


class ScriptRun(Run):
    """A Run that speaks of a script's options; `latest` is the one that was made last."""

    file, to_save, to_resume = "--save FILE", "--save FILE", "--resume"
    latest = None

    def __init__(self, *how):
        super().__init__(*how)
        self.check_begun()                                   # before the data are read
        ScriptRun.latest = self

    def kept(self):
        """A sentence: where the run is, and what to type, also at Python's prompt."""
        if not (hasattr(sys, "ps1") or sys.flags.interactive):
            return super().kept()
        words = ["--save", self.path, "--resume"] if self.path else ["--save", "run.npz"]
        typed, inside = shlex.join(words), json.dumps(words, ensure_ascii=False)[1:-1]
        return (f"The run is in {self.path}: {typed} goes on with it" if self.path
                else f"Nothing of the run was kept: {typed} keeps it") + f"; main([..., {inside}])."

    @classmethod
    def reached(cls):
        """Where a script is: what follows 'stopped'."""
        if cls.latest is None:
            return "before the end"
        if not cls.latest.begun:
            return "before training began"
        kept = cls.latest.kept() if cls.latest.path else "No checkpoint was asked for, by --save."
        return f"after training began. {kept}"


def options(doc, *, corpus=None, figure=False, training=False, weights=None, vectors=None,
            quick=None):
    """A parser that explains itself with the script's docstring and has the options all share.

    corpus adds --corpus, for scripts that read a text, with that default; figure adds --figures and
    --show; training adds --save, --resume and --checkpoint-every, and `args.run`, their Run;
    weights and vectors add --weights and --vectors, by default of that name, for what is learned.
    quick: what --quick takes for the options that were left out, {name: value}.
    """
    parser = ScriptParser(doc, quick)
    if corpus:
        parser.add_argument("--corpus", default=corpus, role="read", metavar="NAME|PATH",
                            help="text to learn from: ptb, downloaded if need be; toy, English-"
                                 "like; toy-ko, toy-ja, to be read as characters; a UTF-8 text "
                                 "file; or auto: PTB where at hand, else the toy")
        parser.add_argument("--level", choices=("word", "char"), default=lambda found: (
                                "char" if found.corpus in ("toy-ko", "toy-ja") else "word"),
                            help="what a token is: a word, or a character, the space one too "
                                 "(default word; toy-ko, toy-ja: char)")
        parser.add_argument("--min-count", type=positive, default=1, metavar="N",
                            help="what the text has fewer than N times becomes <unk>")
    parser.add_argument("--seed", type=count, default=0, help="seed of the run's random numbers")
    parser.add_argument("--quick", action="store_true",
                        help="a shrunken run of seconds, to see that all works, in the folder "
                             "quick/; an option that is typed holds all the same")
    if figure:
        parser.add_argument("--figures", type=folder, default="figures", role="free", metavar="DIR",
                            help="where figures go (default figures/)")
        parser.add_argument("--show", action="store_true", role="free",
                            help="open the figure in a window too")
    if training:
        parser.add_argument("--save", role="write", help="keep the run in this checkpoint")
        parser.add_argument("--resume", action="store_true", role="free",
                            help="go on from the checkpoint --save")
        parser.add_argument("--checkpoint-every", type=positive, default=1000, role="free",
                            metavar="N", help="iterations between checkpoints")
    if weights:
        parser.add_argument("--weights", default=weights, role="model",
                            made_by="the same command without --ask",
                            help="the trained model")
    if vectors:
        parser.add_argument("--vectors", default=vectors, role="model",
                            help="where the vectors go: .npz, or word2vec's .txt")
    return parser


def fill_in(args, settings):
    """Give the options that the user left out (None) the values that `settings` has for them."""
    for name, value in settings.items():
        if getattr(args, name) is None:
            setattr(args, name, value)


def is_model(path):
    """Whether a model may be written here: over nothing, or an empty file, an .npz that is no run,
    a pickle, or vectors as text."""
    if not os.path.isfile(path):
        return True
    if zipfile.is_zipfile(path):
        names = zipfile.ZipFile(path).namelist()
        return all(name.endswith(".npy") for name in names) and "run.npy" not in names
    with open(path, "rb") as file:
        start = file.read(100)
    return not start or bool(re.match(rb"\x80|\d+ \d+\s*\n", start))
