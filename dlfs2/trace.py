"""A layer or a model line by line, forward and then backward, with the shape of all that it sets.

    python -m dlfs2.trace LSTM.backward
    python -m dlfs2.trace TimeAttention --N 2 --T 3 --values
    python -m dlfs2.trace Rnnlm --deep
    python -m dlfs2.trace Rnnlm --summary --figure rnnlm.png
    python -m dlfs2.trace my_rnn.py:RNN

Each line stands once, as in the source, with the names that it set as they were after the first
time, and how often it ran (a `for` once more, to see that it is over). Calls of our own functions
and layers stand below, folded to a line unless --deep. Sizes are letters: N batch, T time, S
answer, D word vector, H state, V vocabulary.
"""

import argparse
import ast
import importlib
import inspect
import linecache
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from dlfs2.apart import HOME, run_apart
from dlfs2.cases import ALL_DIFFER, ids, numbers
from dlfs2.catalogue import CASES, ENTRIES
from dlfs2.child import describe
from dlfs2.guard import guard
from dlfs2.model_table import summary
from dlfs2.readers_code import Changes, load, root_of
from dlfs2.record import Record, Stop

MODULES = ("common.functions common.util common.layers common.negative_sampling common.time_layers "
           "common.attention common.optimizer common.trainer common.transformer_layers "
           "ch03_word2vec.simple_cbow ch03_word2vec.simple_skip_gram ch04_fast_word2vec.cbow "
           "ch04_fast_word2vec.skip_gram ch05_rnn.simple_rnnlm ch06_lstm.rnnlm "
           "ch06_lstm.better_rnnlm ch07_seq2seq.rnnlm_gen ch07_seq2seq.seq2seq "
           "ch07_seq2seq.peeky_seq2seq ch08_attention.attention_seq2seq ch08_attention.models "
           "ch08_attention.transformer ch08_attention.ntm").split()
CHECKS = (f"{HOME}/dlfs2", f"{HOME}/common/shapes.py")       # not shown: what is around the maths
WIDTH = 96                                                   # of a printed line


def found(name):
    """The library's class or function of a name, or None."""
    for module in map(importlib.import_module, MODULES):
        if hasattr(module, name):
            return getattr(module, name)
    return None


class Once(Record):
    """Drives a case as far as its first backward, under a trace."""

    def __init__(self, tracer):
        super().__init__()
        self.tracer, self.calls = tracer, 0

    def attempt(self, method, function, *arguments, **named):
        if self.calls and method in ("forward", "call", "__init__"):
            raise Stop
        if method == "__init__" or not callable(function):
            return super().attempt(method, function, *arguments, **named)
        if function is getattr:
            return getattr(*arguments)
        self.calls += method not in ("forward",)
        with self.tracer:
            return super().attempt(method, function, *arguments, **named)


class Line:
    """A source line of one call: how often it ran, what it set the first time, calls below it."""

    def __init__(self, number, text):
        self.number, self.text = number, text
        self.times, self.set, self.calls = 0, None, []


class Call:
    """One call of a function: its arguments, lines in the order in which they ran, its result."""

    def __init__(self, frame):
        self.code = frame.f_code
        self.name = qualified(frame)
        self.given = {name: told(frame.f_locals[name]) for name in
                      self.code.co_varnames[:self.code.co_argcount] if name in frame.f_locals
                      and name != "self"}
        self.lines, self.result, self.now = {}, "", None

    def line(self, number):
        if number not in self.lines:
            text = linecache.getline(self.code.co_filename, number).rstrip()
            self.lines[number] = Line(number, text.split("  #")[0].rstrip())
        self.now = self.lines[number]
        self.now.times += 1


