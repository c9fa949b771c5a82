"""A reader's folder may hold anything: it is read rightly, left as it was, and nothing stays on."""

import functools
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from dlfs2 import check
from dlfs2.apart import HOME, command
from dlfs2.check_mine import main
from dlfs2.exercise import exercises, text_of
from dlfs2.judge import find, judge
from dlfs2.readers_code import root_of
from dlfs2.report import line
from tests.dlfs2.test_check_mine import fingerprint

RELU = "import numpy as np\ndef relu(x):\n    return np.maximum(x, 0)\n"

ACCIDENTS = """
    open("w.pkl", "wb")
    open("w.pkl", "r+b")
    os.open("w.pkl", os.O_WRONLY | os.O_TRUNC)
    io.FileIO("w.pkl", "a")
    np.save("w.npy", np.ones(3))
    np.memmap("w.pkl", mode="r+", dtype="u1")
    sqlite3.connect("new.db")
    gzip.open("w.pkl", "wb")
    zipfile.ZipFile("new.zip", "w")
    shelve.open("new")
    logging.FileHandler("w.pkl")
    shutil.copy("w.pkl", "new")
    shutil.copytree("d", "new")
    shutil.rmtree("d")
    os.replace("w.pkl", "new")
    os.truncate("w.pkl", 0)
    os.chmod("w.pkl", 0)
    os.makedirs("new/new")
    os.mkfifo("new")
    pathlib.Path("w.pkl").unlink()
    pathlib.Path("new").touch()
    tempfile.mkdtemp(dir=".")
    socket.socket()
    urllib.request.urlopen("http://127.0.0.1:9/")
    subprocess.run(["touch", "new"])
    os.system("touch new")
    os.popen("touch new")
    os.fork()
    os.kill(os.getppid(), 0)
    multiprocessing.get_context("spawn").Process(target=print).start()
    """
HARMLESS = """
    open("w.pkl").read()
    np.memmap("w.pkl", mode="r", dtype="u1")
    os.listdir(".")
    open(os.devnull, "w").close()
    tempfile.TemporaryFile().close()
    sqlite3.connect(":memory:").close()
    """
TRIES = """
import gzip, io, logging, multiprocessing, os, pathlib, shelve, shutil, socket, sqlite3, subprocess
import sys, tempfile, urllib.request, zipfile
sys.path.insert(0, sys.argv[1])
import numpy as np
from dlfs2.guard import Refused, guard
os.environ["TMPDIR"] = sys.argv[2]
guard(sys.argv[2])
for text in sys.stdin.read().split("\\n"):
    try:
        exec(text)
    except Refused as error:
        print("refused:", text)
    except BaseException as error:
        print(type(error), text)
sys.stdout.flush()
os._exit(0)
"""


def test_accidents_are_refused_and_reading_is_not(tmp_path):
    (tmp_path / "mine" / "d").mkdir(parents=True)
    (tmp_path / "mine" / "w.pkl").write_text("weeks of work")
    (tmp_path / "ours").mkdir()
    before = fingerprint(tmp_path / "mine")
    rows = textwrap.dedent(ACCIDENTS).strip().split("\n")
    if os.name != "posix":
        rows = [row for row in rows if "mkfifo" not in row and "fork" not in row]
    done = subprocess.run([sys.executable, "-B", "-c", TRIES, HOME, str(tmp_path / "ours")],
                          input="\n".join(rows) + textwrap.dedent(HARMLESS), text=True,
                          capture_output=True, check=True, cwd=tmp_path / "mine")
    assert done.stdout.split("\n")[:-1] == [f"refused: {row}" for row in rows]
    assert fingerprint(tmp_path / "mine") == before
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["d", "w.pkl"]


