"""What wrong values and a source say without any search."""

import ast
import math

import numpy as np

from dlfs2.cases import SIZES
from dlfs2.record import EXACT


def handed_in_changed(source):
    """Lines that write into an array which a method was given, or another method has kept."""
    found = []
    for function in (node for node in ast.walk(ast.parse(source))
                     if isinstance(node, ast.FunctionDef)):
        given = {argument.arg for argument in function.args.args} - {"self"}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and \
                    isinstance(node.value, ast.Attribute):
                given |= {getattr(part, "id", "") for part in node.targets[0].elts}
        for node in ast.walk(function):
            target = node.target if isinstance(node, ast.AugAssign) else \
                node.targets[0] if isinstance(node, ast.Assign) and \
                isinstance(node.targets[0], ast.Subscript) else None
            if target is not None and ast.unparse(target).split("[")[0] in given:
                found.append(ast.unparse(node))
    return found


def adds_once(source):
    """Lines that add, by +=, to the rows of an array that a whole array of ids picks."""
    found = []
    for function in (node for node in ast.walk(ast.parse(source))
                     if isinstance(node, ast.FunctionDef)):
        counters = {name.id for node in ast.walk(function) if isinstance(node, ast.For)
                    for name in ast.walk(node.target) if isinstance(name, ast.Name)}
        found += [ast.unparse(node) for node in ast.walk(function)
                  if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)
                  and isinstance(node.target, ast.Subscript)
                  and isinstance(node.target.slice, (ast.Name, ast.Attribute))
                  and ast.unparse(node.target.slice) not in counters]
    return found


def multiple(ratios):
    """A constant multiple by name, from {label of the sizes: ratio}: N, N T, 1/2, ln 2."""
    found = [label for label in ratios if label in {s.label for s in SIZES}]
    fixed = {"twice": 2, "half": 0.5, "-1 times": -1, "ln 2 times": math.log(2),
             "1 / ln 2 times": 1 / math.log(2)}
    names = {words: dict.fromkeys(found, value) for words, value in fixed.items()}
    for s in SIZES:
        sizes = {"N": s.N, "T": s.T, "N T": s.N * s.T, "S": s.S, "H": s.H, "D": s.D, "V": s.V,
                 "2w": 2 * s.w}
        for name, value in sizes.items():
            names.setdefault(f"{name} times", {})[s.label] = value
            names.setdefault(f"1 / {name} times".replace("N T", "(N T)"), {})[s.label] = 1 / value
    for words, values in names.items():
        if found and all(math.isclose(ratios[label], values[label], rel_tol=1e-4)
                         for label in found):
            return words
    return ""


def ratio(mine, right):
    """The constant by which one value is a multiple of another, or None."""
    if mine is None or right is None or EXACT in (mine.kind, right.kind) or \
            mine.value.shape != right.value.shape:
        return None
    counts = np.abs(right.value) > 1e-12
    if not np.allclose(mine.value[~counts], 0, atol=1e-8):
        return None
    with np.errstate(all="ignore"):
        ratios = (mine.value / right.value)[counts]
    constant = ratios.size and np.allclose(ratios, ratios.flat[0], rtol=1e-4)
    return float(ratios.flat[0]) if constant else None


def hint_of(key, wrong, values):
    """What the first wrong value says, beside all others: {key: (mine, right)}, {key: mine}."""
    case, method, what = key
    mine, right = wrong[key]
    plain = {}
    for (other, *rest), pair in wrong.items():
        label, _, more = other.partition(", ")
        if rest == [method, what] and more in ("", "first call"):
            plain[label] = ratio(*pair)
    if plain and None not in plain.values():
        words = multiple(plain)
        if words:
            return f"it is {words} the right one"
    for (other, *rest), pair in wrong.items():
        if (other, rest[0]) == (case, method) and rest[1] != what and mine and pair[0] and \
                right and pair[1] and mine.equals(pair[1], 1e-4) and pair[0].equals(right, 1e-4):
            return f"{what} and {rest[1]} are exchanged"
    before = values.get((case.replace("second call", "first call"), method, what))
    if "second call" in case and before and mine and right and \
            EXACT not in (before.kind, mine.kind, right.kind) and \
            before.value.shape == mine.value.shape == right.value.shape:
        if np.allclose(mine.value, before.value):
            return "it is that of the call before"
        if np.allclose(mine.value, before.value + right.value):
            return "that of the call before is still in it"
    return hint(key, mine, right)


def hint(key, mine, right):
    """What one wrong value says without a search: a constant factor, zeros, another shape."""
    if mine is None or right is None or EXACT in (mine.kind, right.kind):
        return ""
    a, b = mine.value, right.value
    if a.shape != b.shape:
        return f"its shape is {a.shape}, right is {b.shape}"
    if not a.any() and b.any():
        return "it is 0: nothing was stored"
    for bits in (8, 16, 32):
        if b.max() >= 2 ** (bits - 1) and not (a == b).all() and not np.any((a - b) % 2 ** bits):
            return f"its numbers do not fit into {bits} bits: take a wider dtype"
    times = ratio(mine, right)
    if times is not None and a.size > 1:
        return f"it is {times:.4g} times the right one"
    k = np.unravel_index(np.argmax(np.abs(np.nan_to_num(a - b, nan=np.inf))), a.shape)
    at = f"[{', '.join(map(str, k))}]" if k else ""
    return f"{a[k]:.6g} where {b[k]:.6g} is right{f', at {at}' if at else ''}"
