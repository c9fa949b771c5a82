"""Every test sees an empty machine: no PTB, an empty cache, no proxy, a folder of its own."""

import contextlib
import functools
import io
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from matplotlib.figure import Figure

from dataset import sequence
from dataset.toy import text
from tests.run_script import READS, run_guarded
from tests.shape_comments import Watch, untraced

# Scripts whose runs reach shape comments that test_shape_comments.py does not reach by itself.
WATCHED = ("ch02", "ch03", "ch04_fast_word2vec/eval", "ch04_fast_word2vec/new_words",
           "ch04_fast_word2vec/text", "ch04_fast_word2vec/train", "ch05_rnn/train",
           "ch05_rnn/truncated", "ch06_lstm/agreement", "ch06_lstm/compare",
           "ch07_seq2seq/generate_text", "ch08_attention/train_", "ch08_attention/visualize")
# Not with NumPy before 2: after a trace with 1.21.2 on Python 3.10 numpy.core.numeric.dtype was not
# what it had been, and np.finfo failed in tests far from here. Why is not known.
TRACED = np.lib.NumpyVersion(np.__version__) >= "2.0.0"
UNSET = "DLFS2_DATA http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY".split()


class Quick(NamedTuple):
    """A run of a script."""

    folder: Path                         # where it left its files
    printed: str


@pytest.fixture(autouse=True)
def empty_machine(monkeypatch, tmp_path):
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture(autouse=True, scope="session")
def data_made_once():
    """The 50,000 questions of a seed, and a toy text, are made once, not in each test with them."""
    with pytest.MonkeyPatch.context() as patch:
        cached = {name: functools.cache(make) for name, make in sequence.SETS.items()}
        patch.setattr(sequence, "SETS", cached)
        patch.setattr(text, "generate", functools.cache(untraced(text.generate)))  # of load_text
        yield


@pytest.fixture(scope="session")
def shapes():
    """What is seen of the shape comments while scripts and layers run."""
    return Watch()


@pytest.fixture(scope="session")
def quick_run(tmp_path_factory, shapes):
    """quick_run("ch05_rnn/train.py --quick"): a Quick, the run made once in a session.

    Its guard runs it, with a stdout that is a StringIO. A script that reads a model runs where that
    was made. The files are shared: copy what you want to change.
    """
    @functools.cache
    def run(command):
        script, *arguments = command.split()
        folder = (run(f"{READS[script]} --quick").folder if script in READS
                  else tmp_path_factory.mktemp("quick"))
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            patch.setattr(sys, "argv", [script, *arguments])
            watched = contextlib.nullcontext()
            if TRACED and script.startswith(WATCHED):
                watched = shapes.on()
                patch.setattr(Figure, "savefig", untraced(Figure.savefig))     # Matplotlib's alone
            with contextlib.redirect_stdout(io.StringIO()) as printed, watched:
                run_guarded(script)
        return Quick(folder, printed.getvalue())
    return run
