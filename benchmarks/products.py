"""The matrix products of a training step, alone: the lower bound of a step in NumPy.

They are a list of (batch, rows, inner, columns, times): `times` products of `batch` matrices (rows,
inner) with as many (inner, columns), float32, laid out as NumPy multiplies them fastest by default.
"""

import numpy as np


def work(shapes):
    """A function that makes all the products once."""
    rng, made = np.random.default_rng(0), []
    for batch, m, k, n, times in shapes:
        a, b = (rng.standard_normal((batch, *shape)[batch == 1:], dtype=np.float32)
                for shape in ((m, k), (k, n)))
        made.append((a, b, np.matmul(a, b), times))

    def step():
        for a, b, out, times in made:
            for _ in range(times):
                np.matmul(a, b, out=out)
    return step


def affine(rows, D, H):
    """y = x W for x (rows, D), then dW and dx."""
    return [(1, rows, D, H, 1), (1, D, rows, H, 1), (1, rows, H, D, 1)]


def stepwise(N, T, D, H):
    """The same for x (N, T, D), one time step after the other, but dW at once."""
    return [(1, N, D, H, T), (1, N, H, D, T), (1, D, N * T, H, 1)]


def recurrent(N, T, D, H, gates):
    """A recurrent layer: Wx at all time steps in one product, Wh step by step."""
    return affine(N * T, D, gates * H) + stepwise(N, T, H, gates * H)


def attention(batch, S, T, H):
    """Scores of S states (S, H) against T (T, H), the weighted sums; then backward."""
    return [(batch, S, H, T, 2), (batch, S, T, H, 2), (batch, T, S, H, 2)]
