"""Our plain form with one place changed, in all ways in which readers mistype: mutation testing.

mutants(tree) changes the tree of a class or function in place, yields what was done while the
change stands, and takes it back. Nothing is known of any particular mistake: the operators drop,
swap, repeat, rename, negate, shift, share and forget.
"""

import ast
import copy
import itertools
from typing import NamedTuple

from dlfs2.mutant_forms import OTHER_OPERATORS, SIGNS, call, forms, orders
from dlfs2.mutant_pairs import exchanges, one_object, pieces_of


class Mutant(NamedTuple):
    """One change: the line as it is right, as it was changed, and what that is in words."""

    right: str
    changed: str
    words: str
    kind: str
    where: tuple                                             # (method, number of the statement)


def parsed(source):
    """The tree of a class's or a function's source."""
    return ast.parse(source).body[0]


def mutants(tree, first=(), where=None, ran=None, wanted=lambda kind: True):
    """All changes of a ClassDef or FunctionDef, one at a time; those of the methods `first` first.

    where: (method, number of the statement), to change that one alone; ran: methods, for no others;
    wanted: whether a kind is tried.
    """
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
                 and (ran is None or node.name in ran)]
    functions.sort(key=lambda node: first.index(node.name) if node.name in first else len(first))
    attributes = sorted({node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
                         and isinstance(node.value, ast.Name) and node.value.id == "self"})
    numbers = getattr(tree, "numbers", ())                   # of the reader's source
    for function in functions:
        names, pieces = _names(function), pieces_of(function)
        for number, (body, k) in enumerate(list(_statements(function.body))):
            if where not in (None, (function.name, number)):
                continue
            for words, kind, changed in _of_statement(body, k, names, attributes, pieces,
                                                      numbers, wanted):
                yield Mutant(changed[0], changed[1], words, kind, (function.name, number))
        if where is None and wanted("constant"):
            yield from _defaults(function, numbers)
        if where is None and wanted("empty") and isinstance(tree, ast.ClassDef):
            body, function.body = function.body, [ast.Pass()]
            yield Mutant(f"def {function.name}: ...", f"def {function.name}: pass",
                         f"{function.name}() does nothing", "empty", (function.name, -1))
            function.body = body
        if where is None and wanted("exchange"):
            yield from (Mutant(*found, (function.name, -1)) for found in exchanges(function))
            yield from _everywhere(function, names)
            yield from _constants(function)
    if where is None and isinstance(tree, ast.ClassDef) and wanted("rename"):
        yield from _renamed(tree, attributes)


def _defaults(function, numbers):
    """Another constant as the default of an argument."""
    right, defaults = _head(function), function.args.defaults
    for k, node in enumerate(defaults):
        for words, kind, new in forms(node, function.args, "defaults", (), (), numbers):
            if kind == "constant":
                defaults[k] = new
                yield Mutant(right, _head(function), words, kind, (function.name, -1))
                defaults[k] = node


def _names(function):
    """Local names of a function, in order: arguments and what is assigned."""
    names = [argument.arg for argument in function.args.args]
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in names:
            names.append(node.id)
    return names


def _statements(body):
    """(list, index) of all statements, depth first."""
    for k, statement in enumerate(body):
        yield body, k
        for field in ("body", "orelse"):
            yield from _statements(getattr(statement, field, []))


def _head(statement):
    """A statement as a line: of a loop or a condition its first."""
    return ast.unparse(ast.fix_missing_locations(statement)).split("\n")[0]


