"""Google's neural machine translation, in small (section 8.5.1; Wu et al. 2016, arXiv 1609.08144).

It adds to attention: an encoder whose first layer is bidirectional, more layers with residual
connections, and the context handed to every layer of the decoder (here: to all above the first).
"""

import numpy as np

from ch07_seq2seq.seq2seq import lstm_weights
from ch08_attention.attention_seq2seq import AttentionEncoder, AttentionSeq2seq
from ch08_attention.deep_seq2seq import DeepDecoder, StackedLSTM
from common.attention import TimeAttention
from common.errors import InputError
from common.initializers import normal, scaled_normal
from common.time_layers import TimeAffine, TimeBiLSTM, TimeEmbedding, TimeLSTM


class GNMTEncoder(AttentionEncoder):
    """xs (N, T) -> embed -> bidirectional LSTM -> LSTM -> x + LSTM(x) -> ... -> hs (N, T, H).

    The paper's residual connections begin at the third layer: the one above the bidirectional
    layer has none.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, layers=3, rng=None,
                 dtype=np.float32):
        V, D, H, rng = vocab_size, wordvec_size, hidden_size, np.random.default_rng(rng)
        if H % 2 or layers < 2:
            raise InputError(f"GNMT needs an even hidden_size and 2 layers or more, got {H} and "
                             f"{layers}")
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.bottom = TimeBiLSTM(*lstm_weights(rng, D, H // 2, dtype),
                                 *lstm_weights(rng, D, H // 2, dtype))
        self.lstm = StackedLSTM(rng, H, H, layers - 1, False, dtype)
        self.lstm_layers = self.lstm.layers
        self.gather()

    def forward(self, xs, mask=None):
        return self.lstm.forward(self.bottom.forward(self.embed.forward(xs), mask), mask)

    def backward(self, dhs):
        self.embed.backward(self.bottom.backward(self.lstm.backward(dhs)))


class GNMTDecoder(DeepDecoder):
    """A stack of LSTMs that all see what the first of them found in the question.

        xs (N, S) -> embed -> LSTM_1: h (N, S, H) -> attention to hs_enc: c (N, S, H)
        layer k = 2 ...: h <- LSTM_k([c ; h]), from the third on h + LSTM_k([c ; h])
        then affine([c ; h])

    Each layer starts from the encoder's last state. In the paper c is found by the h of the step
    before and enters the first layer too; here it is found by the h of the same step and enters all
    above, so that each layer walks through time once.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, layers=3, rng=None,
                 dtype=np.float32):
        V, D, H, rng = vocab_size, wordvec_size, hidden_size, np.random.default_rng(rng)
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.lstm_layers = [TimeLSTM(*lstm_weights(rng, 2 * H if k else D, H, dtype), stateful=True)
                            for k in range(layers)]
        self.attention = TimeAttention()
        self.affine = TimeAffine(scaled_normal(rng, 2 * H, V, dtype=dtype), np.zeros(V, dtype))
        self.hs_enc, self.mask = None, None
        self.gather()

    def scores(self, xs):
        first, *others = self.lstm_layers
        h = first.forward(self.embed.forward(xs))            # (N, S, H)
        c = self.attention.forward(self.hs_enc, h, self.mask)
        for k, lstm in enumerate(others):
            out = lstm.forward(np.concatenate([c, h], axis=2))
            h = h + out if k else out
        return self.affine.forward(np.concatenate([c, h], axis=2))

    def backward(self, dscore):
        first, *others = self.lstm_layers
        H = len(first.params[1])
        d = self.affine.backward(dscore)                     # (N, S, 2H)
        dc, dh = d[:, :, :H].copy(), d[:, :, H:]
        for k, lstm in reversed(list(enumerate(others))):
            d = lstm.backward(dh)
            dc += d[:, :, :H]
            dh = dh + d[:, :, H:] if k else d[:, :, H:]
        dhs_enc, dh_first = self.attention.backward(dc)
        self.embed.backward(first.backward(dh_first + dh))
        self.last_state_backward(dhs_enc, self.dstart())
        return dhs_enc


class GNMT(AttentionSeq2seq):
    """Encoder and decoder of Google's system, with three layers each where the paper has eight."""

    Encoder, Decoder = GNMTEncoder, GNMTDecoder
