"""A page of code: docstrings on the left, the source on the right, names linked where defined."""

import ast
import io
import keyword
import re
import textwrap
import tokenize
from itertools import accumulate, dropwhile, pairwise

from dlfs2.page import escaped
from docs.generator import shapes
from docs.generator.names import DEFINITIONS, find, find_method, local_names

WORD = re.compile(r"(?<![&#\w])[A-Za-z_]\w*")                # not of &quot;, nor of &#x27;
IN_PROSE = re.compile(r"(?<=`)\w+|(?<![&#;\w])(?:[b-hj-z]|[a-z]{2}|\w*[A-Z\d_]\w*|"
                      r"\w+(?=:? \())\b")                   # h, dx, Wx, but "a" and "step" not
ARROW = '<span class="whole">-&gt;</span>'
KINDS = {"NUMBER": "d", "COMMENT": "c", "STRING": "s", "FSTRING": "s", "TSTRING": "s"}


def parts(module):
    """(name, node, first line, last line) of the rows of a page; together they are the file."""
    starts = [("", module.tree, 1)]
    for name, node in module.definitions.items():
        if isinstance(node, DEFINITIONS):                    # a method without a docstring stands
            last = starts[-1][0]                             # with its class
            if ast.get_docstring(node) or "." not in name or "." in last:
                first = min([node.lineno, *(part.lineno for part in node.decorator_list)])
                starts.append((name, node, first))
    starts.append(("", None, module.text.count("\n") + 2))
    for (name, node, first), (*_, following) in pairwise(starts):
        end = module.definitions[name.split(".")[0]].end_lineno if name else following - 1
        yield name, node, first, min(end, following - 1)
        yield "", None, end + 1, following - 1


class CodePage:
    """The body of a module's page; `site` knows the other pages, and what is said of each name."""

    def __init__(self, site, module, comments):
        self.site, self.module, self.own = site, module, site.page_of(module.path)
        self.names = set()                                   # that light up in the code
        self.shapes, self.locals = {}, {}                    # {definition: {name: shape}, names}
        self.scopes = {}                                     # {line: definition}
        for name, node in module.definitions.items():
            self.scopes.update(dict.fromkeys(range(node.lineno, node.end_lineno + 1), name))
            if isinstance(node, ast.ClassDef):
                self.shapes[name] = shapes.of_class(node)
            elif isinstance(node, ast.FunctionDef):
                self.locals[name] = local_names(node)
                outer = self.shapes.get(name.rpartition(".")[0], {})
                self.shapes[name] = shapes.of_function(node, comments, outer)
        self.lines = self._highlighted()
        self.html = "".join(self._row(*part) for part in parts(module))

    def _row(self, name, node, first, last):
        skipped, doc = (), ""
        if node and ast.get_docstring(node):
            skipped = range(node.body[0].lineno, node.body[0].end_lineno + 1)
            doc = self._doc(node.body[0], self.shapes.get(name) or shapes.of_doc(node))
        code = [f'<a class="n" id="L{number}" href="#L{number}" tabindex="-1">{number}</a> '
                f"{self.lines[number - 1]}\n" for number in range(first, last + 1)
                if number not in skipped]
        for _ in range(2):                                   # no empty lines at its end, or start
            code = [*dropwhile(lambda line: line.endswith("</a> \n"), reversed(code))]
        title = f"<h2>{name}</h2>{doc}{self.site.about(self.module.path, name)}" if name else doc
        others = "".join(f'<a id="{other}"></a>' for other, node in self.module.definitions.items()
                         if other != name and first <= node.lineno <= last)
        row = (f'<div class="row"{f" id={name}" * bool(name)}><div class="doc">{title}{others}'
               f'</div><pre>{"".join(code)}</pre></div>\n')
        return row if code or doc else ""

    def _doc(self, node, sizes):
        """A docstring: prose as paragraphs, what is indented as it stands."""
        text, out = re.sub(f"^ {{,{node.col_offset}}}", "", node.value.value, flags=re.M), []
        for block in re.findall(r"(?:^ .*\n?|^\n(?= ))+|(?:^[^ \n].*\n?)+", text, re.M):
            if block.lstrip("\n").startswith(" "):
                code = textwrap.dedent(block).strip("\n")
                out.append(f'<pre class="formula">{self._symbols(code, sizes)}</pre>')
            else:
                prose = self._symbols(block, sizes, IN_PROSE).replace("-&gt;", ARROW)
                out.append("<p>" + re.sub("`([^`]+)`", r"<code>\1</code>", prose) + "</p>")
        return "".join(out)

    def _symbols(self, text, sizes, words=WORD):
        """A text with its symbols marked; Wx_f lights up with Wx where the code has no Wx_f."""
        def marked(match):
            name = match[0]
            base = name if name in self.names else name.split("_")[0]
            found = base in self.names and not keyword.iskeyword(name)
            return f"{symbol(name, base, sizes)}{name}</i>" if found else name
        return words.sub(marked, escaped(text))

    def _highlighted(self):
        """The lines of the file as markup."""
        text, out, end, chain = self.module.text, [], 0, []
        starts = [*accumulate((len(line) + 1 for line in text.split("\n")), initial=0)]
        for token, following in pairwise(tokenize.generate_tokens(io.StringIO(text).readline)):
            start, stop = (starts[row - 1] + column for row, column in (token.start, token.end))
            kind = KINDS.get(tokenize.tok_name[token.type].split("_")[0])        # FSTRING_START
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
        scope, names = self.scopes.get(token.start[0], ""), chain[::2]
        here = self.site.modules, self.module
        if names[0] == "self":
            place = len(names) == 2 and find_method(*here, scope.split(".")[0], names[1])
        else:
            place = names[0] not in self.locals.get(scope, ()) and find(*here, ".".join(names))
        if place and not assigned and place != (self.module.path, scope):
            return f'<a href="{escaped(self.site.address(self.own, *place))}">', "</a>"
        self.names.add(token.string)
        return symbol(token.string, token.string, self.shapes.get(scope, {})), "</i>"


def symbol(name, base, sizes):
    """The opening tag of a name that lights up with its like; its shape is the tooltip."""
    same = f' data-s="{base}"' if base != name else ""
    title = f' title="{escaped(sizes[base])}"' if base in sizes else ""
    return f"<i{same}{title}>"