def _of_statement(body, k, names, attributes, pieces, numbers, wanted):
    """All changes of one statement: (words, kind, (right line, changed line))."""
    statement = body[k]
    right = _head(statement)
    if _is_docstring(statement):
        return
    for words, kind, replacement in itertools.chain(
            _statement_forms(statement, body, k, names, attributes),
            _factors(statement, names, attributes) if wanted("factor") else ()):
        if not wanted(kind):
            continue
        body[k:k + 1] = replacement
        changed = "; ".join(map(_head, replacement)) or "(nothing)"
        yield words, kind, (right, changed)
        body[k:k + len(replacement)] = [statement]
    plain = (ast.Expr, ast.Assign, ast.AugAssign)
    if wanted("swap") and k + 1 < len(body) and all(isinstance(body[j], plain)
                                                    for j in (k, k + 1)):
        later = _head(body[k + 1])
        body[k], body[k + 1] = body[k + 1], body[k]
        yield f"`{later}` comes first", "swap", (f"{right}; {later}", f"{later}; {right}")
        body[k], body[k + 1] = body[k + 1], body[k]
    for count in (2, 3) if wanted("lines") else ():
        left_out = body[k:k + count]
        if len(left_out) == count and all(isinstance(one, plain) for one in left_out):
            lines = "; ".join(map(_head, left_out))
            body[k:k + count] = [ast.Pass()]
            yield f"{count} lines are missing", "lines", (lines, "(nothing)")
            body[k:k + 1] = left_out
    for parent, field, index, node in _expressions(statement):
        for words, kind, new in itertools.chain(
                forms(node, parent, field, names, attributes, numbers),
                _other_pieces(node, pieces) if wanted("piece") else ()):
            if not wanted(kind):
                continue
            _put(parent, field, index, new)
            yield words, kind, (right, _head(statement))
            _put(parent, field, index, node)


def _other_pieces(node, pieces):
    """Another indexed or attached thing of the same function for a name or such a thing."""
    if isinstance(node, (ast.Name, ast.Subscript)) and isinstance(node.ctx, ast.Load):
        text = ast.unparse(node)
        for shown, piece in pieces.items():
            if shown != text and not shown.startswith(f"{text}["):
                yield f"{shown} instead of {text}", "piece", piece


def _is_docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _put(parent, field, index, node):
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _expressions(statement):
    """(parent, field, index, node) of each expression of a statement, not of its inner ones."""
    todo = [(statement, True)]
    while todo:
        parent, top = todo.pop(0)
        for field, value in ast.iter_fields(parent):
            if top and field in ("body", "orelse", "handlers"):
                continue
            for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(node, (ast.expr, ast.keyword, ast.comprehension)):
                    if isinstance(node, ast.expr):
                        yield parent, field, index, node
                    todo.append((node, False))


# ---- Statements.

def _statement_forms(statement, body, k, names, attributes):
    """(words, kind, [statements instead])."""
    line = _head(statement)
    if isinstance(statement, (ast.Expr, ast.AugAssign, ast.Assign)):
        yield f"the line `{line}` is missing", "delete", []
    if isinstance(statement, ast.AugAssign):
        operator = {ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/="}.get(
            type(statement.op), "op=")
        yield (f"= instead of {operator}", "assign",
               [ast.Assign([statement.target], statement.value)])
        loaded = copy.copy(statement.target)
        loaded.ctx = ast.Load()
        yield ("a new array is made, instead of changing the one that is there", "rebind",
               [ast.Assign([statement.target], ast.BinOp(loaded, statement.op,
                                                         statement.value))])
        yield ("the result is another array: the one that is there stays as it was", "rebind",
               [ast.Assign([ast.Name("other", ast.Store())],
                           ast.BinOp(loaded, statement.op, statement.value))])
        for other in OTHER_OPERATORS.get(type(statement.op), ()):
            sign, kind = SIGNS.get(other), "sign" if other in (ast.Add, ast.Sub) else "operator"
            yield f"{sign}= instead of {operator}", kind, [ast.AugAssign(
                statement.target, other(), statement.value)]
        yield from _other_targets(statement, statement.target, names, attributes,
                                  lambda target: ast.AugAssign(target, statement.op,
                                                               statement.value))
    if isinstance(statement, ast.Assign):
        target, value = statement.targets[0], statement.value
        if isinstance(target, ast.Subscript):
            yield ("another object is put there, instead of writing into the array that is there",
                   "rebind", [ast.Assign([_stored(target.value)], value)])
        if isinstance(target, (ast.Subscript, ast.Name, ast.Attribute)):
            yield "+= instead of =", "accumulate", [ast.AugAssign(target, ast.Add(), value)]
        yield from _other_targets(statement, target, names, attributes,
                                  lambda target: ast.Assign([target], value))
        if isinstance(target, ast.Name):
            for name in {part.attr for part in ast.walk(value) if isinstance(part, ast.Attribute)
                         and getattr(part.value, "id", "") == "self"}:
                also = ast.Attribute(ast.Name("self", ast.Load()), name, ast.Store())
                yield f"self.{name} is changed as well", "target", [
                    ast.Assign([target, also], value)]
        for words, other in one_object(body, k):
            yield words, "share", [ast.Assign([target], other)]
        if isinstance(target, ast.Tuple):
            for order, new in orders(target.elts):
                yield f"the order is {order}", "order", [
                    ast.Assign([ast.Tuple(new, ast.Store())], value)]
    if isinstance(statement, ast.If):
        test = ast.unparse(statement.test)
        yield (f"the condition `{test}` is ignored: what it guards always runs", "ignored",
               statement.body)
        yield (f"the condition `{test}` is ignored: what it guards never runs", "ignored",
               statement.orelse)
    if isinstance(statement, ast.For):
        yield "the loop ends after its first round", "loop", [
            ast.For(statement.target, statement.iter, [*statement.body, ast.Break()], [])]
        shown = ast.unparse(statement.iter)
        for words, rest in (("the last", "[:-1]"), ("the first", "[1:]"), *(
                (f"[{j}]", f"[:{j}] + list({shown})[{j + 1}:]") for j in range(1, 6))):
            fewer = ast.parse(f"list({shown}){rest}", mode="eval").body
            yield f"the loop leaves out {words} of `{shown}`", "round", [
                ast.For(statement.target, fewer, statement.body, [])]
        yield "the loop runs the other way round", "loop", [
            ast.For(statement.target, call("reversed", call("list", statement.iter)),
                    statement.body, [])]
        for j, inner in enumerate(statement.body):
            if isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Call) and any(
                    isinstance(argument, ast.Call) for argument in inner.value.args):
                made = inner.value.args[0]
                one = ast.Assign([ast.Name("one", ast.Store())], made)
                again = ast.Expr(ast.Call(inner.value.func, [ast.Name("one", ast.Load())], []))
                yield (f"one object for all rounds: `{ast.unparse(made)}` is made once", "share",
                       [one, ast.For(statement.target, statement.iter,
                                     [*statement.body[:j], again, *statement.body[j + 1:]], [])])
            if isinstance(inner, ast.Assign):
                yield (f"`{_head(inner)}` stands before the loop: one object for all rounds",
                       "share", [inner, ast.For(statement.target, statement.iter,
                                                [*statement.body[:j], *statement.body[j + 1:]],
                                                [])])


