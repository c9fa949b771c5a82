"""The baseline of the Neural Turing Machine: a stack of LSTMs, without a memory of their own."""

import numpy as np

from ch07_seq2seq.seq2seq import lstm_weights
from ch08_attention.ntm.loss import BitLoss
from common.base_model import BaseModel
from common.initializers import scaled_normal
from common.time_layers import TimeAffine, TimeLSTM


class DeepLSTM(BaseModel):
    """Three LSTMs of 256 (arXiv 1410.5401, section 4); forward and predict take what NTM's take."""

    def __init__(self, input_size, output_size, hidden_size=256, *, layers=3, rng=None,
                 dtype=np.float32):
        rng = np.random.default_rng(rng)
        H = hidden_size
        widths = [input_size] + [H] * (layers - 1)
        self.layers = [TimeLSTM(*lstm_weights(rng, D, H, dtype)) for D in widths]
        affine_W = scaled_normal(rng, H, output_size, dtype)
        self.layers.append(TimeAffine(affine_W, np.zeros(output_size, dtype)))
        self.loss = BitLoss()
        self.gather()

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def forward(self, x, t, mask=None):
        return self.loss.forward(self.predict(x), t, mask)

    def backward(self, dout=1):
        dout = self.loss.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
