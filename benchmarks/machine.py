"""What a benchmark ran on, in two lines (python -m common.environment tells more).

    python -m benchmarks.machine
"""

import os
import platform

import numpy as np

from benchmarks.command import words
from common.environment import blas_name, blas_settings, sgemm_rate


def describe():
    """The machine in two lines."""
    settings = [f"{name}={value}" for name, value in blas_settings().items()]
    return (f"Python {platform.python_version()}, NumPy {np.__version__}, {blas_name()}, {os.cpu_count()} cores, "
            f"{platform.system()} {platform.machine()}\n"
            f"sgemm {sgemm_rate():.0f} GFLOP/s; BLAS settings: {', '.join(settings) or 'none'}")


if __name__ == "__main__":
    words(__doc__)
    print(describe())