def _factors(statement, names, attributes):
    if isinstance(statement, (ast.Assign, ast.AugAssign, ast.Return)) and not isinstance(
            statement.value, (ast.Tuple, ast.List, ast.ListComp, type(None))):
        for words, new in _more_factors(statement.value, names, attributes):
            changed = copy.copy(statement)
            changed.value = new
            yield words, "factor", [changed]


def _at_every_step(statement, target):
    """What belongs at one step, at all of them: x[:, -1, :] = y."""
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Tuple) and \
            len(target.slice.elts) == 3 and not isinstance(target.slice.elts[1], ast.Slice):
        changed = copy.copy(statement)
        every = ast.Subscript(target.value, ast.Slice(), ast.Store())
        changed.value = ast.parse(f"({ast.unparse(statement.value)})[:, None]", mode="eval").body
        if isinstance(statement, ast.AugAssign):
            changed.target = every
        else:
            changed.targets = [every]
        yield (f"at every step, not only at {ast.unparse(target.slice.elts[1])}", "index",
               [changed])


def _other_targets(statement, target, names, attributes, build):
    yield from _at_every_step(statement, target)
    if isinstance(target, ast.Name):
        for name in names:
            if name not in (target.id, "self"):
                yield f"{name} instead of {target.id} is changed", "target", [
                    build(ast.Name(name, ast.Store()))]
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        for name in attributes:
            if name != target.attr:
                yield f"self.{name} instead of self.{target.attr} is set", "target", [
                    build(ast.Attribute(target.value, name, ast.Store()))]
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        if isinstance(statement, ast.AugAssign):
            whole = ast.unparse(target.value)
            yield (f"{whole} instead of {ast.unparse(target)} is changed", "drop",
                   [build(_stored(target.value))])
        for name in names:
            if name not in (target.value.id, "self"):
                yield f"{name} instead of {target.value.id} is changed", "target", [
                    build(ast.Subscript(ast.Name(name, ast.Load()), target.slice, ast.Store()))]


def _stored(node):
    node = copy.copy(node)
    node.ctx = ast.Store()
    return node


