"""The language model of chapter 5 with an LSTM for the simple RNN (section 6.4)."""

import numpy as np

from common.base_model import BaseModel
from common.errors import InputError
from common.initializers import normal, scaled_normal
from common.time_layers import (
    TimeAffine,
    TimeEmbedding,
    TimeGRU,
    TimeLSTM,
    TimeRNN,
    TimeSoftmaxWithLoss,
)

CELLS = {"rnn": (TimeRNN, 1), "lstm": (TimeLSTM, 4), "gru": (TimeGRU, 3)}         # number of gates


class Rnnlm(BaseModel):
    """Word vectors, an LSTM, scores for the next word (section 6.4).

        xs (N, T) -> embed (N, T, D) -> lstm (N, T, H) -> affine (N, T, V) -> loss against ts (N, T)

    cell: 'lstm', or 'rnn' or 'gru' to compare; `lstm_layer` is whichever it is. The state goes on
    from one forward() to the next until reset_state(). sparse=False: full gradients, for update
    loops written by hand. The params are in the book's order, so that its Rnnlm.pkl loads.
    """

    def __init__(self, vocab_size=10000, wordvec_size=100, hidden_size=100, *, cell="lstm",
                 sparse=True, rng=None, dtype=np.float32):
        V, D, H, rng = vocab_size, wordvec_size, hidden_size, np.random.default_rng(rng)
        if cell not in CELLS:
            raise InputError(f"cell must be one of {', '.join(CELLS)}, got '{cell}'")
        TimeCell, G = CELLS[cell]
        embed_W = normal(rng, V, D, dtype=dtype)
        lstm_Wx = scaled_normal(rng, D, G * H, dtype=dtype)
        lstm_Wh = scaled_normal(rng, H, G * H, dtype=dtype)
        lstm_b = np.zeros(G * H, dtype)
        affine_W = scaled_normal(rng, H, V, dtype=dtype)
        affine_b = np.zeros(V, dtype)

        self.embed = TimeEmbedding(embed_W, sparse=sparse)
        self.lstm_layer = TimeCell(lstm_Wx, lstm_Wh, lstm_b, stateful=True)
        self.affine = TimeAffine(affine_W, affine_b)
        self.layers = [self.embed, self.lstm_layer, self.affine]
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
