"""Attention whose result enters the LSTM of the next step (section 8.4.2; Luong et al. 2015, arXiv 1508.04025, 3.3).

The decoder then knows where it has looked. The price: a step needs the attention of the one before it, so that the steps
can no longer be taken together.
"""

import numpy as np

from ch07_seq2seq.seq2seq import lstm_weights
from ch08_attention.attention_seq2seq import AttentionDecoder, AttentionSeq2seq
from common.attention import Attention
from common.initializers import normal, scaled_normal
from common.layers import Layer
from common.time_layers import TimeAffine, TimeEmbedding
from common.time_layers.lstm import gates_backward, gates_forward, parts


class TimeAttentionLSTM(Layer):
    """An LSTM and attention that feed each other, S steps of them.

        h_t, c_t = LSTM([x_t ; v_{t-1}], h_{t-1}, c_{t-1})            v_t = Attention(hs_enc, h_t)

    v: the context, at first zeros. xs (N, S, D), hs_enc (N, T, H) -> vs and hs, both (N, S, H). Wx: (D + H, 4H), Wh, b: as
    in LSTM. The state that is kept from call to call is h, c and v. `weights` (N, S, T) are those of the attention.
    """

    param_names = ("Wx", "Wh", "b")
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
        self.h = self.c = self.v = None

    def forward(self, xs, hs_enc, mask=None):
        Wx, Wh, b = self.params
        (N, S, _), H = xs.shape, len(Wh)
        h, c, v = (np.zeros((N, H), Wx.dtype) if value is None else value for value in (self.h, self.c, self.v))
        vs, hs, steps = np.empty((N, S, H), Wx.dtype), np.empty((N, S, H), Wx.dtype), []
        for t in range(S):
            x = np.concatenate([xs[:, t], v], axis=1)        # (N, D + H)
            gates = x @ Wx + h @ Wh + b                      # (N, 4H)
            h_prev, c_prev, attention = h, c, Attention()
            h, c, tanh_c = gates_forward(parts(gates), c_prev)
            v = attention.forward(hs_enc, h, mask)           # (N, H)
            steps.append((x, h_prev, c_prev, gates, tanh_c, attention))
            vs[:, t], hs[:, t] = v, h
        self.weights = np.stack([attention.attention_weight for *_, attention in steps], axis=1)
        self.h, self.c, self.v = h, c, v
        self.cache = steps, hs_enc
        return vs, hs

    def backward(self, dvs, dhs):
        """dxs (N, S, D) and dhs_enc (N, T, H)."""
        Wx, Wh, b = self.params
        steps, hs_enc = self.take("cache")
        (N, S, H), D = dhs.shape, len(Wx) - len(Wh)
        das, dxs, dhs_enc = np.empty((S, N, 4 * H), Wx.dtype), np.empty((N, S, D), Wx.dtype), np.zeros_like(hs_enc)
        dh, dc, dv = (np.zeros((N, H), Wx.dtype) for _ in range(3))
        for t in reversed(range(S)):
            _, _, c_prev, gates, tanh_c, attention = steps[t]
            dhs_t, dh_t = attention.backward(dvs[:, t] + dv)                      # to the scores, and to the next step's x
            dhs_enc += dhs_t
            dc = gates_backward(parts(gates), c_prev, tanh_c, dhs[:, t] + dh_t + dh, dc, parts(das[t]))
            dx = das[t] @ Wx.T                               # (N, D + H)
            dxs[:, t], dv = dx[:, :D], dx[:, D:]
            dh = das[t] @ Wh.T
        self.dh, das = dh, das.reshape(S * N, 4 * H)
        for grad, inputs in zip(self.grads, zip(*[step[:2] for step in steps])):  # x, then h_prev, of all steps
            np.matmul(np.concatenate(inputs).T, das, out=grad)
        np.sum(das, axis=0, out=self.grads[2])
        return dxs, dhs_enc


class InputFeedingDecoder(AttentionDecoder):
    """An AttentionDecoder whose context also enters its LSTM at the next step."""

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, rng=None, dtype=np.float32):
        V, D, H, rng = vocab_size, wordvec_size, hidden_size, np.random.default_rng(rng)
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.lstm = TimeAttentionLSTM(*lstm_weights(rng, D + H, H, dtype))
        self.affine = TimeAffine(scaled_normal(rng, 2 * H, V, dtype=dtype), np.zeros(V, dtype))
        self.hs_enc, self.mask = None, None
        self.gather()

    @property
    def weights(self):
        return self.lstm.weights

    def scores(self, xs):
        return self.affine.forward(np.concatenate(self.lstm.forward(self.embed.forward(xs), self.hs_enc, self.mask), axis=2))

    def backward(self, dscore):
        dout = self.affine.backward(dscore)                  # (N, S, 2H)
        H = dout.shape[2] // 2
        dxs, dhs_enc = self.lstm.backward(dout[:, :, :H], dout[:, :, H:])
        self.embed.backward(dxs)
        self.last_state_backward(dhs_enc, self.dstart())
        return dhs_enc


class InputFeedingSeq2seq(AttentionSeq2seq):
    """AttentionSeq2seq with an InputFeedingDecoder."""

    Decoder = InputFeedingDecoder
