"""Keeps a reader's code, run to be judged, from writing, deleting, connecting or starting anything.

An audit hook (sys.addaudithook, Python 3.8): it catches accidents, such as a train.py that saves
over its weights when it is imported, and is no sandbox.
"""

import os
import sys

REFUSED = {
    "os.remove": "delete", "os.rename": "rename", "os.mkdir": "make", "os.rmdir": "delete",
    "os.truncate": "cut", "os.link": "link", "os.symlink": "link", "os.chmod": "change",
    "os.chown": "change", "os.utime": "change", "os.setxattr": "change", "os.removexattr": "change",
    "shutil.rmtree": "delete", "shutil.move": "move", "shutil.copyfile": "copy",
    "os.system": "start", "os.exec": "start", "os.spawn": "start", "os.posix_spawn": "start",
    "os.fork": "start", "os.forkpty": "start", "os.startfile": "start", "subprocess.Popen": "start",
    "pty.spawn": "start", "os.kill": "end", "os.killpg": "end", "webbrowser.open": "open",
    "socket.__new__": "connect", "socket.connect": "connect", "socket.getaddrinfo": "connect",
    "socket.bind": "connect", "urllib.Request": "fetch", "ftplib.connect": "connect",
    "smtplib.connect": "connect", "http.client.connect": "connect", "signal.pthread_kill": "end",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Refused(PermissionError):
    """Something that a judged file may not do."""


def guard(allowed):
    """From here on nothing is written outside the folder `allowed`, for as long as we run."""
    allowed = os.path.realpath(allowed) + os.sep
    devices = (os.devnull,)

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
        elif event in REFUSED:
            paths = [part for part in arguments if isinstance(part, (str, bytes, os.PathLike))]
            if event.startswith(("os.", "shutil.")) and paths and REFUSED[event] not in (
                    "start", "end") and all(map(inside, paths)):
                return
            what = f" {paths[0]!r}" if paths else ""
            raise Refused(f"it would {REFUSED[event]}{what}, which is refused")

    sys.addaudithook(hook)
