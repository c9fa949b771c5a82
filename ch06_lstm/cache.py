"""A memory of the words just read, for any language model (after section 6.5).

Grave, Joulin and Usunier 2017, "Improving Neural Language Models with a Continuous Cache"
(arXiv 1612.04426). Nothing is trained: what the model says is mixed with what followed the states
that were like the present one.
"""

import numpy as np

from common.errors import InputError
from common.shapes import float_array, id_array


class NeuralCache:
    """Attention over one's own past states (section 8.1), whose values are words.

        P_cache(w) = sum over the i with w_{i+1} = w of a_i,      t - window <= i < t
        a = softmax(theta h_t . h_i)

    The query is the state h_t, from which the model scores the word w_{t+1}; the keys are the
    states before it, the value of h_i is w_{i+1}, known by now. theta: how sharply it attends.
    window: how many pairs it remembers, of each row of a batch.
    """

    def __init__(self, theta=0.5, window=500):
        if window < 1:
            raise InputError(f"window must be 1 or more, got {window}")
        self.theta, self.window = theta, window
        self.reset_state()

    def reset_state(self):
        """Forget all, for a new text."""
        self.keys = self.words = None

    @np.errstate(over="ignore", invalid="ignore")            # told below
    def forward(self, hs, ts):
        """P_cache (N, T) of the words ts (N, T), which follow the states hs (N, T, H) in order.

        NaN where nothing was remembered yet: at the first word of a text.
        """
        hs = float_array(self, "hs", hs, "N", "T", "H")
        N, T, H = hs.shape
        ts = id_array(self, "ts", ts, N, T)
        keys, words = hs, ts
        if self.keys is not None:
            rows, _, size = self.keys.shape
            if (rows, size) != (N, H):
                raise InputError(f"this cache remembers states ({rows}, K, {size}), got "
                                 f"{hs.shape}: call reset_state() before another text")
            keys = np.concatenate([self.keys, hs], axis=1)   # (N, K + T, H)
            words = np.concatenate([self.words, ts], axis=1)  # (N, K + T)
        K = keys.shape[1] - T
        age = np.arange(K, K + T)[:, None] - np.arange(K + T)                     # (T, K + T)
        scores = self.theta * (hs @ keys.transpose(0, 2, 1))                      # (N, T, K + T)
        seen = (age >= 1) & (age <= self.window)
        first = ~seen.any(axis=1)                            # (T,), without a past
        scores[:, ~seen] = -np.inf
        scores[:, first] = 0
        scores -= scores.max(axis=-1, keepdims=True)
        a = np.exp(scores, out=scores)
        hits = np.where(words[:, None] == ts[:, :, None], a, 0).sum(axis=-1)      # (N, T)
        self.keys, self.words = keys[:, -self.window:], words[:, -self.window:]
        P = hits / a.sum(axis=-1)
        if not np.isfinite(P).all():
            raise InputError(f"theta {self.theta:g} is too large for these states: lower it")
        return np.where(first, np.nan, P)


def mix(P, P_cache, share):
    """(1 - share) P + share P_cache; P alone where the cache was empty."""
    return np.where(np.isnan(P_cache), P, (1 - share) * P + share * P_cache)
