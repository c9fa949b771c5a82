"""Negative sampling: yes-or-no questions in place of a softmax over all words (section 4.2).

Letters: N batch, H width of the hidden layer, V vocabulary, K negatives.
"""

from math import prod

import numpy as np

from common.errors import InputError
from common.layers import Layer, SigmoidWithLoss, set_rows
from common.row_grad import RowGrad, sum_rows
from common.shapes import float_array, id_array


class EmbeddingDot(Layer):
    """The score of a word: the hidden layer times the word's row of W_out (section 4.2.4).

        forward   out[n]   = h[n] . W[idx_n]
        backward  dh[n]    = dout[n] W[idx_n]     dW[i] = sum over n with idx_n = i of dout[n] h[n]

    W: (V, H), a row per word. h: (N, H), idx: (N,) -> (N,); or idx: (N, K), several words for each
    h -> (N, K), with dh[n] summed over them. sparse=True makes dW a RowGrad.
    """

    param_names = ("W",)
    param_shapes = ("V H",)

    def __init__(self, W, *, sparse=False):
        super().__init__(W)
        if sparse:
            self.grads = [RowGrad(W.shape, W.dtype)]
        self.cache = None

    def forward(self, h, idx):
        W = self.params[0]
        h = float_array(self, "h", h, "N", W.shape[1])
        idx = id_array(self, "idx", idx, len(h), ..., below=len(W))
        words = idx.reshape(len(h), prod(idx.shape[1:]))     # (N,) or (N, K) -> (N, K)
        target_W = W[words]                                  # (N, K, H)
        self.cache = h, words, target_W, idx.shape
        score = target_W @ h[:, :, None]                     # (N, K, H) (N, H, 1) -> (N, K, 1)
        return score.reshape(idx.shape)

    def backward(self, dout):
        h, words, target_W, shape = self.take("cache")
        dout = float_array(self, "dout", dout, *shape).reshape(words.shape)       # (N, K)
        set_rows(self.grads[0], *sum_rows(words, h, weights=dout))
        return (dout[:, None, :] @ target_W)[:, 0]           # (N, 1, K) (N, K, H) -> (N, H)


class UnigramSampler:
    """Draws negatives by word frequency (section 4.2.6).

        P(w) = count(w)^power / sum_w' count(w')^power

    corpus: (N,) ids; power < 1 makes rare words a little less rare (0.75); sample_size: K negatives
    for each target, all different, never the target itself. rng: a Generator, a seed, or None.
    """

    def __init__(self, corpus, power, sample_size, *, rng=None):
        counts = np.bincount(id_array(self, "corpus", corpus, "N", below=np.inf)).astype(float)
        self.sample_size = sample_size
        self.vocab_size = len(counts)
        self.rng = np.random.default_rng(rng)
        words = np.count_nonzero(counts)
        if sample_size < 1:
            raise InputError(f"sample_size must be 1 or more, got {sample_size}")
        if words < sample_size + 1:
            raise InputError(f"{sample_size} negatives that differ from each other and from the "
                             f"target need a corpus of {sample_size + 1} different words or more, "
                             f"this one has {words}: take fewer")
        self.word_p = np.where(counts > 0, counts ** power, 0)
        self.word_p /= self.word_p.sum()                                          # (V,)
        self.edges = np.cumsum(self.word_p)
        self.edges /= self.edges[-1]

    def get_negative_sample(self, target):
        """Negatives (N, K) for the targets (N,), as if drawn one by one without replacement.

        A word that equals the target or an earlier word of its row is drawn again. What is left
        after 20 rounds (a very uneven corpus) is drawn by the book's own choice, with probability 0
        for words that are taken.
        """
        target = id_array(self, "target", target, "N")
        negative = self.draw((len(target), self.sample_size))
        words = np.concatenate([target[:, None], negative], axis=1)               # (N, 1 + K)
        for _ in range(20):
            again = repeated(words)                          # (N, 1 + K)
            if not again.any():
                return words[:, 1:]
            words[again] = self.draw(np.count_nonzero(again))
        for n, k in np.ndindex(words.shape):                 # in order: it may repeat a later word
            earlier = words[n, :k]
            if words[n, k] in earlier:
                p = self.word_p.copy()
                p[earlier[earlier < self.vocab_size]] = 0    # a target may be in no text
                words[n, k] = self.rng.choice(self.vocab_size, p=p / p.sum())
        return words[:, 1:]

    def draw(self, shape):
        """Words by their probabilities, with replacement, in an array of this shape."""
        return np.searchsorted(self.edges, self.rng.random(shape), side="right")


def repeated(words):
    """True where a word equals an earlier one of its row: (N, C) -> (N, C)."""
    equal = words[:, :, None] == words[:, None, :]           # (N, C, C)
    return np.tril(equal, -1).any(axis=2)


class NegativeSamplingLoss(Layer):
    """K + 1 sigmoid losses, added: this is the word, those K are not (sections 4.2.5, 4.2.7).

        L = -1/N sum_n ( log sigmoid(h[n] . W[t_n]) + sum_k log sigmoid(-h[n] . W[negative_nk]) )

    W: (V, H), a row per word; corpus, power, sample_size (K): as in UnigramSampler. forward(h
    (N, H), target (N,)) -> a float; backward -> dh (N, H). The K + 1 words of a row are scored in
    one product, where the book has a layer for each. `negative=` hands in the negatives (N, K)
    instead of drawing.
    """

    param_names = ("W",)

    def __init__(self, W, corpus, power=0.75, sample_size=5, *, sparse=False, rng=None):
        super().__init__()
        self.sample_size = sample_size
        self.sampler = UnigramSampler(corpus, power, sample_size, rng=rng)
        self.embed_dot = EmbeddingDot(W, sparse=sparse)
        self.loss_layer = SigmoidWithLoss()
        self.params, self.grads = self.embed_dot.params, self.embed_dot.grads

    def forward(self, h, target, *, negative=None):
        V, H = self.params[0].shape
        h = float_array(self, "h", h, "N", H)
        target = id_array(self, "target", target, len(h), below=V)
        if negative is None:
            negative = self.sampler.get_negative_sample(target)
        else:
            negative = id_array(self, "negative", negative, len(h), "K")
        words = np.concatenate([target[:, None], negative], axis=1)               # (N, 1 + K)
        label = np.zeros(words.shape, np.int8)
        label[:, 0] = 1
        score = self.embed_dot.forward(h, words)             # (N, 1 + K)
        loss = self.loss_layer.forward(score, label)         # the mean over all
        return loss * words.shape[1]                         # the mean over N, summed over 1 + K

    def backward(self, dout=1):
        dscore = self.loss_layer.backward(dout)              # (N, 1 + K)
        return self.embed_dot.backward(dscore * dscore.shape[1])
