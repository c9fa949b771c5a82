"""How readers mistype an expression: all forms that one place of it may take instead.

A name for another, a factor or term lost, operands or arguments exchanged, a number, an index, a
bound, an axis, a transpose, a comparison, a function for another, a call left out.
"""

import ast
import copy

ONE_FOR_ANOTHER = [("log", "log2", "log10", "exp"), ("sum", "mean", "prod"), ("max", "min"),
                   ("argmax", "argmin"), ("zeros", "ones"), ("zeros_like", "ones_like"),
                   ("tanh", "sigmoid"), ("repeat", "tile"), ("hstack", "vstack"),
                   ("randn", "rand"), ("maximum", "minimum"), ("params", "grads"),
                   ("shape", "size"), ("append", "extend"), ("dot", "multiply"),
                   ("forward", "backward"), ("lower", "upper"), ("dh", "h")]
OTHER_OPERATORS = {ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Mult: (ast.Add, ast.Div),
                   ast.Div: (ast.Mult,), ast.MatMult: (ast.Mult,), ast.Pow: (ast.Mult,)}
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@"}
OTHER_COMPARISONS = {ast.Eq: (ast.NotEq, ast.Gt), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,),
                     ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
                     ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE),
                     ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE)}
COMMUTE = (ast.Add, ast.Mult)


def call(name, *arguments):
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def orders(elements):
    """All exchanges of two elements of a list: (the new order in words, elements)."""
    for i in range(len(elements)):
        for j in range(i + 1, len(elements)):
            new = list(elements)
            new[i], new[j] = new[j], new[i]
            if ast.dump(new[i]) != ast.dump(new[j]):
                yield ", ".join(map(ast.unparse, new)), new


def forms(node, parent, field, names, attributes, numbers=()):
    """(words, kind, expression instead of node); numbers: constants that are tried as well."""
    if isinstance(getattr(node, "ctx", ast.Load()), ast.Store):
        return
    text = ast.unparse(node)
    divides = isinstance(getattr(parent, "op", None), ast.Div) and field in ("right", "value")
    if divides and isinstance(node, (ast.Name, ast.Subscript, ast.Call)):
        sizes = [name for name in names if name in ("N", "T")]
        for name in [*names, *([" * ".join(sizes)] if len(sizes) == 2 else [])]:
            if name not in ("self", text):
                for shown in (f"{name}.size", f"len({name})", f"{name}.shape[1]") if \
                        name not in sizes and isinstance(node, ast.Name) else (name,):
                    yield (f"divided by {shown} instead of {text}", "divisor",
                           ast.parse(shown, mode="eval").body)
    if isinstance(node, ast.Name) and not (isinstance(parent, ast.Call) and field == "func"):
        yield from _other_names(node, parent, field, names, attributes)
    elif isinstance(node, ast.Name):
        yield from _other_functions(node, node.id, lambda name: ast.Name(name, ast.Load()))
    elif isinstance(node, ast.Attribute):
        yield from _other_attributes(node, parent, field, names, attributes)
    elif field == "value" and isinstance(parent, ast.keyword) and parent.arg == "axis":
        for axis in (0, 1, 2, -1):
            if str(axis) != text:
                yield f"axis={axis} instead of axis={text}", "axis", ast.Constant(axis)
    elif isinstance(node, ast.UnaryOp) and field in ("slice", "elts"):
        for number in (0, 1):
            yield f"index {number} instead of {text}", "index", ast.Constant(number)
    elif isinstance(node, ast.Constant) and isinstance(parent, ast.UnaryOp):
        if isinstance(node.value, int):
            yield f"{node.value + 1} instead of {node.value}", "constant", ast.Constant(
                node.value + 1)
    elif isinstance(node, ast.Constant) and field in ("slice", "elts") and \
            isinstance(node.value, int):
        for words, _, new in _other_constants(node, numbers):
            yield f"index {words}", "index", new
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node, numbers)
    elif isinstance(node, ast.BinOp):
        yield from _other_sums(node)
        yield from _other_slopes(node)
    elif isinstance(node, ast.UnaryOp):
        missing = {ast.USub: "the minus", ast.Not: "`not`"}.get(type(node.op), "a sign")
        yield f"{missing} is missing", "drop", node.operand
    elif isinstance(node, ast.BoolOp):
        for part in node.values:
            yield f"only `{ast.unparse(part)}` is asked", "condition", part
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield "`and` and `or` are exchanged", "condition", ast.BoolOp(other, node.values)
    elif isinstance(node, ast.Compare):
        yield from _other_comparisons(node, text)
    elif isinstance(node, ast.IfExp):
        yield f"always `{ast.unparse(node.body)}`", "condition", node.body
        yield f"always `{ast.unparse(node.orelse)}`", "condition", node.orelse
    elif isinstance(node, ast.Call):
        yield from _other_calls(node, text)
        targets = getattr(parent, "targets", [None])[0]
        if isinstance(targets, ast.Tuple) and len(targets.elts) == len(node.args):
            yield f"{ast.unparse(node.func)}() is missing", "drop", ast.Tuple(node.args, ast.Load())
    elif isinstance(node, ast.Subscript):
        yield from _other_subscripts(node)
    elif isinstance(node, (ast.Tuple, ast.List)):
        make = type(node)
        for order, new in orders(node.elts):
            yield f"the order is {order}", "order", make(new, ast.Load())
    elif isinstance(node, ast.ListComp) and _is_range(node.generators[0].iter):
        count = node.generators[0].iter.args[0]
        yield "one object for all elements of the list", "share", ast.BinOp(
            ast.List([node.elt], ast.Load()), ast.Mult(), count)
    if isinstance(node, (ast.Name, ast.Attribute)) and field == "args":
        yield f"zeros instead of {text}", "constant", ast.Call(ast.Attribute(
            ast.Name("np", ast.Load()), "zeros_like", ast.Load()), [node], [])
    if isinstance(node, (ast.Name, ast.Attribute)) and field == "args" and \
            ast.unparse(parent.func)[0].isupper():
        yield f"a copy of {text} is handed on: it is not shared", "copy", ast.Call(
            ast.Attribute(node, "copy", ast.Load()), [], [])
        if text.endswith(".T"):
            own = f"np.random.randn(*{text}.shape) / np.sqrt({text}.shape[0])"
            yield f"weights of its own instead of {text}", "copy", ast.parse(own, mode="eval").body
    if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(parent, ast.BinOp):
        if not (isinstance(node, ast.Attribute) and node.attr == "T"):
            yield f"{text}.T instead of {text}", "transpose", ast.Attribute(node, "T", ast.Load())
        yield f"tanh is taken of {text} once more", "wrap", ast.Call(
            ast.Attribute(ast.Name("np", ast.Load()), "tanh", ast.Load()), [node], [])
    if isinstance(node, (ast.BinOp, ast.Call)) and field in ("value", "right", "left"):
        yield f"the sign of `{text}` is the other one", "sign", ast.UnaryOp(ast.USub(), node)


