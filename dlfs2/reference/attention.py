"""Attention (section 8.1): hs are the encoder's states (N, T, H), h one state of the decoder."""

import numpy as np

from dlfs2.reference.layers import Softmax


class WeightSum:
    """Section 8.1.3. hs (N, T, H), a (N, T) -> c (N, H)."""

    def __init__(self):
        self.params = []
        self.grads = []
        self.cache = None

    def forward(self, hs, a):
        """c = sum_t a_t hs_t."""
        N, T, H = hs.shape
        ar = a.reshape(N, T, 1).repeat(H, axis=2)  # (N, T, H)
        t = hs * ar
        c = np.sum(t, axis=1)                      # (N, H)
        self.cache = hs, ar
        return c

    def backward(self, dc):
        """dhs_t = dc a_t, da_t = dc . hs_t."""
        hs, ar = self.cache
        N, T, H = hs.shape
        dt = dc.reshape(N, 1, H).repeat(T, axis=1)                     # (N, T, H)
        dar = dt * hs
        dhs = dt * ar
        da = np.sum(dar, axis=2)                   # (N, T)
        return dhs, da


class AttentionWeight:
    """Section 8.1.4. hs (N, T, H), h (N, H) -> a (N, T)."""

    def __init__(self):
        self.params = []
        self.grads = []
        self.softmax = Softmax()
        self.cache = None

    def forward(self, hs, h):
        """s_t = hs_t . h, a = softmax(s)."""
        N, T, H = hs.shape
        hr = h.reshape(N, 1, H).repeat(T, axis=1)  # (N, T, H)
        t = hs * hr
        s = np.sum(t, axis=2)                      # (N, T)
        a = self.softmax.forward(s)
        self.cache = hs, hr
        return a

    def backward(self, da):
        """ds from Softmax; dhs_t = ds_t h, dh = sum_t ds_t hs_t."""
        hs, hr = self.cache
        N, T, H = hs.shape
        ds = self.softmax.backward(da)             # (N, T)
        dt = ds.reshape(N, T, 1).repeat(H, axis=2)                     # (N, T, H)
        dhs = dt * hr
        dhr = dt * hs
        dh = np.sum(dhr, axis=1)                   # (N, H)
        return dhs, dh


class Attention:
    """Section 8.1.5, one step of the decoder. hs (N, T, H), h (N, H) -> (N, H)."""

    def __init__(self):
        self.params = []
        self.grads = []
        self.attention_weight_layer = AttentionWeight()
        self.weight_sum_layer = WeightSum()
        self.attention_weight = None

    def forward(self, hs, h):
        """a = AttentionWeight(hs, h), out = WeightSum(hs, a)."""
        a = self.attention_weight_layer.forward(hs, h)
        out = self.weight_sum_layer.forward(hs, a)
        self.attention_weight = a
        return out

    def backward(self, dout):
        """dhs = the sum of both layers' dhs."""
        dhs0, da = self.weight_sum_layer.backward(dout)
        dhs1, dh = self.attention_weight_layer.backward(da)
        dhs = dhs0 + dhs1
        return dhs, dh


class TimeAttention:
    """Section 8.1.5, S decoder steps. hs_enc (N, T, H), hs_dec (N, S, H) -> (N, S, H)."""

    def __init__(self):
        self.params = []
        self.grads = []
        self.layers = None
        self.attention_weights = None

    def forward(self, hs_enc, hs_dec):
        """out_t = Attention(hs_enc, hs_dec_t)."""
        N, S, H = hs_dec.shape
        out = np.zeros_like(hs_dec)
        self.layers = []
        self.attention_weights = []
        for t in range(S):
            layer = Attention()
            out[:, t, :] = layer.forward(hs_enc, hs_dec[:, t, :])
            self.layers.append(layer)
            self.attention_weights.append(layer.attention_weight)
        return out

    def backward(self, dout):
        """dhs_enc = sum over t of the steps' dhs; dhs_dec_t = the dh of step t."""
        N, S, H = dout.shape
        dhs_enc = 0
        dhs_dec = np.zeros_like(dout)
        for t in range(S):
            layer = self.layers[t]
            dhs, dh = layer.backward(dout[:, t, :])
            dhs_enc += dhs
            dhs_dec[:, t, :] = dh
        return dhs_enc, dhs_dec
