"""word2vec nearly as fast as in C (CBOW less so): hundreds of tokens at once (section 4.4).

The layered models look a word up again for every pair it is in. Here the two rows of each token of
a chunk of text are gathered once, and all pairs are scored together:

    the pairs within a window of each other are blocks of one matrix (band.py);
    all tokens of the chunk share S negatives, whose scores are one product, (T, D) times (D, S);
    each counts K / S, so that a pair has the weight of K negatives in all (Ji, Satish, Li and
    Dubey 2016, arXiv 1604.04661).

A chunk adds up hundreds of gradients of 'the' that all start from the same old row: SGD would
diverge. Train with RowAdaGrad and a learning rate that decays to 0. fast_by_pairs.py is the same
pair by pair, the specification.
"""

import numpy as np

from ch04_fast_word2vec.band import BLOCK, Band
from common.base_model import BaseModel
from common.errors import InputError
from common.layers import Layer, set_rows
from common.negative_sampling import UnigramSampler
from common.row_grad import RowGrad, RowSums
from common.shapes import id_array
from common.util.counts import check_corpus


class FastWord2vec(Layer, BaseModel):
    """The base of both models: the two tables, and the negatives. A model that is one layer.

    window_size: w; each token draws its own window from 1..w. sample_size: K; shared: the S
    negatives of a chunk. corpus: ids whose frequencies choose the negatives (power 0.75).
    `word_vecs` is W_in (V, D). After forward(), `terms` is how many right answers its loss sums up.
    """

    param_names = ("W_in", "W_out")

    def __init__(self, vocab_size, hidden_size, window_size, corpus, *, sample_size=5, shared=None,
                 rng=None, dtype=np.float32):
        check_corpus(np.asarray(corpus), vocab_size)
        if not 1 <= window_size <= BLOCK // 2:
            raise InputError(f"window_size must lie in 1..{BLOCK // 2}, got {window_size}")
        self.window_size, self.sample_size = window_size, sample_size
        self.shared = shared or self.SHARED
        self.rng = np.random.default_rng(rng)
        self.sampler = UnigramSampler(corpus, 0.75, 1, rng=self.rng)
        self.band = Band(window_size)
        W_in = ((self.rng.random((vocab_size, hidden_size)) - 0.5) / hidden_size).astype(dtype)
        W_out = np.zeros((vocab_size, hidden_size), dtype)
        super().__init__(W_in, W_out)
        self.grads = [RowGrad(W_in.shape, dtype), RowGrad(W_out.shape, dtype)]
        self.word_vecs = W_in
        self.terms, self.cache = 0, None

    def forward(self, ids, with_loss=True, *, windows=None, negative=None, weight=None):
        """The loss of a chunk of ids (T,), summed over all that is asked in it.

            L = sum over t of ( -sum over its right answers c of log s(h_t . Y_c)
                                - asked_t sum_k weight_k log s(-h_t . N_k) )

        s is the sigmoid, Y = W_out[ids], N = W_out[negative], asked_t the number of t's right
        answers; h and those are the model's. A negative that is a right answer for t does not count
        for t. The loss costs as much as the rest: None without with_loss. windows (T,), negative
        (S,), distinct and rising, weight (S,): drawn, unless they are given.
        """
        W_in, W_out = self.params
        ids = id_array(self, "ids", ids, "T", below=len(W_in))
        if windows is None:
            windows = self.rng.integers(1, self.window_size + 1, len(ids))
        windows = id_array(self, "windows", windows, len(ids))
        if negative is None:
            negative, times = np.unique(self.sampler.draw(self.shared), return_counts=True)
            weight = times * (self.sample_size / self.shared)
        X = W_in.take(ids, axis=0)                           # (T, D)
        Y = W_out.take(ids, axis=0)                          # (T, D)
        N = W_out.take(negative, axis=0)                     # (S, D)
        weight = weight[:, None].astype(X.dtype)             # (S, 1)
        h, asked, right = self._ask(X, Y, windows)
        minus_scores = h @ -N.T                              # (T, D) (D, S) -> (T, S)
        unfair = self._right_negatives(ids, windows, negative)
        self.terms = int(asked.sum())
        self.cache = ids, negative, X, Y, N, weight, h, asked, right, minus_scores, unfair
        if not with_loss:
            return None
        losses = np.logaddexp(0, -minus_scores)              # -log s(-h_t . N_k)
        losses[unfair] = 0
        return float(np.sum(np.logaddexp(0, -right)) + np.sum(asked * (losses @ weight)))

    def backward(self, dout=1):
        ids, negative, X, Y, N, weight, h, asked, right, minus_scores, unfair = self.take("cache")
        g = sigmoid_of_minus(minus_scores)                   # (T, S): of -log s(-score), s(score)
        g[unfair] = 0
        g *= asked
        weight = weight * dout
        dh = g @ (weight * N)                                # (T, S) (S, D) -> (T, D)
        dN = weight * (h.T @ g).T                            # (D, T) (T, S) -> (S, D)
        g = sigmoid_of_minus(right)                          # of -log s(score): s(score) - 1
        g *= -dout                                           # = -s(-score)
        dX, dY = self._answer(g, X, Y, h, dh)                # (T, D), (T, D)
        sums = RowSums(ids)
        set_rows(self.grads[0], sums.ids, sums.of(dX))
        set_rows(self.grads[1], *union(sums.ids, sums.of(dY), negative, dN))

    def _right_negatives(self, ids, windows, negative):
        """(t, k): where negative k is a right answer for token t."""
        k = np.searchsorted(negative, ids)                   # (T,): which negative each would be
        k = np.minimum(k, len(negative) - 1)
        t, c = self._right_answers(windows, negative[k] == ids)
        return t, k[c]

    def _ask(self, X, Y, windows):
        """h (T, D), what asks; asked (T, 1), for how many answers; the scores of right answers."""
        raise NotImplementedError

    def _right_answers(self, windows, wanted):
        """(t, c): the right answers c of t that are wanted (T,), as positions in the chunk."""
        raise NotImplementedError

    def _answer(self, g, X, Y, h, dh):
        """(dX, dY), both (T, D). g: gradients of the right scores; dh (T, D): by the negatives."""
        raise NotImplementedError