def _is_range(node):
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "range" \
        and len(node.args) == 1


def _other_names(node, parent, field, names, attributes):
    for name in names if node.id in names else ():
        if name != node.id and not (name == "self" and not isinstance(parent, ast.Attribute)):
            yield f"{name} instead of {node.id}", "name", ast.Name(name, ast.Load())
    if node.id in names and node.id != "self":
        for name in attributes:
            yield f"self.{name} instead of {node.id}", "name", ast.Attribute(
                ast.Name("self", ast.Load()), name, ast.Load())
        if field in ("slice", "elts"):
            for number in (0, 1, -1):
                yield f"always {number} instead of {node.id}", "index", ast.Constant(number)
            for step in (1, -1):
                yield f"{node.id} {'+-'[step < 0]} 1 instead of {node.id}", "index", ast.BinOp(
                    node, ast.Add(), ast.Constant(step))
        else:
            for constant in (0, 1) if node.id.isupper() else (0, 1, True, False):
                yield f"{constant} instead of {node.id}", "constant", ast.Constant(constant)
    yield from _other_functions(node, node.id, lambda name: ast.Name(name, ast.Load()))


def _other_functions(node, name, make):
    for group in ONE_FOR_ANOTHER:
        if name in group:
            for other in group:
                if other != name:
                    yield f"{other} instead of {name}", "function", make(other)


def _other_attributes(node, parent, field, names, attributes):
    text = ast.unparse(node)
    if isinstance(node.value, ast.Name) and node.value.id == "self":
        for name in attributes:
            if name != node.attr:
                yield f"self.{name} instead of {text}", "name", ast.Attribute(
                    node.value, name, ast.Load())
        for name in names:
            if name != "self" and not (isinstance(parent, ast.Call) and field == "func"):
                yield f"{name} instead of {text}", "name", ast.Name(name, ast.Load())
    elif node.attr == "T":
        yield f"{ast.unparse(node.value)} is not transposed", "transpose", node.value
    yield from _other_functions(node, node.attr,
                                lambda name: ast.Attribute(node.value, name, ast.Load()))
    if node.attr == "tanh":
        yield "sigmoid instead of tanh", "function", ast.Name("sigmoid", ast.Load())


