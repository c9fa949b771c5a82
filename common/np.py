"""The book's `from common.np import *`: NumPy as `np`, and GPU, which is False (common/config.py).

`to_cpu` and `to_gpu` are the book's too, to be imported from common.util.
"""

import numpy as np

from common.config import GPU
from common.errors import InputError

__all__ = ["GPU", "np"]


def to_cpu(x):
    """The array as NumPy's, which it is already."""
    return np.asarray(x)


def to_gpu(x):
    """Refused: there is no GPU in this library."""
    raise InputError("there is no GPU in this library: use the array as it is, or call to_gpu "
                     "under `if config.GPU:`, as the book's scripts do")
