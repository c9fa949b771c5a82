"""Our own code in a Python where nothing of the reader's comes first: no folder, no PYTHONPATH.

`python -m` puts the reader's folder first on the path, with its random.py and types.py: so nothing
but sys and os, which Python has loaded by then, is imported here before that folder is gone.
"""

import os
import sys

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def command(module, argv, *options):
    """The command that runs `module`.main(argv): ours first, what else this Python finds last."""
    here = ("", os.getcwd())
    rest = [folder for folder in sys.path if folder not in here]      # such as pip install --user
    code = (f"import sys; sys.path[:] = dict.fromkeys([{HOME!r}, *sys.path, *{rest!r}]); "
            f"from dlfs2.apart import inside; inside({module!r})")
    return [sys.executable, "-I", *options, "-c", code, *argv]


def run_apart(module, argv):
    """Run it, and end with its exit status."""
    words = command(module, argv)
    if os.name == "posix":
        os.execv(words[0], words)                            # one process, one Ctrl-C
    sys.path[:] = [folder for folder in sys.path if folder not in ("", os.getcwd())]
    import subprocess
    sys.exit(subprocess.call(words))


def inside(module):
    """What the command does: `module`.main of its arguments; by its `run`, where it has one."""
    import importlib
    import signal

    def stop(*_):
        raise KeyboardInterrupt                              # ended from without, as by Ctrl-C

    signal.signal(signal.SIGTERM, stop)
    if sys.stdout is not None:                               # a reader's line may be in Hangul
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        found = importlib.import_module(module)
        status = found.run(found.main) if hasattr(found, "run") else found.main(sys.argv[1:])
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    except OSError as error:                                 # a full disk, or | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = 1
        if not isinstance(error, BrokenPipeError):
            print(f"{module}: {error}", file=sys.stderr)
    sys.exit(status)
