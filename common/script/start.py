"""The start of a script: whose `common` and `dataset` are these, and Ctrl-C while it loads.

The book's repository has folders of these names, PyPI a package, a reader perhaps a common.py. Run
by its path, when a chapter or dataset is imported: `common` may be anybody's then.
"""

import re
import signal
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = "dlfs2-numpy"                                         # in the docstring of ours


def check(name):
    """ImportError that says whose the package or module `name` is, where, and what to do."""
    path = place(name)
    if path is None or (path == ROOT / name / "__init__.py" and MARK in path.read_text("utf-8")):
        return
    owner, cure = whose(name, path)
    again = ", and start Python again" if name in sys.modules else ""
    raise ImportError(f"the '{name}' that Python finds first is not that of this library, "
                      f"{ROOT / name}: it is {path}, {owner}. {cure}{again}.")


def place(name):
    """The file of a module, imported or to be found; a folder where that is all; None."""
    module = sys.modules.get(name)
    if module is None:
        spec = find_spec(name)
        file, folders = getattr(spec, "origin", None), getattr(
            spec, "submodule_search_locations", None)
    else:
        file, folders = getattr(module, "__file__", None), getattr(module, "__path__", None)
    file = file or next(iter(folders or ()), None)
    return file and Path(file).resolve()


def whose(name, path):
    """(whose it is, what to do about it)."""
    module = path.parent if path.name == "__init__.py" else path
    folder = module.parent
    off = f"Take {folder} off Python's path (PYTHONPATH, sys.path, the folder you are in)"
    from importlib.metadata import packages_distributions  # slow, and seldom needed
    installed = [other for other in packages_distributions().get(name, []) if other != MARK]
    if installed and folder.name in ("site-packages", "dist-packages"):
        over = ", install this library again" if folder == ROOT else ""           # it lies on ours
        return (f"of the installed package {installed[0]}",
                f"`python -m pip uninstall {installed[0]}`{over}, or keep an environment for each")
    if (folder / "ch01").is_dir():
        return "of the repository of the book", f"{off}, or keep an environment for each"
    if path.is_file() and MARK in path.read_text("utf-8", "replace"):
        return "of another copy of this library", f"{off}, or keep an environment for each"
    return "of your own or another program", f"Rename {module}, or: {off[0].lower()}{off[1:]}"


def end_quietly_at_ctrl_c():
    """Where a chapter's script was started, Ctrl-C ends it in a line, until run() has begun."""
    script = getattr(sys.modules["__main__"], "__file__", None)
    if script:
        started = Path(script).resolve().parent in ROOT.glob("ch0*")
    else:                                                    # not yet known to `python -m ch0...`
        started = re.search(r" -m ch0\d", " ".join(sys.orig_argv))
    if started and threading.current_thread() is threading.main_thread() \
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stopped)


def _stopped(*_):
    print("\nstopped while loading", file=sys.stderr)
    sys.exit(130)


end_quietly_at_ctrl_c()
for package in ("common", "dataset"):
    check(package)
