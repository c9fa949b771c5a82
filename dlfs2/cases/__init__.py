"""Cases: what each of the book's classes and functions is asked to do, and with which sizes.

A case is a function (thing, note, sizes) that drives `thing`, a class or a function of the book's
name, whoever wrote it, through a Record. It needs NumPy alone, and none of the library: it runs
beside a reader's own `common`. CASES has those of each name.
"""

from types import SimpleNamespace

import numpy as np

ALL_DIFFER = SimpleNamespace(N=2, T=3, D=4, H=5, V=7, S=6, w=1, label="all sizes differ")
TREACHEROUS = [SimpleNamespace(N=2, T=3, D=4, H=4, V=6, S=5, w=2, label="D = H"),
               SimpleNamespace(N=4, T=4, D=4, H=4, V=5, S=4, w=2, label="N = T = D = H = 2w")]
SIZES = [ALL_DIFFER, *TREACHEROUS]


_drawn = {}                                                  # a search asks thousands of times


def numbers(seed, *shape):
    """Numbers that look random and are always the same."""
    key = str(seed), shape
    if key not in _drawn:
        _drawn[key] = np.random.default_rng(seed).normal(size=shape)
    return _drawn[key].copy()


def ids(seed, V, *shape):
    """Ids below V, always the same, some of which repeat."""
    key = seed, V, shape
    if key not in _drawn:
        _drawn[key] = np.random.default_rng(seed).integers(0, V, shape)
        _drawn[key].flat[-1] = _drawn[key].flat[0]
    return _drawn[key].copy()
