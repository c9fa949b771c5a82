"""The list of scripts has every script, with its section, in the order of the book."""

import re
import subprocess
import sys

import pytest

from common.script.listing import Script, all_scripts, main, read_script
from tests.run_script import ROOT


def test_every_script_is_listed_with_its_section(capsys):
    main([])
    lines = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    runnable = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("ch*/**/*.py")
                if '__name__ == "__main__"' in path.read_text("utf-8")]
    assert {script.path for script in all_scripts()} == {*runnable}
    for script in all_scripts():
        assert script.sections and len(script.line) > 20 and "(section" not in script.line, script
        name, first = script.path.split("/")[1], ", ".join(script.sections).split()[0]
        assert [name, first] in lines, script


def test_the_columns_have_gaps(capsys):
    main([])
    rows = [line for line in capsys.readouterr().out.splitlines()
            if line.startswith("  ") and line[2] != " "]
    assert len(rows) == len(all_scripts())
    assert all(row[29] == row[44] == row[63] == " " for row in rows)


def test_every_script_says_how_long_it_takes():
    pattern = r"[\d.]+ (s|min|h)(; PTB [\d.]+ (s|min|h))?"
    assert not [script for script in all_scripts() if not re.fullmatch(pattern, script.time)]


def test_the_order_is_that_of_the_book():
    places = [script.place()[:2] for script in all_scripts()]
    assert places == sorted(places) and places[0] == ("ch02_count_based", [2, 2])
    other, own = (Script(f"ch04_x/{name}.py", sections, "", "-").place()
                  for name, sections in (("y", ["3.5.3"]), ("z", ["3.6", "4.4.2"])))
    assert other > own


@pytest.mark.parametrize("last, time", [
    ("Takes 3 min; PTB 2.5 min.", "3 min; PTB 2.5 min"), ("Takes 2 s.", "2 s"), ("More.", "-")])
def test_a_docstring_is_taken_apart(last, time):
    text = f'"""How gates help: all of it (sections 6.1, 6.2.1 and 5.3).\n\n{last}\n"""\n'
    assert read_script("ch06_lstm/x.py", text) == (
        "ch06_lstm/x.py", ["6.1", "6.2.1", "5.3"], "How gates help: all of it.", time)


def test_it_runs_from_any_folder():
    done = subprocess.check_output([sys.executable, "-m", "common.script"], text=True)
    assert "Chapter 4: word2vec at speed" in done