class Tracer:
    """Collects the calls of our own code while it is on."""

    def __init__(self, home=HOME, values=False):
        self.home, self.values, self.top, self.stack = home, values, [], []

    def __enter__(self):
        self.before = sys.gettrace()
        sys.settrace(self.enter)

    def __exit__(self, *error):
        sys.settrace(self.before)

    def enter(self, frame, event, arg):
        file = frame.f_code.co_filename
        if not file.startswith(self.home) or file.startswith(CHECKS) or \
                frame.f_code.co_name.startswith(("<", "__")) or \
                frame.f_code.co_flags & inspect.CO_GENERATOR:
            return None
        call = Call(frame)
        (self.stack[-1].now.calls if self.stack and self.stack[-1].now else self.top).append(call)
        self.stack.append(call)
        return self.step

    def step(self, frame, event, arg):
        call = self.stack[-1]
        if call.now is not None and call.now.set is None and event != "exception":
            call.now.set = self.what(call, frame)
        if event == "line":
            call.line(frame.f_lineno)
        elif event == "return":
            call.result = told(arg)
            self.stack.pop()
        return self.step

    def what(self, call, frame):
        """The names that the line just run has set, with shapes."""
        names = targets(call.code.co_filename).get(call.now.number, [])
        shown = []
        for name in names:
            try:
                value = eval(name, frame.f_globals, frame.f_locals)
            except Exception:                                # of a branch that was not taken
                continue
            text = told(value)
            if text:
                shown.append(f"{name} {text}")
                known = "np.empty" not in call.now.text          # whatever stood in that memory
            if self.values and known and isinstance(value, np.ndarray) and value.size <= 12:
                    shown[-1] += " = " + " ".join(f"{x:.3g}" for x in value.ravel().tolist())
        return shown


@cache
def targets(file):
    """{number of a line: the expressions that a statement there sets}."""
    found = {}
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.For, ast.With)):
            where = node.targets if isinstance(node, ast.Assign) else \
                [node.target] if not isinstance(node, ast.With) else []
            parts = [part for target in where for part in getattr(target, "elts", [target])]
            names = [ast.unparse(part).removesuffix("[...]") for part in parts]
            for line in range(node.lineno, (node.lineno if isinstance(node, ast.For)
                                            else node.end_lineno) + 1):
                found[line] = names
    return found


def told(value):
    """(2, 3), of an array; float16 and so on where it is not the usual one; int 5."""
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype in (np.float64, np.int64) else f" {value.dtype}"
        return f"({', '.join(map(str, value.shape))}{',' * (value.ndim == 1)}){kind}"
    if isinstance(value, (tuple, list)) and 0 < len(value) <= 6 and any(map(told, value)):
        return ", ".join(told(part) or "-" for part in value)
    return f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def qualified(frame):
    """LSTM.backward"""
    owner = frame.f_locals.get("self")
    return (f"{type(owner).__name__}." if owner is not None else "") + frame.f_code.co_name


def printed(call, home, deep, indent=0):
    """The lines that tell of a call."""
    pad = "    " * indent
    given = ", ".join(f"{name} {shape}".strip() for name, shape in call.given.items())
    place = f"{Path(call.code.co_filename).relative_to(home)}:{call.code.co_firstlineno}"
    yield f"{pad}{call.name}({given})  {place}"
    for line in call.lines.values():
        text = f"{pad}{line.number:5}  {line.text.strip()}"
        shown = "  ".join(line.set or ())
        times = f"  x {line.times}" if line.times > 1 else ""
        yield f"{text:{WIDTH // 2 + 8}}  {shown}{times}".rstrip()
        yield from below(line.calls, home, deep, indent + 1)
    if call.result:
        yield f"{pad}       -> {call.result}"


def below(calls, home, deep, indent):
    """Calls made by a line: each kind once, with how often."""
    kinds = {}
    for call in calls:
        kinds.setdefault(call.name, []).append(call)
    for name, same in kinds.items():
        if deep:
            yield from printed(same[0], home, deep, indent)
        elif not name.split(".")[-1].startswith("_"):
            given = ", ".join(filter(None, same[0].given.values()))
            times = f"  x {len(same)}" if len(same) > 1 else ""
            yield f"{'    ' * indent}     > {name}({given}) -> {same[0].result or '-'}{times}"


