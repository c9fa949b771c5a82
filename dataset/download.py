"""Fetch a file once, from the first mirror that answers, and only with the right checksum.

It takes its name in the cache when all its bytes have been received and hashed: nothing is left of
a download that was cut short, and two processes can fetch it at once.
"""

import hashlib
import http.client
import os
import threading
import urllib.error
import urllib.request
from pathlib import Path

from common.errors import InputError
from common.files.writing import make_folder, replacing

CONNECT_SECONDS = 5          # for each mirror, from the name look-up to the first byte
READ_SECONDS = 10            # for each block after that


def cache_folder():
    """The per-user folder that keeps downloads: $XDG_CACHE_HOME/dlfs2, or ~/.cache/dlfs2."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dlfs2"


def cached(name, sha256):
    """The path of a file of the cache, or None where none has this checksum."""
    path = cache_folder() / name
    try:
        return path if hashlib.sha256(path.read_bytes()).hexdigest() == sha256 else None
    except OSError:
        return None


def fetch(name, mirrors, sha256):
    """The path of `name` in the cache, downloaded from the first of `mirrors` that has it.

    mirrors: URLs of folders. InputError where none gives the right bytes, with what each answered,
    or where the cache cannot be written.
    """
    path = cached(name, sha256)
    if path:
        return path
    path = make_folder(cache_folder()) / name
    failures = []
    for mirror in mirrors:
        url = f"{mirror}/{name}"
        try:
            data = read_url(url)
        except (OSError, http.client.HTTPException) as error:  # time-out, reset, short body
            reason = getattr(error, "reason", None) or error or type(error).__name__
            failures.append(f"{url}: {reason}")
            continue
        found = hashlib.sha256(data).hexdigest()
        if found == sha256:
            with replacing(path) as file:
                file.write(data)
            return path
        failures.append(f"{url}: wrong checksum (SHA-256 {found[:12]}..., not {sha256[:12]}...), "
                        "not kept")
    raise InputError(f"{name} could not be downloaded.\n  " + "\n  ".join(failures))


def read_url(url):
    """All bytes behind a URL, the first in CONNECT_SECONDS; else OSError or HTTPException."""
    answer = {}

    def connect():
        try:
            answer["response"] = urllib.request.urlopen(url, timeout=READ_SECONDS)
        except urllib.error.HTTPError as error:              # 404 and its like have a body to close
            error.close()
            answer["error"] = error
        except Exception as error:
            answer["error"] = error

    # A thread: a name look-up and a host with many addresses each outlast any socket time-out.
    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(CONNECT_SECONDS)
    if "error" in answer:
        raise answer["error"]
    if "response" not in answer:
        raise TimeoutError(f"no answer in {CONNECT_SECONDS} s")
    with answer["response"] as response:
        return response.read()                               # too short: IncompleteRead
