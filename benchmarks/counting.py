"""Chapter 2 on PTB: time and memory of counting, PPMI and SVD, and the SVD's accuracy beside scikit-learn's.

    python -m benchmarks.counting

Needs PTB at hand. scikit-learn is optional: without it the comparison is left out.
"""

import statistics
import subprocess
import sys
import tempfile

import numpy as np

from benchmarks.command import ptb_at_hand, words
from benchmarks.machine import describe, peak_memory
from benchmarks.timing import seconds, timed
from common.script import run
from common.util import create_co_matrix, ppmi, truncated_svd


def main():
    words(__doc__)
    corpus, word_to_id, _ = ptb_at_hand()
    print(describe())
    whole_script()
    V, kept = len(word_to_id), {}

    def keep(name, work):
        return lambda: kept.update({name: work()})

    stages = {"counting": keep("C", lambda: create_co_matrix(corpus, V, 2)),
              "PPMI": keep("M", lambda: ppmi(kept["C"])),
              "SVD, 100 dimensions": keep("S", lambda: truncated_svd(kept["M"], 100, rng=0)[1])}
    for name, work in stages.items():
        times = [seconds(work) for _ in range(5)]
        print(f"{name:22} first {times[0]:.2f} s, median of 5 {statistics.median(times):.2f} s")
    compare_svd(kept["M"])


def whole_script():
    """Time and peak memory of count_method_big.py in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "ch02_count_based.count_method_big", "--corpus", "ptb", "--figures", folder]
        time = seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
    print(f"count_method_big.py    {time:.1f} s, peak memory {peak_memory(children=True)}")


def compare_svd(M):
    """Our singular values against those of sklearn's randomized_svd with 7 iterations, three seeds each, in turn."""
    try:
        from sklearn.utils.extmath import randomized_svd
    except ImportError:
        print("scikit-learn is not installed: no comparison of the SVD")
        return
    for seed in range(3):
        our_time, (_, ours, _) = timed(truncated_svd, M, 100, rng=seed)
        their_time, (_, theirs, _) = timed(randomized_svd, M, 100, n_iter=7, random_state=seed)
        print(f"SVD beside scikit-learn, seed {seed}: {our_time:.2f} s against {their_time:.2f} s; of the 100 singular "
              f"values the smallest ratio {np.min(ours / theirs):.5f}, of their sums {ours.sum() / theirs.sum():.5f}")


if __name__ == "__main__":
    run(main)
