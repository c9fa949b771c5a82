"""CBOW for a large vocabulary: rows of a table, a few negatives for a softmax (section 4.3.1)."""

import numpy as np

from common.base_model import BaseModel
from common.initializers import normal
from common.layers import EmbeddingMean
from common.negative_sampling import NegativeSamplingLoss
from common.util.counts import check_corpus


class CBOW(BaseModel):
    """Guess a word from the mean of its neighbours' vectors (section 4.3.1).

        h = mean over the 2w context words of W_in[c]
        L = negative sampling loss of (h, target)

    forward(contexts (N, 2w), target (N,)), ids, returns the loss. One layer takes all 2w columns,
    where the book has an Embedding for each; window_size is the book's argument, the width of
    `contexts` decides. corpus: ids whose frequencies choose the negatives (power 0.75).
    sparse=False: full gradients, for update loops written by hand. `word_vecs` is W_in (V, H).
    """

    def __init__(self, vocab_size, hidden_size, window_size, corpus, *, sample_size=5, sparse=True,
                 rng=None, dtype=np.float32):
        V, H, rng = vocab_size, hidden_size, np.random.default_rng(rng)
        check_corpus(np.asarray(corpus), V)
        W_in = normal(rng, V, H, dtype=dtype)
        W_out = normal(rng, V, H, dtype=dtype)

        self.in_layer = EmbeddingMean(W_in, sparse=sparse)
        self.ns_loss = NegativeSamplingLoss(W_out, corpus, power=0.75, sample_size=sample_size,
                                            sparse=sparse, rng=rng)
        self.gather()

        self.word_vecs = W_in

    def forward(self, contexts, target, **options):
        h = self.in_layer.forward(contexts)                  # (N, 2w) -> (N, H)
        return self.ns_loss.forward(h, target, **options)

    def backward(self, dout=1):
        dh = self.ns_loss.backward(dout)                     # (N, H)
        self.in_layer.backward(dh)
