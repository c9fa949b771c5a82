"""Sequence to sequence with attention: the decoder looks at all states of the encoder (8.2)."""

import numpy as np

from ch07_seq2seq.seq2seq import Decoder, Encoder, Seq2seq, lstm_weights
from common.attention import TimeAttention
from common.initializers import normal, scaled_normal
from common.shapes import float_array
from common.time_layers import TimeAffine, TimeEmbedding, TimeLSTM


class AttentionEncoder(Encoder):
    """An encoder that returns all its states (section 8.2.1): xs (N, T) -> hs (N, T, H)."""

    def forward(self, xs, mask=None):
        return self.lstm.forward(self.embed.forward(xs), mask)

    def backward(self, dhs):
        self.embed.backward(self.lstm.backward(dhs))


class AttentionDecoder(Decoder):
    """A decoder that attends to the encoder's states at every step (section 8.2.2).

        xs (N, S) -> embed -> lstm: hs (N, S, H) -> attention to hs_enc (N, T, H): c (N, S, H)
        [c ; hs] (N, S, 2H) -> affine (N, S, V)

    The LSTM starts from the encoder's last state. `encoded` is hs_enc, or (hs_enc, mask).
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, rng=None, dtype=np.float32,
                 **options):
        V, D, H = vocab_size, wordvec_size, hidden_size
        rng = np.random.default_rng(rng)
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.make_layers(rng, D, H, dtype, **options)
        self.affine = TimeAffine(scaled_normal(rng, 2 * H, V, dtype), np.zeros(V, dtype))
        self.hs_enc, self.mask = None, None
        self.gather()

    def make_layers(self, rng, D, H, dtype):
        """The layers between embedding and affine."""
        self.lstm = TimeLSTM(*lstm_weights(rng, D, H, dtype), stateful=True)
        self.attention = TimeAttention()

    @property
    def weights(self):
        """How much each character mattered for each one written, (N, S, T), of the last call."""
        return self.attention.weights

    def begin(self, encoded):
        hs_enc, self.mask = encoded if isinstance(encoded, tuple) else (encoded, None)
        self.hs_enc = float_array(self, "hs_enc", hs_enc, "N", "T", "H")
        self.lstm.set_state(self.last_state(self.hs_enc))

    def scores(self, xs):
        c, hs = self.attend(self.embed.forward(xs))          # both (N, S, H)
        return self.affine.forward(np.concatenate([c, hs], axis=2))

    def backward(self, dscore):
        dc, dhs = np.split(self.affine.backward(dscore), 2, axis=2)
        dxs, dhs_enc = self.attend_backward(dc, dhs)
        self.embed.backward(dxs)
        self.last_state_backward(dhs_enc, self.lstm.dh)
        return dhs_enc

    def attend(self, xs):
        """Contexts c and states hs, for the word vectors xs (N, S, D)."""
        hs = self.lstm.forward(xs)
        return self.attention.forward(self.hs_enc, hs, self.mask), hs

    def attend_backward(self, dc, dhs):
        dhs_enc, d = self.attention.backward(dc)
        return self.lstm.backward(dhs + d), dhs_enc

    def last_state(self, hs_enc):
        """The encoder's state after the whole question, (N, H)."""
        return hs_enc[:, -1]

    def last_state_backward(self, dhs_enc, dh):
        """Add the gradient of that state to those of all states."""
        dhs_enc[:, -1] += dh


class AttentionSeq2seq(Seq2seq):
    """Seq2seq with attention. With a pad_id, padding gets no attention either."""

    Encoder, Decoder = AttentionEncoder, AttentionDecoder

    def encode(self, xs):
        hs = super().encode(xs)
        return hs if self.pad_id is None else (hs, self.mask(xs))
