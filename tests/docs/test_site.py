"""python -m docs: all pages of this checkout are made, and what stands in them is true."""

import ast
import html
import posixpath
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

import docs.__main__ as command
from common.errors import InputError
from docs.generator import markdown
from docs.generator.names import DEFINITIONS
from docs.generator.site import Site
from tests.documents import ROOT


class Page(HTMLParser):
    """Anchors, what is linked to or loaded, and the text of each line of code."""

    def __init__(self, content):
        super().__init__()
        self.ids, self.targets, self.lines, self.tooltips = set(), [], {}, set()
        self.line = self.number = None
        self.open = []
        self.feed(content)
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in ("meta", "link", "img"):
            self.open.append(tag)
        self.ids.add(attrs.get("id"))
        self.targets += [attrs[name] for name in ("href", "src") if name in attrs]
        if attrs.get("class") == "n":
            self.line = int(attrs["id"][1:])
            self.lines[self.line] = ""
        if tag == "pre":
            self.line = None
        if "title" in attrs:
            self.number = attrs["title"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, self.getpos()
        if tag == "pre":
            self.line = None

    def handle_data(self, data):
        if self.number:
            self.tooltips.add((data, self.number))
            self.number = None
        if self.line:
            first, *rest = data.split("\n")
            self.lines[self.line] += first
            if rest:
                self.line = None


@pytest.fixture(scope="module")
def site():
    return Site(ROOT, {"LSTM": (6, 9e-11)})


@pytest.fixture(scope="module")
def written(site):
    return dict(site.pages())


@pytest.fixture(scope="module")
def pages(written):
    return {name: Page(content) for name, content in written.items() if name.endswith(".html")}


def test_every_link_leads_somewhere(site, written, pages):
    broken = []
    for name, page in pages.items():
        for target in page.targets:
            path, _, anchor = target.partition("#")
            there = posixpath.normpath(posixpath.join(posixpath.dirname(name), path or
                                                      posixpath.basename(name)))
            if "://" in target or (there in site.files and (ROOT / there).is_file()):
                continue
            if there not in written or (anchor and unquote(anchor) not in pages[there].ids):
                broken.append((name, target))
    assert not broken
    assert len(pages) > 300


def test_every_entry_of_the_search_leads_somewhere(site, pages):
    for name, _, address in site.search_index():
        page, _, anchor = address.partition("#")
        assert page in pages and (not anchor or anchor in pages[page].ids), name


def test_code_stands_on_its_page_as_in_its_file(site, pages):
    for path, module in site.modules.items():
        source = module.text.split("\n")
        shown = pages[site.page_of(path)].lines
        assert shown or not module.tree.body[1:]
        for number, text in shown.items():
            assert text.split(" ", 1)[1:] == [source[number - 1]], f"{path}:{number}"


def test_what_is_not_in_the_right_column_is_a_docstring_or_empty(site, written, pages):
    def words(text):
        return re.findall(r"\w+", re.sub(r"<[^>]+>|&\w+;|&#\w+;", " ", text))

    for path in ("common/time_layers/lstm.py", "common/trainer.py", "tests/test_book_code.py"):
        page = site.page_of(path)
        hidden = [line for number, line in enumerate(site.modules[path].text.split("\n"), 1)
                  if number not in pages[page].lines]
        assert set(words(" ".join(hidden))) <= set(words(written[page])), path


def test_formulas_of_docstrings_stand_as_they_are_written(site, written):
    found = 0
    for path, module in site.modules.items():
        shown = [html.unescape(re.sub("<[^>]+>", "", block)) for block in
                 re.findall('<pre class="formula">(.*?)</pre>', written[site.page_of(path)], re.S)]
        for node in [module.tree, *module.definitions.values()]:
            if isinstance(node, (ast.Module, *DEFINITIONS)) and ast.get_docstring(node):
                indent = " " * (node.body[0].col_offset + 4)
                for line in node.body[0].value.value.split("\n")[1:]:
                    if line.startswith(indent):
                        found += 1
                        assert any(line.strip() in block for block in shown), f"{path}: {line}"
    assert found > 300


def test_words_of_prose_are_no_symbols(written):
    layers, lstm = (written[f"common/{name}.py.html"] for name in ("layers", "time_layers/lstm"))
    assert "Take rows out of a table" in layers                                # rows is a name
    assert "<code><i>grads</i></code>" in layers
    assert '<i title="(N, T)">mask</i> (' in lstm


def test_shapes_are_tooltips(pages):
    tooltips = pages["common/time_layers/lstm.py.html"].tooltips
    assert {("Wx", "(D, 4H)"), ("Wh_f", "(H, 4H)"), ("gates", "(4, N, H)"), ("da", "(N, 4H)"),
            ("inputs", "(H + D + 1, T, N)"), ("h", "(H, N)")} <= tooltips
    assert ("dh", "(2w N, H), then (N, H)") in pages[
        "ch04_fast_word2vec/skip_gram.py.html"].tooltips
    assert ("x", "(N, T, B), then (counted steps, B)") in pages[
        "ch08_attention/ntm/loss.py.html"].tooltips
    assert ("idx", "(...), then (N,)") in pages["common/layers.py.html"].tooltips
    assert not {name for page in pages.values() for name, _ in page.tooltips} & {
        "max", "shape", "key", "rule"}                       # max(0, x), of shape (N, T), (p, g)


def test_what_is_said_of_a_class(written):
    about = re.search(r'id=LSTM>.*?<p class="about">(.*?)</p>',
                      written["common/time_layers/lstm.py.html"], re.S)[1]
    for part in ("docs/equations.html#LSTM", "tests/", "6 gradients checked", "9e-11",
                 "python -m dlfs2.exercise LSTM"):
        assert part in about
    assert "gradients checked" not in written["common/layers.py.html"]         # none was given


def test_names_link_to_their_definitions(written):
    lstm = written["common/time_layers/lstm.py.html"]
    assert '<a href="../layers.py.html#Layer">Layer</a>' in lstm
    assert '<a href="../layers.py.html#Layer.take">take</a>' in lstm           # of the base class
    assert '<a href="#gates_forward">gates_forward</a>' in lstm
    assert '<a href="recurrent.py.html#Recurrent._as_state">' in lstm
    assert '<a href="common/base_model.py.html#BaseModel.gather">' in written["index.html"]
    assert 'href="../common/time_layers/lstm.py.html#LSTM"' in written["docs/equations.html"]
    assert "Seq2seq.mask" not in written["ch07_seq2seq/README.html"]           # mask of TimeLSTM


def test_what_is_named_like_a_definition_is_no_link(written):
    book = written["tests/test_book_code.py.html"]
    assert "<i>forward</i>(<i>self</i>, <i>x</i>, <i>t</i>)" in book           # parameters
    assert "<i>run</i>=" in written["ch08_attention/train_ntm.py.html"]        # of a call
    study = written["ch04_fast_word2vec/negative_sampling_study.py.html"]
    assert study.count('"#power"') == 1                                        # and a local one
    assert "make</a>().<i>epochs</i>(" in written["tests/common/runs/test_run.py.html"]


def test_all_languages_lead_to_each_other(written):
    for page, others in {"README.html": ["README.ko.html", "README.ja.html"],
                         "README.ja.html": ["README.html", "README.ko.html"],
                         "docs/scripts.ko.html": ["scripts.html"],
                         "ch06_lstm/README.html": ["README.ko.html"],
                         "ch06_lstm/README.ko.html": ["README.html"]}.items():
        top = written[page].split("<h2")[0]
        assert all(f'href="{other}"' in top for other in others), page
    for page, language in {"README.html": "en", "README.ja.html": "ja",
                           "ch06_lstm/README.ko.html": "ko"}.items():
        assert f'<html lang="{language}"' in written[page]


def test_scripts_stand_with_their_results_and_figures(site, written):
    scripts = written["scripts.html"]
    assert scripts.count('<div class="script">') == len(
        re.findall(r"^\|.*\.py\]", site.texts["docs/scripts.md"], re.M))
    section = scripts.split('id="ch02_count_based/count_method_big.py"')[1].split("<h2")[0]
    assert "lexus" in section and "--corpus</span> ptb</code>" in section      # of that result
    assert 'src="docs/figures/ch02_count_method_big.png"' in section


def test_no_page_is_large(written):
    assert max(map(len, (content.encode() for name, content in written.items()
                         if name.endswith(".html")))) < 300_000


EVIL = """<script>alert(1)</script> " ' ]]> & \u2028"""


def test_no_text_becomes_markup(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "common").mkdir()
    (tmp_path / "docs" / "scripts.md").write_text(
        "| section | file | command | time | what to expect |\n|---|---|---|---|---|\n"
        f"| {EVIL} | [x](../common/a.py) | {EVIL} | {EVIL} | {EVIL} |\n", encoding="utf-8")
    (tmp_path / "common" / "a.py").write_text("")
    for name in ("reading", "equations", "results"):
        (tmp_path / "docs" / f"{name}.md").write_text(
            f"# {EVIL}\n\n{EVIL}\n`{EVIL}` [{EVIL}](x\"y.md) ![{EVIL}](z'.png) *{EVIL}*\n\n"
            f"| {EVIL} |\n|---|\n| {EVIL} |\n\n- {EVIL}\n\n```sh\n{EVIL}\n```\n", encoding="utf-8")
    (tmp_path / "common" / "a'\"<b>.py").write_text(
        f'"""{EVIL}\n\n    {EVIL}\n"""\nx = {EVIL!r}  # {EVIL[:-1]}\n\n\n'
        f'def f():\n    """<b>{EVIL}</b>"""\n', encoding="utf-8")
    written = dict(Site(tmp_path).pages())
    assert len(written) == 12
    for name, content in written.items():
        scripts = re.findall(r"<script[^>]*>", content)
        if name.endswith(".html"):
            assert [script[:12] for script in scripts] == ["<script src="] * 2, name
            assert "alert(1)</script>" not in content
            tags = {tag for tag in re.findall(r"<[a-z!][^>]*>", content) if "onerror" in tag
                    or "alert" in re.sub(r'"[^"]*"', "", tag)}
            assert not tags
    assert "<" not in written["names.js"] and "\u2028" not in written["names.js"]


def test_an_option_stays_on_its_line():
    assert markdown.render("`python a.py --top 3 -v a--b`") == (
        '<p><code>python a.py <span class="whole">--top</span> 3 '
        '<span class="whole">-v</span> a--b</code></p>')


def test_markdown():
    assert markdown.render("a *b* **c** `d*e*` [f](g) ![h](i.png)\nj") == (
        '<p>a <em>b</em> <strong>c</strong> <code>d*e*</code> <a href="g">f</a> '
        '<img src="i.png" alt="h">\nj</p>')
    assert markdown.render("2. a\n   b\n3. c") == '<ol start="2"><li>a\nb</li><li>c</li></ol>'
    assert markdown.render("# A `b` c\ntext") == \
        '<h1 id="a-b-c">A <code>b</code> c</h1><p>text</p>'
    assert markdown.render("| a | b |\n|---|---|\n| 1 \\| 2 | [`X`](y) |") == (
        '<div class="wide"><table><tr><th>a</th><th>b</th></tr>'
        '<tr id="X"><td>1 | 2</td><td><a href="y"><code>X</code></a></td></tr></table></div>')
    assert markdown.render("```py\n# <a>\n\nb\n\n```\n\n    c\n    d") == \
        "<pre># &lt;a&gt;\n\nb</pre>\n<pre>c\nd</pre>"


class Two:
    """A site of two files, the second gone at the next build."""

    root, files = ROOT, {"docs/figures/ch02_count_method_big.png"}

    def __init__(self, *names):
        self.names = names

    def pages(self):
        return [(name, name) for name in self.names]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "site"


def test_a_build_removes_its_own_pages_and_no_others(folder):
    command.write_site(Two("index.html", "a/b.html"), folder)
    assert (folder / "docs/figures/ch02_count_method_big.png").is_file()
    (folder / "a" / "mine.html").write_text("mine")
    command.write_site(Two("index.html"), folder)
    assert not (folder / "a" / "b.html").exists()
    assert (folder / "a" / "mine.html").read_text() == "mine"


def test_a_folder_of_something_else_is_refused(folder):
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="files of something else"):
        command.write_site(Two("index.html", "notes.txt"), folder)
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("notes.txt", "mine")]


def test_a_build_that_was_cut_short_can_be_done_again(folder):
    site = Two("index.html", "a.html")
    site.files = {"no/such/figure.png"}
    with pytest.raises(FileNotFoundError):
        command.write_site(site, folder)
    assert (folder / "a.html").exists()
    assert command.write_site(Two("index.html"), folder)[0] == "index.html"
    assert not (folder / "a.html").exists()


@pytest.mark.parametrize("text", ["", "[]", '{"LSTM": 1}', '{"LSTM": [1, "x"]}'])
def test_a_file_without_gradients(tmp_path, text):
    (tmp_path / "g.json").write_text(text)
    with pytest.raises(InputError, match=r"is not what python -m tests\.gradient_table"):
        command.read_gradients(tmp_path / "g.json")


def test_a_table_of_gradients_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        command.read_gradients(tmp_path / "g.json")
