"""CBOW as simple as it can be: two context words in, the word between them out (section 3.4)."""

import numpy as np

from common.base_model import BaseModel
from common.initializers import normal
from common.layers import MatMul, SoftmaxWithLoss
from common.shapes import float_array


class SimpleCBOW(BaseModel):
    """Guess a word from the one before and the one after (section 3.4).

        forward   h = (c0 W_in + c1 W_in) / 2     score = h W_out     L = softmax with loss of score
        backward  dh = ds W_out^T / 2     dW_out = h^T ds     dW_in = c0^T dh + c1^T dh

    W_in: (V, H), whose rows are the word vectors; W_out: (H, V). forward(contexts (N, 2, V), target
    (N, V)), one-hot, returns the loss. Both in-layers share W_in: remove_duplicate adds their
    gradients before the update.
    """

    def __init__(self, vocab_size, hidden_size, *, rng=None, dtype=np.float32):
        V, H, rng = vocab_size, hidden_size, np.random.default_rng(rng)
        W_in = normal(rng, V, H, dtype=dtype)
        W_out = normal(rng, H, V, dtype=dtype)

        self.in_layer0 = MatMul(W_in)
        self.in_layer1 = MatMul(W_in)
        self.out_layer = MatMul(W_out)
        self.loss_layer = SoftmaxWithLoss()
        self.gather()

        self.word_vecs = W_in

    def forward(self, contexts, target):
        contexts = float_array(self, "contexts", contexts, "N", 2, len(self.word_vecs))
        h0 = self.in_layer0.forward(contexts[:, 0])          # (N, V) -> (N, H)
        h1 = self.in_layer1.forward(contexts[:, 1])
        score = self.out_layer.forward((h0 + h1) * 0.5)      # (N, H) -> (N, V)
        return self.loss_layer.forward(score, target)

    def backward(self, dout=1):
        ds = self.loss_layer.backward(dout)
        dh = self.out_layer.backward(ds) * 0.5
        self.in_layer1.backward(dh)
        self.in_layer0.backward(dh)
