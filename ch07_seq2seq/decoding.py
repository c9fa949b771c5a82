"""Ways to write an answer: take the likeliest character each time, or keep the likeliest few answers in view.

A decoder that can be decoded has begin(encoded), scores(xs (N, 1)) -> (N, 1, V), and get_state() and set_state() of its
layers. `encoded` is what its encoder gave, an array whose first axis is N, or a tuple of such arrays and None.
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


def beam_search(decoder, encoded, start_id, sample_size, width=5):
    """The likeliest answers that a beam finds: (N, sample_size) ids.

    At each step the `width` best beginnings of every answer are continued by every character, and of these width V the
    best `width` are kept, by log P(c_1 ... c_t) = sum of log P(c_i | before). Width 1 is greedy decoding; a width above 1
    finds answers at least as likely in most cases, never surely (a good beginning may have left the beam).
    """
    if width < 1:
        raise InputError(f"a beam has a width of 1 or more, got {width}")
    N = _batch(encoded)
    decoder.begin(_repeat(encoded, width))                   # row n width + k: beginning k of answer n
    ids = np.full((N * width, 1), start_id)
    total = np.full((N, width), -np.inf)
    total[:, 0] = 0                                          # at first all beginnings of an answer are the same: count one
    answer = np.zeros((N * width, 0), int)
    for _ in range(sample_size):
        log_p = log_softmax(decoder.scores(ids)[:, 0].astype(float)).reshape(N, width, -1)        # (N, width, V)
        V = log_p.shape[2]
        reached = (total[:, :, None] + log_p).reshape(N, width * V)
        best = np.argsort(-reached, axis=1, kind="stable")[:, :width]             # (N, width)
        total = np.take_along_axis(reached, best, axis=1)
        parent = (np.arange(N)[:, None] * width + best // V).reshape(-1)          # the row that each one continues
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