def _other_constants(node, numbers):
    value = node.value
    if isinstance(value, bool):
        yield f"{not value} instead of {value}", "constant", ast.Constant(not value)
    elif isinstance(value, (int, float)):
        for other in dict.fromkeys((0, 1, 2, -value, value + 1, value - 1, 1 - value, value / 10,
                                    value * 10, value / 2, value * 2, *numbers)):
            if other != value:
                yield f"{other:g} instead of {value:g}", "constant", ast.Constant(
                    int(other) if float(other).is_integer() and isinstance(value, int) else other)
    elif isinstance(value, str):
        for other in dict.fromkeys((value.strip(), f"{value.strip()} ", f" {value.strip()} ")):
            if other != value:
                yield f"{other!r} instead of {value!r}", "constant", ast.Constant(other)
    elif value is None:
        yield "0 instead of None", "constant", ast.Constant(0)


def _parts(node):
    """All operands below a BinOp, not its own two."""
    for side in (node.left, node.right):
        if isinstance(side, ast.BinOp):
            yield side.left
            yield side.right
            yield from _parts(side)


def _other_sums(node):
    left, right = ast.unparse(node.left), ast.unparse(node.right)
    thing = "term" if isinstance(node.op, (ast.Add, ast.Sub)) else "factor"
    if isinstance(node.op, ast.Div):
        yield f"it is not divided by {right}", "drop", node.left
        if right.startswith("np.sqrt"):
            yield f"0.01 times instead of divided by {right}", "drop", ast.BinOp(
                ast.Constant(0.01), ast.Mult(), node.left)
    elif isinstance(node.op, ast.Pow):
        yield f"the power {right} is missing", "drop", node.left
    else:
        yield f"the {thing} {right} is missing", "drop", node.left
    yield f"the {thing} {left} is missing", "drop", node.right
    for part in _parts(node):
        yield f"only {ast.unparse(part)} is left of `{ast.unparse(node)}`", "drop", part
    if not isinstance(node.op, COMMUTE):
        yield f"{left} and {right} are exchanged", "exchange", ast.BinOp(node.right, node.op,
                                                                        node.left)
    for other in OTHER_OPERATORS.get(type(node.op), ()):
        new = ast.BinOp(node.left, other(), node.right)
        yield (f"{SIGNS[other]} instead of {SIGNS.get(type(node.op), '**')}",
               "sign" if other in (ast.Add, ast.Sub) else "operator", new)
    # (a + b) * c for a + b * c, and back
    if isinstance(node.right, ast.BinOp):
        inner = node.right
        yield "brackets stand elsewhere", "brackets", ast.BinOp(
            ast.BinOp(node.left, node.op, inner.left), inner.op, inner.right)
    if isinstance(node.left, ast.BinOp):
        inner = node.left
        yield "brackets stand elsewhere", "brackets", ast.BinOp(
            inner.left, inner.op, ast.BinOp(inner.right, node.op, node.right))


