"""Sequence to sequence with attention (section 8.2): the decoder looks back at all of the encoder's states."""

import numpy as np

from ch07_seq2seq.seq2seq import Decoder, Encoder, Seq2seq, lstm_weights
from common.attention import TimeAttention
from common.initializers import normal, scaled_normal
from common.time_layers import TimeAffine, TimeEmbedding, TimeLSTM


class AttentionEncoder(Encoder):
    """An encoder that gives all its states: xs (N, T) -> hs (N, T, H)."""

    def forward(self, xs, mask=None):
        return self.lstm.forward(self.embed.forward(xs), mask)

    def backward(self, dhs):
        self.embed.backward(self.lstm.backward(dhs))


class AttentionDecoder(Decoder):
    """A decoder that at each step sees the encoder's states, each as much as it matters (section 8.2.2).

        xs (N, S) -> embed -> lstm (N, S, H) -> attention to hs_enc (N, T, H): c (N, S, H) -> [c ; hs] -> affine (N, S, V)

    The LSTM starts from the encoder's last state. `encoded` is hs_enc, or (hs_enc, mask).
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, rng=None, dtype=np.float32):
        V, D, H, rng = vocab_size, wordvec_size, hidden_size, np.random.default_rng(rng)
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.lstm = TimeLSTM(*lstm_weights(rng, D, H, dtype), stateful=True)
        self.attention = TimeAttention()
        self.affine = TimeAffine(scaled_normal(rng, 2 * H, V, dtype=dtype), np.zeros(V, dtype))
        self.hs_enc, self.mask = None, None
        self.gather()

    @property
    def weights(self):
        """How much each character mattered for each one written, (N, S, T), of the last call."""
        return self.attention.weights

    def begin(self, encoded):
        self.hs_enc, self.mask = encoded if isinstance(encoded, tuple) else (encoded, None)
        self.start(self.last_state(self.hs_enc))

    def last_state(self, hs_enc):
        """The encoder's state after the whole question, (N, H)."""
        return hs_enc[:, -1]

    def last_state_backward(self, dhs_enc, dh):
        """Add the gradient of that state to those of all states."""
        dhs_enc[:, -1] += dh

    def start(self, h):
        """Let the LSTM start from h (N, H)."""
        self.lstm.set_state(h)

    def dstart(self):
        """The gradient of that h."""
        return self.lstm.dh

    def scores(self, xs):
        hs = self.lstm.forward(self.embed.forward(xs))       # (N, S, H)
        c = self.attention.forward(self.hs_enc, hs, self.mask)
        return self.affine.forward(np.concatenate([c, hs], axis=2))

    def backward(self, dscore):
        dout = self.affine.backward(dscore)                  # (N, S, 2H)
        H = dout.shape[2] // 2
        dhs_enc, dhs = self.attention.backward(dout[:, :, :H])
        dhs += dout[:, :, H:]
        self.embed.backward(self.lstm.backward(dhs))
        self.last_state_backward(dhs_enc, self.dstart())
        return dhs_enc


class AttentionSeq2seq(Seq2seq):
    """Seq2seq with attention. With a pad_id, padding gets no attention either."""

    Encoder, Decoder = AttentionEncoder, AttentionDecoder

    def encode(self, xs):
        hs = super().encode(xs)
        return hs if self.pad_id is None else (hs, self.mask(xs))
