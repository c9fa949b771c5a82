"""A script ends with a line and a status where the input is at fault, and hides no other error."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import InputError
from common.script import run
from tests.run_script import ROOT


def raising(error):
    def main():
        raise error
    return main


@pytest.mark.parametrize("error, status, message", [
    (InputError("no such word"), 2, "error: no such word"), (KeyboardInterrupt(), 130, "stopped"),
    (MemoryError("Unable to allocate 73 TiB"), 2,
     "error: not enough memory: Unable to allocate 73 TiB. Take smaller sizes."),
])
def test_run_ends_with_a_line_and_a_status(capsys, error, status, message):
    with pytest.raises(SystemExit) as end:
        run(raising(error))
    assert end.value.code == status
    assert capsys.readouterr().err.strip() == message


def test_run_hides_no_other_error_and_takes_no_result_for_a_status():
    with pytest.raises(ZeroDivisionError):
        run(raising(ZeroDivisionError()))
    run(lambda: ("a model", "a trainer"))


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("redirection, status, told", [
    (">&-", 0, ""), ("2>&-", 0, ""),
    pytest.param("> /dev/full", 2, "error: [Errno 28]", marks=FULL),
])
def test_output_that_is_closed_or_full_leaves_no_traceback(redirection, status, told):
    script = shlex.quote(str(ROOT / "ch02_count_based/ppmi.py"))
    done = subprocess.run(["sh", "-c", f"{shlex.quote(sys.executable)} {script} {redirection}"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == status and done.stderr.startswith(told)
    assert done.stderr.count("\n") == bool(told)
