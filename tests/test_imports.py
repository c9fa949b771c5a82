"""An import brings no more than it needs: matplotlib comes when a figure is drawn.

Each test asks a process of its own.
"""

import subprocess
import sys

from tests.run_script import ROOT

FOLDERS = ("common", "dataset", "dlfs2", *sorted(path.name for path in ROOT.glob("ch*/")))


def modules(*folders):
    """The names of all modules in these folders."""
    paths = sorted(path.relative_to(ROOT) for folder in folders
                   for path in (ROOT / folder).rglob("*.py"))
    return [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths]


MODULES = modules(*FOLDERS)
EVERYWHERE = modules(*FOLDERS, "benchmarks", "tests")


def printed_by(code):
    """The words that a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT,
                          check=True)
    return done.stdout.split()


def test_no_module_imports_matplotlib():
    assert len(MODULES) > 80
    code = ("import importlib, sys\n"
            f"for name in {MODULES}:\n"
            "    importlib.import_module(name)\n"
            "    if 'matplotlib' in sys.modules:\n"
            "        print(name); break\n")
    assert printed_by(code) == []


def test_common_layers_is_numpy_and_six_files():
    code = ("import sys, numpy\n"
            "before = set(sys.modules)\n"
            "import common.layers\n"
            "print(*sorted(set(sys.modules) - before))\n")
    assert printed_by(code) == ["common", "common.errors", "common.functions", "common.layers",
                                "common.memory", "common.row_grad", "common.shapes"]


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
