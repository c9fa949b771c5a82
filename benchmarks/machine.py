"""What a benchmark ran on: Python, NumPy, the BLAS that NumPy found, and how fast it multiplies matrices.

    python -m benchmarks.machine
"""

import os
import platform

import numpy as np

from benchmarks.timing import median_seconds


def blas_name():
    """The name and version of the BLAS that NumPy was built with, as far as this NumPy tells."""
    try:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{blas['name']} {blas['version']}"
    except (TypeError, KeyError):                            # NumPy before 1.25 only prints its configuration
        return "BLAS unknown"


def sgemm_rate(size=2000):
    """Billions of float32 operations a second in one large matrix product."""
    a, b = (np.random.default_rng(0).standard_normal((size, size), dtype=np.float32) for _ in range(2))
    out = np.empty_like(a)
    return 2 * size ** 3 / median_seconds(lambda: np.matmul(a, b, out=out)) / 1e9


def describe():
    """The machine in two lines."""
    settings = [f"{name}={value}" for name, value in sorted(os.environ.items())
                if name.startswith(("OPENBLAS_", "MKL_", "OMP_"))]
    return (f"Python {platform.python_version()}, NumPy {np.__version__}, {blas_name()}, {os.cpu_count()} cores, "
            f"{platform.system()} {platform.machine()}\n"
            f"sgemm {sgemm_rate():.0f} GFLOP/s; BLAS settings: {', '.join(settings) or 'none'}")


if __name__ == "__main__":
    print(describe())
