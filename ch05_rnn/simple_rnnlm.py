"""A language model in three layers: which word comes next? (section 5.5.1)"""

import numpy as np

from common.base_model import BaseModel
from common.initializers import normal, scaled_normal
from common.time_layers import TimeAffine, TimeEmbedding, TimeRNN, TimeSoftmaxWithLoss


class SimpleRnnlm(BaseModel):
    """Word vectors, a simple recurrent network, scores for the next word (section 5.5.1).

        xs (N, T) -> embed (N, T, D) -> rnn (N, T, H) -> affine (N, T, V) -> loss against ts (N, T)

    The weights start as in the book: word vectors at 0.01, matrices at 1/sqrt(rows) (Xavier),
    biases at 0. The hidden state goes on from one forward() to the next until reset_state().
    sparse=False: full gradients, for update loops written by hand.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, sparse=True, rng=None,
                 dtype=np.float32):
        V, D, H, rng = vocab_size, wordvec_size, hidden_size, np.random.default_rng(rng)
        embed_W = normal(rng, V, D, dtype=dtype)
        rnn_Wx = scaled_normal(rng, D, H, dtype=dtype)
        rnn_Wh = scaled_normal(rng, H, H, dtype=dtype)
        rnn_b = np.zeros(H, dtype)
        affine_W = scaled_normal(rng, H, V, dtype=dtype)
        affine_b = np.zeros(V, dtype)

        self.embed = TimeEmbedding(embed_W, sparse=sparse)
        self.rnn_layer = TimeRNN(rnn_Wx, rnn_Wh, rnn_b, stateful=True)
        self.affine = TimeAffine(affine_W, affine_b)
        self.layers = [self.embed, self.rnn_layer, self.affine]
        self.loss_layer = TimeSoftmaxWithLoss()
        self.gather()

    def predict(self, xs):
        """Scores (N, T, V) of the word after each of xs (N, T)."""
        for layer in self.layers:
            xs = layer.forward(xs)
        return xs

    def forward(self, xs, ts):
        return self.loss_layer.forward(self.predict(xs), ts, overwrite=True)

    def backward(self, dout=1):
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
