"""The machine: processor, Python, NumPy and how fast it multiplies, matplotlib, texts.

    python -m benchmarks.environment
"""

import os
import platform
import re
import sys
from functools import partial

import numpy as np

from benchmarks.command import parser_of
from benchmarks.timing import median_seconds
from common.script import run
from dataset import ptb
from dataset.thesaurus import wordnet

WITHOUT_WINDOWS = ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template")  # of matplotlib


def processor():
    """The processor's name, as far as the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return re.search(r"model name\s*: (.*)", file.read())[1]
    except (OSError, TypeError):  # another system, another kind of processor
        return platform.processor() or "unknown"


def blas_name():
    """The name and version of NumPy's BLAS, as far as NumPy tells them."""
    try:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{blas['name']} {blas['version']}"
    except TypeError:  # NumPy before 1.25
        return np.__config__.get_info("blas_opt").get("libraries", ["unknown"])[0]
    except KeyError:
        return "unknown"


def sgemm_rate(size):
    """GFLOP/s of a float32 product of matrices (size, size)."""
    a, b = np.random.default_rng(0).standard_normal((2, size, size), dtype=np.float32)
    seconds = median_seconds(partial(np.matmul, a, b, out=np.empty_like(a)), total=1)
    return 2 * size ** 3 / seconds / 1e9


def hint(name):
    """What a setting of the BLAS may do to the speed."""
    if name.endswith("_NUM_THREADS"):
        return ": so many threads multiply matrices, however many cores there are"
    if name.startswith("OPENBLAS_"):
        return ": unset, OpenBLAS fits itself to the processor and may be twice as fast"
    return ""


def machine(size=2000):
    """What a benchmark runs on; size: of the matrices that are multiplied."""
    settings = [f"\n            {name}={value}{hint(name)}"
                for name, value in sorted(os.environ.items())
                if name.startswith(("OPENBLAS_", "MKL_", "OMP_"))]
    return (f"processor   {processor()}, {os.cpu_count()} cores\n"
            f"Python      {platform.python_version()}, {platform.system()} {platform.machine()}\n"
            f"NumPy       {np.__version__}, {blas_name()}, sgemm {sgemm_rate(size):.0f} GFLOP/s\n"
            f"settings    {len(settings) or 'none'} of OPENBLAS_*, MKL_*, OMP_*{''.join(settings)}")


def peak_memory(who="RUSAGE_SELF"):
    """The most memory that this process (or RUSAGE_CHILDREN) has had."""
    try:
        import resource
    except ImportError:  # Windows
        return "unknown on this system"
    unit = 2 ** 30 if sys.platform == "darwin" else 2 ** 20  # bytes on macOS, KiB elsewhere
    return f"{resource.getrusage(getattr(resource, who)).ru_maxrss / unit:.2f} GiB"


def figures():
    """matplotlib's version and back end."""
    try:
        import matplotlib
        backend = matplotlib.get_backend()
    except (ImportError, ValueError) as error:  # MPLBACKEND names none that there is
        return f"cannot be used: {error}"
    windows = ("" if backend.lower() not in WITHOUT_WINDOWS
               else " (figures are saved; --show has no window to open)")
    return f"{matplotlib.__version__}, back end {backend}{windows}"


def ptb_place():
    """The folder of PTB's files, or how to bring those that are missing."""
    paths = {name: ptb.find(name) for name in ptb.SHA256}
    missing = [name for name, path in paths.items() if not path]
    if not missing:
        return ", ".join(sorted({str(path.parent) for path in paths.values()}))
    return (f"{', '.join(missing)} not at hand, scripts learn from the toy corpus; --corpus ptb "
            f"downloads them, or DLFS2_DATA names their folder ({ptb.setting()})")


def main(argv=None):
    parser = parser_of(__doc__)
    parser.add_argument("--quick", action="store_true",
                        help="multiply small matrices, whose rate says little")
    print(machine(100 if parser.parse_args(argv).quick else 2000))
    print(f"matplotlib  {figures()}\nPTB         {ptb_place()}")
    print("WordNet    ", wordnet.find() or "not at hand, thesaurus.py has a small one; "
                                           "apt-get install wordnet-base, or WNHOME")


if __name__ == "__main__":
    run(main)
