"""The documents hold: their commands run, examples print what is shown, links lead somewhere."""

import ast
import doctest
import importlib
import re
import shutil
from pathlib import Path

import pytest

from ch08_attention.models import MODELS as TRAINED
from common.script.listing import all_scripts
from tests.documents import DOCUMENTS, READMES, ROOT, commands, facts, links, name_of, tables
from tests.run_script import call_main, golden

REPLACED = {"ptb": "toy", "BetterRnnlm.pkl": "quick/BetterRnnlm.npz",  # on a machine without data
            "100000": "10000", "300000": "20000", "900000": "30000"}  # what is typed holds
SHORT = {"--max-epoch": "2", "--flat": "1"}                  # likewise
GOLD = {"--pairs", "--analogies"}                            # for real corpora: the toy has its own
MODELS = ("ch04_fast_word2vec/train_fast.py", "ch06_lstm/train_better_rnnlm.py",
          "ch06_lstm/train_rnnlm.py", "ch08_attention/train.py")  # that other commands read


def quick(command):
    """The command with --quick, short, on the toy corpus."""
    script, *words = command
    arguments = [SHORT.get(before, REPLACED.get(word, word))
                 for before, word in zip(("", *words), words) if not {before, word} & GOLD]
    return (script, *arguments, *([] if "--quick" in arguments else ["--quick"]))


def plain(command):
    """The command without seeds, and without the toy corpus, which is the default here."""
    return tuple(re.sub(r" --(seeds?( \d+)+|corpus toy)\b", "", " ".join(command)).split())


def first_of_each():
    """{document: its commands of scripts, each where it first stands}.

    Commands that differ in seeds alone, once they are quick, are one. golden.txt has a --quick run
    of every script, and chapter 8's tests one of each model and of two tasks: what is no more is
    run there.
    """
    seen, first = {(command.split()[0], "--quick") for command in golden()}, {}
    seen |= {("ch08_attention/train.py", "--model", model, "--quick")
             for model in TRAINED if model != "transformer"}           # it has its own script
    seen |= {("ch08_attention/train_ntm.py", "--task", task, "--quick")
             for task in ("repeat-copy", "dynamic-n-grams")}
    for document in DOCUMENTS:
        for command in commands(document):
            if command[0].endswith(".py") and plain(quick(command)) not in seen:
                seen.add(plain(quick(command)))
                first.setdefault(document, []).append(command)
    return first


@pytest.mark.parametrize("document", first_of_each(), ids=name_of)
def test_every_command_runs(document, quick_run):
    for model in MODELS:
        made = quick_run(f"{model} --quick").folder
        shutil.copytree(made, ".", dirs_exist_ok=True)
        shutil.copytree(made / "quick", ".", dirs_exist_ok=True)  # as real runs name the models
    Path("mine.txt").write_text("".join(f"{i}+1_{i + 1}\n" for i in range(50)))
    Path("my_text.txt").write_text("to be or not to be , that is the question . <eos> " * 200)
    for command in first_of_each()[document]:
        try:
            call_main(*quick(command))
        except (Exception, SystemExit) as error:
            raise AssertionError(f"{name_of(document)}: {' '.join(command)}") from error


def test_commands_that_differ_in_the_seed_alone_run_once():
    assert plain(("a.py", "--seed", "3", "--beam", "5")) == ("a.py", "--beam", "5")
    assert plain(("a.py", "--seeds", "3", "1", "--quick")) == ("a.py", "--quick")
    assert plain(("a.py", "--corpus", "toy", "--beam", "5")) == ("a.py", "--beam", "5")
    ran = [plain(quick(command)) for document in first_of_each().values() for command in document]
    assert 38 < len(ran) == len(set(ran))


def test_every_module_that_is_named_is_there():
    named = {command[0]: name_of(document)
             for document in DOCUMENTS for command in commands(document)
             if not command[0].endswith(".py")}
    assert len(named) > 5
    for module, document in named.items():
        assert importlib.util.find_spec(module), f"{document} runs {module}"


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if ">>> " in d.read_text("utf-8")],
                         ids=name_of)
def test_every_python_example_prints_what_is_shown(document):
    failed, tried = doctest.testfile(str(document), module_relative=False,
                                     optionflags=doctest.ELLIPSIS, encoding="utf-8")
    assert tried > 5 and not failed


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document):
    assert links(document)
    for target in links(document):
        assert target.exists() and target.is_relative_to(ROOT), \
            f"{name_of(document)} links to {target}"


