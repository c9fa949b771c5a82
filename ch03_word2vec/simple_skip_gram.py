"""Skip-gram as simple as it can be: one word in, its two neighbours out (section 3.5.2)."""

import numpy as np

from common.base_model import BaseModel
from common.initializers import normal
from common.layers import MatMul, SoftmaxWithLoss
from common.shapes import float_array


class SimpleSkipGram(BaseModel):
    """Guess the words around a word (section 3.5.2, equation 3.6).

        h = t W_in          score = h W_out          L = loss(score, c0) + loss(score, c1)

    W_in: (V, H), whose rows are the word vectors; W_out: (H, V). forward(contexts (N, 2, V), target
    (N, V)), one-hot, returns the loss. One score serves both losses: its gradients add up.
    """

    def __init__(self, vocab_size, hidden_size, *, rng=None, dtype=np.float32):
        V, H, rng = vocab_size, hidden_size, np.random.default_rng(rng)
        W_in = normal(rng, V, H, dtype=dtype)
        W_out = normal(rng, H, V, dtype=dtype)

        self.in_layer = MatMul(W_in)
        self.out_layer = MatMul(W_out)
        self.loss_layer1 = SoftmaxWithLoss()
        self.loss_layer2 = SoftmaxWithLoss()
        self.gather()

        self.word_vecs = W_in

    def forward(self, contexts, target):
        contexts = float_array(self, "contexts", contexts, "N", 2, len(self.word_vecs))
        h = self.in_layer.forward(target)                    # (N, V) -> (N, H)
        score = self.out_layer.forward(h)                    # (N, H) -> (N, V)
        loss1 = self.loss_layer1.forward(score, contexts[:, 0])
        loss2 = self.loss_layer2.forward(score, contexts[:, 1])
        return loss1 + loss2

    def backward(self, dout=1):
        ds = self.loss_layer1.backward(dout) + self.loss_layer2.backward(dout)
        dh = self.out_layer.backward(ds)
        self.in_layer.backward(dh)