# file: (its text, how its verdict ends or what is in it; None: nothing of it is judged)
HARD = {
    "random.py": (RELU, "right"),                            # named like Python's, and NumPy's
    "types.py": (RELU, "right"),
    "secrets.py": (RELU, "right"),
    "zipfile.py": (RELU, "right"),
    "numpy.py": (RELU, "right"),
    "한글 'a b'.py": (RELU, "right"),
    "korean.py": (("# -*- coding: cp949 -*-\n# 한글\n" + RELU).encode("cp949"), "right"),
    "bom.py": (b"\xef\xbb\xbf" + RELU.encode(), "right"),
    "notebook.py": ("get_ipython().run_line_magic('matplotlib', 'inline')\n" + RELU, "right"),
    "lambda.py": ("import numpy as np\nrelu = lambda x: np.maximum(x, 0)\n", "right"),
    "other.py": ("import numpy as np\nclass Mine: pass\ndef mine(x): return np.maximum(x, 0)\n"
                 "relu = mine\n", "right"),
    "imports.py": ("from random import relu\nfrom numpy import *\n", None),
    "branch.py": ("try:\n    import os\nexcept ImportError:\n"
                  "    def relu(x): return x * (x > 0)\n", "right"),
    "script.py": (RELU + "import argparse\nparser = argparse.ArgumentParser()\n"
                  "parser.add_argument('needed')\nargs = parser.parse_args()\n"
                  "corpus = open('nowhere').read()\ncorpus = corpus[:10]\n"
                  "if args.needed == 'x':\n    epochs = 3\n"
                  "import sys\nanswer = input()\nend = sys.exit(3)\n"
                  "with open('new', 'w') as file: pass\n", "right"),
    "thread.py": ("import threading, time, numpy as np\ndef on():\n    time.sleep(99)\n"
                  "def relu(x):\n    threading.Thread(target=on).start()\n"
                  "    return np.maximum(x, 0)\n", "right"),
    "patches.py": (RELU + "np.savez = np.random.randn = None\nq = np.seterr(all='raise')\n"
                   "import warnings\nw = warnings.simplefilter('error')\n", "right"),
    "leaves.py": ("import sys\ndef relu(x): sys.exit(0)\n", "ends the run: SystemExit: 0 (leaves"),
    "dies.py": ("import os\ndef relu(x): os._exit(3)\n", "ended without an answer: status 3"),
    "says.py": ("class Odd(Exception):\n    def __str__(self): raise ValueError\n"
                "def relu(x): raise Odd\n", "raises Odd (says.py:3)"),
    "writes.py": ("def relu(x): open('new', 'w')\n", "it would write 'new', which is refused"),
    "deep.py": ("def relu(x): return relu(x)\n", "raises RecursionError"),
    "torch_.py": ("import no_such_torch\n" + RELU, "No module named 'no_such_torch'"),
    "a/common/plain.py": ("from common.beside import zero\nimport numpy as np\n"        # without
                          "def relu(x): return np.maximum(x, zero)\n", "right"),        # __init__
    "a/common/beside.py": ("zero = 0\n", None),
    "a/common/dots.py": ("from .beside import zero\nimport numpy as np\n"
                         "def relu(x): return np.maximum(x, zero)\n", "right"),
}


def test_whatever_is_in_a_folder_each_definition_is_judged(tmp_path, monkeypatch):
    for name, (text, _) in HARD.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    before, there = fingerprint(tmp_path), sorted(tmp_path.rglob("*"))
    found, complaints = find(tmp_path)
    said = {}
    for verdict in judge(found, tmp_path):
        said.setdefault(os.path.relpath(verdict.definition.file, tmp_path), []).append(
            line(verdict, tmp_path))
    assert not complaints
    assert {name.replace(os.sep, "/") for name in said} == {
        name for name, (_, ends) in HARD.items() if ends}
    for name, (text,) in said.items():
        ends = HARD[name.replace(os.sep, "/")][1]
        assert text.endswith("right") if ends == "right" else ends in text, text
    assert (fingerprint(tmp_path), sorted(tmp_path.rglob("*"))) == (before, there)


