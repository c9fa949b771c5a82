"""Run a script the way a user does, in a process of its own."""

import importlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run_script(path, *arguments, **options):
    """The finished process of `python path arguments`, in the current folder, with its output as text."""
    return subprocess.run([sys.executable, str(ROOT / path), *arguments], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=300, **options)


def call_main(path, *arguments):
    """Call the main() of a script in this process."""
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    module.main(list(arguments))
