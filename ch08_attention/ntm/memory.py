"""Reading and writing where heads point (arXiv 1410.5401, sections 3.1 and 3.2).

M: (N, R, W), the memory. w: (N, K, R), where the K heads point. e in 0..1 and a: (N, K, W), what
they erase and add.
"""

import numpy as np


def spread(w, v):
    """sum over heads of w(i) v: vectors v (N, K, W), put where the heads point, (N, R, W)."""
    v = v.swapaxes(1, 2)                                     # (N, W, K)
    columns = v * w if w.shape[1] == 1 else v @ w            # of one head faster than @
    return columns.swapaxes(1, 2)                            # (N, W, R) -> (N, R, W)


def read(M, w):
    """r = sum_i w(i) M(i), for each head (equation 2): (N, K, W)."""
    return w @ M                                             # (N, K, R) (N, R, W)


def read_backward(dr, M, w):
    """(dM, dw)."""
    return spread(w, dr), dr @ M.swapaxes(1, 2)              # (N, R, W), (N, K, R)


def write(M, w, e, a, out=None):
    """The memory after erasing and adding (equations 3 and 4), a new array or `out`.

        M~(i) = M(i) prod over heads of (1 - w(i) e)
        M'(i) = M~(i) + sum over heads of w(i) a
    """
    out = _erase(M, w, e, 0, out)
    for head in range(1, w.shape[1]):
        _erase(out, w, e, head, out)
    out += spread(w, a)
    return out


def write_backward(dM_next, M, w, e, a):
    """(dM, dw, de, da). For one head:

        dM = dM' (1 - w e)        dw = dM' . (a - M e)
        da = w dM'                de = -sum_i w(i) dM'(i) M(i)
    """
    dw = a @ dM_next.swapaxes(1, 2)                          # (N, K, W) (N, W, R) -> (N, K, R)
    da = w @ dM_next                                         # (N, K, R) (N, R, W) -> (N, K, W)
    de = np.empty_like(e)
    before = [M]                                             # the memory that each head finds
    for head in range(w.shape[1] - 1):
        before.append(_erase(before[-1], w, e, head))
    dM = dM_next
    for head in reversed(range(w.shape[1])):
        one = slice(head, head + 1)
        lost = dM * before[head]                             # (N, R, W)
        dw[:, one] -= e[:, one] @ lost.swapaxes(1, 2)        # (N, 1, W) (N, W, R)
        de[:, one] = -w[:, one] @ lost                       # (N, 1, R) (N, R, W)
        dM = _erase(dM, w, e, head, out=lost)
    return dM, dw, de, da


def _erase(M, w, e, head, out=None):
    """M (1 - w e) = M - w (M e) for one head, into `out`, which may be M."""
    lost = M * e[:, head:head + 1]                           # (N, R, W) (N, 1, W)
    lost *= w[:, head, :, None]
    return np.subtract(M, lost, out=lost if out is None else out)