class FastSkipGram(FastWord2vec):
    """Each token t asks for all its neighbours: h_t = X_t, right answers: the c in its window."""

    SHARED, LR, H0 = 128, 1.0, 300.0                         # S, and RowAdaGrad's, if not given

    def _ask(self, X, Y, windows):
        self.mask = self.band.pairs(windows)                 # (blocks, B, B + 2w)
        asked = self.band.sizes(windows).astype(X.dtype)     # (T, 1)
        return X, asked, self.band.products(X, Y)[self.mask]  # right: (all pairs,)

    def _right_answers(self, windows, wanted):
        return self.band.neighbours(windows, wanted)

    def _answer(self, g, X, Y, h, dh):
        G = np.zeros(self.mask.shape, X.dtype)
        G[self.mask] = g
        dh += self.band.times(G, Y)
        return dh, self.band.transposed_times(G, X)


class FastCBOW(FastWord2vec):
    """A window asks for its token t: h_t is the mean of X_c over it, the one right answer is t."""

    SHARED, LR, H0 = 32, 2.0, 100.0

    def _ask(self, X, Y, windows):
        sizes = self.band.sizes(windows).astype(X.dtype)     # (T, 1)
        share = 1 / np.maximum(sizes, 1)                     # of a mean; of nothing, for t alone
        self.A = self.band.pairs(windows) * self.band.in_blocks(share)  # (blocks, B, B + 2w)
        asked = np.minimum(sizes, 1)                         # (T, 1)
        h = self.band.times(self.A, X)                       # (T, D)
        right = np.einsum("td,td->t", h, Y)                  # (T,)
        right[asked[:, 0] == 0] = np.inf                     # nothing is asked: no loss
        return h, asked, right

    def _right_answers(self, windows, wanted):
        t = np.flatnonzero(wanted)
        return t, t

    def _answer(self, g, X, Y, h, dh):
        g = g[:, None]
        dh += g * Y
        return self.band.transposed_times(self.A, dh), g * h


FAST = {"cbow": FastCBOW, "skipgram": FastSkipGram}


def union(ids, rows, more_ids, more_rows):
    """Two lists of distinct, rising ids as one, with their rows, those of an id in both added."""
    both = np.sort(np.concatenate([ids, more_ids]))
    both = both[np.append(True, both[1:] != both[:-1])]      # np.union1d, in half the time
    sums = np.zeros((len(both), rows.shape[1]), rows.dtype)
    sums[np.searchsorted(both, ids)] = rows
    sums[np.searchsorted(both, more_ids)] += more_rows
    return both, sums


def sigmoid_of_minus(x):
    """1 / (1 + e^x), in the array x itself; above 80, where float32 would overflow, as at 80."""
    np.minimum(x, 80, out=x)
    np.exp(x, out=x)
    x += 1
    return np.reciprocal(x, out=x)
