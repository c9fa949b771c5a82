"""The tests, one folder for each folder of the library (tests/common for common).

They run with one BLAS thread, unless the environment sets another number: matrices this small are
slower with two.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")           # read when NumPy is imported
