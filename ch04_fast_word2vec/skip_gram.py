"""Skip-gram for a large vocabulary: each word asks for its neighbours (sections 3.5.2 and 4.3)."""

import numpy as np

from common.base_model import BaseModel
from common.initializers import normal
from common.layers import Embedding
from common.negative_sampling import NegativeSamplingLoss
from common.shapes import id_array
from common.util.counts import check_corpus


class SkipGram(BaseModel):
    """Guess each of the 2w neighbours of a word from its vector.

        h = W_in[target]
        L = sum over the 2w context words c of the negative sampling loss of (h, c)

    forward(contexts (N, 2w), target (N,)), ids, returns the loss. One loss layer scores all
    neighbours, where the book has one for each. The arguments are CBOW's.
    """

    def __init__(self, vocab_size, hidden_size, window_size, corpus, *, sample_size=5, sparse=True,
                 rng=None, dtype=np.float32):
        V, H, rng = vocab_size, hidden_size, np.random.default_rng(rng)
        check_corpus(np.asarray(corpus), V)
        W_in = normal(rng, V, H, dtype=dtype)
        W_out = normal(rng, V, H, dtype=dtype)

        self.in_layer = Embedding(W_in, sparse=sparse)
        self.ns_loss = NegativeSamplingLoss(W_out, corpus, power=0.75, sample_size=sample_size,
                                            sparse=sparse, rng=rng)
        self.gather()

        self.word_vecs = W_in

    def forward(self, contexts, target, **options):
        target = id_array(self, "target", target, "N")
        contexts = id_array(self, "contexts", contexts, len(target), "C")
        self.words = contexts.shape[1]
        h = self.in_layer.forward(target)                    # (N,) -> (N, H)
        h = np.repeat(h, self.words, axis=0)                 # (2w N, H), one for each neighbour
        loss = self.ns_loss.forward(h, np.reshape(contexts, -1), **options)       # mean over 2w N
        return loss * self.words                             # mean over N, sum over 2w

    def backward(self, dout=1):
        dh = self.ns_loss.backward(dout * self.words)        # (2w N, H)
        dh = dh.reshape(-1, self.words, dh.shape[1]).sum(axis=1)                  # (N, H)
        self.in_layer.backward(dh)
