"""Regularization of a language model beyond dropout between its layers (after section 6.5).

The ingredients of AWD-LSTM (Merity, Keskar and Socher 2017, arXiv 1708.02182), each a layer of a
model's list that does nothing in evaluation (train_flg = False).
"""

import numpy as np

from common.layers import Layer
from common.shapes import float_array
from common.time_layers.words import TimeDropout, TimeEmbedding


class WeightDrop(Layer):
    """A recurrent layer whose Wh loses entries in training (DropConnect; Merity et al., section 2).

        training    Wh' = Wh mask, one mask for all steps of the sequences      dWh = dWh' mask
        evaluation  Wh' = Wh

    layer: a TimeRNN, TimeGRU or TimeLSTM, which works with Wh' from then on; params[1] here is Wh,
    which is learned. Dropout along time (section 6.5.2) drops numbers of h_{t-1}, this one the
    connections between them.
    """

    param_names = ("Wx", "Wh", "b")

    def __init__(self, layer, dropout_ratio=0.5, *, rng=None):
        Wx, Wh, b = layer.params
        super().__init__(Wx, Wh.copy(), b)
        self.layer = layer
        self.stateful = layer.stateful
        self.grads = layer.grads
        self.dropout = TimeDropout(dropout_ratio, rng=rng)
        self.train_flg = True

    def forward(self, xs, *args, **options):
        self.dropout.train_flg = self.train_flg
        self.layer.params[1][...] = self.dropout.forward(self.params[1])
        return self.layer.forward(xs, *args, **options)

    def backward(self, dhs=None, dh=None):
        dxs = self.layer.backward(dhs, dh)
        self.grads[1][...] = self.dropout.backward(self.grads[1])
        return dxs

    def get_state(self):
        """The layer's own state, as are the next two."""
        return self.layer.get_state()

    def set_state(self, *state):
        self.layer.set_state(*state)

    def reset_state(self):
        self.layer.reset_state()


class EmbeddingDropout(TimeEmbedding):
    """Dropout of words, wherever they stand in a batch (Gal and Ghahramani 2016, section 4.2).

        training    out = mask[xs] W[xs],   mask (V,) = 1 / (1 - p) with probability 1 - p, else 0
        evaluation  out = W[xs]

    W: (V, D), xs: (N, T) ids -> (N, T, D). rng: a Generator, a seed, or None.
    """

    def __init__(self, W, dropout_ratio=0.1, *, sparse=False, rng=None):
        super().__init__(W, sparse=sparse)
        self.dropout = TimeDropout(dropout_ratio, rng=rng)
        self.mask = None
        self.train_flg = True

    def forward(self, xs):
        W = self.params[0]
        out = super().forward(xs)
        self.dropout.train_flg = self.train_flg
        self.mask = self.dropout.forward(np.ones((len(W), 1), W.dtype))[xs]  # (N, T, 1)
        return out * self.mask

    def backward(self, dout):
        return super().backward(dout * self.mask)


class ActivationPenalty(Layer):
    """AR and TAR: large states, and states that jump, cost something (section 6.5).

    (Merity, McCann and Socher 2017, arXiv 1708.01009.)

        forward   y = h
                  penalty = alpha mean(h^2) + beta mean((h_t - h_{t-1})^2)
        backward  dh_t = dy_t + 2 alpha h_t / (N T H)
                         + 2 beta ((h_t - h_{t-1}) - (h_{t+1} - h_t)) / (N (T - 1) H)

    hs: (N, T, H); a difference past an end is 0. What is differentiated is loss + penalty, but the
    penalty is no part of the loss that a model returns, whose exponential is the perplexity.
    """

    def __init__(self, alpha=2.0, beta=1.0):
        super().__init__()
        self.alpha, self.beta = alpha, beta
        self.hs, self.penalty, self.train_flg = None, 0.0, True

    def forward(self, hs):
        self.hs = hs = float_array(self, "hs", hs, "N", "T", "H")
        if self.train_flg:
            jumps = np.diff(hs, axis=1)  # (N, T - 1, H)
            self.penalty = self.alpha * float(np.sum(hs * hs)) / hs.size
            self.penalty += self.beta * float(np.sum(jumps * jumps)) / max(jumps.size, 1)
        return hs.copy()

    def backward(self, dout):
        hs = self.take("hs")
        dout = float_array(self, "dout", dout, *hs.shape)
        if not self.train_flg:
            return dout.copy()
        dhs = dout + (2 * self.alpha / hs.size) * hs
        jumps = np.diff(hs, axis=1)
        jumps *= 2 * self.beta / max(jumps.size, 1)
        dhs[:, 1:] += jumps
        dhs[:, :-1] -= jumps
        return dhs
