"""Another `common` or `dataset` on the path is noticed at once; Ctrl-C while a script loads."""

import os
import re
import shutil
import signal
import subprocess
import sys

import pytest

from common.script.listing import all_scripts
from tests.run_script import ROOT

BOOK = dict.fromkeys(["ch01/__init__.py", "common/__init__.py", "common/layers.py",
                      "common/time_layers.py", "dataset/__init__.py", "dataset/ptb.py"], "x = 1\n")
FOREIGN = {                              # {what: (files, what the message says of it)}
    "the book's": (BOOK, "'common'.*of the repository of the book. Take {} off Python's path"),
    "common.py": ({"common.py": ""}, "'common'.*common.py, of your own.*Rename {}/common.py, or"),
    "dataset": ({"dataset/__init__.py": ""}, "'dataset'.*of your own.*Rename {}/dataset, or"),
    "ours": ({"common/__init__.py": '"""Of dlfs2-numpy."""'}, "'common'.*another copy of this"),
}
WAYS = {
    "chapter": ["-c", "import ch05_rnn"],
    "dataset": ["-c", "from ch04_fast_word2vec import skip_gram"],
    "-m": ["-m", "ch02_count_based.ppmi"],
    "script": [str(ROOT / "ch02_count_based/ppmi.py")],
    "script of a chapter": [str(ROOT / "ch05_rnn/train.py"), "--quick"],
}


def put(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def python(*arguments, first, **options):
    """The finished process; `first` comes first on its path, and after it this library."""
    path = os.pathsep.join([str(first), str(ROOT)])
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": path}, **options)


@pytest.mark.parametrize("what", FOREIGN)
@pytest.mark.parametrize("way", ["chapter", "script"])
def test_a_foreign_package_is_named_with_its_place_and_a_cure(what, way, tmp_path):
    files, told = FOREIGN[what]
    done = python(*WAYS[way], first=put(tmp_path.resolve(), files))
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1 and last.startswith("ImportError: the '"), done.stderr
    assert re.search(told.format(re.escape(str(tmp_path.resolve()))), last)
    assert str(ROOT / last.split("'")[1]) in last


@pytest.mark.parametrize("way", WAYS)
def test_it_is_noticed_by_every_way_in(way, tmp_path):
    done = python(*WAYS[way], first=put(tmp_path, BOOK))
    assert "ImportError: the 'common' that Python finds first is not that" in done.stderr
    assert not python(*WAYS[way], first=ROOT).stderr


def test_one_that_was_imported_before_is_noticed(tmp_path):
    code = (f"import sys; sys.path.remove({str(ROOT)!r}); import common.layers\n"
            f"sys.path.insert(0, {str(ROOT)!r}); import ch05_rnn")
    put(tmp_path, BOOK)
    for _ in range(2):                                       # a package, then a mere folder
        done = python("-S", "-c", code, first=tmp_path)
        assert "keep an environment for each, and start Python again." in done.stderr
        (tmp_path / "common/__init__.py").unlink(missing_ok=True)


def test_an_installed_package_is_told_by_its_name(tmp_path):
    """As `pip install dataset` puts it."""
    site = put(tmp_path / "site-packages", {
        "dataset/__init__.py": "", "dataset-1.6.2.dist-info/RECORD": "dataset/__init__.py,,\n",
        "dataset-1.6.2.dist-info/top_level.txt": "dataset\n",
        "dataset-1.6.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: dataset\nVersion: 1\n"})
    done = python("-c", "import ch05_rnn", first=site)
    assert "of the installed package dataset. `python -m pip uninstall dataset`, or" in done.stderr


def test_ours_written_over_by_an_installed_one_is_noticed(tmp_path):
    """Two wheels that share a folder: the file has our place, and another's text."""
    for folder in ("common", "dataset", "ch05_rnn"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert not python("-c", "import ch05_rnn", first=tmp_path).stderr
    (tmp_path / "dataset/__init__.py").write_text("")
    assert "the 'dataset' that" in python("-c", "import ch05_rnn", first=tmp_path).stderr


def test_common_script_looks_too(tmp_path):
    """An editable install lends another's `common` the modules that it lacks."""
    put(tmp_path, BOOK)
    code = (f"import common; common.__path__.append({str(ROOT / 'common')!r})\n"
            "import common.script")
    assert "of the repository of the book" in python("-c", code, first=tmp_path).stderr


def test_dataset_looks_too(tmp_path):
    first = put(tmp_path, {"common.py": ""})
    done = python("-c", "import dataset", first=first)
    assert "'common' that Python finds first" in done.stderr


@pytest.mark.parametrize("script", [script.path for script in all_scripts()])
def test_each_script_reaches_a_chapter_first(script):
    text = (ROOT / script).read_text("utf-8")
    first = re.search(r"^(?:from|import) (common|dataset|ch\d\d)", text, re.MULTILINE)
    assert first[1].startswith("ch")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize("start", [["ch05_rnn/train.py"], ["-m", "ch05_rnn.train"]])
def test_ctrl_c_while_a_script_loads_ends_in_a_line(start, tmp_path):
    """It comes while NumPy is imported: this numpy.py sends it."""
    (tmp_path / "numpy.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    done = python(*start, first=tmp_path, cwd=ROOT)
    assert done.returncode == 130 and done.stderr.strip() == "stopped while loading"
    done = python("-c", "import ch05_rnn.train", first=tmp_path, cwd=tmp_path)
    assert done.returncode == -signal.SIGINT                 # a program's handler stays
