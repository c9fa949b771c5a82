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
import inspect
import linecache
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from dlfs2.apart import HOME, run_apart
from dlfs2.cases import ALL_DIFFER, numbers
from dlfs2.catalogue import CASES, ENTRIES, Unknown, known_as
from dlfs2.child import describe
from dlfs2.examples import extras, found, language_models
from dlfs2.guard import guard
from dlfs2.model_table import summary
from dlfs2.readers_code import Changes, definitions, load, parse, root_of
from dlfs2.record import Record, Stop

CHECKS = (f"{HOME}/dlfs2", f"{HOME}/common/shapes.py")       # not shown: what is around the maths
WIDTH = 96                                                   # of a printed line


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

    def raised(self, root, where=""):
        """What the thing raised, in a line; "" of one that did not."""
        errors = [error for (*_, what), error in self.errors.items() if what == "raises"]
        return describe(errors[0], root, where) if errors else ""


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
        shown, empty = [], "np.empty" in call.now.text       # whatever stood in that memory
        for name in names:
            try:
                value = eval(name, frame.f_globals, frame.f_locals)
            except Exception:                                # of a branch that was not taken
                continue
            text = told(value)
            if text:
                small = isinstance(value, np.ndarray) and value.size <= 12
                if self.values and small and not empty:
                    text += " = " + " ".join(f"{x:.3g}" for x in value.ravel().tolist())
                shown.append(f"{name} {text}")
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


def of_ours(name, sizes, values, summarized, picture):
    """(tracer, what was raised, in a line) of one of ours; or its summary, drawn into a file."""
    # imported no sooner: a reader's file has a common of its own
    from common.errors import InputError

    more = {**extras(sizes), **language_models(sizes)}
    known = dict.fromkeys([*filter(found, ENTRIES), *more])
    name = known_as(name, known, "a class of your own is named with its file and a colon, as in "
                                 f"my_rnn.py:RNN; known are {', '.join(known)}")
    if summarized and name not in more:
        raise Unknown(f"--summary and --figure are of a model: {', '.join(more)}")
    tracer = Tracer(HOME, values)
    once = Once(tracer)
    try:
        if summarized:
            made, inputs = more[name]()
            table = summary(made, *inputs)
            if picture:
                save(table, picture)
        elif name in ENTRIES:
            once.run(CASES[name], found(name), sizes.label, sizes)
        else:
            follow(tracer, *more[name]())
    except InputError as error:                              # such as of an odd width
        raise Unknown(str(error)) from None
    return tracer, once.raised(HOME)


def of_a_reader(file, name, book, sizes, values, inputs, made_of):
    """(tracer, what was raised, in a line) of a reader's, the file guarded as check_mine does."""
    path = Path(file).resolve()
    if not path.is_file():
        raise SystemExit(f"{file} is not there")
    root = str(root_of(path))
    tracer = Tracer(root, values)
    once, where = Once(tracer), ""
    with tempfile.TemporaryDirectory() as folder:
        guard(folder)
        try:
            module = load(str(path), root, Changes((str(path), 0, ""), {}))
            if not hasattr(module, name):
                defined = dict.fromkeys(node.name for node in definitions(parse(path).body))
                name = known_as(name, defined, f"{file} defines {', '.join(defined) or 'nothing'}")
            thing = getattr(module, name)
            where = "".join([f" ({path.relative_to(root)}:{node.lineno})"
                             for node in definitions(parse(path).body) if node.name == name][-1:])
            if inputs:
                made = thing(*made_of) if inspect.isclass(thing) else thing
                follow(tracer, made, inputs)
            elif (book or name) in CASES:
                once.run(CASES[book or name], thing, sizes.label, sizes)
            else:
                raise Unknown(
                    f"{name} is no name of the book's: say by --as LSTM which it is like, or give "
                    "what forward takes, --input '(2, 3)' for an array of that shape or --input 2 "
                    "for a number, once for each argument; and what it is made with, in the same "
                    "way, by --init")
        except Unknown:
            raise
        except (Exception, SystemExit) as error:             # of the reader's code: any
            return tracer, describe(error, root, where)
    return tracer, once.raised(root, where)


def array_or_number(text):
    """An array of a shape typed as (2, 3), or a number as it is."""
    try:
        value = ast.literal_eval(text)
        return numbers(len(text), *value) if isinstance(value, tuple) else value
    except SyntaxError:
        raise ValueError(text) from None


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
    parser.add_argument("--figure", metavar="FILE.png", help="--summary, and the model drawn")
    parser.add_argument("--as", dest="book", metavar="BOOK", help="of your own: the book's name")
    parser.add_argument("--input", action="append", default=[], type=array_or_number,
                        metavar="(2,3)",
                        help="of your own, if the book has no such thing: what forward takes, "
                             "the shape of an array or a number; again for each argument")
    parser.add_argument("--init", action="append", default=[], type=array_or_number,
                        metavar="(3,4)",
                        help="and what it is made with, in the same way")
    args = parser.parse_args(argv)
    args.summary = args.summary or bool(args.figure)
    sizes = SimpleNamespace(**vars(ALL_DIFFER))
    for letter in "NTSDHV":
        if getattr(args, letter) < 1:
            parser.error(f"--{letter} must be 1 or more")
        setattr(sizes, letter, getattr(args, letter))
    if args.name.endswith(".py"):
        parser.error(f"name a class of it, as in {args.name}:RNN")
    file, _, name = args.name.rpartition(":")
    name, _, method = name.partition(".")
    if file and args.summary:
        parser.error("--summary and --figure are of a model of ours; of your own: "
                     "`from dlfs2 import summary`, then summary(model, *inputs)")
    try:
        if file:
            book = args.book and known_as(args.book, CASES, "--as takes a name of the book's")
            tracer, raised = of_a_reader(file, name, book, sizes, args.values, args.input,
                                         args.init)
        else:
            tracer, raised = of_ours(name, sizes, args.values, args.summary, args.figure)
    except Unknown as error:
        parser.error(str(error))
    if args.summary:
        return 0
    calls = [call for call in tracer.top
             if not method or call.name.split(".")[-1].lower() == method.lower()]
    if not calls and not raised:
        parser.error(f"{name} has no {method} here; there are "
                     f"{', '.join(call.name for call in tracer.top)}")
    for call in calls:
        print("\n".join(printed(call, tracer.home, args.deep)), end="\n\n")
    return raised or 0


if __name__ == "__main__":
    sys.exit(run_apart("dlfs2.trace", sys.argv[1:]))
