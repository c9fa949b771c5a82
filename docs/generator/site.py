"""The whole site: which page is where, what is said about each name, and the search index."""

import ast
import re
from collections import defaultdict
from pathlib import Path, PurePosixPath
from posixpath import dirname, join, normpath, relpath
from string import Template

from dlfs2.page import as_json, escaped, part
from docs.generator.code import CodePage
from docs.generator.indexes import scripts_page
from docs.generator.markdown import FENCE, render, slug
from docs.generator.names import read_modules, tests_of
from tests.shape_comments import comments

BAR = {"index.html": "Reading", "docs/equations.html": "Equations", "scripts.html": "Scripts",
       "docs/results.html": "Results", "docs/terms.html": "Terms",
       "docs/differences.html": "Differences", "README.html": "README"}
LANGUAGE = re.compile(r"\.(ko|ja)\.md$")                       # of README.ko.md
EQUATION = re.compile(r"^\| ([\w., -]+?) \|.*\[`(\w+)`\]\(\.\./([\w/.]+)\) \|$", re.M)


class Site:
    """Pages of a checkout: `pages()` gives every address with what stands there.

    root: its folder. gradients: {name of a class: (number of checks, largest relative error)}.
    """

    def __init__(self, root, gradients=None):
        self.root, self.gradients = root, gradients or {}
        self.modules, self.comments = read_modules(root), comments()
        self.texts = {path.relative_to(root).as_posix(): path.read_text("utf-8")
                      for pattern in ("*.md", "ch0*/*.md", "docs/*.md", "docs/results/*.md")
                      for path in sorted(root.glob(pattern))}
        self.tests = tests_of(self.modules)
        self.equations = {(path, name): section for section, name, path in
                          reversed(EQUATION.findall(self.texts["docs/equations.md"]))}
        self.exercises = {name for path, module in self.modules.items()
                          for name in module.definitions if path.startswith("dlfs2/reference/")}
        self.known = self._unique_names()
        self.files = set()                                   # pictures and numbers that are shown

    def _unique_names(self):
        """{name: (path, anchor)} of the library's unique names, methods also alone."""
        places, parameters = defaultdict(set), set()
        for path, module in self.modules.items():
            if path.startswith(("common/", "ch0", "dataset/")):
                parameters |= {part.arg for part in ast.walk(module.tree)
                               if isinstance(part, ast.arg)}
                for name in module.definitions:
                    places[name].add((path, name))
                    places[name.rpartition(".")[2]].add((path, name))
        return {name: found.pop() for name, found in places.items()
                if len(found) == 1 and name not in parameters}

    def page_of(self, path):
        """The page of a file or folder of the checkout, from the top of the site."""
        if path == "docs/reading.md":
            return "index.html"
        if path in self.modules:
            return f"{path}.html"
        if path in self.texts:
            return path.removesuffix(".md") + ".html"
        if (self.root / path).is_dir():
            return f"{path}/index.html"
        self.files.add(path)
        return path

    def address(self, own, path, anchor=""):
        """The relative address of a file's page, seen from the page `own`."""
        page = self.page_of(path)
        start = "" if page == own and anchor else relpath(page, dirname(own) or ".")
        return start + (f"#{anchor}" if anchor else "")

    def link(self, document, own):
        """What the links of a document lead to on the page `own`: see markdown.render."""
        def address(target, text):
            name, _, anchor = target.partition("#")
            if not target:                                   # `LSTM`
                return self.address(own, *self.known[text]) if text in self.known else ""
            if "://" in target or not name:
                return target
            path = normpath(join(dirname(document), name))
            if path in self.modules and text in self.modules[path].definitions:
                anchor = text                                # [`LSTM`](lstm.py)
            return self.address(own, path, anchor)
        return address

    def about(self, path, name):
        """The line below a docstring: equation, tests, gradient check, exercise."""
        own, found = self.page_of(path), []
        if (path, name) in self.equations:
            row = self.address(own, "docs/equations.md", name)
            found.append(f'<a href="{row}">section {self.equations[path, name]}</a>')
        found += [f'<a href="{self.address(own, test)}">{PurePosixPath(test).name}</a>'
                  for test in self.tests.get((path, name), ())[:2]]
        if path.startswith(("common/", "ch0")):
            if name in self.gradients:
                count, error = self.gradients[name]
                found.append(f"{count} gradients checked, largest relative error "
                             f'<span class="whole">{error:.0e}</span>')
            if name in self.exercises:
                found.append(f"<code>python -m dlfs2.exercise {name}</code>")
        return f'<p class="about">{" · ".join(found)}</p>' if found else ""

    def pages(self):
        """(address, content) of every page, then of the shared style, script and search index."""
        folders = sorted({path.split("/")[0] for path in self.modules})
        for path, text in self.texts.items():
            own, language = self.page_of(path), LANGUAGE.search(path)
            body = render(text, self.link(path, own))
            if own == "index.html":
                body += "\n<h2>All files</h2><p>" + " · ".join(
                    f'<a href="{name}/index.html">{name}</a>' for name in folders) + "</p>"
            yield own, document(own, title_of(text), body, "text",
                                language[1] if language else "en")
        for path, module in self.modules.items():
            own, listed = self.page_of(path), self.comments.get(str(self.root / path), [])
            folder, name = map(escaped, path.rsplit("/", 1))
            body = f'<h1><a href="index.html">{folder}</a>/{name}</h1>\n' \
                + CodePage(self, module, listed).html
            yield own, document(own, path, body, "source")
        for folder, content in self._folders():
            yield self.page_of(folder), document(self.page_of(folder), folder, content)
        yield "scripts.html", document("scripts.html", "Scripts", scripts_page(self))
        yield "site.css", part("page.css") + own_part("site.css")
        yield "site.js", part("page.js") + own_part("site.js")
        yield "names.js", f"const names = {as_json(list(self.search_index()))};\n"

    def _folders(self):
        """Each folder of the checkout with its files, and what each of them is."""
        rows, files = defaultdict(list), sorted([*self.modules, *self.texts])
        for path in files:
            what = (ast.get_docstring(self.modules[path].tree) or "").split("\n")[0] \
                if path in self.modules else title_of(self.texts[path])
            for folder in list(map(str, PurePosixPath(path).parents))[:-1]:
                address = self.address(self.page_of(folder), path)
                name = escaped(path.removeprefix(f"{folder}/"))
                rows[folder].append(f'<tr><td><a href="{escaped(address)}">{name}</a></td>'
                                    f"<td>{escaped(what)}</td></tr>")
        for folder, listed in rows.items():
            yield folder, f"<h1>{escaped(folder)}</h1><table>{''.join(listed)}</table>"

    def search_index(self):
        """[name, where, address] of every definition outside the tests, and of every section."""
        for path, module in self.modules.items():
            if not path.startswith("tests/"):
                yield [path, "", self.page_of(path)]
                yield from ([name, path, f"{self.page_of(path)}#{name}"]
                            for name in module.definitions)
        for path, text in self.texts.items():
            for title in re.findall(r"^#{1,3} +(.*)", FENCE.sub("", text), re.M):
                yield [title.replace("`", ""), path, f"{self.page_of(path)}#{slug(title)}"]
        yield from ([f"{section} {name}", "equations", f"docs/equations.html#{name}"]
                    for (_, name), section in self.equations.items())


def document(own, title, body, kind="text", language="en"):
    """A whole page."""
    top = "../" * own.count("/")
    bar = "".join(f'<a href="{top}{page}"{" class=here" * (page == own)}>{name}</a>'
                  for page, name in BAR.items())
    return Template(own_part("page.html")).substitute(
        language=language, top=top, title=escaped(title), bar=bar, kind=kind, body=body)


def own_part(name):
    return Path(__file__).with_name(name).read_text("utf-8")


def title_of(text):
    """The first heading of a document."""
    return text.split("\n", 1)[0].lstrip("# ").replace("`", "")
