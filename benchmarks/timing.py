"""How times are taken: medians of several runs after a warm-up, and peers measured in turn so that both meet the same
machine."""

import statistics
import subprocess
import sys
import time

from common.errors import InputError


def timed(work, *args, **options):
    """(seconds, result) of one call work(*args, **options)."""
    start = time.perf_counter()
    result = work(*args, **options)
    return time.perf_counter() - start, result


def seconds(work):
    """How long one call of `work` takes."""
    return timed(work)[0]


def median_seconds(work, runs=7, warmup=2):
    """The median time of a call of `work`."""
    for _ in range(warmup):
        work()
    return statistics.median(seconds(work) for _ in range(runs))


def turns(module, names, rounds=7):
    """{name: (lowest, median, highest) seconds} of `python -m module name`, which prints its seconds, each in turn."""
    times = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            done = subprocess.run([sys.executable, "-m", module, name], capture_output=True, text=True)
            if done.returncode:
                raise InputError(f"`python -m {module} {name}` failed: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
            times[name].append(float(done.stdout))
    return {name: (min(t), statistics.median(t), max(t)) for name, t in times.items()}
