"""The language model with all that section 6.5 adds: more layers, dropout, shared weights."""

import numpy as np

from common.base_model import BaseModel
from common.errors import InputError
from common.initializers import normal, scaled_normal
from common.time_layers import (
    TimeAffine,
    TimeDropout,
    TimeEmbedding,
    TimeLSTM,
    TimeSoftmaxWithLoss,
)

DROPOUT = ("depth", "time", "variational")


class BetterRnnlm(BaseModel):
    """LSTM layers, dropout, and one table for the words that go in and come out (section 6.5.4).

        xs (N, T) -> embed -> dropout -> LSTM -> dropout -> LSTM -> dropout -> affine (N, T, V)

    Zaremba et al. 2014 (arXiv 1409.2329). tied (section 6.5.3; Press and Wolf 2016, 1608.05859):
    the affine layer's W is embed_W.T, the same memory; needs wordvec_size = hidden_size. dropout:

        'depth'         new masks at every step, between layers only: the book's
        'time'          also on h_{t-1}, new masks at every step: the noise accumulates (6.5.2)
        'variational'   both, each one mask for all steps of a forward() (Gal and Ghahramani 2016)

    The params are in the book's order, so that its BetterRnnlm.pkl loads.
    """

    def __init__(self, vocab_size=10000, wordvec_size=650, hidden_size=650, dropout_ratio=0.5, *,
                 layers=2, tied=True, dropout="depth", sparse=True, rng=None, dtype=np.float32):
        V, D, H, rng = vocab_size, wordvec_size, hidden_size, np.random.default_rng(rng)
        if tied and D != H:
            raise InputError(f"tied weights need wordvec_size = hidden_size, got {D} and {H}: make "
                             "them equal or untie")
        if dropout not in DROPOUT:
            raise InputError(f"dropout must be one of {', '.join(DROPOUT)}, got '{dropout}'")

        def make_dropout():
            return TimeDropout(dropout_ratio, variational=dropout == "variational", rng=rng)

        embed_W = normal(rng, V, D, dtype=dtype)
        self.embed = TimeEmbedding(embed_W, sparse=sparse)
        self.lstm_layers, rows = [], D
        for _ in range(layers):
            Wx = scaled_normal(rng, rows, 4 * H, dtype=dtype)
            Wh = scaled_normal(rng, H, 4 * H, dtype=dtype)
            self.lstm_layers.append(TimeLSTM(Wx, Wh, np.zeros(4 * H, dtype), stateful=True))
            rows = H
        affine_W = embed_W.T if tied else scaled_normal(rng, H, V, dtype=dtype)
        self.affine = TimeAffine(affine_W, np.zeros(V, dtype))
        self.drop_layers = [make_dropout() for _ in range(layers + 1)]
        self.layers = [self.embed, self.drop_layers[0]]
        for lstm, drop in zip(self.lstm_layers, self.drop_layers[1:]):
            self.layers += [lstm, drop]
        self.layers.append(self.affine)
        self.loss_layer = TimeSoftmaxWithLoss()
        if dropout != "depth":
            for lstm in self.lstm_layers:
                lstm.recurrent_dropout = make_dropout()
                self.drop_layers.append(lstm.recurrent_dropout)
        self.gather()

    def predict(self, xs, train_flg=False):
        """Scores (N, T, V) of the word after each of xs (N, T)."""
        for layer in self.drop_layers:
            layer.train_flg = train_flg
        for layer in self.layers:
            xs = layer.forward(xs)
        return xs

    def forward(self, xs, ts, train_flg=True):
        return self.loss_layer.forward(self.predict(xs, train_flg), ts, overwrite=True)

    def backward(self, dout=1):
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
