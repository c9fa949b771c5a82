"""Holds shape comments true: runs code under a trace, and compares each comment with what is there.

    h = x @ W + b            # (N, D) (D, H) -> (N, H): two operands, and what the line makes
    Q, R = np.linalg.qr(A)   # (C, B), (B, B): of each target
    c0, c1 = rows            # each (1, V)

A letter is one number wherever it stands in a call of a function; 4H, 1 + K, N T and len(W) are
computed; where a name of the function's own is an int, such as N from x.shape, that is its number.
"""

import ast
import contextlib
import functools
import itertools
import re
import sys
import tokenize
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parent.parent
FOLDERS = ["common", "dataset", "dlfs2", *(path.name for path in sorted(ROOT.glob("ch0*")))]
SHAPE = re.compile(r"\(((?:\.\.\.|[^()]|\([^()]*\))*)\)")
TERM = re.compile(r"(\.\.\.|[\w +*/()-]*[A-Za-z0-9_)])\Z")
METHODS = {"sum", "mean", "reshape", "transpose", "copy", "argmax"}
HARMLESS = {"einsum", "reshape", "swapaxes", "transpose", "astype", "arange", "concatenate", "ones",
            "copy", "sum", "take", "square", "sqrt", "len"}  # calls that may be made once more
CALLS = 40                   # of a function that are watched: more would take long


class Comment(NamedTuple):
    """A shape comment, and the statement beside it."""

    file: str
    line: int
    text: str
    statement: ast.stmt
    operands: list                                           # shapes, each a list of terms
    results: list                                            # likewise; one result may have several

    @property
    def place(self):
        path = Path(self.file)
        return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name}:{self.line}"


def shapes_in(text):
    """The shapes of a text, [terms]: (N, 4H) and (V,), not (as here) or (section 5)."""
    found = []
    for match in SHAPE.finditer(text):
        inside = match.group(1).strip()
        terms = [term.strip() for term in inside.rstrip(",").split(",")]
        if ("," in inside or inside == "...") and all(map(TERM.match, terms)):
            found.append((match.start(), match.end(), terms))
    return found


def parsed(text, statement):
    """(operands, results) that a comment names, or None where it names no shape of a value."""
    before, arrow, after = text.rpartition("->")
    first = text.split("->")[0] if arrow else ""
    operands = [terms for *_, terms in shapes_in(first)]
    results = shapes_in(after if arrow else text)
    if not results or (not arrow and results[0][0] > 5):     # "(N,)", "each (N,)", "both (N,)"
        return None
    if " or " in first:
        operands = []
    together = len(results) > 1 and not arrow and all(       # (N, D) (D, H): of a product
        text[a[1]:b[0]].strip() in ("", "@", "+", "-") for a, b in itertools.pairwise(results))
    if together:
        return [terms for *_, terms in results], []
    listed = [results[0][2]]
    for a, b in itertools.pairwise(results):                   # (C, B), (B, B)
        if text[a[1]:b[0]].strip() != ",":
            break
        listed.append(b[2])
    return operands, listed


def comments(folders=FOLDERS):
    """All shape comments beside a statement, by file."""
    found = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            with tokenize.open(path) as file:
                source = file.read()
            statements = [node for node in ast.walk(ast.parse(source))
                          if isinstance(node, (ast.Assign, ast.AugAssign, ast.Return, ast.Expr))
                          and not isinstance(node.value, (ast.Constant, type(None)))]
            lines = iter(source.splitlines(keepends=True))
            for token in tokenize.generate_tokens(lambda lines=lines: next(lines, "")):
                if token.type != tokenize.COMMENT:
                    continue
                text, line = token.string.lstrip("# "), token.start[0]
                beside = [node for node in statements if node.lineno <= line <= node.end_lineno]
                names = beside and parsed(text, beside[-1])
                if names:
                    found.setdefault(str(path), []).append(
                        Comment(str(path), line, text, beside[-1], *names))
    return found


# ---- Sizes.

def number(term, letters):
    """What a term comes to, or None while a letter of it is unknown."""
    text = re.sub(r"len\(\w+\)", lambda match: str(letters.get(match.group(), "?")), term)
    text = re.sub(r"(?<=[\w)])\s+(?=[\w(])|(?<=\d)(?=[A-Za-z_])", "*", text)      # 2w N: 2*w*N
    try:
        return eval(text, {"__builtins__": {}}, letters)
    except (NameError, SyntaxError, TypeError):
        return None


