"""Every test sees an empty machine: no PTB, an empty cache, no proxy, a folder of its own."""

import contextlib
import functools
import io

import pytest

from dataset import sequence
from tests.run_script import call_main

UNSET = "DLFS2_DATA http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY".split()


def empty(patch, folder):
    """The environment of an empty machine, in a folder that is empty too; returns that folder."""
    for name in UNSET:
        patch.delenv(name, raising=False)
    patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    (folder / "work").mkdir()
    patch.chdir(folder / "work")
    return folder / "work"


@pytest.fixture(autouse=True)
def empty_machine(monkeypatch, tmp_path):
    empty(monkeypatch, tmp_path)


@pytest.fixture(autouse=True, scope="session")
def questions_made_once():
    """The 50,000 questions of a seed are generated once, not in each test that trains on them."""
    with pytest.MonkeyPatch.context() as patch:
        cached = {name: functools.cache(make) for name, make in sequence.SETS.items()}
        patch.setattr(sequence, "SETS", cached)
        yield


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """trained(script, ...): a folder with what their --quick runs leave, made once in a session.

    The files are shared: copy what you want to change.
    """
    @functools.cache
    def run(*scripts):
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
            folder = empty(patch, tmp_path_factory.mktemp("trained"))
            for script in scripts:
                call_main(script, "--quick")
        return folder
    return run
