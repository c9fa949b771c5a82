"""Keeps a reader's code, run to be judged, from writing, deleting, connecting or starting anything.

An audit hook (sys.addaudithook, Python 3.8): it catches accidents, such as a train.py that saves
over its weights when it is imported, and is no sandbox.
"""

import contextlib
import importlib
import os
import sys
from functools import partial

PLACES = {                                                   # may be done in a folder of ours
    "os.remove": "delete", "os.rename": "rename", "os.mkdir": "make", "os.rmdir": "delete",
    "os.truncate": "cut", "os.link": "link", "os.symlink": "link", "os.chmod": "change",
    "os.chown": "change", "os.chflags": "change", "os.utime": "change", "os.setxattr": "change",
    "os.removexattr": "change", "shutil.rmtree": "delete", "shutil.move": "move",
    "shutil.copyfile": "copy", "sqlite3.connect": "open", "os.mkfifo": "make", "os.mknod": "make",
}
REFUSED = {
    **dict.fromkeys(["os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.forkpty",
                     "os.startfile", "os.startfile/2", "subprocess.Popen", "pty.spawn",
                     "_winapi.CreateProcess", "_posixsubprocess.fork_exec"], "start a program"),
    **dict.fromkeys(["os.kill", "os.killpg", "signal.pthread_kill"], "end a process"),
    **dict.fromkeys(["socket.__new__", "socket.connect", "socket.getaddrinfo", "socket.bind",
                     "urllib.Request", "ftplib.connect", "smtplib.connect", "http.client.connect",
                     "webbrowser.open"], "use the network"),
}
SILENT = [("os", "mkfifo"), ("os", "mknod"), ("_posixsubprocess", "fork_exec")]
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Refused(PermissionError):
    """Something that a judged file may not do."""


def guard(allowed):
    """From here on nothing is written outside the folder `allowed`, for as long as we run."""
    allowed = os.path.realpath(allowed) + os.sep
    devices = (os.devnull, ":memory:")

    def inside(path):
        if isinstance(path, int) or path in devices:
            return True
        return (os.path.realpath(os.fsdecode(path)) + os.sep).startswith(allowed)

    def hook(event, arguments):
        if event == "open":
            path, mode, flags = arguments
            writes = set(mode) & set("wax+") if isinstance(mode, str) else (flags or 0) & WRITING
            if writes and path is not None and not inside(path):
                raise Refused(f"it would write {path!r}, which is refused")
        elif event in PLACES:
            paths = [part for part in arguments if isinstance(part, (str, bytes, os.PathLike))]
            if not all(map(inside, paths)):
                raise Refused(f"it would {PLACES[event]} {paths[0]!r}, which is refused")
        elif event in REFUSED:
            what = next((f" ({part!r})" for part in arguments if isinstance(part, str)), "")
            raise Refused(f"it would {REFUSED[event]}{what}, which is refused")

    sys.addaudithook(hook)
    for module, name in SILENT:                              # those that raise no event
        with contextlib.suppress(ImportError, AttributeError):         # not on Windows
            owner = importlib.import_module(module)
            getattr(owner, name)
            setattr(owner, name, partial(sys.audit, f"{module}.{name}"))
