"""The shape of each name, out of the checked shape comments, `param_shapes` and docstrings."""

import ast
import re

from tests.shape_comments import operands_of, shapes_in, targets

NAMES = re.compile(r"((?:\w+(?:, | and ))*\w+)(?<!shape)(?:: *| +)\Z")    # not f(N, D)
SIZE = re.compile(r"\b\d*[A-Z]\b|\b\d\b|_size\b|\.\.\.")      # not pairs (word, count)


def written(terms):
    return f"({', '.join(terms)}{',' * (len(terms) == 1 and terms != ['...'])})"


def of_class(node):
    """{name: shape} of a layer's docstring and of its parameters, which Layer checks."""
    values = {ast.unparse(item.targets[0]): item.value for item in node.body
              if isinstance(item, ast.Assign) and isinstance(item.value, ast.Tuple)}
    names, shapes = ([part.value for part in values[name].elts] if name in values else ()
                     for name in ("param_names", "param_shapes"))
    return {**of_doc(node), **{name: written(shape.split()) for name, shape in zip(names, shapes)}}


def of_doc(node):
    """{name: shape} that a docstring states: "x: (N, D), h and c: (N, H) -> hs (N, T, H)"."""
    text, found = " ".join((ast.get_docstring(node) or "").split()), {}
    for start, _, terms in shapes_in(text):
        names, shape = NAMES.search(text[:start]), written(terms)
        if names and SIZE.search(shape) and "*" not in shape:
            found = {**dict.fromkeys(re.findall(r"\w+", names[1]), shape), **found}
    return found


def of_function(node, comments, outer):
    """{name: shape} of its class (outer), its docstring, its comments: "(N,), then (N, V)"."""
    given = [part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)]
    known = {**{name: outer[name] for name in given if name in outer}, **of_doc(node)}
    found = {name: [shape] for name, shape in known.items()}
    for comment in comments:
        if node.lineno <= comment.line <= node.end_lineno:
            stated = isinstance(comment.statement, (ast.Return, ast.AugAssign))
            made = [] if stated else targets(comment)
            results = comment.results * (len(made) if len(comment.results) == 1 else 1)
            for part, terms in [*zip(operands_of(comment), comment.operands), *zip(made, results)]:
                name = getattr(part, "attr", getattr(part, "id", "T"))
                if name != "T":                              # not x.T, nor x[0]
                    found.setdefault(name, []).append(written(terms))
    return {**outer, **{name: ", then ".join(dict.fromkeys(each)) for name, each in found.items()}}