def extras(s):
    """{name: (object, inputs)} of what the catalogue has not: our own layers and models."""
    from ch08_attention.models import MODELS
    from ch08_attention.ntm import NTM
    from ch08_attention.transformer import TransformerLM
    from common.initializers import scaled_normal
    from common.transformer_layers import FeedForward, LayerNorm, MultiHeadAttention

    rng = np.random.default_rng(0)
    W = [scaled_normal(rng, s.D, s.D, np.float64) for _ in range(4)]
    x, xs, ts = numbers(1, s.N, s.T, s.D), ids(1, s.V, s.N, s.T), ids(2, s.V, s.N, s.S)
    models = {name: lambda name=name: (
        MODELS[name](s.V, s.D, 2 * s.H, rng=0, **({"heads": 2} if name == "transformer" else {})),
        (xs, ts)) for name in MODELS}                        # 2 H: of two directions, each H
    return {**models,
            "MultiHeadAttention": lambda: (MultiHeadAttention(*W, heads=2),
                                           (numbers(2, s.N, s.S, s.D), x)),
            "LayerNorm": lambda: (LayerNorm(np.ones(s.D), np.zeros(s.D)), (x,)),
            "FeedForward": lambda: (FeedForward(numbers(1, s.D, s.H), np.zeros(s.H),
                                                numbers(2, s.H, s.D), np.zeros(s.D)), (x,)),
            "transformer-lm": lambda: (TransformerLM(s.V, s.D, s.H, heads=2, window=s.T, rng=0),
                                       (xs, xs)),
            "ntm": lambda: (NTM(s.D, s.V, s.H, 6, 3, rng=0), (x, ids(3, 2, s.N, s.T, s.V)))}


def language_models(s):
    """{name: (object, inputs)} of the book's models, for their summaries."""
    xs, ts = ids(1, s.V, s.N, s.T), ids(2, s.V, s.N, s.T)
    corpus, one_hot = np.arange(s.V), np.eye(s.V, dtype=int)
    contexts, target = ids(3, s.V, s.N, 2), ids(4, s.V, s.N)
    return {
        "SimpleCBOW": lambda: (found("SimpleCBOW")(s.V, s.H), (one_hot[contexts], one_hot[target])),
        "SimpleSkipGram": lambda: (found("SimpleSkipGram")(s.V, s.H),
                                   (one_hot[contexts], one_hot[target])),
        "CBOW": lambda: (found("CBOW")(s.V, s.H, 1, corpus), (contexts, target)),
        "SkipGram": lambda: (found("SkipGram")(s.V, s.H, 1, corpus), (contexts, target)),
        **{name: lambda name=name: (found(name)(s.V, s.D, s.H), (xs, ts))
           for name in ("SimpleRnnlm", "Rnnlm")},
        "BetterRnnlm": lambda: (found("BetterRnnlm")(s.V, s.H, s.H), (xs, ts)),
        **{name: lambda name=name: (found(name)(s.V, s.D, s.H),
                                    (ids(1, s.V, s.N, s.T), ids(2, s.V, s.N, s.S)))
           for name in ("Seq2seq", "PeekySeq2seq", "AttentionSeq2seq")}}


def of_a_reader(place, book, sizes, values, inputs, made_of):
    """The trace of the class or function `file.py:NAME`, its file guarded as check_mine does."""
    file, _, name = place.rpartition(":")
    path = Path(file).resolve()
    if not path.is_file():
        raise SystemExit(f"{file} is not there")
    with tempfile.TemporaryDirectory() as folder:
        guard(folder)
        root = str(root_of(path))
        thing = getattr(load(str(path), root, Changes((str(path), 0, ""), {})), name)
        tracer = Tracer(root, values)
        if inputs:
            try:
                made = thing(*map(numbers_of, made_of)) if inspect.isclass(thing) else thing
                follow(tracer, made, [numbers_of(text) for text in inputs])
            except Exception as error:                       # of the reader's code: any
                raise SystemExit(describe(error, root)) from None
        elif book in CASES:
            Once(tracer).run(CASES[book], thing, sizes.label, sizes)
        else:
            raise SystemExit(f"{book} is no name of the book's: give what forward takes, --input "
                             "'(2, 3)' for an array of that shape or --input 2 for a number, once "
                             "for each argument; and what it is made with, in the same way, by "
                             "--init")
    return tracer


def numbers_of(text):
    """An array of a shape typed as (2, 3), or a number as it is."""
    value = ast.literal_eval(text)
    return numbers(len(text), *value) if isinstance(value, tuple) else value


