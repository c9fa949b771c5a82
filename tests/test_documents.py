"""What the documents show is true: commands run in --quick form, examples print what they show, links lead somewhere."""

import ast
import doctest
import importlib
import re
import shutil
from pathlib import Path

import pytest

from common.script.listing import TIMES, all_scripts
from tests.documents import DOCUMENTS, ROOT, commands, facts, links, name_of, tables
from tests.run_script import call_main

REPLACED = {"ptb": "toy", "BetterRnnlm.pkl": "quick/BetterRnnlm.npz",                   # what a machine without data has
            "100000": "10000", "300000": "20000", "900000": "30000"}              # sizes, for what is typed holds
SHORT = {"--max-epoch": "2", "--flat": "1"}                  # and lengths of runs
GOLD = {"--pairs", "--analogies"}                            # files for real corpora: the toy has its own
MODELS = ("ch04_fast_word2vec/train_fast.py", "ch06_lstm/train_better_rnnlm.py", "ch06_lstm/train_rnnlm.py",
          "ch08_attention/train.py")                         # whose results other commands read


def quick(command):
    """The command with --quick, short, on the toy corpus."""
    script, *words = command
    pairs = [(before, word) for before, word in zip(("", *words), words) if not {before, word} & GOLD]
    arguments = [SHORT.get(before, REPLACED.get(word, word)) for before, word in pairs]
    return [script, *arguments, *([] if "--quick" in arguments else ["--quick"])]


def without_seed(command):
    """The command without `--seed N`."""
    return tuple(word for before, word in zip(("", *command), command)
                 if "--seed" not in (before, word))


def first_of_each():
    """{document: its commands of scripts, each where it first stands}.

    Commands that differ in the seed alone, once they are quick, are one; those that make the
    MODELS were run for the fixture.
    """
    seen, first = {without_seed(quick([model])) for model in MODELS}, {}
    for document in DOCUMENTS:
        for command in commands(document):
            if command[0].endswith(".py") and without_seed(quick(command)) not in seen:
                seen.add(without_seed(quick(command)))
                first.setdefault(document, []).append(command)
    return first


@pytest.mark.parametrize("document", first_of_each(), ids=name_of)
def test_every_command_runs(document, trained):
    shutil.copytree(trained(*MODELS), ".", dirs_exist_ok=True)
    shutil.copytree("quick", ".", dirs_exist_ok=True)        # the models of real runs have these names
    Path("mine.txt").write_text("".join(f"{i}+1_{i + 1}\n" for i in range(50)))
    Path("my_text.txt").write_text("to be or not to be , that is the question . <eos> " * 200)
    for command in first_of_each()[document]:
        try:
            call_main(*quick(command))
        except (Exception, SystemExit) as error:
            raise AssertionError(f"{name_of(document)}: {' '.join(command)}") from error


def test_commands_that_differ_in_the_seed_alone_run_once():
    assert without_seed(("a.py", "--seed", "3", "--beam", "5")) == ("a.py", "--beam", "5")
    scripts = {command[0] for document in DOCUMENTS for command in commands(document)
               if command[0].endswith(".py")}
    ran = [command for document in first_of_each().values() for command in document]
    assert 80 < len(ran) == len(set(ran))
    assert scripts == {*MODELS, *(command[0] for command in ran)}


def test_every_module_that_is_named_is_there():
    named = {command[0]: name_of(document)
             for document in DOCUMENTS for command in commands(document)
             if not command[0].endswith(".py")}
    assert len(named) > 5
    for module, document in named.items():
        assert importlib.util.find_spec(module), f"{document} runs {module}"


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if ">>> " in d.read_text("utf-8")], ids=name_of)
def test_every_python_example_prints_what_is_shown(document):
    failed, tried = doctest.testfile(str(document), module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8")
    assert tried > 5 and not failed


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document):
    assert links(document)
    for target in links(document):
        assert target.exists() and target.is_relative_to(ROOT), f"{name_of(document)} links to {target}"


def test_commands_are_found_in_blocks_and_lines():
    found = commands(ROOT / "README.md")
    assert ("ch08_attention/train.py",) in found and ("ch08_attention/train.py", "--ask", "Sep 27, 1994", "--ask",
                                                      "2/10/93") in found
    assert ("tests.gradient_table",) in found


def equations():
    """(formulas, name, file) of every row of docs/equations.md."""
    rows = []
    for _, _, formulas, where in tables(ROOT / "docs" / "equations.md"):
        if formulas.startswith("`"):
            name, target = re.fullmatch(r"\[`(\w+)`\]\(\.\./(.*)\)", where).groups()
            rows.append((re.findall("`(.+?)`", formulas.replace(r"\|", "|")), name, target))
    return rows


@pytest.mark.parametrize("formulas, name, file", equations(), ids=[name for _, name, _ in equations()])
def test_a_formula_stands_where_it_is_said_to(formulas, name, file):
    found = [node for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))) if getattr(node, "name", "") == name]
    assert len(found) == 1, f"{file} has no {name}"
    docstring = " ".join(ast.get_docstring(found[0]).split())
    assert formulas and all(formula in docstring for formula in formulas)


def test_the_korean_readme_says_the_same():
    english, korean = ROOT / "README.md", ROOT / "README.ko.md"
    blocks = [document.read_text("utf-8").split("```")[1::2] for document in (english, korean)]
    assert blocks[0] == blocks[1] and commands(english) == commands(korean) and links(english) == links(korean)
    for ours, theirs in zip(tables(english), tables(korean), strict=True):
        assert [facts(cell) for cell in ours] == [facts(cell) for cell in theirs], ours
    headings = [[line.split()[0] for line in document.read_text("utf-8").splitlines() if line.startswith("#")]
                for document in (english, korean)]
    assert headings[0] == headings[1]


def test_the_times_of_the_readme_are_those_of_the_list():
    rows = [row for row in tables(ROOT / "README.md") if len(row) == 5 and row[2].startswith("`python ch")]
    shown = {row[2].strip("`").removeprefix("python "): row[3] for row in rows}
    listed = {path: time.split(",")[0] for path, time in TIMES.items()}
    assert len(rows) > 40 and all(
        listed.get(command, "-") == time for command, time in shown.items() if " " not in command)
    assert {command.split()[0] for command in shown} == {script.path for script in all_scripts()}
