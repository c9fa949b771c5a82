"""A test that cannot fail is a defect: every test has a check, and not only under an `if`."""

import ast

import pytest

from tests.run_script import ROOT

FILES = sorted((ROOT / "tests").rglob("*.py"))
RAISES = ("pytest.raises", "pytest.warns")


def unchecked(source, checkers=()):
    """The names of the tests in a module's text that call for no check.

    A check is an assert, a `raise`, pytest.raises, anything named *assert*, or a call of a
    function that checks: one of the module's own, or of `checkers`.
    """
    functions = {node.name: node for node in ast.walk(ast.parse(source))
                 if isinstance(node, ast.FunctionDef)}
    checking, found = set(checkers), True
    while found:
        found = {name for name, node in functions.items()
                 if name not in checking and any(checks(line, checking) for line in node.body)}
        checking |= found
    return [name for name in functions if name.startswith("test_") and name not in checking]


def checks(node, checking):
    """Whether a statement, or what stands in it, is a check that is always made."""
    if isinstance(node, (ast.Assert, ast.Raise)):
        return True
    if isinstance(node, ast.If):                             # in both branches, or not at all
        return all(any(checks(line, checking) for line in branch)
                   for branch in (node.body, node.orelse))
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called in RAISES or "assert" in called or called in checking:
            return True
    return any(checks(child, checking) for child in ast.iter_child_nodes(node))


def test_every_test_checks_something():
    sources = {path: path.read_text("utf-8") for path in FILES}
    assert len(sources) > 50
    found = {path.name: names for path, source in sources.items()
             if (names := unchecked(source, checkers=("check_gradients",)))}
    assert not found


@pytest.mark.parametrize("body, checked", [
    ("assert x", True), ("f(x)", False), ("help_me(x)", True), ("x = 1", False),
    ("np.testing.assert_array_equal(x, y)", True), ("for y in x:\n  assert y", True),
    ("if x:\n  assert x", False), ("if x:\n  assert x\nelse:\n  assert y", True),
    ("with pytest.raises(KeyError):\n  f(x)", True), ("with open(x):\n  f(x)", False)])
def test_a_test_without_a_check_is_found(body, checked):
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    source = f"def help_me(x):\n    assert x\n\ndef test_it(x):\n{lines}\n"
    assert unchecked(source) == ([] if checked else ["test_it"])
