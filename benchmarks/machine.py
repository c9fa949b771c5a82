"""What a benchmark ran on, in two lines (python -m benchmarks.environment tells more).

    python -m benchmarks.machine
"""

import os
import platform
import sys

import numpy as np

from benchmarks.command import words
from benchmarks.environment import blas_name, blas_settings, sgemm_rate

try:
    import resource
except ImportError:                                          # Windows has none
    resource = None


def describe():
    """The machine in two lines."""
    settings = [f"{name}={value}" for name, value in blas_settings().items()]
    return (f"Python {platform.python_version()}, NumPy {np.__version__}, {blas_name()}, {os.cpu_count()} cores, "
            f"{platform.system()} {platform.machine()}\n"
            f"sgemm {sgemm_rate():.0f} GFLOP/s; BLAS settings: {', '.join(settings) or 'none'}")


def peak_memory(children=False):
    """The most memory that this process, or any of its children, has had: '1.25 GiB'."""
    if resource is None:
        return "unknown on this system"
    who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    unit = 2 ** 30 if sys.platform == "darwin" else 2 ** 20  # bytes on macOS, KiB elsewhere
    return f"{resource.getrusage(who).ru_maxrss / unit:.2f} GiB"


if __name__ == "__main__":
    words(__doc__)
    print(describe())
