"""How times are taken: medians of several runs after a warm-up, and peers measured in turn so that both meet the same
machine."""

import statistics
import time


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


def alternate(works, rounds=10, calls=1, warmup=2):
    """{name: [seconds a call in each round]} of {name: function}: every round calls each one `calls` times."""
    times = {name: [] for name in works}
    for work in works.values():
        for _ in range(warmup):
            work()
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(seconds(lambda work=work: [work() for _ in range(calls)]) / calls)
    return times
