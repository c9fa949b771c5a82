"""Choosing the next word from a model's scores: the most likely, or at random (section 7.1.1)."""

import numpy as np

from common.errors import InputError
from common.functions import softmax
from common.shapes import float_array, id_array


def choose(scores, rng, *, greedy=False, temperature=1.0, top_k=None, top_p=None, skip_ids=()):
    """The id of one word, for scores (V,).

        p = softmax(scores / temperature)       below 1 sharper, above 1 more even

    temperature 0, or greedy: the most likely word. top_k: only the k most likely. top_p: only the
    most likely whose probabilities together reach top_p (Holtzman et al. 2019, arXiv 1904.09751).
    skip_ids: words that are never chosen. InputError for values out of range.
    """
    check(temperature, top_k, top_p)
    scores = float_array("choose", "scores", scores, "V").astype(float)           # (V,), a copy
    if np.isnan(scores).any() or scores.max(initial=-np.inf) == np.inf:
        raise InputError("the scores hold NaN or inf: the weights have diverged in training")
    if skip_ids := list(() if skip_ids is None else skip_ids):
        scores[id_array("choose", "skip_ids", skip_ids, "K", below=len(scores))] = -np.inf
    if not np.isfinite(scores).any():
        raise InputError("all words are to be skipped: leave at least one")
    if greedy or temperature == 0:
        return int(scores.argmax())
    with np.errstate(over="ignore"):                         # -inf, whose probability is 0
        p = softmax((scores - scores.max()) / temperature)
    order = np.argsort(-p, kind="stable")
    kept = len(p) if top_k is None else min(top_k, len(p))
    if top_p is not None:
        kept = min(kept, int(np.searchsorted(np.cumsum(p[order]), top_p * (1 - 1e-12))) + 1)
    order = order[:kept]
    return int(rng.choice(order, p=p[order] / p[order].sum()))


def check(temperature, top_k, top_p):
    """InputError for values out of range."""
    if not (temperature >= 0 and np.isfinite(temperature)):
        raise InputError(f"temperature must be 0 (the most likely word) or above 0, and finite, "
                         f"got {temperature}")
    if top_k is not None and top_k < 1:
        raise InputError(f"top_k must be 1 or more, got {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise InputError(f"top_p must be above 0 and at most 1, got {top_p}")
