"""GloVe: word vectors by a regression on logarithms of counts (section 3.5.3)."""

import numpy as np

from common.base_model import BaseModel
from common.batches import ShuffledBatches
from common.errors import InputError
from common.layers import Layer, set_rows
from common.row_grad import RowGrad, sum_rows
from common.shapes import float_array, id_array
from common.util.counts import check_corpus, merge


class GloVe(Layer, BaseModel):
    """Vectors whose products are the logarithms of counts (Pennington, Socher and Manning 2014).

        L = sum over pairs (i, j) of f(X_ij) (w_i . v_j + b_i + c_j - log X_ij)^2
        f(x) = min(1, (x / x_max)^0.75)

    X_ij: how often j stands near i, above 0. A batch sums many gradients of a frequent word: train
    with RowAdaGrad, whose scale for each row keeps their sum from jumping. A model that is one
    layer; `terms`: the pairs of the last batch. `word_vecs` (vocab_size, D) is the sum of the
    vectors of both tables, as in the paper.
    """

    param_names = ("W", "V")

    def __init__(self, vocab_size, hidden_size, *, x_max=10.0, rng=None, dtype=np.float32):
        if not x_max > 0:
            raise InputError(f"x_max must be above 0, got {x_max}")
        rng = np.random.default_rng(rng)
        # (w, b, 1) . (v, 1, c) = w . v + b + c: one product adds the biases
        shape = vocab_size, hidden_size + 2
        W = ((rng.random(shape) - 0.5) / hidden_size).astype(dtype)
        V = ((rng.random(shape) - 0.5) / hidden_size).astype(dtype)
        W[:, -1] = 1
        V[:, -2] = 1
        super().__init__(W, V)
        self.grads = [RowGrad(shape, dtype), RowGrad(shape, dtype)]
        self.x_max, self.terms, self.cache = x_max, 0, None

    @property
    def word_vecs(self):
        W, V = self.params
        return W[:, :-2] + V[:, :-2]

    def forward(self, pairs, X):
        """The loss, summed over pairs (N, 2) of ids and their counts X (N,)."""
        W, V = self.params
        i, j = id_array(self, "pairs", pairs, "N", 2, below=len(W)).T
        X = float_array(self, "X", X, len(i))
        w = W.take(i, axis=0)                                # (N, D + 2)
        v = V.take(j, axis=0)
        f = np.minimum(1, (X / self.x_max) ** 0.75)
        difference = np.einsum("nd,nd->n", w, v) - np.log(X)                      # (N,)
        self.terms = len(X)
        self.cache = i, j, w, v, f * difference
        return float(np.dot(f, difference ** 2))

    def backward(self, dout=1):
        i, j, w, v, g = self.take("cache")
        g = (2 * dout * g)[:, None]                          # (N, 1)
        for grad, ids, rows, ones in zip(self.grads, (i, j), (g * v, g * w), (-1, -2)):
            set_rows(grad, *sum_rows(ids, rows))
            grad.rows[:, ones] = 0                           # the column of ones stays


class PairBatches(ShuffledBatches):
    """Pairs (P, 2) and their counts X (P,), in a new order each epoch; the last batch shorter."""

    def __init__(self, pairs, X, batch_size=4096, seed=0):
        super().__init__(pairs, X, min(batch_size, len(X)), seed)
        self.iterations = -(-len(X) // self.batch_size)


def weighted_pairs(corpus, vocab_size, window_size=10):
    """(pairs (P, 2), X (P,)): each word of ids `corpus` (N,) with those within window_size of it.

    Both sides; a pair at distance d counts as 1 / d.
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
    return np.stack(np.divmod(cells, vocab_size), axis=1), X
