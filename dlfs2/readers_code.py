"""Imports a reader's file as it is meant to be judged, changed in memory alone.

Of a module's own statements only imports, definitions and assignments are run: a training script
trains nothing. Single precision becomes double (dtype='f'), so that a difference in the sixth digit
is a mistake. A definition that was found wrong before is replaced by ours.
"""

import ast
import importlib.machinery
import importlib.util
import os
import sys
import warnings

from dlfs2.apart import HOME

MAKERS = {"astype", "zeros", "ones", "empty", "full", "array", "asarray", "zeros_like", "ones_like",
          "empty_like", "full_like"}
SINGLE = {"f", "float32", "f4", "<f4"}


def parse(file):
    """The syntax tree of a file; what it binds to a lambda as a function of that name."""
    with open(file, "rb") as bits, warnings.catch_warnings():
        warnings.simplefilter("ignore")                      # such as of "\\d", its writer's affair
        tree = ast.parse(bits.read(), str(file))             # in the encoding that it names
    tree.body = [_function(node) for node in tree.body]
    return tree


def _function(node):
    """f = lambda x: ... as def f(x): return ..."""
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda) and
            isinstance(node.targets[0], ast.Name)):
        return node
    function = ast.copy_location(ast.parse("def f(): return 0").body[0], node)
    function.name, function.args = node.targets[0].id, node.value.args
    function.body[0] = ast.copy_location(ast.Return(node.value.body), node)
    return function


def definitions(body):
    """The classes and functions of a module, those within if and try too."""
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield node
        elif isinstance(node, (ast.If, ast.Try)):
            for part in ("body", "handlers", "orelse", "finalbody"):
                yield from definitions(getattr(node, part, ()))
        elif isinstance(node, ast.ExceptHandler):
            yield from definitions(node.body)


def other_names(body):
    """{MyLSTM: LSTM} of a module's statements LSTM = MyLSTM."""
    return {node.value.id: node.targets[0].id for node in body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and
            isinstance(node.targets[0], ast.Name)}


def root_of(path):
    """The folder from which the files at a path import: that of their package, of `common`."""
    folder = top = path if path.is_dir() else path.parent
    while (top / "__init__.py").is_file():
        top = top.parent
    near = [folder, *folder.parents[:2]]
    common = next((above for above in near if (above / "common").is_dir()), folder)
    return min(top, common, key=lambda place: len(place.parts))


class _Double(ast.NodeTransformer):
    """float32 -> float64 where an array is made."""

    def visit_Call(self, node):
        self.generic_visit(node)
        name = getattr(node.func, "attr", getattr(node.func, "id", None))
        if name in MAKERS:
            node.args = [self._wide(argument) for argument in node.args]
        for keyword in node.keywords:
            if keyword.arg == "dtype":
                keyword.value = self._wide(keyword.value)
        return node

    def visit_Attribute(self, node):
        self.generic_visit(node)
        return ast.Attribute(node.value, "float64", node.ctx) if node.attr == "float32" else node

    @staticmethod
    def _wide(node):
        single = isinstance(node, ast.Constant) and node.value in SINGLE
        return ast.Constant("d") if single else node


