"""What every chapter script shares: options, a clean end, where figures go, a line of progress.

A script is `main(argv=None)` and, as its last two lines,

    if __name__ == "__main__":
        run(main)

so that tests call main(["--quick"]) and a user gets one line, not a traceback, where the input is at fault.
"""

import argparse
import math
import os
import re
import sys
import time

from common.curves import write_curves, write_table
from common.errors import InputError
from common.files import check_can_write, make_folder, replacing
from common.fonts import fonts_for

MAY_DIFFER = ("max_epoch", "save", "resume", "checkpoint_every", "figures", "show", "weights", "vectors", "corpus", "ask",
              "beam", "length_penalty")
READ = ("corpus", "data", "pairs", "analogies")              # files that are read, and never to be written over
MODELS = ("weights", "vectors")                              # what is learned


class Untyped(str):
    """The name of a model's file that --quick found by default: a run of seconds does not write over what is there."""


class ScriptParser(argparse.ArgumentParser):
    """An ArgumentParser with other defaults, `quick`, where --quick is given: an option that was typed always holds."""

    quick = {}

    def parse_known_args(self, args=None, namespace=None):
        found, rest = super().parse_known_args(args, namespace)
        if not found.quick:
            return found, rest
        names = {name: Untyped(self.get_default(name)) for name in MODELS if isinstance(self.get_default(name), str)}
        return super().parse_known_args(args, argparse.Namespace(**names, **self.quick))


def options(doc, *, corpus=False, figure=False, training=False, quick=None):
    """A parser that explains itself with the script's docstring and has the options all scripts have.

    corpus adds --corpus, for scripts that read a text; figure adds --figures and --show, for those that draw; training
    adds --save, --resume and --checkpoint-every, for those that train. quick: what --quick takes for the options that
    were left out, {name: value}.
    """
    parser = ScriptParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.quick = quick or {}
    if corpus:
        parser.add_argument("--corpus", default="auto", metavar="auto|ptb|toy|PATH",
                            help="text to learn from: PTB where at hand, else the embedded toy (auto, the default); "
                                 "PTB, downloaded if need be; the toy; or a UTF-8 text file")
    parser.add_argument("--seed", type=count, default=0, help="seed of the run's random numbers (default 0)")
    parser.add_argument("--quick", action="store_true",
                        help="a shrunken run of seconds, to see that all works; an option that is typed holds all the same")
    if figure:
        parser.add_argument("--figures", type=folder, default="figures", metavar="DIR",
                            help="where figures go (default figures/)")
        parser.add_argument("--show", action="store_true", help="open the figure in a window too")
    if training:
        parser.add_argument("--save", metavar="FILE", help="keep the run in this checkpoint")
        parser.add_argument("--resume", action="store_true", help="go on from the checkpoint --save")
        parser.add_argument("--checkpoint-every", type=positive, default=1000, metavar="N",
                            help="iterations between checkpoints (default 1000)")
    return parser


def fill_in(args, settings):
    """Give the options that the user left out (None) the values that `settings` has for them."""
    for name, value in settings.items():
        if getattr(args, name) is None:
            setattr(args, name, value)


def run_settings(args):
    """The options that must be the same when a run is resumed, {name: value}: all but where things go and how far."""
    return {name: value for name, value in vars(args).items() if name not in MAY_DIFFER}


def check_files(args, *outputs):
    """InputError, before any work, where a figure, --save, or one of the options `outputs` could not be written.

    And where it would be written over something that is not to be lost: a file that is read, another output, a run that
    was kept, a file that is no model.
    """
    paths = [(option, getattr(args, option)) for option in (*READ, "save", *outputs) if getattr(args, option, None)]
    for i, (option, path) in enumerate(paths):
        if option in READ:
            continue
        if args.quick and isinstance(path, Untyped) and os.path.exists(path):
            print(f"{path} stays as it is: what this quick run learns goes to quick_{path}")
            path = f"quick_{path}"
            setattr(args, option, path)
        check_can_write(path)
        if hasattr(args, "figures") and os.path.realpath(os.path.dirname(path)) == os.path.realpath(args.figures) \
                and path.endswith((".png", ".csv")):
            raise InputError(f"--{option} {path} lies among the figures and their numbers, one of which may have that name: "
                             "keep it in another folder")
        for other, earlier in paths[:i]:
            if os.path.realpath(path) == os.path.realpath(earlier):
                raise InputError(f"--{other} and --{option} both name {path}: one would overwrite the other")
        if option in MODELS and not is_model(path):
            raise InputError(f"--{option} {path} is there, and is no model: name another file")
    if hasattr(args, "figures"):
        check_can_write(make_folder(args.figures) / "figure.png")
        if args.show:
            from matplotlib import pyplot
            pyplot.close(new_figure(args))                   # it was only to see whether windows open
    if getattr(args, "resume", False) and not args.save:
        raise InputError("--resume needs --save FILE, the checkpoint to go on from")
    if getattr(args, "save", None) and not args.resume and os.path.exists(args.save):
        raise InputError(f"--save {args.save} is there already: go on with that run by --resume, name another file, or "
                         "delete it")


def is_model(path):
    """Whether a model may be written over this file: none yet, an empty one, an .npz, a pickle, vectors as text."""
    if not os.path.isfile(path):
        return True
    with open(path, "rb") as file:
        start = file.read(100)
    return not start or start[:2] == b"PK" or start[:1] == b"\x80" or re.match(rb"\d+ \d+\s", start) is not None


