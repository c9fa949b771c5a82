"""What keeps a language model from learning its text by heart, beyond dropout between its layers (after section 6.5).

The ingredients of AWD-LSTM (Merity, Keskar and Socher 2017, arXiv 1708.02182), each a layer that is put into a model's list
like any other and does nothing when the model is evaluated (train_flg = False).
"""

import numpy as np

from common.layers import Layer
from common.time_layers.words import TimeDropout, TimeEmbedding


class WeightDrop(Layer):
    """A recurrent layer whose Wh loses other entries in every training step (DropConnect; Merity et al. 2017, section 2).

        training    Wh' = Wh mask, one mask for all steps of the sequences      dWh = dWh' mask
        evaluation  Wh' = Wh

    layer: a TimeRNN, TimeGRU or TimeLSTM; from then on it works with Wh', while params[1] here is Wh, the weights that are
    learned. Dropout along time (section 6.5.2) drops numbers of h_{t-1}, this one the ways between them.
    """

    param_names = ("Wx", "Wh", "b")

    def __init__(self, layer, dropout_ratio=0.5, *, rng=None):
        Wx, Wh, b = layer.params
        super().__init__(Wx, Wh.copy(), b)
        self.layer, self.stateful, self.grads = layer, layer.stateful, layer.grads
        self.dropout = TimeDropout(dropout_ratio, rng=rng)
        self.mask, self.train_flg = None, True

    def forward(self, xs, *args, **options):
        _, Wh, _ = self.params
        self.dropout.train_flg = self.train_flg
        self.mask = self.dropout.masks(1, Wh.shape, Wh.dtype)                     # (1, H, G H), None in evaluation
        np.multiply(Wh, 1 if self.mask is None else self.mask[0], out=self.layer.params[1])
        return self.layer.forward(xs, *args, **options)

    def backward(self, dhs=None, dh=None):
        dxs = self.layer.backward(dhs, dh)
        if self.mask is not None:
            self.grads[1] *= self.mask[0]
        return dxs

    def get_state(self):
        """The layer's own state, as are the next two."""
        return self.layer.get_state()

    def set_state(self, *state):
        self.layer.set_state(*state)

    def reset_state(self):
        self.layer.reset_state()


class EmbeddingDropout(TimeEmbedding):
    """Embedding dropout: some words are left out, wherever they stand in a batch (Gal and Ghahramani 2016, section 4.2).

        training    out = mask[xs] W[xs],   mask (V,) = 1 / (1 - p) with probability 1 - p, else 0
        evaluation  out = W[xs]

    W: (V, D), xs: (N, T) ids -> (N, T, D). rng: a Generator, a seed, or None.
    """

    def __init__(self, W, dropout_ratio=0.1, *, sparse=False, rng=None):
        super().__init__(W, sparse=sparse)
        self.dropout = TimeDropout(dropout_ratio, rng=rng)
        self.mask, self.train_flg = None, True

    def forward(self, xs):
        out, (W,) = super().forward(xs), self.params
        self.dropout.train_flg = self.train_flg
        drawn = self.dropout.masks(1, (len(W),), W.dtype)
        self.mask = 1 if drawn is None else drawn[0][np.asarray(xs)][..., None]   # (N, T, 1)
        return out * self.mask

    def backward(self, dout):
        return super().backward(dout * self.mask)


class ActivationPenalty(Layer):
    """AR and TAR: large states, and states that jump, cost something (Merity, McCann and Socher 2017, arXiv 1708.01009).

        forward   y = h
                  penalty = alpha mean(h^2) + beta mean((h_t - h_{t-1})^2)        over N, T (T - 1) and H
        backward  dh_t = dy_t + 2 alpha h_t / (N T H) + 2 beta ((h_t - h_{t-1}) - (h_{t+1} - h_t)) / (N (T - 1) H)

    The penalty is not part of the loss that a model returns, whose exponential is the perplexity: its gradient joins on the
    way back. hs: (N, T, H); a difference past an end is 0. What is differentiated is loss + penalty.
    """

    def __init__(self, alpha=2.0, beta=1.0):
        super().__init__()
        self.alpha, self.beta = alpha, beta
        self.hs, self.penalty, self.train_flg = None, 0.0, True

    def forward(self, hs):
        self.hs = hs
        if self.train_flg:
            jumps = np.diff(hs, axis=1)                      # (N, T - 1, H)
            self.penalty = self.alpha * float(np.mean(hs * hs))
            self.penalty += self.beta * float(np.mean(jumps * jumps)) if jumps.size else 0.0
        return hs.copy()

    def backward(self, dout):
        hs = self.take("hs")
        if not self.train_flg:
            return dout.copy()
        dhs = dout + (2 * self.alpha / hs.size) * hs
        jumps = np.diff(hs, axis=1)
        if jumps.size:
            jumps *= 2 * self.beta / jumps.size
            dhs[:, 1:] += jumps
            dhs[:, :-1] -= jumps
        return dhs