class Changes:
    """What is changed in a reader's files.

    chosen: (file, line, name), the definition to be judged, among several of its name.
    replaced: {(file, line): (module, name)}, where ours is put in.
    bare: assignments that call something are left out too.
    """

    def __init__(self, chosen, replaced, bare=False):
        self.file, self.line, self.name = chosen
        self.replaced, self.bare = replaced, bare

    def apply(self, file):
        """The code object of a file."""
        tree = parse(file)
        unsure = [node for node in definitions(tree.body) if node not in tree.body and
                  (file, node.name, node.lineno) == (self.file, self.name, self.line)]
        tree.body = self._body([*tree.body, *unsure], file)  # also where its branch is not run
        return compile(ast.fix_missing_locations(_Double().visit(tree)), file, "exec",
                       dont_inherit=True)

    def _body(self, body, file):
        return [kept for node in body for kept in self._statement(node, file)]

    def _statement(self, node, file):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            if (file, node.lineno) in self.replaced:
                module, name = self.replaced[file, node.lineno]
                return [ast.copy_location(ast.ImportFrom(module, [ast.alias(name, node.name)], 0),
                                          node)]
            other = file == self.file and node.name == self.name and node.lineno != self.line
            return [] if other else [node]
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.AsyncFunctionDef, ast.Pass)):
            return [node]
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            calls = any(isinstance(part, ast.Call) for part in ast.walk(node))
            return [] if calls and self.bare else [_tolerant(node)]
        if isinstance(node, (ast.If, ast.Try)):
            for part in (node, *getattr(node, "handlers", ())):
                part.body = self._body(part.body, file) or [ast.Pass()]
            node.orelse = self._body(node.orelse, file)
            if isinstance(node, ast.Try):
                node.finalbody = self._body(node.finalbody, file)
            imports = any(isinstance(part, (ast.Import, ast.ImportFrom)) for part in ast.walk(node))
            return [node if imports else _tolerant(node)]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return [node]
        if isinstance(node, ast.Expr) and ast.unparse(node).startswith("sys.path."):
            return [_tolerant(node)]
        return []


def _tolerant(statement):
    """A statement whose failure does not matter: what needs its names fails later, by name."""
    handler = ast.ExceptHandler(ast.Name("BaseException", ast.Load()), None, [ast.Pass()])
    return ast.copy_location(ast.Try([statement], [handler], [], []), statement)


class _Loader(importlib.machinery.SourceFileLoader):
    changes = None

    def get_code(self, fullname):
        return self.changes.apply(self.get_filename(fullname))


class _Finder:
    """Finds what Python finds, and loads what lies in the reader's folder with our changes."""

    def __init__(self, root, changes):
        self.root, self.loader = root, type("Loader", (_Loader,), {"changes": changes})

    def find_spec(self, name, path=None, target=None):
        find = importlib.machinery.PathFinder.find_spec
        spec = find(name, path or [folder for folder in sys.path if folder != HOME], target) or \
            find(name, path, target)                         # ours is behind all, also behind what
        if spec and isinstance(spec.loader, importlib.machinery.SourceFileLoader):  # they append
            file = os.path.normpath(spec.origin)
            if file.startswith(os.path.join(self.root, "")):
                spec.origin, spec.loader = file, self.loader(spec.loader.name, file)
        return spec


def load(file, root, changes):
    """The module of a file, in a folder `root` whose other modules it may import."""
    folder, package = os.path.dirname(file), []
    dots = max((node.level for node in ast.walk(parse(file)) if isinstance(node, ast.ImportFrom)),
               default=0)                                    # from .layers import, of a package
    while folder != root and (os.path.isfile(os.path.join(folder, "__init__.py")) or
                              len(package) < dots):
        package.insert(0, os.path.basename(folder))
        folder = os.path.dirname(folder)
    path = [folder]                                          # as its scripts have it: a package's
    while path[-1] != root and path[-1] != os.path.dirname(path[-1]):             # parent, or the
        path.append(os.path.dirname(path[-1]))                                    # file's folder
    inner = [os.path.join(folder, *package[:k + 1]) for k in range(len(package))]
    sys.path[:0] = [*path, *inner]
    sys.meta_path.insert(0, _Finder(root, changes))
    os.chdir(os.path.dirname(file))
    sys.argv = [file]
    name = ".".join([*package, os.path.splitext(os.path.basename(file))[0]])
    if package:
        return importlib.import_module(name)
    name += "_" * (name in sys.modules)                      # a numpy.py is not NumPy's
    spec = importlib.util.spec_from_loader(name, _Finder(root, changes).loader(name, file))
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
