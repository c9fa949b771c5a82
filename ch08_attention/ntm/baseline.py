"""What the Neural Turing Machine is compared with: LSTMs on top of each other, without a memory of their own."""

import numpy as np

from ch08_attention.ntm.loss import BitLoss
from common.base_model import BaseModel
from common.initializers import scaled_normal
from common.time_layers import TimeAffine, TimeLSTM


class DeepLSTM(BaseModel):
    """Three LSTMs of 256, the baseline of arXiv 1410.5401, section 4; forward, backward and predict are NTM's."""

    def __init__(self, input_size, output_size, hidden_size=256, *, layers=3, rng=None, dtype=np.float32):
        rng, H, D = np.random.default_rng(rng), hidden_size, input_size
        self.layers = []
        for _ in range(layers):
            self.layers.append(TimeLSTM(scaled_normal(rng, D, 4 * H, dtype), scaled_normal(rng, H, 4 * H, dtype),
                                        np.zeros(4 * H, dtype)))
            D = H
        self.layers.append(TimeAffine(scaled_normal(rng, H, output_size, dtype), np.zeros(output_size, dtype)))
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
