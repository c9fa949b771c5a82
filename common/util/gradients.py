"""Between backward and update: shared weights' gradients merged, norms clipped (section 6.1.4)."""

import numpy as np

from common.errors import InputError
from common.row_grad import RowGrad, sum_rows


def find_shared(params):
    """Groups of params that are one piece of memory: [[(position, transposed), ...], ...].

    Shared are two params that start at the same address with the same shape and strides, or with
    both reversed (W and W.T). Equal values are not sharing: two zero matrices are two weights.
    """
    groups, found = [], {}
    for i, p in enumerate(params):
        address = p.__array_interface__["data"][0]
        same = (address, p.shape, p.strides)
        transposed = (address, p.shape[::-1], p.strides[::-1])
        if p.size and same in found:
            found[same].append((i, False))
        elif p.size and transposed in found:
            found[transposed].append((i, True))
        else:
            found[same] = [(i, False)]
            groups.append(found[same])
    return groups


def remove_duplicate(params, grads, groups=None, *, overwrite=False):
    """(params, grads), each shared weight once, its gradients added up (sections 3.4 and 6.5.3).

    Neither list nor any array in it is changed: a sum is a new array, or a new RowGrad of nothing
    but RowGrads. groups: find_shared(params), if it is known. overwrite=True lets a sum be written
    over one of its parts, which spares copying a table of millions of numbers.
    """
    groups = find_shared(params) if groups is None else groups
    merged = [grads[group[0][0]] if len(group) == 1 else _add(grads, group, overwrite)
              for group in groups]
    return [params[group[0][0]] for group in groups], merged


def _add(grads, group, overwrite):
    parts = [(grads[i], transposed) for i, transposed in group]
    if all(isinstance(g, RowGrad) and not transposed for g, transposed in parts):
        total = RowGrad(parts[0][0].shape, parts[0][0].dtype)
        total.ids, total.rows = sum_rows(np.concatenate([g.ids for g, _ in parts]),
                                         np.concatenate([g.rows for g, _ in parts]))
        return total
    parts.sort(key=lambda part: isinstance(part[0], RowGrad))                     # full ones first
    first, first_transposed = parts[0]
    total = first if overwrite and not isinstance(first, RowGrad) else np.array(first)
    for g, transposed in parts[1:]:
        view = total if transposed == first_transposed else total.T               # laid out as g is
        if isinstance(g, RowGrad):
            view[g.ids] += g.rows
        else:
            view += g
    return total.T if first_transposed else total            # laid out as the weight's first use is


def clip_grads(grads, max_norm):
    """Scale all gradients, in place, to a common norm of at most `max_norm`; return the old norm.

        norm = sqrt(sum of all squares)       dW <- dW min(1, max_norm / (norm + 1e-6))
    """
    if not max_norm > 0:
        raise InputError(f"max_norm must be above 0, got {max_norm}")
    values = [g.rows if isinstance(g, RowGrad) else g for g in grads]
    norm = sum(_square_sum(value) for value in values) ** 0.5
    rate = max_norm / (norm + 1e-6)
    if rate < 1:
        for value in values:
            value *= rate
    return norm


def _square_sum(value):
    flat = value.reshape(-1) if value.flags.c_contiguous else value.T.reshape(-1)
    with np.errstate(over="ignore"):                         # float32 ends at 1e38
        total = float(np.dot(flat, flat))
    return total if total < np.inf else float(np.square(flat, dtype=float).sum())
