"""An import brings no more than it needs: matplotlib comes when a figure is drawn, common.layers is NumPy and three files.

What is imported is asked in a process of its own, not how long it takes, which
`python -m benchmarks.scaling imports` measures.
"""

import subprocess
import sys

from tests.run_script import ROOT

FOLDERS = ("common", "dataset", *sorted(path.name for path in ROOT.glob("ch*/")))
MODULES = sorted(path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
                 for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


EVERYWHERE = [*MODULES, *sorted(path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
                                for folder in ("benchmarks", "tests")
                                for path in (ROOT / folder).rglob("*.py"))]


def printed_by(code):
    """The words that a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout.split()


def test_no_module_imports_matplotlib():
    assert len(MODULES) > 100
    code = ("import importlib, sys\n"
            f"for name in {MODULES}:\n"
            "    importlib.import_module(name)\n"
            "    if 'matplotlib' in sys.modules:\n"
            "        print(name); break\n")
    assert printed_by(code) == []


def test_common_layers_is_numpy_and_four_files():
    code = ("import sys, numpy\n"
            "before = set(sys.modules)\n"
            "import common.layers\n"
            "print(*sorted(set(sys.modules) - before))\n")
    assert printed_by(code) == ["common", "common.functions", "common.layers", "common.memory",
                                "common.row_grad"]


def test_every_module_and_every_test_is_imported_where_posix_is_missing():
    code = ("import importlib, os, signal, sys\n"
            "sys.modules.update(dict.fromkeys(['resource', 'fcntl', 'termios', 'pwd', 'grp']))\n"
            "for name in ('SIGKILL', 'SIGPROF', 'SIGALRM', 'SIGHUP', 'setitimer', 'ITIMER_PROF'):\n"
            "    vars(signal).pop(name, None)\n"
            "for name in ('fork', 'mkfifo', 'geteuid'):\n"
            "    vars(os).pop(name, None)\n"
            f"for name in {EVERYWHERE}:\n"
            "    importlib.import_module(name)\n"
            "print('imported')\n")
    assert printed_by(code) == ["imported"]
