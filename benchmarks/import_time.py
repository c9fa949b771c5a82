"""How long it takes until `import common.layers` is done, beside NumPy's own import, each in a fresh Python.

    python -m benchmarks.import_time
"""

import statistics
import subprocess
import sys

from benchmarks.command import words
from benchmarks.timing import seconds
from common.script import run

STATEMENTS = ("pass", "import numpy", "import common.layers", "import common.trainer")


def fresh_python(statement):
    """How long a new Python takes that runs one statement."""
    return seconds(lambda: subprocess.run([sys.executable, "-c", statement], check=True))


def measure(rounds=15):
    """{statement: seconds}, the medians, measured in turn after a round that fills the system's caches."""
    times = [[fresh_python(statement) for statement in STATEMENTS] for _ in range(rounds + 1)]
    return dict(zip(STATEMENTS, map(statistics.median, zip(*times[1:]))))


def main():
    words(__doc__)
    medians = measure()
    for statement, time in medians.items():
        print(f"{statement:22} {1000 * time:6.0f} ms")
    print(f"common.layers beyond NumPy: {1000 * (medians['import common.layers'] - medians['import numpy']):.0f} ms")


if __name__ == "__main__":
    run(main)
