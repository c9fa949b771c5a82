"""Attention whose result enters the LSTM of the next step (section 8.4.2).

(Luong et al. 2015, arXiv 1508.04025, 3.3.) The decoder then knows where it has looked. The price:
a step needs the attention of the one before it, so steps are no longer computed together.
"""

import numpy as np

from ch07_seq2seq.seq2seq import lstm_weights
from ch08_attention.attention_seq2seq import AttentionDecoder, AttentionSeq2seq
from common.attention import Attention
from common.layers import Layer
from common.shapes import float_array
from common.time_layers.lstm import gates_backward, gates_forward, parts


class TimeAttentionLSTM(Layer):
    """An LSTM and attention that feed each other, S steps of them.

        h_t, c_t = LSTM([x_t ; v_{t-1}], h_{t-1}, c_{t-1})            v_t = Attention(hs_enc, h_t)

    v: the context, at first zeros. xs (N, S, D), hs_enc (N, T, H) -> vs and hs, both (N, S, H).
    Wx: (D + H, 4H), Wh, b: as in LSTM. The state from call to call is h, c and v. `weights`
    (N, S, T) are those of the attention.
    """

    param_names = ("Wx", "Wh", "b")
    param_shapes = ("A 4H", "H 4H", "4H")                    # A = D + H
    stateful = True

    def __init__(self, Wx, Wh, b):
        super().__init__(Wx, Wh, b)
        self.h = self.c = self.v = self.dh = self.weights = self.cache = None

    def set_state(self, h, c=None, v=None):
        """Start from h (N, H); zeros for what is None."""
        self.h, self.c, self.v = h, c, v

    def get_state(self):
        return self.h, self.c, self.v

    def reset_state(self):
        self.set_state(None)

    def forward(self, xs, hs_enc, mask=None):
        Wx, Wh, b = self.params
        H = len(Wh)
        xs = float_array(self, "xs", xs, "N", "S", len(Wx) - H)
        N, S, _ = xs.shape
        hs_enc = float_array(self, "hs_enc", hs_enc, N, "T", H)
        zeros = np.zeros((N, H), Wx.dtype)
        h, c, v = (zeros if value is None else float_array(self, name, value, N, H)
                   for name, value in zip("hcv", self.get_state()))
        vs = np.empty((N, S, H), Wx.dtype)
        hs = np.empty_like(vs)
        steps = []
        for t in range(S):
            x = np.concatenate([xs[:, t], v], axis=1)        # (N, D + H)
            gates = x @ Wx + h @ Wh + b                      # (N, 4H)
            attention, h_prev, c_prev = Attention(), h, c
            h, c, tanh_c = gates_forward(parts(gates), c_prev)
            v = attention.forward(hs_enc, h, mask)           # (N, H)
            steps.append((x, h_prev, c_prev, gates, tanh_c, attention))
            hs[:, t] = h
            vs[:, t] = v
        self.weights = np.stack([attention.attention_weight for *_, attention in steps], axis=1)
        self.set_state(h, c, v)
        self.cache = steps, hs_enc
        return vs, hs

    def backward(self, dvs, dhs):
        """dxs (N, S, D) and dhs_enc (N, T, H)."""
        Wx, Wh, _ = self.params
        dWx, dWh, db = self.grads
        steps, hs_enc = self.take("cache")
        (N, S, H), D = dhs.shape, len(Wx) - len(Wh)
        das = np.empty((S, N, 4 * H), Wx.dtype)
        dxs = np.empty((N, S, D), Wx.dtype)
        dhs_enc = np.zeros_like(hs_enc)
        dh = dc = dv = np.zeros((N, H), Wx.dtype)
        for t in reversed(range(S)):
            _, _, c_prev, gates, tanh_c, attention = steps[t]
            dhs_t, dh_t = attention.backward(dvs[:, t] + dv)  # dv: of step t + 1
            dhs_enc += dhs_t
            dh = dhs[:, t] + dh_t + dh
            dc = gates_backward(parts(gates), c_prev, tanh_c, dh, dc, parts(das[t]))
            dx = das[t] @ Wx.T                               # (N, D + H)
            dxs[:, t] = dx[:, :D]
            dv = dx[:, D:]
            dh = das[t] @ Wh.T
        self.dh = dh
        das = das.reshape(S * N, 4 * H)
        xs, h_prevs, *_ = zip(*steps)
        np.matmul(np.concatenate(xs).T, das, out=dWx)        # (D + H, S N) (S N, 4H)
        np.matmul(np.concatenate(h_prevs).T, das, out=dWh)
        np.sum(das, axis=0, out=db)
        return dxs, dhs_enc


class InputFeedingDecoder(AttentionDecoder):
    """An AttentionDecoder whose context also enters its LSTM at the next step."""

    def make_layers(self, rng, D, H, dtype):
        self.lstm = self.attention = TimeAttentionLSTM(*lstm_weights(rng, D + H, H, dtype))

    def attend(self, xs):
        return self.lstm.forward(xs, self.hs_enc, self.mask)

    def attend_backward(self, dc, dhs):
        return self.lstm.backward(dc, dhs)


class InputFeedingSeq2seq(AttentionSeq2seq):
    """AttentionSeq2seq with an InputFeedingDecoder."""

    Decoder = InputFeedingDecoder
