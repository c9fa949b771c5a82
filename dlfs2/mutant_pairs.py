"""Changes that touch two places at once, as one slip of a reader's does.

Two results, functions or arguments exchanged between two lines; x and 1 - x exchanged throughout;
one object under two names.
"""

import ast
import itertools


def pieces_of(function, most=16):
    """{text: node} of what a function reads as x[...] or self.x.y, the short ones."""
    found = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute)
                                               and isinstance(node.value, ast.Attribute)):
            text = ast.unparse(node)
            if isinstance(node.ctx, ast.Load) and len(text) < 30:
                found.setdefault(text, ast.parse(text, mode="eval").body)
    return dict(itertools.islice(found.items(), most))


def one_object(body, k):
    """(words, value): what an earlier line made in the same way stands for what line k makes."""
    statement = body[k]
    made = (ast.Call, ast.List, ast.ListComp)
    for earlier in body[:k]:
        if isinstance(earlier, ast.Assign) and isinstance(earlier.value, made) and \
                ast.dump(earlier.value) == ast.dump(statement.value) and \
                not isinstance(earlier.targets[0], ast.Tuple):
            text = ast.unparse(earlier.targets[0])
            yield (f"{ast.unparse(statement.targets[0])} and {text} are one object",
                   ast.parse(text, mode="eval").body)


def _bodies(function):
    for node in ast.walk(function):
        for field in ("body", "orelse"):
            if isinstance(getattr(node, field, None), list):
                yield getattr(node, field)


def exchanges(function):
    """(right, changed, words, kind) while the change stands."""
    if function.name != "__init__":
        yield from _between_lines(function)
    yield from _in_a_line(function)
    yield from _one_minus(function)


def _between_lines(function):
    for body in _bodies(function):
        lines = [line for line in body if isinstance(line, ast.Assign)
                 and isinstance(line.targets[0], (ast.Name, ast.Attribute))]
        for a, b in itertools.combinations(lines, 2):
            before = f"{ast.unparse(a)}; {ast.unparse(b)}"
            shown = [ast.unparse(line.targets[0]) for line in (a, b)]
            a.targets, b.targets = b.targets, a.targets
            yield (before, f"{ast.unparse(a)}; {ast.unparse(b)}",
                   f"{shown[0]} and {shown[1]} are exchanged", "exchange")
            a.targets, b.targets = b.targets, a.targets
            if not (isinstance(a.value, ast.Call) and isinstance(b.value, ast.Call)):
                continue
            for field in ("func", "args"):
                one, other = getattr(a.value, field), getattr(b.value, field)
                texts = [ast.unparse(part) if field == "func" else
                         ", ".join(map(ast.unparse, part)) for part in (one, other)]
                if texts[0] != texts[1]:
                    setattr(a.value, field, other)
                    setattr(b.value, field, one)
                    yield (before, f"{ast.unparse(a)}; {ast.unparse(b)}",
                           f"{texts[0]} and {texts[1]} are exchanged", "exchange")
                    setattr(a.value, field, one)
                    setattr(b.value, field, other)


def _in_a_line(function):
    """Two names exchanged within one statement."""
    for body in _bodies(function):
        for line in body:
            if not isinstance(line, (ast.Assign, ast.AugAssign, ast.Return, ast.Expr)):
                continue
            names = [node for node in ast.walk(line) if isinstance(node, ast.Name)
                     and isinstance(node.ctx, ast.Load) and node.id not in ("np", "self")]
            right = ast.unparse(line)
            for a, b in itertools.combinations(names, 2):
                if a.id != b.id:
                    a.id, b.id = b.id, a.id
                    yield (right, ast.unparse(line), f"{a.id} and {b.id} are exchanged",
                           "exchange")
                    a.id, b.id = b.id, a.id


def _one_minus(function):
    """x where 1 - x is right, and 1 - x where x is, in all of a function."""
    found = {ast.unparse(node.right): node for node in ast.walk(function)
             if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
             and isinstance(node.left, ast.Constant) and node.left.value == 1
             and isinstance(node.right, (ast.Name, ast.Attribute))}
    for text, minus in found.items():
        places = []
        for parent in ast.walk(function):
            for field, value in ast.iter_fields(parent):
                for k, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                    if not isinstance(node, ast.expr) or isinstance(
                            getattr(node, "ctx", None), ast.Store):
                        continue
                    if ast.unparse(node) == f"1 - {text}":
                        places.append((parent, field, k, node, node.right))
                    elif ast.unparse(node) == text and not _is_one_minus(parent):
                        places.append((parent, field, k, node, minus))
        if len(places) > 1:
            for parent, field, k, _, new in places:
                _put(parent, field, k, new)
            yield (f"{text} and 1 - {text}", "the other one each time",
                   f"{text} and 1 - {text} are exchanged", "exchange")
            for parent, field, k, old, _ in places:
                _put(parent, field, k, old)


def _is_one_minus(node):
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) \
        and getattr(node.left, "value", None) == 1


def _put(parent, field, index, node):
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node
