"""A page of code: docstrings on the left, the source on the right, names linked where defined."""

import ast
import io
import keyword
import re
import tokenize
from itertools import dropwhile, pairwise

from dlfs2.page import escaped
from docs.generator import shapes
from docs.generator.names import DEFINITIONS, find, find_method, local_names

WORD = re.compile(r"[A-Za-z_]\w*")
PROSE = {"a", "i", "I"}                                      # words first, and names second
ARROW = '<span class="whole">-&gt;</span>'
KINDS = {"NUMBER": "d", "COMMENT": "c", "STRING": "s", "FSTRING_START": "s", "FSTRING_MIDDLE": "s",
         "FSTRING_END": "s"}


def parts(module):
    """[(name, node, first line, last line)], the rows of a page; together they are the file."""
    starts = [("", module.tree, 1)]
    for name, node in module.definitions.items():
        if isinstance(node, DEFINITIONS):                    # a method without a docstring stands
            last = starts[-1][0]                             # with its class
            if ast.get_docstring(node) or "." not in name or "." in last:
                first = min([node.lineno, *(part.lineno for part in node.decorator_list)])
                starts.append((name, node, first))
    count, found = module.text.count("\n") + 1, []
    for (name, node, first), following in zip(starts, [*starts[1:], (None, None, count + 1)]):
        last = following[2] - 1
        end = module.definitions[name.split(".")[0]].end_lineno if name else last
        found += [(name, node, first, min(end, last)), ("", None, end + 1, last)]
    return found


class CodePage:
    """The body of a module's page; `site` knows the other pages, and what is said of each name."""

    def __init__(self, site, module, comments):
        self.site, self.module, self.own = site, module, site.page_of(module.path)
        self.names = set()                                   # that light up in the code
        self.shapes, self.locals = {}, {}                    # {definition: {name: shape}, names}
        for name, node in module.definitions.items():
            if isinstance(node, ast.ClassDef):
                self.shapes[name] = shapes.of_class(node)
            elif isinstance(node, ast.FunctionDef):
                self.locals[name] = local_names(node)
                outer = self.shapes.get(name.rpartition(".")[0], {})
                self.shapes[name] = shapes.of_function(node, comments, outer)
        self.lines = self._highlighted()

    def html(self):
        rows = [self._row(*part) for part in parts(self.module)]
        return "\n".join(filter(None, rows))

    def _row(self, name, node, first, last):
        skipped, doc = (), ""
        if node and ast.get_docstring(node):
            start, end, indent = (getattr(node.body[0], key)
                                  for key in ("lineno", "end_lineno", "col_offset"))
            skipped = range(start, end + 1 + (not "".join(self.lines[end:end + 1]).strip()))
            text = re.sub(f"^ {{,{indent}}}", "", node.body[0].value.value, flags=re.M)
            doc = self._doc(text, self.shapes.get(name) or shapes.of_doc(node))
        code = [f'<a class="n" id="L{number}" href="#L{number}">{number}</a> '
                f"{self.lines[number - 1]}\n" for number in range(first, last + 1)
                if number not in skipped]
        for _ in range(2):                                   # no empty lines at its end, or start
            code = [*dropwhile(lambda line: line.endswith("</a> \n"), reversed(code))]
        title = f"<h2>{name}</h2>{doc}{self.site.about(self.module.path, name)}" if name else doc
        others = "".join(f'<a id="{other}"></a>' for other, node in self.module.definitions.items()
                         if other != name and first <= node.lineno <= last)
        if not (code or doc):
            return ""
        return (f'<div class="row"{f" id={name}" * bool(name)}><div class="doc">{title}{others}'
                f'</div><pre>{"".join(code)}</pre></div>')

    def _doc(self, text, sizes):
        """A docstring: prose as paragraphs, what is indented as it stands."""
        out = []
        for block in re.findall(r"(?:^ .*\n?|^\n(?= ))+|(?:^[^ \n].*\n?)+", text, re.M):
            if block.lstrip("\n").startswith(" "):
                lines = block.strip("\n").split("\n")
                least = min(len(line) - len(line.lstrip()) for line in lines if line)
                code = "\n".join(line[least:] for line in lines)
                out.append(f'<pre class="formula">{self._symbols(code, sizes)}</pre>')
            else:
                prose = self._symbols(block, sizes, PROSE).replace("-&gt;", ARROW)
                out.append("<p>" + re.sub("`([^`]+)`", r"<code>\1</code>", prose) + "</p>")
        return "".join(out)

    def _symbols(self, text, sizes, words=frozenset()):
        """A text with its symbols marked; Wx_f lights up with Wx where the code has no Wx_f."""
        out, end = [], 0
        for match in WORD.finditer(text):
            name = match[0]
            base = name if name in self.names else name.split("_")[0]
            if base in self.names and name not in words and not keyword.iskeyword(name):
                out += [escaped(text[end:match.start()]), symbol(name, base, sizes), name, "</i>"]
                end = match.end()
        return "".join(out) + escaped(text[end:])

    def _highlighted(self):
        """The lines of the file as markup."""
        text, out, end, chain = self.module.text, [], 0, []
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        for token, following in pairwise(tokenize.generate_tokens(io.StringIO(text).readline)):
            start, stop = (starts[row - 1] + column for row, column in (token.start, token.end))
            kind = KINDS.get(tokenize.tok_name[token.type])
            opening, closing = (f'<span class="{kind}">', "</span>") if kind else ("", "")
            if token.type == tokenize.NAME:                  # chain: self . lstm . forward
                chain = [*chain, token.string] if chain[-1:] == ["."] else [token.string]
                opening, closing = self._look(token, chain, following.string == "=")
            elif token.string:                               # f().forward: ["", ".", "forward"]
                chain = [*(chain or [""]), "."] if token.string == "." else []
            if start >= end and token.string.strip():
                inside = text[start:stop].split("\n")
                out += [escaped(text[end:start]),
                        "\n".join(f"{opening}{escaped(line)}{closing}" for line in inside)]
                end = stop
        return ("".join(out) + escaped(text[end:])).split("\n")

    def _look(self, token, chain, assigned):
        """What surrounds a name: a link where it is defined elsewhere, a symbol otherwise."""
        if keyword.iskeyword(token.string):
            return "<b>", "</b>"
        inside = [name for name, node in self.module.definitions.items()
                  if isinstance(node, DEFINITIONS)
                  and node.lineno <= token.start[0] <= node.end_lineno]
        scope, names = max(inside, key=len, default=""), chain[::2]
        if names[0] == "self":
            place = len(names) == 2 and find_method(self.site.modules, self.module,
                                                    scope.split(".")[0], names[1])
        else:
            place = names[0] not in self.locals.get(scope, ()) and \
                find(self.site.modules, self.module, ".".join(names))
        if place and not assigned and not (place[0] == self.module.path
                          and self.module.definitions[place[1]].lineno == token.start[0]):
            return f'<a href="{escaped(self.site.address(self.own, *place))}">', "</a>"
        self.names.add(token.string)
        return symbol(token.string, token.string, self.shapes.get(scope, {})), "</i>"


def symbol(name, base, sizes):
    """The opening tag of a name that lights up with its like; its shape is the tooltip."""
    same = f' data-s="{base}"' if base != name else ""
    title = f' title="{escaped(sizes[base])}"' if base in sizes else ""
    return f"<i{same}{title}>"
