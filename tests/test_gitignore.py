"""What a reader's commands leave is not for git; what is written into the library is."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.run_script import ROOT


def git(*arguments):
    """What git prints, without the settings of whoever runs the tests."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run(["git", *arguments], env=environment, capture_output=True, text=True,
                          check=True).stdout


def seen(*files):
    """Which of these files git sees in a new repository with our .gitignore."""
    for file in map(Path, files):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    return {*git("status", "--porcelain", "-uall").replace("?? ", "").splitlines()} & {*files}


@pytest.fixture
def repository():
    git("init", "-q")
    shutil.copy(ROOT / ".gitignore", ".")


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
@pytest.mark.parametrize("folder", ["", "ch08_attention/", "ch08_attention/ntm/", "docs/"])
def test_what_a_script_writes_is_ignored_in_every_folder(folder, repository, quick_run):
    quick = quick_run("ch08_attention/train.py --quick").folder / "quick"
    names = [file.relative_to(quick).as_posix() for file in quick.rglob("*") if file.is_file()]
    assert {Path(name).suffix for name in names} == {".png", ".csv", ".npz"}
    if folder == "docs/":                                    # whose figures are the library's own
        names = [name for name in names if not name.startswith("figures/")]
    assert not seen(*(f"{folder}{name}" for name in names),
                    *(f"{folder}quick/{name}" for name in [*names, "vectors.txt"]),
                    *(f"{folder}{name}" for name in ("cells.html", "vectors.tsv", "site/site.js")
                      if folder == "docs/" or not name.startswith("site/")))


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_what_belongs_to_the_library_is_seen(repository):
    new = {"docs/figures/new.png", "docs/results/new.csv", "ch08_attention/new.py", "tests/new.txt"}
    assert seen(*new) == new


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_what_building_testing_and_a_killed_run_leave_is_ignored(repository):
    assert not seen("dist/dlfs2.whl", "build/lib/common/np.py", "dlfs2_numpy.egg-info/PKG-INFO",
                    ".venv/bin/python", "common/__pycache__/np.pyc", ".pytest_cache/README.md",
                    "ch05_rnn/.run.npz.12-ab.tmp")
