"""Downloads from a server on loopback that answers well, badly, slowly, or not at all."""

import hashlib
import http.server
import subprocess
import sys
import threading
import time

import pytest

from common.errors import InputError
from common.files.writing import Path
from dataset import download

BODY = b"one two three\n" * 5000
SHA256 = hashlib.sha256(BODY).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by folder: /good gives the file, the others what their name says."""

    def do_GET(self):
        self.server.asked.append(self.path)
        folder = self.path.split("/")[1]
        if folder == "missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write({"good": BODY, "wrong": BODY[::-1], "short": BODY[:1000]}[folder])

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def kept():
    folder = download.cache_folder()
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_is_fetched_once_and_kept(server):
    path = download.fetch("a.txt", [f"{server.url}/good"], SHA256)
    assert path.read_bytes() == BODY
    assert download.fetch("a.txt", [f"{server.url}/good"], SHA256) == path
    assert server.asked == ["/good/a.txt"]


@pytest.mark.parametrize("fault, message", [("wrong", "checksum"), ("short", "a.txt: "),
                                            ("missing", "Not Found")])
def test_a_bad_mirror_leaves_nothing_behind_and_the_next_is_asked(server, fault, message):
    with pytest.raises(InputError, match=message):
        download.fetch("a.txt", [f"{server.url}/{fault}"], SHA256)
    assert kept() == []
    path = download.fetch("a.txt", [f"{server.url}/{fault}", f"{server.url}/good"], SHA256)
    assert path.read_bytes() == BODY


def test_a_spoilt_file_in_the_cache_is_not_believed(server):
    download.cache_folder().mkdir(parents=True)
    (download.cache_folder() / "a.txt").write_bytes(BODY[:-1])
    assert download.cached("a.txt", SHA256) is None
    assert download.fetch("a.txt", [f"{server.url}/good"], SHA256).read_bytes() == BODY


def test_a_server_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.1)
    hang = threading.Event()
    monkeypatch.setattr(download.urllib.request, "urlopen", lambda *args, **kwargs: hang.wait(10))
    with pytest.raises(InputError, match=r"no answer in 0\.1 s"):
        download.fetch("a.txt", ["http://127.0.0.1:9/x"], SHA256)
    hang.set()


def test_the_time_limits_for_both_mirrors_of_ptb_stay_within_fifteen_seconds():
    from dataset import ptb
    assert len(ptb.MIRRORS) * download.CONNECT_SECONDS < 15


def test_a_cache_that_cannot_be_written_is_named(server, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(InputError, match=r"cannot create the folder .*dlfs2: Permission denied"):
        download.fetch("a.txt", [f"{server.url}/good"], SHA256)


def test_two_processes_that_download_at_once_both_get_the_file(server):
    code = (f"from dataset.download import fetch; import sys;"
            f"path = fetch('a.txt', ['{server.url}/good'], '{SHA256}')\n"
            "sys.stdout.write(str(path.stat().st_size))")
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
            for _ in range(2)]
    assert [process.communicate(timeout=60)[0] for process in both] == [str(len(BODY))] * 2
    assert kept() == ["a.txt"]


def test_waiting_for_the_body_has_a_limit_too(monkeypatch):
    monkeypatch.setattr(download, "READ_SECONDS", 0.2)
    import socket
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def stall():
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nabc")
                time.sleep(1)
        thread = threading.Thread(target=stall)
        thread.start()
        with pytest.raises(InputError, match="timed out"):
            download.fetch("a.txt", [f"http://127.0.0.1:{listener.getsockname()[1]}"], SHA256)
        thread.join()
    assert kept() == []
