"""The tests, a folder for each of the library's: tests/common/test_layers.py tests common/layers.py.

They run with one BLAS thread, unless the environment sets another number: matrices this small are
slower with two.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")           # OpenBLAS reads it as NumPy is imported
