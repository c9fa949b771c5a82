"""Our plain form with one place changed, in all ways in which readers mistype: mutation testing.

mutants(tree) changes the tree of a class or function in place, yields what was done while the
change stands, and takes it back. Nothing is known of any particular mistake: the operators drop,
swap, repeat, rename, negate, shift, share and forget.
"""

import ast
import copy
from typing import NamedTuple

from dlfs2.mutant_forms import OTHER_OPERATORS, call, forms, orders


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


def mutants(tree, first=(), where=None):
    """All changes of a ClassDef or FunctionDef, one at a time; those of the methods `first` first.

    where: (method, number of the statement), to change that one alone.
    """
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    functions.sort(key=lambda node: first.index(node.name) if node.name in first else len(first))
    attributes = sorted({node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
                         and isinstance(node.value, ast.Name) and node.value.id == "self"})
    for function in functions:
        names = _names(function)
        for number, (body, k) in enumerate(list(_statements(function.body))):
            if where not in (None, (function.name, number)):
                continue
            for words, kind, changed in _of_statement(body, k, names, attributes):
                yield Mutant(changed[0], changed[1], words, kind, (function.name, number))
        if where is None:
            yield from _everywhere(function, names)
            yield from _constants(function)
    if where is None and isinstance(tree, ast.ClassDef):
        yield from _renamed(tree, attributes)


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


def _of_statement(body, k, names, attributes):
    """All changes of one statement: (words, kind, (right line, changed line))."""
    statement = body[k]
    right = _head(statement)
    if _is_docstring(statement):
        return
    for words, kind, replacement in _statement_forms(statement, body, k, names, attributes):
        body[k:k + 1] = replacement
        changed = "; ".join(map(_head, replacement)) or "(nothing)"
        yield words, kind, (right, changed)
        body[k:k + len(replacement)] = [statement]
    plain = (ast.Expr, ast.Assign, ast.AugAssign)
    if k + 1 < len(body) and isinstance(statement, plain) and isinstance(body[k + 1], plain):
        later = _head(body[k + 1])
        body[k], body[k + 1] = body[k + 1], body[k]
        yield f"`{later}` comes first", "swap", (f"{right}; {later}", f"{later}; {right}")
        body[k], body[k + 1] = body[k + 1], body[k]
    for parent, field, index, node in _expressions(statement):
        for words, kind, new in forms(node, parent, field, names, attributes):
            _put(parent, field, index, new)
            yield words, kind, (right, _head(statement))
            _put(parent, field, index, node)


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
        for other in OTHER_OPERATORS.get(type(statement.op), ()):
            yield "another operator", "operator", [ast.AugAssign(statement.target, other(),
                                                                 statement.value)]
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
        if isinstance(target, ast.Tuple):
            for order, new in orders(target.elts):
                yield f"the order is {order}", "order", [
                    ast.Assign([ast.Tuple(new, ast.Store())], value)]
    if isinstance(statement, (ast.Assign, ast.AugAssign, ast.Return)) and not isinstance(
            statement.value, (ast.Tuple, ast.List, ast.ListComp, type(None))):
        for words, new in _more_factors(statement.value, names, attributes):
            changed = copy.copy(statement)
            changed.value = new
            yield words, "factor", [changed]
    if isinstance(statement, ast.If):
        yield "the condition is not asked: always", "condition", statement.body
        yield "the condition is not asked: never", "condition", statement.orelse
    if isinstance(statement, ast.For):
        yield "the loop ends after its first round", "loop", [
            ast.For(statement.target, statement.iter, [*statement.body, ast.Break()], [])]
        yield "the loop runs the other way round", "loop", [
            ast.For(statement.target, call("reversed", call("list", statement.iter)),
                    statement.body, [])]
        for j, inner in enumerate(statement.body):
            if isinstance(inner, ast.Assign):
                yield (f"`{_head(inner)}` stands before the loop: one object for all rounds",
                       "share", [inner, ast.For(statement.target, statement.iter,
                                                [*statement.body[:j], *statement.body[j + 1:]],
                                                [])])


def _other_targets(statement, target, names, attributes, build):
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
    for number in (2, 0.5, -1):
        yield f"the factor {number} is one too many", ast.BinOp(value, ast.Mult(),
                                                                ast.Constant(number))


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
