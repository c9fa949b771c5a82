"""How times are taken: medians after a warm-up, and peers in alternating rounds, so that all meet
the same machine."""

import time

import numpy as np


def timed(work, *args, **options):
    """(seconds, result) of one call work(*args, **options)."""
    start = time.perf_counter()
    result = work(*args, **options)
    return time.perf_counter() - start, result


def median_seconds(work, total=2.0, most=400):
    """The median time of work(): of one call, or of as many as fit into `total` seconds, `most` at
    most. A warm-up of a quarter of that comes first."""
    for limit in (total / 4, total):
        times = []
        while sum(times) < limit and len(times) < most:
            times.append(timed(work)[0])
    return np.median(times)


def alternating(works, rounds):
    """(3, len(works)): lowest, median, highest of the numbers that functions return in rounds."""
    return np.quantile([[work() for work in works] for _ in range(rounds)], (0, 0.5, 1), axis=0)
