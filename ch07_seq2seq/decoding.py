"""Ways to write an answer: greedily, the likeliest character each time, or by beam search.

A decoder that can be decoded has begin(encoded), scores(xs (N, 1)) -> (N, 1, V), and get_state()
and set_state() of its layers. `encoded` is what its encoder gave, an array whose first axis is N,
or a tuple of such arrays and None.
"""

import numpy as np

from common.errors import InputError
from common.functions import log_softmax


def greedy(decoder, encoded, start_id, sample_size):
    """The likeliest character, then the likeliest after it, and so on: (N, sample_size) ids."""
    decoder.begin(encoded)
    ids = np.full((_batch(encoded), 1), start_id)
    answer = []
    for _ in range(sample_size):
        ids = decoder.scores(ids).argmax(axis=2)             # (N, 1, V) -> (N, 1)
        answer.append(ids)
    return np.concatenate(answer, axis=1)


def beam_search(decoder, encoded, start_id, sample_size, width=5, *, end_id=None,
                length_penalty=0.0):
    """The likeliest answers that a beam finds: (N, sample_size) ids.

    At each step the `width` best beginnings of every answer are continued by every character, and
    of these width V the best `width` are kept, by log P(c_1 ... c_t) = sum of log P(c_i | before).
    Width 1 is greedy decoding; a width above 1 finds answers at least as likely in most cases,
    never surely (a good beginning may have left the beam).

    end_id: the character that ends an answer, which is then filled up with it. A long answer is a
    product of more probabilities, hence less likely than a short one: length_penalty = alpha, 0.6
    say, compares log P / lp(length) instead, lp(l) = ((5 + l) / 6)^alpha (section 8.5.1; Wu et al.
    2016, equation 14).
    """
    if width < 1:
        raise InputError(f"a beam has a width of 1 or more, got {width}")
    N = _batch(encoded)
    decoder.begin(_repeat(encoded, width))                   # row n width + k: beginning k of n
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
            log_p[ended] = np.where(np.arange(V) == end_id, 0.0, -np.inf)
        reached = total[:, :, None] + log_p
        grown = np.where(ended, length, length + 1)
        rank = (reached / ((5 + grown[:, :, None]) / 6) ** length_penalty).reshape(N, width * V)
        best = np.argsort(-rank, axis=1, kind="stable")[:, :width]                # (N, width)
        total = np.take_along_axis(reached.reshape(N, width * V), best, axis=1)
        length = np.take_along_axis(grown, best // V, axis=1)
        ended = best % V == end_id
        parent = (np.arange(N)[:, None] * width + best // V).reshape(-1)  # of (N width)
        ids = (best % V).reshape(-1, 1)
        answer = np.concatenate([answer[parent], ids], axis=1)
        decoder.set_state([tuple(None if value is None else value[parent] for value in state)
                           for state in decoder.get_state()])
    return answer.reshape(N, width, sample_size)[:, 0]


def _batch(encoded):
    return len(encoded[0] if isinstance(encoded, tuple) else encoded)


def _repeat(encoded, width):
    if isinstance(encoded, tuple):
        return tuple(None if part is None else np.repeat(part, width, axis=0) for part in encoded)
    return np.repeat(encoded, width, axis=0)