def follow(tracer, made, inputs):
    """forward, and backward from ones, of a layer or a model; or one call of a function."""
    if not hasattr(made, "forward"):
        with tracer:
            return made(*inputs)
    with tracer:
        outs = made.forward(*inputs)
    if hasattr(made, "backward"):
        outs = outs if isinstance(outs, tuple) else (outs,)
        above = [np.ones_like(out) if np.ndim(out) else 1.0 for out in outs]
        with tracer:
            made.backward(*above)
    return None


def save(table, path):
    """Draw a model as a picture, unrolled over time."""
    # imported no sooner: a reader's file has a common of its own
    from matplotlib.figure import Figure

    from common.files.writing import replacing
    from dlfs2.model_figure import draw

    figure = Figure(layout="constrained")
    draw(table, figure)
    with replacing(path) as file:
        figure.savefig(file, format="png", dpi=100)
    print(f"figure: {path}")


def main(argv=None):
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m dlfs2.trace", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", metavar="NAME", help="LSTM, LSTM.backward, Rnnlm, transformer, ntm "
                                                     "...; or of your own, my_rnn.py:RNN")
    for letter, what in zip("NTSDHV", ("batch", "time", "answer", "word vector", "state",
                                       "vocabulary")):
        parser.add_argument(f"--{letter}", type=int, default=getattr(ALL_DIFFER, letter),
                            metavar="SIZE", help=f"{what} (default %(default)s)")
    parser.add_argument("--values", action="store_true", help="print the numbers of small arrays")
    parser.add_argument("--deep", action="store_true", help="unfold what is called, too")
    parser.add_argument("--summary", action="store_true",
                        help="a table of its layers instead (of one of our models)")
    parser.add_argument("--figure", metavar="FILE.png", help="with --summary: draw the model, too")
    parser.add_argument("--as", dest="book", metavar="BOOK", help="of your own: the book's name")
    parser.add_argument("--input", action="append", default=[], metavar="(2,3)",
                        help="of your own, if the book has no such thing: what forward takes, "
                             "the shape of an array or a number; again for each argument")
    parser.add_argument("--init", action="append", default=[], metavar="(3,4)",
                        help="and what it is made with, in the same way")
    args = parser.parse_args(argv)
    sizes = SimpleNamespace(**vars(ALL_DIFFER))
    for letter in "NTSDHV":
        if getattr(args, letter) < 1:
            parser.error(f"--{letter} must be 1 or more")
        setattr(sizes, letter, getattr(args, letter))
    method = ""
    if ".py:" in args.name and args.summary:
        parser.error("--summary is of a model of ours; of your own: `from dlfs2 import summary`, "
                     "then summary(model, *inputs)")
    if ".py:" in args.name:
        place, _, method = args.name.partition(":")
        name, _, method = method.partition(".")
        tracer = of_a_reader(f"{place}:{name}", args.book or name, sizes, args.values, args.input,
                             args.init)
    else:
        name, _, method = args.name.partition(".")
        tracer, more = Tracer(HOME, args.values), {**extras(sizes), **language_models(sizes)}
        if args.summary and name not in more:
            parser.error(f"--summary is of a model: {', '.join(more)}")
        if args.summary:
            made, inputs = more[name]()
            table = summary(made, *inputs)
            if args.figure:
                save(table, args.figure)
            return 0
        if name in extras(sizes):
            made, inputs = more[name]()
            follow(tracer, made, inputs)
        elif name in ENTRIES and found(name):
            Once(tracer).run(CASES[name], found(name), sizes.label, sizes)
        else:
            known = dict.fromkeys([*filter(found, ENTRIES), *more])
            parser.error(f"{name} is not known; a class of your own is named with its file and a "
                         f"colon, as in my_rnn.py:RNN. Known are {', '.join(known)}")
    calls = [call for call in tracer.top if not method or call.name.split(".")[-1] == method]
    if not calls:
        parser.error(f"{name} has no {method} here; there are "
                     f"{', '.join(call.name for call in tracer.top)}")
    for call in calls:
        print("\n".join(printed(call, tracer.home, args.deep)), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(run_apart("dlfs2.trace", sys.argv[1:]))
