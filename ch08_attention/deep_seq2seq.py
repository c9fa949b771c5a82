"""Several LSTM layers in encoder and decoder, with residual connections (section 8.4.3)."""

import numpy as np

from ch07_seq2seq.seq2seq import lstm_weights
from ch08_attention.attention_seq2seq import AttentionDecoder, AttentionEncoder, AttentionSeq2seq
from common.attention import TimeAttention
from common.initializers import normal
from common.time_layers import TimeEmbedding, TimeLSTM


class StackedLSTM:
    """LSTM layers on top of each other; from the second on, y = x + LSTM(x).

    The identity path carries gradients down unchanged, however many layers there are. widths: of
    the input of each layer.
    """

    def __init__(self, rng, widths, H, dtype, stateful=False):
        self.layers = [TimeLSTM(*lstm_weights(rng, D, H, dtype), stateful) for D in widths]

    def set_state(self, h):
        """Start every layer from h (N, H)."""
        for lstm in self.layers:
            lstm.set_state(h)

    @property
    def dh(self):
        """The gradient of that h."""
        return sum(lstm.dh for lstm in self.layers)

    def forward(self, xs, mask=None):
        for k, lstm in enumerate(self.layers):
            out = lstm.forward(xs, mask)
            xs = xs + out if k else out
        return xs

    def backward(self, dout):
        for k, lstm in reversed(list(enumerate(self.layers))):
            dx = lstm.backward(dout)
            dout = dout + dx if k else dx
        return dout


class DeepEncoder(AttentionEncoder):
    """An AttentionEncoder of several LSTM layers: xs (N, T) -> hs (N, T, H) of the top one."""

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, layers=2, rng=None,
                 dtype=np.float32):
        V, D, H = vocab_size, wordvec_size, hidden_size
        rng = np.random.default_rng(rng)
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.lstm = StackedLSTM(rng, [D] + [H] * (layers - 1), H, dtype)
        self.lstm_layers = self.lstm.layers
        self.gather()


class DeepDecoder(AttentionDecoder):
    """An AttentionDecoder of several LSTM layers, each started from the encoder's last state."""

    def make_layers(self, rng, D, H, dtype, layers=2):
        self.lstm = StackedLSTM(rng, [D] + [H] * (layers - 1), H, dtype, stateful=True)
        self.lstm_layers = self.lstm.layers
        self.attention = TimeAttention()


class DeepSeq2seq(AttentionSeq2seq):
    """AttentionSeq2seq with two LSTM layers in encoder and decoder and residual connections."""

    Encoder, Decoder = DeepEncoder, DeepDecoder
