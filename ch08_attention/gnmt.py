"""Google's neural machine translation, in small (section 8.5.1; Wu et al. 2016, arXiv 1609.08144).

It adds to attention: an encoder whose first layer is bidirectional, more layers with residual
connections, and a context for every layer of the decoder (here: for all above the first).
"""

import numpy as np

from ch08_attention.attention_seq2seq import AttentionDecoder, AttentionEncoder, AttentionSeq2seq
from ch08_attention.bidirectional_seq2seq import bidirectional_lstm
from ch08_attention.deep_seq2seq import StackedLSTM
from common.attention import TimeAttention
from common.errors import InputError
from common.initializers import normal
from common.time_layers import TimeEmbedding


class GNMTEncoder(AttentionEncoder):
    """xs (N, T) -> embed -> bidirectional LSTM -> LSTM -> x + LSTM(x) -> ... -> hs (N, T, H).

    Residual connections begin at the third layer, as in the paper.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, layers=3, rng=None,
                 dtype=np.float32):
        V, D, H = vocab_size, wordvec_size, hidden_size
        rng = np.random.default_rng(rng)
        if H % 2 or layers < 2:
            raise InputError(f"GNMT needs an even hidden_size and 2 layers or more, got {H} and "
                             f"{layers}")
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.bottom = bidirectional_lstm(rng, D, H, dtype)
        self.lstm = StackedLSTM(rng, [H] * (layers - 1), H, dtype)
        self.lstm_layers = self.lstm.layers
        self.gather()

    def forward(self, xs, mask=None):
        return self.lstm.forward(self.bottom.forward(self.embed.forward(xs), mask), mask)

    def backward(self, dhs):
        self.embed.backward(self.bottom.backward(self.lstm.backward(dhs)))


class GNMTDecoder(AttentionDecoder):
    """A stack of LSTMs; the first one's states ask for the context that all others see.

        xs (N, S) -> embed -> LSTM_1: h (N, S, H) -> attention to hs_enc: c (N, S, H)
        layer k = 2 ...: h <- LSTM_k([c ; h]), from the third on h + LSTM_k([c ; h])
        then affine([c ; h])

    Each layer starts from the encoder's last state. In the paper the h of the step before asks for
    c, which enters the first layer too; here the h of the same step does, and c enters all above,
    so that each layer walks through time once.
    """

    def make_layers(self, rng, D, H, dtype, layers=3):
        self.lstm = StackedLSTM(rng, [D] + [2 * H] * (layers - 1), H, dtype, stateful=True)
        self.lstm_layers = self.lstm.layers
        self.attention = TimeAttention()

    def attend(self, xs):
        first, *others = self.lstm_layers
        h = first.forward(xs)                                # (N, S, H)
        c = self.attention.forward(self.hs_enc, h, self.mask)
        for k, lstm in enumerate(others):
            out = lstm.forward(np.concatenate([c, h], axis=2))
            h = h + out if k else out
        return c, h

    def attend_backward(self, dc, dh):
        first, *others = self.lstm_layers
        for k, lstm in reversed(list(enumerate(others))):
            dc_k, dx = np.split(lstm.backward(dh), 2, axis=2)
            dc = dc + dc_k
            dh = dh + dx if k else dx
        dhs_enc, dh_first = self.attention.backward(dc)
        return first.backward(dh + dh_first), dhs_enc


class GNMT(AttentionSeq2seq):
    """Encoder and decoder of Google's system, with three layers each where the paper has eight."""

    Encoder, Decoder = GNMTEncoder, GNMTDecoder
