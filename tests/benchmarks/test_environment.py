"""What the check of the environment prints, on machines that have more and less."""

import io
import os
import platform

import numpy as np
import pytest

from benchmarks import environment
from benchmarks.environment import blas_name, main, sgemm_rate
from dataset import ptb
from dataset.thesaurus import wordnet


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in [name for name in os.environ if name.startswith(("OPENBLAS_", "MKL_", "OMP_"))]:
        monkeypatch.delenv(name)


def printed(capsys):
    main(["--quick"])
    lines = capsys.readouterr().out.splitlines()
    return {line.split()[0]: line for line in lines}


def test_an_empty_machine_is_told_how_to_bring_the_texts(monkeypatch, capsys):
    monkeypatch.setattr(wordnet, "find", lambda: None)
    lines = printed(capsys)
    assert lines["processor"].endswith(f"{environment.processor()}, {os.cpu_count()} cores")
    assert platform.python_version() in lines["Python"] and np.__version__ in lines["NumPy"]
    assert blas_name() in lines["NumPy"] and " GFLOP/s" in lines["NumPy"]
    assert all(name in lines["PTB"] for name in ptb.SHA256) and "DLFS2_DATA" in lines["PTB"]
    assert "wordnet-base" in lines["WordNet"] and lines["settings"].split()[1] == "none"


def test_texts_that_are_there_and_settings_that_slow_down(tmp_path, monkeypatch, capsys):
    for name in ptb.SHA256:
        (tmp_path / name).write_text("a b\n")
    monkeypatch.setenv("DLFS2_DATA", str(tmp_path))
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("OMP_PROC_BIND", "true")
    lines = printed(capsys)
    assert lines["PTB"].endswith(str(tmp_path)) and lines["settings"].split()[1] == "3"
    assert "twice as fast" in lines["OPENBLAS_CORETYPE=Haswell:"]
    assert "threads" in lines["OMP_NUM_THREADS=1:"]
    assert "OMP_PROC_BIND=true" in lines
    (tmp_path / "ptb.valid.txt").unlink()
    assert printed(capsys)["PTB"].split()[1:5] == ["ptb.valid.txt", "not", "at", "hand,"]


def test_the_processor_has_a_name(monkeypatch):
    monkeypatch.setattr(environment.platform, "processor", lambda: "another")
    texts = [io.StringIO("processor : 0\nmodel name\t: A: CPU 2 GHz\n" * 2),
             io.StringIO("Features : fp\n")]
    monkeypatch.setattr("builtins.open",
                        lambda path, encoding: texts.pop(0) if texts else os.stat("not there"))
    assert [environment.processor() for _ in range(3)] == ["A: CPU 2 GHz", "another", "another"]


@pytest.mark.parametrize("backend, windows", [("Agg", False), ("agg", False), ("TkAgg", True)])
def test_a_back_end_without_windows_is_told(backend, windows, monkeypatch, capsys):
    monkeypatch.setattr("matplotlib.get_backend", lambda: backend)
    line = printed(capsys)["matplotlib"]
    assert f"back end {backend}" in line and ("no window" in line) == (not windows)


def test_a_rate_counts_two_operations_for_each_of_n_cubed_products(monkeypatch):
    monkeypatch.setattr(environment, "median_seconds", lambda work, total: (work(), 2)[1])
    assert sgemm_rate(10) == 1e-6
