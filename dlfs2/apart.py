"""Our own code in a Python whose path holds nothing of the reader's: no folder, no PYTHONPATH."""

import subprocess
import sys
from pathlib import Path

HOME = str(Path(__file__).resolve().parents[1])


def command(module, argv):
    """The command that runs `module`.main(argv)."""
    code = (f"import sys; sys.path.insert(0, {HOME!r}); "
            f"from {module} import main; sys.exit(main(sys.argv[1:]))")
    return [sys.executable, "-I", "-c", code, *argv]


def run_apart(module, argv):
    """Run it; its exit status, 130 after Ctrl-C."""
    try:
        return subprocess.call(command(module, argv))
    except KeyboardInterrupt:
        return 130
