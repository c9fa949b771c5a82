"""The list of scripts has every script, with its section, in the order of the book."""

import subprocess
import sys

from common.script.listing import TIMES, Script, all_scripts, main, read_script
from tests.run_script import ROOT


def test_every_script_is_listed_with_its_section(capsys):
    main([])
    lines = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    runnable = [path for path in ROOT.glob("ch*/**/*.py") if '__name__ == "__main__"' in path.read_text("utf-8")]
    assert {script.path for script in all_scripts()} == {path.relative_to(ROOT).as_posix() for path in runnable}
    for script in all_scripts():
        assert script.sections and len(script.line) > 20 and "(section" not in script.line, script
        assert [script.path.split("/")[1], ", ".join(script.sections).split()[0]] in lines, script


def test_the_columns_have_gaps(capsys):
    main([])
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ") and line[2] != " "]
    assert len(rows) == len(all_scripts()) and all(row[28:30].endswith(" ") and row[43:45].endswith(" ") and row[63] == " "
                                                   for row in rows)


def test_every_time_is_of_a_script():
    assert set(TIMES) <= {script.path for script in all_scripts()}


def test_the_order_is_that_of_the_book():
    places = [script.place()[:2] for script in all_scripts()]
    assert places == sorted(places) and places[0] == ("ch02_count_based", [2, 2])
    assert Script("ch04_x/y.py", ["3.5.3"], "").place() > Script("ch04_x/z.py", ["3.6", "4.4.2"], "").place()


def test_a_docstring_is_taken_apart():
    text = '"""How gates help: all of it (sections 6.1, 6.2.1 and 5.3).\n\nMore.\n"""\n'
    assert read_script("ch06_lstm/x.py", text) == ("ch06_lstm/x.py", ["6.1", "6.2.1", "5.3"], "How gates help: all of it.")


def test_it_runs_from_any_folder():
    done = subprocess.run([sys.executable, "-m", "common.script"], capture_output=True, text=True, check=True)
    assert "Chapter 4: word2vec at speed" in done.stdout