def factors(node):
    """All factors of a product."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*factors(node.left), *factors(node.right)]
    return [node]


def _other_slopes(node):
    """The slope of tanh for that of the sigmoid, and back, in a product or standing alone."""
    one, all_factors = ast.Constant(1), factors(node)
    texts = [ast.unparse(factor) for factor in all_factors]
    for k, text in enumerate(texts):
        x = all_factors[k]
        rest = [other for other in range(len(texts)) if other != k]
        if f"1 - {text}" in texts:
            rest.remove(texts.index(f"1 - {text}"))
            yield f"the slope 1 - {text} ** 2 instead of {text} (1 - {text})", "slope", _product(
                [ast.BinOp(one, ast.Sub(), ast.BinOp(x, ast.Pow(), ast.Constant(2))),
                 *(all_factors[other] for other in rest)])
        if isinstance(x, ast.BinOp) and isinstance(x.op, ast.Sub) and text.startswith("1 - ") \
                and isinstance(x.right, ast.BinOp) and isinstance(x.right.op, ast.Pow):
            inner = x.right.left
            shown = ast.unparse(inner)
            yield f"the slope {shown} (1 - {shown}) instead of {text}", "slope", _product(
                [inner, ast.BinOp(one, ast.Sub(), inner), *(all_factors[o] for o in rest)])


def _product(parts):
    product = parts[0]
    for part in parts[1:]:
        product = ast.BinOp(product, ast.Mult(), part)
    return product


def _other_comparisons(node, text):
    for other in OTHER_COMPARISONS.get(type(node.ops[0]), ()):
        new = ast.Compare(node.left, [other()], node.comparators)
        yield f"`{ast.unparse(new)}` instead of `{text}`", "condition", new
    for answer, same in ((True, ast.Eq()), (False, ast.NotEq())):
        yield f"the condition `{text}` is ignored: always {answer}", "ignored", ast.Compare(
            node.left, [same], [node.left])


def _other_calls(node, text):
    function = ast.unparse(node.func)
    if isinstance(node.func, ast.Attribute) and not (
            isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "self")):
        yield f"{node.func.attr}() is missing", "drop", node.func.value
    for argument in node.args:
        if not isinstance(argument, ast.Starred):
            yield f"{function}() is missing", "drop", argument
    for k in range(len(node.keywords)):
        keyword = node.keywords[k]
        if keyword.arg:
            yield f"{keyword.arg}={ast.unparse(keyword.value)} is missing", "drop", ast.Call(
                node.func, node.args, node.keywords[:k] + node.keywords[k + 1:])
    if function.endswith("sum") and any(k.arg == "axis" for k in node.keywords):
        axis = next(k.value for k in node.keywords if k.arg == "axis")
        of = node.args[0] if node.args else node.func.value
        for number, words in ((-1, "the last"), (0, "the first")):
            index = [ast.Slice()] * getattr(axis, "value", 0) + [ast.Constant(number)]
            yield f"only {words} along axis {ast.unparse(axis)}, not the sum", "drop", \
                ast.Subscript(of, ast.Tuple(index, ast.Load()), ast.Load())
    if function == "np.dot" and isinstance(node.args[0], ast.BinOp):
        a, b = node.args[0].left, node.args[0].right
        for one, rest in ((a, b), (b, a)):
            yield f"{ast.unparse(one)} is applied after np.dot()", "brackets", ast.BinOp(
                one, node.args[0].op, ast.Call(node.func, [rest, node.args[1]], []))
    for k in range(len(node.args) - 1):
        if ast.dump(node.args[k]) != ast.dump(node.args[k + 1]):
            new = [*node.args[:k], node.args[k + 1], node.args[k], *node.args[k + 2:]]
            yield f"the order is {', '.join(map(ast.unparse, new))}", "order", ast.Call(
                node.func, new, node.keywords)
    if len(node.args) > 1 or (node.args and function != "range"):
        yield f"{ast.unparse(node.args[-1])} is not handed on", "drop", ast.Call(
            node.func, node.args[:-1], node.keywords)
    if function == "range":
        for k, argument in enumerate(node.args):
            for step in (1, -1):
                new = list(node.args)
                new[k] = ast.BinOp(argument, ast.Add(), ast.Constant(step))
                yield f"the range is {'+-'[step < 0]}1", "index", ast.Call(node.func, new, [])
        if len(node.args) == 1:
            yield "the range begins with 1", "index", ast.Call(
                node.func, [ast.Constant(1), *node.args], [])
        if len(node.args) == 2:
            yield "the range begins with 0", "index", ast.Call(
                node.func, [ast.Constant(0), node.args[1]], [])


def _other_subscripts(node):
    text = ast.unparse(node)
    yield f"[{ast.unparse(node.slice)}] is missing", "drop", node.value
    for number in (0, 1, -1):
        if not (isinstance(node.slice, ast.Constant) and node.slice.value == number):
            yield f"[{number}] in `{text}`", "index", ast.Subscript(
                node.value, ast.Constant(number), ast.Load())
    if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 3 and \
            ast.unparse(node.slice.elts[1]) == "-1":
        for function in ("mean", "sum"):
            yield f"the {function} over axis 1 instead of its last", "index", ast.parse(
                f"{ast.unparse(node.value)}.{function}(axis=1)", mode="eval").body
    if isinstance(node.slice, ast.Tuple):
        for order, new in orders(node.slice.elts):
            yield f"the order is [{order}]", "order", ast.Subscript(
                node.value, ast.Tuple(new, ast.Load()), ast.Load())
    for part in ast.walk(node.slice):
        if isinstance(part, ast.Slice):
            yield from _other_slices(node, part)


def _other_slices(node, part):
    if part.lower is not None and part.upper is not None:
        for step in (1, -1):
            moved = copy.deepcopy(part)
            moved.lower = ast.BinOp(part.lower, ast.Add(), ast.Constant(step))
            moved.upper = ast.BinOp(part.upper, ast.Add(), ast.Constant(step))
            if node.slice is part:
                yield f"the slice is shifted by {step:+}", "index", ast.Subscript(
                    node.value, moved, ast.Load())
    for field in ("lower", "upper"):
        bound = getattr(part, field)
        if bound is None:
            continue
        for words, new in (("a bound of the slice is missing", None),
                           ("a bound of the slice is +1", ast.BinOp(bound, ast.Add(),
                                                                    ast.Constant(1))),
                           ("a bound of the slice is -1", ast.BinOp(bound, ast.Sub(),
                                                                    ast.Constant(1)))):
            setattr(part, field, new)
            changed = copy.deepcopy(node)
            setattr(part, field, bound)
            yield words, "index", changed
