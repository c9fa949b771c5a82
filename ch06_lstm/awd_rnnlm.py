"""BetterRnnlm with the regularization of AWD-LSTM: what comes after section 6.5 of the book."""

import numpy as np

from ch06_lstm.better_rnnlm import BetterRnnlm
from common.initializers import normal, scaled_normal
from common.time_layers import (
    ActivationPenalty,
    EmbeddingDropout,
    TimeAffine,
    TimeDropout,
    TimeLSTM,
    TimeSoftmaxWithLoss,
    WeightDrop,
)


class AwdRnnlm(BetterRnnlm):
    """LSTM layers with shared weights and dropout everywhere (Merity et al. 2017, 1708.02182).

        xs (N, T) -> embed -> dropout -> LSTM -> dropout -> ... -> LSTM -> dropout -> affine

    Whole words are dropped, entries of Wh, and units between layers, with one mask for all steps of
    a batch; the last LSTM's hs may not jump (beta), nor be large after their dropout (alpha). The
    inner LSTMs have H numbers, the last one D, for its hs meet the table of the words.

    scale: standard deviation of the word vectors at the start; with few words, as of characters,
    0.1 learns from the first steps on, where 0.01 takes 150.

    Differs from the paper's program: T is the same in all batches, and weights start as everywhere
    in this library.
    """

    def __init__(self, vocab_size=10000, wordvec_size=400, hidden_size=1150, *, layers=3,
                 words_ratio=0.1, in_ratio=0.4, between_ratio=0.25, out_ratio=0.4, weight_ratio=0.5,
                 alpha=2.0, beta=1.0, scale=0.01, rng=None, dtype=np.float32):
        V, D, rng = vocab_size, wordvec_size, np.random.default_rng(rng)
        embed_W = normal(rng, V, D, scale=scale, dtype=dtype)

        self.embed = EmbeddingDropout(embed_W, words_ratio, sparse=True, rng=rng)
        self.lstm_layers, rows = [], D
        for k in range(layers):
            H = hidden_size if k < layers - 1 else D
            Wx = scaled_normal(rng, rows, 4 * H, dtype=dtype)
            Wh = scaled_normal(rng, H, 4 * H, dtype=dtype)
            lstm = TimeLSTM(Wx, Wh, np.zeros(4 * H, dtype), stateful=True)
            self.lstm_layers.append(WeightDrop(lstm, weight_ratio, rng=rng))
            rows = H
        self.affine = TimeAffine(embed_W.T, np.zeros(V, dtype))

        def dropout(ratio):
            return TimeDropout(ratio, variational=True, rng=rng)

        self.layers = [self.embed, dropout(in_ratio)]
        for lstm in self.lstm_layers:
            self.layers += [lstm, dropout(between_ratio)]
        self.layers[-1:] = [ActivationPenalty(0, beta), dropout(out_ratio),
                            ActivationPenalty(alpha, 0), self.affine]
        self.drop_layers = [layer for layer in self.layers if hasattr(layer, "train_flg")]
        self.loss_layer = TimeSoftmaxWithLoss()
        self.gather()
