"""Every name in tests/book_names.txt, the book's own, is here and takes what it takes there."""

import ast
import importlib
import inspect
from pathlib import Path

import numpy as np
import pytest

from common import config, util
from common.errors import InputError

TEXT = Path(__file__).with_name("book_names.txt").read_text("utf-8")
LINES = [line.split(maxsplit=1) for line in TEXT.splitlines() if line and line[0] != "#"]
CALLS = [line for line in LINES if "(" in line[1]]
ATTRIBUTES = [line for line in LINES if "(" not in line[1]]
BY_PLACE = ("forward", "backward")       # a layer is handed its input by position, not by name


def find(module, path):
    """The object at 'name' or 'Class.name' in a module."""
    found = importlib.import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    return found


def instance(module, name):
    """An instance of a class; a table of ones stands for each array, model and optimizer."""
    made = find(module, name)
    needed = [p for p in inspect.signature(made).parameters.values()
              if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    shapes = [[4 * int(axis[:-1] or 1) for axis in shape.split()]                 # D 4H: (4, 16)
              for shape in getattr(made, "param_shapes", ())] or [(4, 4)] * len(needed)
    return made(*(np.ones(shape) for shape in shapes))


def misfit(ours, call):
    """Why our Signature cannot take the book's call 'name(a, b=1)', or ''."""
    path, _, arguments = call.partition("(")
    theirs = ast.parse(f"def f({arguments}: pass").body[0].args
    if theirs.vararg:
        takes = any(p.kind is p.VAR_POSITIONAL for p in ours.parameters.values())
        return "" if takes else "takes no *args"
    by_place = [p for p in ours.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    names = [argument.arg for argument in theirs.args]
    defaults = {name: ast.literal_eval(value)
                for name, value in zip(reversed(names), reversed(theirs.defaults))}
    if len(by_place) < len(names) or any(p.default is p.empty for p in by_place[len(names):]):
        return f"takes {len(by_place)} arguments"
    for name, p in zip(names, by_place):
        if name != p.name and (name in defaults or path.rpartition(".")[2] not in BY_PLACE):
            return f"calls '{name}' '{p.name}'"
        if name in defaults and p.default != defaults[name]:
            return f"has {p.name}={p.default}"
    return ""


@pytest.mark.parametrize("module, call", CALLS)
def test_what_is_called_takes_what_the_books_does(module, call):
    path = call.partition("(")[0]
    ours = inspect.signature(find(module, path))
    if "." in path:                                          # a method, whose first is self
        ours = ours.replace(parameters=list(ours.parameters.values())[1:])
    assert not misfit(ours, call), f"{module}: {path}{ours}"


@pytest.mark.parametrize("module, line", ATTRIBUTES)
def test_what_is_read_is_there(module, line):
    path, _, expected = (part.strip() for part in line.partition("="))
    owner, name = path.split(".")
    made = instance(module, owner)
    assert hasattr(made, name) and (
        not expected or getattr(made, name) == ast.literal_eval(expected))


def test_the_head_of_a_books_script_runs():
    space = {}
    exec("from common import config\n"
         "config.GPU = False\n"
         "from common.np import *\n"
         "from common.util import to_cpu, to_gpu\n"
         "x = np.arange(3)\n"
         "if config.GPU or GPU:\n"
         "    x = to_gpu(x)\n"
         "y = to_cpu(x)\n", space)
    assert space["np"] is np and space["GPU"] is False and space["y"] is space["x"]


@pytest.mark.parametrize("line", ["config.GPU = True", "util.to_gpu(np.ones(2))"])
def test_a_gpu_is_refused_where_the_script_asks_for_it(line):
    with pytest.raises(InputError, match="no GPU in this library"):
        exec(line, {"config": config, "util": util, "np": np})
    assert config.GPU is False


@pytest.mark.parametrize("call, wrong", [
    ("f(a, b=1)", ""), ("f(a)", ""), ("f()", "takes 3 arguments"), ("f(a, b=2)", "has b=1"),
    ("f(x)", "calls 'x' 'a'"), ("f(a, b=1, c=None, d=0)", "takes 3 arguments"),
    ("f(*args)", "takes no *args"), ("Layer.forward(x, b=1)", ""),
    ("Layer.forward(a, flag=1)", "calls 'flag' 'b'")])
def test_a_call_that_does_not_fit_is_told(call, wrong):
    def ours(a, b=1, c=None, *, rng=None):
        pass
    assert misfit(inspect.signature(ours), call) == wrong
