"""The ways in which weights start. Each takes the Generator that the model was handed."""

import numpy as np


def normal(rng, *shape, scale=0.01, dtype=np.float32):
    """Normal numbers of standard deviation `scale`, 0.01 for word vectors (section 3.4)."""
    return (scale * rng.standard_normal(shape)).astype(dtype)


def scaled_normal(rng, rows, columns, dtype=np.float32):
    """Xavier's start, standard deviation 1/sqrt(rows): x W is of the size of x (section 5.5.1)."""
    return normal(rng, rows, columns, scale=rows ** -0.5, dtype=dtype)