def fits(shape, terms, letters):
    """Whether a shape is what the terms say; letters that are new get their numbers."""
    if terms[0] == "...":
        terms = terms[1:]
        shape = shape[len(shape) - len(terms):] if len(shape) >= len(terms) else shape
    elif terms[-1] == "...":
        terms = terms[:-1]
        shape = shape[:len(terms)]
    if len(shape) != len(terms):
        return False
    for size, term in zip(shape, terms):
        if re.search(r"[a-z]{3,} [a-z]{2,}", term):          # words: "counted steps"
            continue
        value = number(term, letters)
        if value is None:
            unknown = [name for name in re.findall(r"[A-Za-z_]+", term) if name not in letters]
            if len(set(unknown)) > 1:
                continue
            name = unknown[0]                                # 4H == 20: H is 5
            start, step = (number(term, {**letters, name: n}) for n in (0, 1))
            if start is None or step == start or (size - start) % (step - start):
                return False
            letters[name] = int((size - start) // (step - start))
        elif value != size:
            return False
    return True


def shape_of(value):
    """The shape of an array, or None."""
    shape = getattr(value, "shape", None)
    return shape if isinstance(shape, tuple) else None


# ---- The trace.

class Watch:
    """What was seen of each comment while code ran: how often it held, and where it did not."""

    def __init__(self, found=None):
        self.comments = comments() if found is None else found
        self.by_line = {file: {c.statement.lineno: c for c in listed}
                        for file, listed in self.comments.items()}
        self.held = {}                                       # {comment's place: calls}
        self.wrong = {}                                      # {place: what it was}
        self.operands = 0
        self.codes = {}                                      # {code: [its comments by line, calls]}

    @contextlib.contextmanager
    def on(self):
        """Within the block code is watched."""
        before = sys.gettrace()
        self.codes.clear()
        sys.settrace(self.enter)
        try:
            yield self
        finally:
            sys.settrace(before)

    def enter(self, frame, event, arg):
        code = frame.f_code
        if code.co_filename not in self.by_line:
            return None
        if code not in self.codes:
            at = {line for _, _, line in code.co_lines() if line != code.co_firstlineno}
            self.codes[code] = [{line: c for line, c in self.by_line[code.co_filename].items()
                                 if line in at}, 0]
        own = self.codes[code]
        own[1] += 1
        return Call(self, own[0]).step if own[0] and own[1] <= CALLS else None

    def say(self, comment, terms, shape):
        if shape is None:
            return
        self.wrong.setdefault(comment.place, f"{comment.place}: the comment says "
                              f"({', '.join(terms)}), it was {shape}: # {comment.text}")


def untraced(function):
    """The function, run without a trace, which makes all that it calls several times as slow."""
    @functools.wraps(function)
    def call(*arguments, **options):
        before = sys.gettrace()
        sys.settrace(None)
        try:
            return function(*arguments, **options)
        finally:
            sys.settrace(before)
    return call


class Call:
    """One call of a function with shape comments."""

    def __init__(self, watch, lines):
        self.watch, self.lines, self.pending, self.letters = watch, lines, None, {}
        self.seen = False                                    # something of the pending comment

    def step(self, frame, event, arg):
        if self.pending is not None:
            node = self.pending.statement
            if event == "line" and node.lineno <= frame.f_lineno <= node.end_lineno:
                return self.step
            if event == "exception":
                self.pending = None
                return self.step
            comment, self.pending = self.pending, None
            self.made(comment, frame, event, arg)
        if event == "line" and frame.f_lineno in self.lines:
            self.pending = self.lines[frame.f_lineno]
            self.given(self.pending, frame)
        return self.step

    def known(self, frame):
        """The letters, and names of the function's own that are whole numbers or have a length."""
        own = {name: value for name, value in frame.f_locals.items() if type(value) is int}
        lengths = {f"len({name})": len(value) for name, value in frame.f_locals.items()
                   if isinstance(value, np.ndarray) and value.ndim}
        return {**own, **self.letters, **lengths}

    def compare(self, comment, frame, terms, value):
        letters = self.known(frame)
        if isinstance(value, list) and value and all(shape_of(part) for part in value):
            return all(self.compare(comment, frame, terms, part) for part in value)
        shape = shape_of(value)
        if shape is None:
            return False
        if not fits(shape, terms, letters):
            self.watch.say(comment, terms, shape)
        self.letters.update({name: value for name, value in letters.items()
                             if type(value) is int and name not in frame.f_locals})
        return True

    def given(self, comment, frame):
        """The operands, before the line is run; of a += what is added."""
        node = comment.statement
        self.seen = False
        if isinstance(node, ast.AugAssign) and comment.operands and comment.results:
            self.evaluated(comment, frame, comment.results[0], node.value)
        if isinstance(node, ast.Expr) and not comment.operands and getattr(node.value, "args", 0):
            self.evaluated(comment, frame, comment.results[0], node.value.args[0])
        for terms, node in zip(comment.operands, operands_of(comment)):
            self.watch.operands += self.evaluated(comment, frame, terms, node)

    def evaluated(self, comment, frame, terms, node):
        """Compare what an expression gives, where it does no harm to ask for it."""
        if not all(call_name(part) in HARMLESS for part in ast.walk(node)
                   if isinstance(part, ast.Call)):
            return False
        code = compile(ast.fix_missing_locations(ast.Expression(node)), "operand", "eval")
        try:
            value = eval(code, frame.f_globals, frame.f_locals)
        except Exception:                                    # a name that comes to be later
            return False
        self.seen |= self.compare(comment, frame, terms, value)
        return self.seen

    @staticmethod
    def value(frame, node):
        """What a target holds now, or None."""
        try:
            return eval(ast.unparse(node), frame.f_globals, frame.f_locals)
        except Exception:
            return None

    def made(self, comment, frame, event, arg):
        """The results, after it."""
        node, results = comment.statement, comment.results
        if isinstance(node, ast.Return):
            values = list(arg) if isinstance(arg, tuple) and len(arg) == len(results) > 1 else [arg]
        else:
            values = [self.value(frame, part) for part in targets(comment)]
        if len(results) == 1:
            results = results * len(values)
        seen = [self.compare(comment, frame, terms, value)
                for terms, value in zip(results, values)]
        if any(seen) or self.seen:
            self.watch.held[comment.place] = self.watch.held.get(comment.place, 0) + 1


def targets(comment):
    """The expressions that hold what a statement made."""
    node = comment.statement
    if isinstance(node, ast.Expr):                           # np.matmul(a, b, out=c)
        return [keyword.value for keyword in getattr(node.value, "keywords", ())
                if keyword.arg == "out"]
    if isinstance(node, ast.AugAssign):
        return [] if comment.operands else [node.target]
    target = node.targets[0]
    return target.elts if isinstance(target, ast.Tuple) else [target]


def call_name(node):
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def operands_of(comment):
    """The nodes that a comment's operands stand for: of a product, of a sum, or of a call."""
    node = comment.statement.value
    count = len(comment.operands)
    if count == 2 and isinstance(comment.statement, ast.AugAssign) and not any(
            isinstance(part, ast.BinOp) for part in ast.walk(node)):
        return [ast.parse(ast.unparse(comment.statement.target), mode="eval").body, node]
    if count == 2:
        sums = []
        for part in ast.walk(node):
            if isinstance(part, ast.BinOp):
                sums.append([part.left, part.right])
                if isinstance(part.op, ast.MatMult):
                    return sums[-1]
            if isinstance(part, ast.Call) and call_name(part) in ("matmul", "dot"):
                return part.args[:2]
        return sums[0] if sums else []
    while count == 1 and isinstance(node, ast.BinOp):
        node = node.left
    if count == 1 and isinstance(node, ast.Call):
        inner = node
        while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and \
                inner.func.attr in METHODS and getattr(inner.func.value, "id", "") != "np":
            inner = inner.func.value                         # x.transpose().copy(): x
        if inner is not node:
            return [inner]
        return [argument for argument in node.args if not isinstance(argument, ast.Constant)][:1]
    if count == 1 and isinstance(node, ast.Subscript) and isinstance(node.slice,
                                                                     (ast.Name, ast.Attribute)):
        return [node.slice]
    return []
