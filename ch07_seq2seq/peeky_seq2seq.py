"""A decoder that peeks at the encoder's h at every step, not only at the first (section 7.4.2)."""

import numpy as np

from ch07_seq2seq.seq2seq import Decoder, Seq2seq, lstm_weights
from common.initializers import normal, scaled_normal
from common.time_layers import TimeAffine, TimeEmbedding, TimeLSTM


class PeekyDecoder(Decoder):
    """A decoder whose LSTM and affine layer see h at every step.

        xs (N, S) -> [h ; embed] (N, S, H + D) -> lstm (N, S, H) -> [h ; hs] (N, S, 2H) -> affine

    h enters at three places; its gradient is the sum of theirs.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, rng=None, dtype=np.float32):
        V, D, H = vocab_size, wordvec_size, hidden_size
        rng = np.random.default_rng(rng)
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.lstm = TimeLSTM(*lstm_weights(rng, H + D, H, dtype), stateful=True)
        self.affine = TimeAffine(scaled_normal(rng, 2 * H, V, dtype), np.zeros(V, dtype))
        self.h = None
        self.gather()

    def begin(self, h):
        self.h = h
        self.lstm.set_state(h)

    def scores(self, xs):
        hs = self.lstm.forward(self.embed.forward(xs), context=self.h)            # (N, S, H)
        return self.affine.forward(hs, context=self.h)

    def backward(self, dscore):
        self.embed.backward(self.lstm.backward(self.affine.backward(dscore)))
        return self.lstm.dh + self.lstm.dcontext + self.affine.dcontext


class PeekySeq2seq(Seq2seq):
    """Seq2seq with a PeekyDecoder."""

    Decoder = PeekyDecoder
