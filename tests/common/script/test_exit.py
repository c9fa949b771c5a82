"""A script ends with a line and a status where the input is at fault, and hides no other error."""

import ast
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ch06_lstm.rnnlm import Rnnlm
from common.errors import InputError
from common.optimizer import SGD
from common.script import options, run
from common.script.listing import all_scripts
from common.trainer import RnnlmTrainer
from tests.run_script import ROOT


def raising(error):
    def main():
        raise error
    return main


@pytest.mark.parametrize("error, status, message", [
    (InputError("no such word"), 2, "error: no such word"),
    (KeyboardInterrupt(), 130, "stopped before the end"),
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


def test_only_the_guard_hands_on_the_command_line(monkeypatch):
    """In a notebook sys.argv is the kernel's: main() means the defaults there."""
    monkeypatch.setattr(sys, "argv", ["kernel", "-f", "/x.json", "--seed", "3"])
    seeds = []

    def main(argv=None):
        parser = options("doc")
        parser.add_argument("-f", role="free")
        seeds.append(parser.parse_args(argv).seed)

    run(main)
    main()
    main(["--seed", "5"])
    assert seeds == [3, 0, 5]


@pytest.mark.parametrize("stop_at, save, prompt, message", [
    ("load", False, False, "stopped before training began"),
    ("load", True, False, "stopped before training began"),
    ("body", False, False, "stopped after training began. No checkpoint was asked for, by --save."),
    ("body", True, False,
     "stopped after training began. The run is in a.npz: --resume goes on with it."),
    ("step", True, False, "The run is in a.npz: --resume goes on with it."),
    ("step", False, False, "Nothing of the run was kept: --save FILE keeps it."),
    ("step", True, True,
     "The run is in a.npz: --save a.npz --resume goes on with it; "
     'main([..., "--save", "a.npz", "--resume"]).'),
    ("step", False, True,
     "Nothing of the run was kept: --save run.npz keeps it; "
     'main([..., "--save", "run.npz"]).'),
])
def test_after_ctrl_c_a_script_says_where_it_is(stop_at, save, prompt, message, monkeypatch,
                                                capsys):
    class Asking(SGD):
        def update(self, params, grads):
            if stop_at == "step":
                signal.raise_signal(signal.SIGINT)

    Asking.__name__ = "SGD"
    monkeypatch.setattr(sys, "argv", ["script", *["--save", "a.npz"] * save])
    if prompt:
        monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)

    def main(argv=None):
        args = options("doc", training=True).parse_args(argv)
        if stop_at == "load":
            raise KeyboardInterrupt
        model = Rnnlm(4, 2, 2, rng=0)
        words = np.arange(41) % 4
        for _ in RnnlmTrainer(model, Asking(0.1), rng=0).epochs(words[:-1], words[1:], 1, 2, 5,
                                                                run=args.run, verbose=False):
            raise KeyboardInterrupt

    with pytest.raises(SystemExit) as end:
        run(main)
    assert end.value.code == 130 and capsys.readouterr().err.strip().endswith(message)


def test_at_a_prompt_a_run_is_named_as_it_is_typed(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    args = options("doc", training=True).parse_args(["--save", "내 run.npz"])
    assert args.run.kept().endswith("""--save '내 run.npz' --resume goes on with it; """
                                    """main([..., "--save", "내 run.npz", "--resume"]).""")


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("redirection, status, told", [
    (">&-", 0, ""), ("2>&-", 0, ""),
    pytest.param("> /dev/full", 2, "error: the output cannot be written: [Errno 28]", marks=FULL),
])
def test_output_that_is_closed_or_full_leaves_no_traceback(redirection, status, told):
    script = shlex.quote(str(ROOT / "ch02_count_based/ppmi.py"))
    done = subprocess.run(["sh", "-c", f"{shlex.quote(sys.executable)} {script} {redirection}"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == status and done.stderr.startswith(told)
    assert done.stderr.count("\n") == bool(told)


@pytest.mark.parametrize("script", [script.path for script in all_scripts()])
def test_each_main_says_what_it_returns(script):
    tree = ast.parse((ROOT / script).read_text("utf-8"))
    main, = (node for node in tree.body if getattr(node, "name", "") == "main")
    own = [node for part in main.body if not isinstance(part, ast.FunctionDef)
           for node in ast.walk(part) if isinstance(node, ast.Return) and node.value]
    assert ("returns" in ast.get_docstring(main)) == bool(own)
    trains = re.search(r"\.(fit|over|epochs)\(|= train\(", ast.unparse(main))
    assert not trains or own


def test_in_an_interactive_python_the_end_of_a_script_is_no_error():
    done = subprocess.run([sys.executable, "-i", str(ROOT / "ch02_count_based/show_ptb.py"),
                           "--corpus", "none.txt"], input="print(main)\n", capture_output=True,
                          text=True, check=True)
    assert "error: cannot read none.txt" in done.stderr and "SystemExit" not in done.stderr
    assert "<function main" in done.stdout
