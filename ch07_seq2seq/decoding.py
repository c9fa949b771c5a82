"""Writing an answer: greedily, the most likely character at each step, or by beam search.

A decoder has begin(encoded), scores(xs (N, 1)) -> (N, 1, V), get_state() and set_state().
`encoded` is what the encoder returned: an array whose first axis is N, or a tuple of such arrays
and None.
"""

import numpy as np

from common.errors import InputError
from common.functions import log_softmax


def greedy(decoder, encoded, start_id, sample_size, *, end_id=None):
    """The most likely character after those before it, at each step: (N, sample_size) ids.

    A beam of width 1, without its bookkeeping. end_id: as in beam_search().
    """
    _check(sample_size)
    decoder.begin(encoded)
    ids = np.full((_batch_size(encoded), 1), start_id)
    ended = np.zeros_like(ids, bool)
    answer = []
    for _ in range(sample_size):
        scores = decoder.scores(ids)                         # (N, 1, V)
        ids = scores.argmax(axis=2)                          # (N, 1)
        if end_id is not None:
            _check_end(end_id, scores.shape[2])
            ids[ended] = end_id
            ended = ids == end_id
        answer.append(ids)
    return np.concatenate(answer, axis=1)


def beam_search(decoder, encoded, start_id, sample_size, width=5, *, end_id=None,
                length_penalty=0.0):
    """The most likely answers that a beam finds: (N, sample_size) ids.

    Each of the `width` best beginnings is continued by all V characters; of these width V the best
    `width` are kept, by log P(c_1 ... c_t) = sum of log P(c_i | before). Width 1 is greedy
    decoding. A wider beam usually, not always, finds a likelier answer: the beginning of the best
    one may have left the beam.

    end_id: the character that ends an answer, and fills it up. Each character makes an answer less
    likely; length_penalty = alpha, 0.6 say, compares log P / lp(length) instead, with
    lp(l) = ((5 + l) / 6)^alpha (section 8.5.1; Wu et al. 2016, equation 14).
    """
    _check(sample_size, width, length_penalty)
    N = _batch_size(encoded)
    decoder.begin(_rows(encoded, np.repeat(np.arange(N), width)))                 # row n width + k
    ids = np.full((N * width, 1), start_id)
    total = np.full((N, width), -np.inf)
    total[:, 0] = 0                                          # all beginnings are equal: count one
    length = np.zeros((N, width))
    ended = np.zeros((N, width), bool)
    answer = np.zeros((N * width, 0), int)
    for _ in range(sample_size):
        scores = decoder.scores(ids)[:, 0].astype(float)     # (N width, V)
        log_p = log_softmax(scores).reshape(N, width, -1)    # (N, width, V)
        V = log_p.shape[2]
        if end_id is not None:                               # an ended answer goes on at no cost
            _check_end(end_id, V)
            log_p[ended] = np.where(np.arange(V) == end_id, 0.0, -np.inf)
        reached = total[:, :, None] + log_p
        grown = np.where(ended, length, length + 1)
        rank = (reached / ((5 + grown[:, :, None]) / 6) ** length_penalty).reshape(N, width * V)
        best = np.argsort(-rank, axis=1, kind="stable")[:, :width]                # (N, width)
        total = np.take_along_axis(reached.reshape(N, width * V), best, axis=1)
        length = np.take_along_axis(grown, best // V, axis=1)
        ended = best % V == end_id
        parent = (np.arange(N)[:, None] * width + best // V).reshape(-1)          # (N width,)
        ids = (best % V).reshape(-1, 1)
        answer = np.concatenate([answer[parent], ids], axis=1)
        decoder.set_state(_rows(decoder.get_state(), parent))
    return answer.reshape(N, width, sample_size)[:, 0]


def _check(sample_size, width=1, length_penalty=0.0):
    """InputError for values out of range."""
    if sample_size < 1:
        raise InputError(f"an answer has a sample_size of 1 or more, got {sample_size}")
    if width < 1:
        raise InputError(f"a beam has a width of 1 or more, got {width}")
    if not np.isfinite(length_penalty):
        raise InputError(f"length_penalty must be a finite number, got {length_penalty}")


def _check_end(end_id, V):
    if not 0 <= end_id < V:
        raise InputError(f"end_id is a character's, in 0..{V - 1}, or None for none, got {end_id}")


def _batch_size(encoded):
    return len(encoded[0] if isinstance(encoded, tuple) else encoded)


def _rows(value, rows):
    """value[rows] of an array, and of each in a list or tuple; None stays None."""
    if isinstance(value, (list, tuple)):
        return type(value)(_rows(part, rows) for part in value)
    return None if value is None else value[rows]