def _more_factors(value, names, attributes):
    """A factor too many: a slope, a number, the batch size."""
    known = [ast.Name(name, ast.Load()) for name in names if name != "self"]
    known += [ast.Attribute(ast.Name("self", ast.Load()), name, ast.Load()) for name in attributes]
    for number in (2, 0.5, -1):
        yield f"the factor {number} is one too many", ast.BinOp(value, ast.Mult(),
                                                                ast.Constant(number))
    one = ast.Constant(1)
    for node in known:
        text = ast.unparse(node)
        square = ast.BinOp(node, ast.Mult(), node)
        for slope, shown in (
                (ast.BinOp(node, ast.Mult(), ast.BinOp(one, ast.Sub(), node)),
                 f"{text} * (1 - {text})"),
                (ast.BinOp(one, ast.Sub(), square), f"(1 - {text} ** 2)"), (node, text)):
            yield f"the factor {shown} is one too many", ast.BinOp(value, ast.Mult(), slope)
        yield f"it is divided by {text}", ast.BinOp(value, ast.Div(), node)
        length = call("len", node)
        yield f"it is divided by len({text})", ast.BinOp(value, ast.Div(), length)
        yield f"it is multiplied by len({text})", ast.BinOp(value, ast.Mult(), length)
        yield f"it is divided by {text}.size", ast.BinOp(value, ast.Div(), ast.Attribute(
            node, "size", ast.Load()))
    for name in {"D", "H", "N", "T"} & set(names):
        yield f"it is divided by sqrt({name})", ast.BinOp(value, ast.Div(), ast.parse(
            f"np.sqrt({name})", mode="eval").body)
    for a, b in itertools.combinations([name for name in names if name in ("N", "T", "H")], 2):
        yield f"it is divided by {a} {b}", ast.BinOp(value, ast.Div(), ast.BinOp(
            ast.Name(a, ast.Load()), ast.Mult(), ast.Name(b, ast.Load())))
    yield "the result is transposed", ast.Attribute(value, "T", ast.Load())
    yield "the steps are in the reverse order", ast.Subscript(
        value, ast.parse("x[:, ::-1]", mode="eval").body.slice, ast.Load())
    yield "1 too much", ast.BinOp(value, ast.Add(), one)


# ---- Changes of more than one place.

def _everywhere(function, names):
    """One name for another wherever the function reads it, or a number for it."""
    for name in names:
        uses = [node for node in ast.walk(function) if isinstance(node, ast.Name)
                and node.id == name and isinstance(node.ctx, ast.Load)]
        if len(uses) < 2 or name == "self":
            continue
        for other in names:
            if other in (name, "self"):
                continue
            for node in uses:
                node.id = other
            yield Mutant(f"{name}, {len(uses)} times", f"{other} each time",
                         f"{other} instead of {name}, everywhere", "name", (function.name, -1))
            for node in uses:
                node.id = name
        for number in ("0", "1"):                            # a name that reads as a number
            for node in uses:
                node.id = f"_{number}"
            yield Mutant(f"{name}, {len(uses)} times", f"{number} each time",
                         f"{name} is not used: always {number}", "index", (function.name, -1))
            for node in uses:
                node.id = name


def _constants(function):
    """One number for another wherever a function has it."""
    values = [node.value for node in ast.walk(function) if isinstance(node, ast.Constant)
              and type(node.value) in (int, float)]
    for value in dict.fromkeys(v for v in values if values.count(v) > 1):
        uses = [node for node in ast.walk(function) if isinstance(node, ast.Constant)
                and type(node.value) in (int, float) and node.value == value]
        for other in dict.fromkeys((1, 0, value * 10, value / 10, -value, value + 1)):
            if other == value:
                continue
            for node in uses:
                node.value = other
            yield Mutant(f"{value:g}, {len(uses)} times", f"{other:g} each time",
                         f"{other:g} instead of {value:g}, everywhere", "constant",
                         (function.name, -1))
            for node in uses:
                node.value = value


def _renamed(tree, attributes):
    """An attribute that has another name than the book's."""
    for name in attributes:
        uses = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)
                and node.attr == name and getattr(node.value, "id", "") == "self"]
        for node in uses:
            node.attr = f"{name}_"
        yield Mutant(f"self.{name}", f"self.{name} under another name",
                     f"the attribute {name} has another name here", "rename", ("", -1))
        for node in uses:
            node.attr = name
