"""What this machine has: Python, NumPy and how fast it multiplies, matplotlib, the texts, and what slows all of it down.

    python -m benchmarks.environment
"""

import argparse
import os
import platform
import statistics
import time

import numpy as np

from common.script import run
from dataset import ptb
from dataset.thesaurus import wordnet

WITHOUT_WINDOWS = ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template")         # matplotlib's back ends that write files


def blas_name():
    """The name and version of the BLAS that NumPy was built with, as far as this NumPy tells."""
    try:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{blas['name']} {blas['version']}"
    except TypeError:                                        # NumPy before 1.25
        return np.__config__.get_info("blas_opt").get("libraries", ["unknown"])[0]
    except KeyError:
        return "unknown"


def sgemm_rate(size=2000, runs=7):
    """Billions of float32 operations a second in one large matrix product."""
    a, b = (np.random.default_rng(0).standard_normal((size, size), dtype=np.float32) for _ in range(2))
    out, times = np.empty_like(a), []
    for _ in range(runs + 1):                                # the first one starts the threads
        start = time.perf_counter()
        np.matmul(a, b, out=out)
        times.append(time.perf_counter() - start)
    return 2 * size ** 3 / statistics.median(times[1:]) / 1e9


def blas_settings():
    """{name: value} of the environment variables that steer a BLAS."""
    return {name: value for name, value in sorted(os.environ.items()) if name.startswith(("OPENBLAS_", "MKL_", "OMP_"))}


def hint(name):
    """What is printed behind a setting: what it may do to the speed."""
    if name.endswith("_NUM_THREADS"):
        return ": so many threads multiply matrices, however many cores there are"
    if name.startswith("OPENBLAS_"):
        return ": OpenBLAS fits itself to the processor; told otherwise it may be half as fast. Unset it and compare"
    return ""


def figures():
    """matplotlib's version and back end, in words."""
    try:
        import matplotlib
        backend = matplotlib.get_backend()
    except (ImportError, ValueError) as error:               # ValueError: MPLBACKEND names none that there is
        return f"cannot be used: {error}"
    windows = " (figures are saved; --show has no window to open)" if backend.lower() in WITHOUT_WINDOWS else ""
    return f"{matplotlib.__version__}, back end {backend}{windows}"


def ptb_place():
    """The folder of PTB's files, or how to bring those that are missing."""
    paths = {name: ptb.find(name) for name in ptb.SHA256}
    missing = [name for name, path in paths.items() if not path]
    if not missing:
        return ", ".join(sorted({str(path.parent) for path in paths.values()}))
    return (f"{', '.join(missing)} not at hand, scripts learn from the toy corpus; --corpus ptb downloads them, "
            f"or DLFS2_DATA names their folder ({ptb.setting()})")


def wordnet_place():
    """The folder of WordNet's files, or how to bring them."""
    return wordnet.find() or "not at hand, thesaurus.py has a small one; apt-get install wordnet-base, or WNHOME"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="multiply small matrices, whose rate says little")
    args = parser.parse_args(argv)
    rate = sgemm_rate(100 if args.quick else 2000)
    print(f"Python      {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print(f"NumPy       {np.__version__}, {blas_name()}, sgemm {rate:.0f} GFLOP/s")
    print(f"matplotlib  {figures()}")
    print(f"PTB         {ptb_place()}")
    print(f"WordNet     {wordnet_place()}")
    print(f"settings    {len(blas_settings()) or 'none'} of OPENBLAS_*, MKL_*, OMP_*")
    for name, value in blas_settings().items():
        print(f"            {name}={value}{hint(name)}")


if __name__ == "__main__":
    run(main)
