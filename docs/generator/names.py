"""Where each name is defined: the modules of the checkout, read as syntax trees and never run."""

import ast
import tokenize
from typing import NamedTuple

FOLDERS = ("common", "ch0*", "dataset", "dlfs2", "benchmarks", "tests", "docs")
DEFINITIONS = (ast.ClassDef, ast.FunctionDef)


class Module(NamedTuple):
    """A file of Python."""

    path: str                                                # "common/layers.py"
    text: str
    tree: ast.Module
    definitions: dict                                        # {"LSTM.forward": its node}
    imports: dict                                            # {name here: (module, name there)}


def read_modules(root):
    """{"common/layers.py": Module} of all packages, in the order of FOLDERS."""
    modules = {}
    for path in (path for folder in FOLDERS for top in sorted(root.glob(folder))
                 for path in sorted(top.rglob("*.py"))):
        with tokenize.open(path) as file:
            text = file.read()
        name, tree = path.relative_to(root).as_posix(), ast.parse(text)
        modules[name] = Module(name, text, tree, dict(_definitions(tree.body)),
                               dict(_imports(tree)))
    return modules


def _definitions(body, prefix=""):
    """Classes, functions and methods; at the top also names that are assigned."""
    for node in body:
        if isinstance(node, DEFINITIONS):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _definitions(node.body, f"{node.name}.")
        elif isinstance(node, ast.Assign) and not prefix:
            yield from ((target.id, node) for target in node.targets
                        if isinstance(target, ast.Name))


def _imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, (node.module, alias.name)


def local_names(function):
    """Its parameters, what it assigns and functions in it: they hide the module's names."""
    _, *inner = ast.walk(function)
    names = {getattr(node, "arg", None) or getattr(node, "name", None) or node.id for node in inner
             if isinstance(node, (ast.arg, ast.FunctionDef))
             or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))}
    return names.difference(*(node.names for node in inner if isinstance(node, ast.Global)))


def find(modules, module, name):
    """(path, anchor) of what `name` means in a module, or None; re-exported names are followed."""
    if name in module.definitions:
        return module.path, name
    head, dot, rest = name.partition(".")
    where, there = module.imports.get(head, ("", ""))
    outer = where.replace(".", "/")
    for path, left in ((outer, there + dot + rest), (f"{outer}/{there}", rest)):
        inner = modules.get(f"{path}.py") or modules.get(f"{path}/__init__.py")
        found = inner and (find(modules, inner, left) if left else (inner.path, ""))
        if found:                                            # from common.layers import Layer, or
            return found                                     # from common import layers
    return None


def find_method(modules, module, cls, name):
    """(path, anchor) of a method of a class, its own or one that it inherits, or None."""
    if f"{cls}.{name}" in module.definitions:
        return module.path, f"{cls}.{name}"
    bases = getattr(module.definitions.get(cls), "bases", ())
    places = (find(modules, module, ast.unparse(base)) for base in bases)
    return next(filter(None, (find_method(modules, modules[path], base, name)
                              for path, base in filter(None, places) if base)), None)


def tests_of(modules):
    """{(path, name): files of the tests that import it, those with most mentions first}."""
    mentions = {}
    for module in modules.values():
        if module.path.startswith("tests/"):
            for name in module.imports:
                place = find(modules, module, name)
                mentions.setdefault(place, []).append((-module.text.count(name), module.path))
    return {place: [path for _, path in sorted(found)] for place, found in mentions.items()}
