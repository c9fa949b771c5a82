"""GloVe: word vectors by a regression on the logarithms of counts, between counting and predicting (section 3.5.3)."""

import numpy as np

from common.base_model import BaseModel
from common.errors import InputError
from common.row_grad import sum_rows
from common.util.counts import check_corpus, merge


class GloVe(BaseModel):
    """Vectors whose products are the logarithms of co-occurrence counts (Pennington, Socher and Manning 2014).

        L = sum over pairs (i, j) of f(X_ij) (w_i . v_j + b_i + c_j - log X_ij)^2,    f(x) = min(1, (x / x_max)^0.75)

    X_ij: how often j stands within window_size tokens of i, each time counted as 1 / distance. Only pairs that occur are
    learned from, in a new order each epoch and in batches. The optimizer is AdaGrad with one scale for each row: a batch
    sums many gradients of a frequent word, and the scale keeps their sum from jumping (as in ch04_fast_word2vec/fast.py).
    `word_vecs` (vocab_size, D) is the sum of the vectors of both tables, as in the paper.
    """

    def __init__(self, vocab_size, hidden_size, corpus, window_size=10, *, x_max=10.0, batch_size=4096, rng=None,
                 dtype=np.float32):
        if not x_max > 0:
            raise InputError(f"x_max must be above 0, got {x_max}")
        self.rng = np.random.default_rng(rng)
        self.batch_size = batch_size
        self.i, self.j, X = weighted_pairs(corpus, vocab_size, window_size)
        self.log_X = np.log(X).astype(dtype)                 # (pairs,)
        self.f = np.minimum(1, (X / x_max) ** 0.75).astype(dtype)
        # A row is a word's vector and two more numbers, so that one product adds the biases: (w, b, 1) . (v, 1, c).
        self.W, self.V = (((self.rng.random((vocab_size, hidden_size + 2)) - 0.5) / hidden_size).astype(dtype)
                          for _ in range(2))
        self.W[:, -1], self.V[:, -2] = 1, 1
        self.h_W, self.h_V = np.zeros(vocab_size, dtype), np.zeros(vocab_size, dtype)
        self.params, self.param_names = [self.W, self.V, self.h_W, self.h_V], ("W", "V", "h_W", "h_V")
        self.order = None                                    # of the pairs in this epoch

    @property
    def word_vecs(self):
        return self.W[:, :-2] + self.V[:, :-2]

    def begin_epoch(self):
        """Draw the order of an epoch; returns the number of batches."""
        self.order = self.rng.permutation(len(self.i))
        return -(-len(self.order) // self.batch_size)

    def train_step(self, k, lr):
        """Train on batch k of the epoch; its summed loss and number of pairs."""
        chosen = self.order[k * self.batch_size:(k + 1) * self.batch_size]
        loss, grad_W, grad_V = self.gradients(chosen)
        self._update(self.W, self.h_W, *grad_W, lr, fixed=-1)
        self._update(self.V, self.h_V, *grad_V, lr, fixed=-2)
        return loss, len(chosen)

    def gradients(self, chosen):
        """(loss, (ids, rows) of dW, (ids, rows) of dV), summed over the chosen pairs (N,)."""
        i, j, f = self.i[chosen], self.j[chosen], self.f[chosen]
        w, v = self.W[i], self.V[j]                          # (N, D + 2)
        difference = np.einsum("nd,nd->n", w, v) - self.log_X[chosen]             # (N,)
        g = (2 * f * difference)[:, None]
        return float(np.dot(f, difference ** 2)), sum_rows(i, g * v), sum_rows(j, g * w)

    @staticmethod
    def _update(table, h, ids, g, lr, fixed):
        g[:, fixed] = 0                                      # the column of ones stays
        h[ids] += np.einsum("rd,rd->r", g, g) / g.shape[1]
        table[ids] -= g * (lr / np.sqrt(h[ids] + 1e-12)).astype(g.dtype)[:, None]


def weighted_pairs(corpus, vocab_size, window_size):
    """(i, j, X): the pairs of words within window_size tokens of each other, both ways round, and their counts / distance.

    corpus: (N,) ids; i, j, X: (pairs,), distinct pairs.
    """
    corpus = np.asarray(corpus)
    check_corpus(corpus, vocab_size)
    if window_size < 1:
        raise InputError(f"window_size must be 1 or more, got {window_size}: pairs need a distance")
    corpus = corpus.astype(np.int64)
    cells, X = np.zeros(0, np.int64), np.zeros(0)
    for d in range(1, min(window_size, len(corpus) - 1) + 1):
        for left, right in ((corpus[:-d], corpus[d:]), (corpus[d:], corpus[:-d])):
            found, counts = np.unique(left * vocab_size + right, return_counts=True)
            cells, X = merge(cells, X, found, counts / d)
    if not len(cells):
        raise InputError("a corpus of one word has no pairs to learn from")
    return *np.divmod(cells, vocab_size), X
