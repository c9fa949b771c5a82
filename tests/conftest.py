"""Every test sees an empty machine: no PTB, an empty cache, no proxy, figures in a folder of its own."""

import pytest


@pytest.fixture(autouse=True)
def empty_machine(monkeypatch, tmp_path):
    for name in ("DLFS2_DATA", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