def test_commands_are_found_in_blocks_and_lines():
    found = commands(ROOT / "README.md")
    assert {("ch08_attention/train.py",), ("tests.gradient_table",),
            ("ch08_attention/train.py", "--ask", "Sep 27, 1994", "--ask", "2/10/93")} <= {*found}


def equations():
    """(formulas, name, file) of every row of docs/equations.md."""
    rows = []
    for _, _, formulas, where in tables(ROOT / "docs" / "equations.md"):
        if formulas.startswith("`"):
            name, target = re.fullmatch(r"\[`(\w+)`\]\(\.\./(.*)\)", where).groups()
            rows.append((re.findall("`(.+?)`", formulas.replace(r"\|", "|")), name, target))
    return rows


@pytest.mark.parametrize("formulas, name, file", equations(),
                         ids=[name for _, name, _ in equations()])
def test_a_formula_stands_where_it_is_said_to(formulas, name, file):
    found = [node for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8")))
             if getattr(node, "name", "") == name]
    assert len(found) == 1, f"{file} has no {name}"
    docstring = " ".join(ast.get_docstring(found[0]).split())
    assert formulas and all(formula in docstring for formula in formulas)


def test_every_term_leads_to_its_place():
    rows = [row for row in tables(ROOT / "docs" / "terms.md") if "](" in row[-1]]
    terms = [term for row in rows for term in row[0].split(", ")]
    assert len(rows) > 100 and len({*terms}) == len(terms)
    assert {"weight tying", "BPTT", "vanishing gradient", "one-hot vector", "word embedding",
            "bag-of-words", "transfer learning", "alignment", "teacher forcing"} <= {*terms}
    for *languages, _, where in rows:
        assert len(languages) == 4 and not {"", "-"} & {*languages}, languages
        name, file = re.fullmatch(r"\[(.+)\]\(\.\./(.+)\)", where).groups()
        defined = {getattr(node, "name", None)
                   for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8")))}
        assert name == Path(file).name or name.strip("`") in defined, languages


CHAPTERS = [path.parent.name for path in sorted(ROOT.glob("ch*/README.ko.md"))]


@pytest.mark.parametrize("name, language", [
    ("README", "ko"), ("README", "ja"), ("docs/scripts", "ko"),
    *((f"{chapter}/README", "ko") for chapter in CHAPTERS)])
def test_a_translation_says_the_same(name, language):
    english, translation = both = ROOT / f"{name}.md", ROOT / f"{name}.{language}.md"
    blocks = [document.read_text("utf-8").split("```")[1::2] for document in both]
    headings = [re.findall("^#+", document.read_text("utf-8"), re.M) for document in both]
    assert blocks[0] == blocks[1] and headings[0] == headings[1]
    assert commands(english) == commands(translation)
    ours, theirs = ([path for path in links(document) if path not in (*READMES, *both)]
                    for document in both)                    # without the switch on top
    assert ours == [Path(str(path).replace(f".{language}.", ".")) for path in theirs]
    for ours, theirs in zip(tables(english), tables(translation), strict=True):
        assert [facts(cell) for cell in ours] == [facts(cell) for cell in theirs], ours


@pytest.mark.parametrize("readme", READMES, ids=name_of)
def test_a_readme_leads_to_the_other_languages(readme):
    assert [link for link in links(readme) if link in READMES] == \
        [other for other in READMES if other != readme]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_the_library_is_cloned_and_never_installed_by_name(document):
    text = document.read_text("utf-8")
    assert not re.search(r"pip install[^\n`]*dlfs2", text)
    if document.parent == ROOT:
        assert "git clone" in text[:text.index("```sh")]     # before the first command


def test_the_list_of_scripts_has_each_with_the_sections_and_the_time_of_its_docstring():
    rows = [row for row in tables(ROOT / "docs/scripts.md") if row[2].startswith("`python ch")]
    scripts, seen = {script.path: script for script in all_scripts()}, set()
    for section, _, command, time, _ in rows:
        path, *arguments = command.strip("`").split()[1:]
        assert arguments or scripts[path].time.split(";")[0] == time, path
        assert path in seen or ", ".join(scripts[path].sections) == section, path
        seen.add(path)
    assert seen == set(scripts)
    first = [row for row in tables(ROOT / "README.md") if "`python ch" in row[2]]
    assert len(first) > 10 and all([cell for cell in row if "](" not in cell] in
                                   [[cell for cell in other if "](" not in cell] for other in rows]
                                   for row in first if len(row) == 5)