def count(text):
    """An argparse type: a whole number from 0 up."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 up, got '{text}'")
    return int(text)


def positive(text):
    """An argparse type: a whole number from 1 up, small enough for the size of an array."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) < 2 ** 31):
        raise argparse.ArgumentTypeError(f"must be a whole number of 1 or more, and below 2^31, got '{text}'")
    return int(text)


def number(text):
    """An argparse type: a finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"must be a finite number, got '{text}'")
    return value


def _numbers(allowed, what):
    def convert(text):
        if not allowed(number(text)):
            raise argparse.ArgumentTypeError(f"must {what}, got '{text}'")
        return float(text)
    return convert


above_zero = _numbers(lambda x: x > 0, "be above 0")         # argparse types: finite numbers within limits
non_negative = _numbers(lambda x: x >= 0, "be 0 or more")
fraction = _numbers(lambda x: 0 <= x <= 1, "lie in 0..1")
below_one = _numbers(lambda x: 0 <= x < 1, "be at least 0 and below 1")


def folder(text):
    """An argparse type: the name of a folder that is there or can be made."""
    if os.path.isfile(text):
        raise argparse.ArgumentTypeError(f"must be a folder, '{text}' is a file")
    return text


def plain(text):
    """A word for a matplotlib label, with nothing in it taken for a formula."""
    return text.replace("$", r"\$")


def run(main):
    """Call main() and end as a command should: 0; a line on stderr and 2 for bad input; 130 for Ctrl-C, 143 for SIGTERM."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:                       # closed by the caller, `>&-`
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))           # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")                 # a word the terminal cannot show must not end a run
    try:
        main()
        sys.stdout.flush()
    except InputError as error:
        sys.exit(_complain(f"error: {error}", 2))
    except MemoryError as error:
        sys.exit(_complain(f"error: not enough memory: {error}. Take smaller sizes.", 2))
    except KeyboardInterrupt as stop:
        sys.exit(_complain(str(stop) or "\nstopped", getattr(stop, "status", 130)))
    except BrokenPipeError:                                  # `script | head`: the reader has seen enough
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:                                 # a full disk beneath the output
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)         # what is still to be printed goes nowhere
        sys.exit(_complain(f"error: {error}", 2))


def _complain(message, status):
    print(message, file=sys.stderr)
    return status


def new_figure(args, width=8, height=5):
    """An empty matplotlib figure; attached to a window only with --show, so that no display is needed without."""
    if not args.show:
        from matplotlib.figure import Figure
        return Figure(figsize=(width, height), layout="constrained")
    from matplotlib import pyplot
    figure = pyplot.figure(figsize=(width, height), layout="constrained")
    if figure.canvas.required_interactive_framework is None:
        raise InputError("--show needs a display and a matplotlib back end with windows (TkAgg, QtAgg ...); "
                         "without --show the figure is only saved")
    return figure


def log_scale(axes):
    """A logarithmic y axis for what is drawn; up to a factor of 30 its ticks are plain numbers, 120 and not 1.2 x 10^2."""
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    if high <= 30 * low:
        from matplotlib.ticker import LogLocator, NullLocator
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_locator(NullLocator())


def save_figure(figure, name, args, *, curves=False, table=None):
    """Write the figure as <--figures>/<name>.png, say where it is, and show it if --show asks so. Returns the path.

    curves=True writes its lines as numbers too, <name>.csv, for compare_runs.py; table=(header, rows) writes those.
    """
    path = make_folder(args.figures) / f"{name}.png"
    for axes in figure.axes:
        if axes.get_xlabel().startswith("epoch"):
            axes.xaxis.get_major_locator().set_params(integer=True)
    with replacing(path) as file, fonts_for(figure):
        figure.savefig(file, format="png", dpi=120)
    print(f"figure: {path}")
    if curves:
        write_curves(path.with_suffix(".csv"), figure.axes[0])
    if table:
        write_table(path.with_suffix(".csv"), *table)
    if args.show:
        from matplotlib import pyplot
        pyplot.show()
    return path


class Progress:
    """One line on stderr: how far a run is, what it reached, how long it will still take.

    On a terminal the line is rewritten, at most five times a second; in a file or pipe a new line comes every 30 s.
    """

    def __init__(self, total, label):
        self.total, self.label = total, label
        self.terminal = sys.stderr.isatty()
        self.start = self.last = time.monotonic()
        self.width = 0

    def update(self, done, text=""):
        """`done` of `total` units are finished; `text` tells what was reached."""
        now = time.monotonic()
        if now - self.last < (0.2 if self.terminal else 30):
            return
        self.last = now
        left = (now - self.start) / done * (self.total - done) if done else 0
        line = f"{self.label} {100 * done / self.total:3.0f} %  {text}  {duration(left)} left"
        end = "" if self.terminal else "\n"
        print(("\r" if self.terminal else "") + line.ljust(self.width), end=end, file=sys.stderr, flush=True)
        self.width = len(line)

    def close(self):
        """Wipe the line, so that what is printed next starts on an empty one."""
        if self.terminal and self.width:
            print("\r" + " " * self.width + "\r", end="", file=sys.stderr, flush=True)


def duration(seconds):
    """Seconds as people read them: 42 s, 3:05 min, 2:10 h."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02d} min"
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d} h"
