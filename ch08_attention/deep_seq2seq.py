"""Several LSTM layers in encoder and decoder, with residual connections (section 8.4.3)."""

import numpy as np

from ch07_seq2seq.seq2seq import lstm_weights
from ch08_attention.attention_seq2seq import AttentionDecoder, AttentionEncoder, AttentionSeq2seq
from common.attention import TimeAttention
from common.initializers import normal, scaled_normal
from common.time_layers import TimeAffine, TimeEmbedding, TimeLSTM

LAYERS = 2


class StackedLSTM:
    """LSTM layers on top of each other; from the second on, y = x + LSTM(x).

    The identity path carries gradients down unchanged, however many layers there are.
    """

    def __init__(self, rng, D, H, layers, stateful, dtype):
        self.layers = [TimeLSTM(*lstm_weights(rng, H if i else D, H, dtype), stateful=stateful)
                       for i in range(layers)]

    def forward(self, xs, mask=None):
        for i, lstm in enumerate(self.layers):
            out = lstm.forward(xs, mask)
            xs = xs + out if i else out
        return xs

    def backward(self, dout):
        for i, lstm in reversed(list(enumerate(self.layers))):
            dx = lstm.backward(dout)
            dout = dout + dx if i else dx
        return dout


class DeepEncoder(AttentionEncoder):
    """An AttentionEncoder with a stack of LSTM layers: xs (N, T) -> hs (N, T, H) of the top one."""

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, layers=LAYERS, rng=None,
                 dtype=np.float32):
        V, D, H, rng = vocab_size, wordvec_size, hidden_size, np.random.default_rng(rng)
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.lstm = StackedLSTM(rng, D, H, layers, False, dtype)
        self.lstm_layers = self.lstm.layers
        self.gather()


class DeepDecoder(AttentionDecoder):
    """An AttentionDecoder with LSTM layers that all start from the encoder's last state."""

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, layers=LAYERS, rng=None,
                 dtype=np.float32):
        V, D, H, rng = vocab_size, wordvec_size, hidden_size, np.random.default_rng(rng)
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.lstm = StackedLSTM(rng, D, H, layers, True, dtype)
        self.lstm_layers = self.lstm.layers
        self.attention = TimeAttention()
        self.affine = TimeAffine(scaled_normal(rng, 2 * H, V, dtype=dtype), np.zeros(V, dtype))
        self.hs_enc, self.mask = None, None
        self.gather()

    def start(self, h):
        for lstm in self.lstm_layers:
            lstm.set_state(h)

    def dstart(self):
        return sum(lstm.dh for lstm in self.lstm_layers)


class DeepSeq2seq(AttentionSeq2seq):
    """AttentionSeq2seq with two LSTM layers in encoder and decoder and residual connections."""

    Encoder, Decoder = DeepEncoder, DeepDecoder