def test_what_is_found(tmp_path):
    for name in ("a.py", ".hidden.py", ".git/a.py", "build/a.py", "x/site-packages/a.py",
                 "mine/a.py", "mine/pyvenv.cfg", "x/a.txt", "x/b.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(RELU)
    (tmp_path / "torn.py").write_text("def relu(x:\n")
    (tmp_path / "wide.py").write_bytes(RELU.encode("utf-16"))
    (tmp_path / "old.py").write_text("print 'nothing of the book'\n")
    (tmp_path / "dir.py").mkdir()
    if os.name == "posix":
        (tmp_path / "z.py").symlink_to("a.py")               # the same file
        (tmp_path / "nowhere.py").symlink_to("nothing")
        (tmp_path / "loop").symlink_to(".")
        os.mkfifo(tmp_path / "fifo.py")
    found, complaints = find(tmp_path)
    assert [os.path.relpath(d.file, tmp_path) for d in found] == ["a.py", os.path.join("x", "b.py")]
    assert [text.split(" cannot")[0] for text in complaints] == ["torn.py:1", "wide.py"]
    assert not find(tmp_path / "a.py", ["LSTM"])[0]


def test_a_single_file_imports_from_where_its_common_is(tmp_path):
    for name, text in {
            "common/__init__.py": "", "common/functions.py": "def sigmoid(x): return 0 * x\n",
            "common/layers.py": "from common.functions import sigmoid\ndef relu(x): "
                                "return sigmoid(x)\n",
            "ch04/a.py": "import sys\nsys.path.append('..')\nfrom common.layers import *\n"
                         "from common.functions import sigmoid as s\n"
                         "def relu(x): return s(x)\n"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for path in (tmp_path / "common" / "layers.py", tmp_path / "ch04" / "a.py", tmp_path / "ch04"):
        assert root_of(path) == tmp_path
        verdict, = judge(find(path, ["relu"])[0], root_of(path))
        assert "it is 0: nothing" in line(verdict, tmp_path)           # theirs, not ours


@pytest.mark.parametrize("packages", [["repository"], ["tests", "tests/common", "tests/mine"]])
def test_a_package_is_imported_from_the_folder_that_holds_it(tmp_path, packages):
    for package in packages:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    for folder in (tmp_path, tmp_path / packages[0]):
        (folder / "common").mkdir(exist_ok=True)
        (folder / "common" / "beside.py").write_text("zero = 0\n")
    file = tmp_path / packages[-1] / "a.py"
    file.write_text(f"from {'.'.join(packages[-1].split('/'))} import __name__ as name\n"
                    "from common.beside import zero\nimport numpy as np\n"
                    "def relu(x): return np.maximum(x, zero)\n")
    for path in (file, file.parent):
        verdict, = judge(find(path)[0], root_of(path))
        assert verdict.ok, line(verdict, tmp_path)


def test_what_is_said_of_wrong_arguments(tmp_path, capsys):
    mine = tmp_path / "mine.py"
    mine.write_text(RELU + "def my(x): return np.maximum(x, 0)\n")
    (tmp_path / "a.ipynb").write_text("{}")
    for pair in ("relu", "relu=", "=my", "relu=a b", "my=relu"):
        with pytest.raises(SystemExit):
            main([str(mine), "--as", pair])
        assert f"--as {pair}: write --as BOOK=MINE" in capsys.readouterr().err
    for arguments, said in (([str(tmp_path / "a.ipynb")], "%%writefile"),
                            ([str(mine), "my"], "my: no name of the book's"), (["-"], "not there")):
        with pytest.raises(SystemExit):
            main(arguments)
        assert said in capsys.readouterr().err
    for arguments, said in ((["LSTM"], "LSTM: no definition of it"),
                            (["--as", "relu=nix", "nix"], "nix: no definition of it")):
        assert main([str(mine), *arguments]) == 1
        assert said in capsys.readouterr().out
    assert main([str(mine), "--as", "relu=my", "my"]) == 0
    assert capsys.readouterr().out.endswith("1 of 1 right\n")


def test_a_start_beside_modules_named_like_pythons(tmp_path):
    for name in ("random", "subprocess", "argparse", "inspect", "pathlib", "signal", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not mine')\n")
    (tmp_path / "dlfs2_.py").write_text(RELU)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([HOME, str(tmp_path)])}
    for module in (["dlfs2.check_mine", "dlfs2_.py"], ["dlfs2.exercise"]):
        done = subprocess.run([sys.executable, "-B", "-S", "-m", *module], cwd=tmp_path, text=True,
                              capture_output=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr


def test_packages_that_this_python_found_are_found_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), *sys.path])
    (tmp_path / "installed_for_user.py").write_text(
        "import common\ndef main(argv): print('found', argv)\n")
    (tmp_path / "common.py").write_text("raise SystemExit('not ours')\n")
    done = subprocess.run(command("installed_for_user", ["a"]), text=True, capture_output=True,
                          check=True, cwd=HOME)
    assert done.stdout == "found ['a']\n"


@pytest.mark.skipif(os.name != "posix", reason="signals to a group of processes")
def test_after_ctrl_c_nothing_runs_on_and_nothing_is_left(tmp_path):
    mine, temporary = tmp_path / "mine", tmp_path / "temporary"
    mine.mkdir()
    temporary.mkdir()
    for k in range(3):
        (mine / f"a{k}.py").write_text(
            "import os, tempfile\ndef relu(x):\n"
            "    os.mkdir(os.path.join(tempfile.gettempdir(), f'pid{os.getpid()}'))\n"
            "    while True: pass\n")
    process = subprocess.Popen(command("dlfs2.check_mine", ["."]), cwd=mine, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               start_new_session=True, env={**os.environ, "TMPDIR": str(temporary)})
    for _ in range(200):
        pids = [int(path.name[3:]) for path in temporary.glob("*/*/pid*")]
        if pids:
            break
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, complaint = process.communicate(timeout=8)          # the pipes close: no one holds them
    assert (process.returncode, out, complaint) == (130, "", "")
    assert not list(temporary.iterdir())
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_reader_of_the_output_who_leaves_is_no_error(tmp_path):
    process = subprocess.Popen(command("dlfs2.exercise", []), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait()


def test_exercises_are_written_in_ascii():
    assert all(text_of(name).isascii() for name in exercises())


@functools.singledispatch                                    # a decorator of another file
def relu(x):
    return x * (x > 0)


def test_check_takes_what_a_test_defines_and_refuses_what_has_no_file():
    check(relu)
    for thing, name, error, said in (
            (relu, "LSTMM", ValueError, "'LSTMM' is no name of the book's"),
            (len, "relu", ValueError, "%%writefile"),
            (lambda x: x, "relu", ValueError, "not at the top level"),
            (object(), "relu", TypeError, "the class or function itself")):
        with pytest.raises(error, match=said):
            check(thing, name)
