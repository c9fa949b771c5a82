"""Attention: a decoder step's weighted view of the encoder's states (section 8.1).

AttentionWeight and WeightSum are the two halves; Attention is both, for one step of the decoder,
TimeAttention for all its steps in batched products. Letters: N batch, T encoder steps, S decoder
steps, H hidden width. mask (N, T): False or 0 where a state is padding, whose weight is then 0; not
an additive one of 0 and -1e9.
"""

import numpy as np

from common.errors import InputError
from common.functions import softmax, softmax_backward
from common.layers import Layer, Softmax
from common.shapes import float_array


class WeightSum(Layer):
    """The context: the encoder's states, summed by weight (section 8.1.3).

        forward   c_n = sum_t a_nt hs_nt         hs (N, T, H), a (N, T) -> c (N, H)
        backward  dhs_nt = a_nt dc_n             da_nt = hs_nt . dc_n
    """

    def __init__(self):
        super().__init__()
        self.cache = None

    def forward(self, hs, a):
        hs = float_array(self, "hs", hs, "N", "T", "H")
        a = float_array(self, "a", a, *hs.shape[:2])
        self.cache = hs, a
        return np.matmul(a[:, None], hs)[:, 0]  # (N, 1, T) (N, T, H) -> (N, H)

    def backward(self, dc):
        hs, a = self.take("cache")
        N, _, H = hs.shape
        dc = float_array(self, "dc", dc, N, H)
        dhs = a[:, :, None] * dc[:, None]            # (N, T, 1) (N, 1, H) -> (N, T, H)
        da = np.matmul(hs, dc[:, :, None])[:, :, 0]  # (N, T, H) (N, H, 1) -> (N, T)
        return dhs, da


class AttentionWeight(Layer):
    """The weight of each of the encoder's states for the decoder's (section 8.1.4).

        forward   s_nt = hs_nt . h_n    a = softmax(s) over t
        backward  ds from Softmax       dhs_nt = ds_nt h_n       dh_n = sum_t ds_nt hs_nt

    hs (N, T, H), h (N, H) -> a (N, T).
    """

    def __init__(self):
        super().__init__()
        self.softmax = Softmax()
        self.cache = None

    def forward(self, hs, h, mask=None):
        hs = float_array(self, "hs", hs, "N", "T", "H")
        N, _, H = hs.shape
        h = float_array(self, "h", h, N, H)
        self.cache = hs, h
        s = np.matmul(hs, h[:, :, None])[:, :, 0]  # (N, T, H) (N, H, 1) -> (N, T)
        return self.softmax.forward(masked(s, mask))

    def backward(self, da):
        hs, h = self.take("cache")
        ds = self.softmax.backward(da)         # (N, T)
        dhs = ds[:, :, None] * h[:, None]      # (N, T, 1) (N, 1, H) -> (N, T, H)
        dh = np.matmul(ds[:, None], hs)[:, 0]  # (N, 1, T) (N, T, H) -> (N, H)
        return dhs, dh


class Attention(Layer):
    """One step of attention (section 8.1.5): c = sum_t softmax_t(hs_t . h) hs_t.

    hs (N, T, H), h (N, H) -> c (N, H). hs enters twice: its gradient is the sum of both.
    `attention_weight` (N, T) stays readable.
    """

    def __init__(self):
        super().__init__()
        self.attention_weight_layer = AttentionWeight()
        self.weight_sum_layer = WeightSum()
        self.attention_weight = None

    def forward(self, hs, h, mask=None):
        a = self.attention_weight_layer.forward(hs, h, mask)
        self.attention_weight = a.copy()
        return self.weight_sum_layer.forward(hs, a)

    def backward(self, dout):
        dhs0, da = self.weight_sum_layer.backward(dout)
        dhs1, dh = self.attention_weight_layer.backward(da)
        return dhs0 + dhs1, dh


class TimeAttention(Layer):
    """Attention for all S steps of the decoder at once (section 8.1.5).

        forward   A = softmax(Hd He^T)        C = A He
        backward  dA = dC He^T                dS = A (dA - rowsum(dA A))
                  dHe = A^T dC + dS^T Hd      dHd = dS He

    He (N, T, H), Hd (N, S, H) -> C (N, S, H). `weights` is A (N, S, T), `attention_weights` the
    same as a list of S arrays (N, T), as in the book.
    """

    def __init__(self):
        super().__init__()
        self.weights = None
        self.cache = None

    @property
    def attention_weights(self):
        """The weights of each step, S arrays (N, T); None before the first call."""
        return None if self.weights is None else list(self.weights.swapaxes(0, 1))

    def forward(self, hs_enc, hs_dec, mask=None):
        hs_enc = float_array(self, "hs_enc", hs_enc, "N", "T", "H")
        N, _, H = hs_enc.shape
        hs_dec = float_array(self, "hs_dec", hs_dec, N, "S", H)
        s = np.matmul(hs_dec, hs_enc.swapaxes(1, 2))  # (N, S, H) (N, H, T) -> (N, S, T)
        a = softmax(masked(s, mask))
        self.weights = a.copy()
        self.cache = hs_enc, hs_dec, a
        return np.matmul(a, hs_enc)                   # (N, S, T) (N, T, H) -> (N, S, H)

    def backward(self, dout):
        hs_enc, hs_dec, a = self.take("cache")
        dout = float_array(self, "dout", dout, *hs_dec.shape).astype(a.dtype, copy=False)
        da = np.matmul(dout, hs_enc.swapaxes(1, 2))  # (N, S, H) (N, H, T) -> (N, S, T)
        ds = softmax_backward(da, a)
        dhs_enc = np.matmul(a.swapaxes(1, 2), dout)  # (N, T, S) (N, S, H) -> (N, T, H)
        dhs_enc += np.matmul(ds.swapaxes(1, 2), hs_dec)
        return dhs_enc, np.matmul(ds, hs_enc)


def masked(s, mask, causal=False):
    """The scores s (N, ..., T), -inf where mask (N, T) is False, in place: softmax makes it 0.

    causal: s (N, ..., S, T) are of the last S of T positions, none of which sees a later one.
    InputError where a row has nothing left.
    """
    if mask is None and not causal:
        return s
    N, T = len(s), s.shape[-1]
    seen = np.ones(T, bool)
    if mask is not None:
        mask = check_mask(mask, (N, T))
        seen = mask.reshape(N, *[1] * (s.ndim - 2), T)
    if causal:
        S = s.shape[-2]
        seen = seen & np.tri(S, T, T - S, dtype=bool)  # (..., S, T)
    if not seen.any(axis=-1).all():
        raise InputError("a query is left without anything to attend to: every sequence needs one "
                         "real step, and a causal one no more queries than keys")
    np.copyto(s, -np.inf, where=~seen)
    return s


def check_mask(mask, shape):
    """The mask as bools; InputError unless it has this shape (N, T) and holds bools, or 1 and 0."""
    mask = np.asarray(mask)
    if mask.shape != tuple(shape):
        raise InputError(f"a mask for {shape[0]} sequences of {shape[1]} steps must have the shape "
                         f"{tuple(shape)}, got {mask.shape}")
    if mask.dtype == bool:
        return mask
    wrong = (mask != 0) & (mask != 1) if mask.dtype.kind in "iuf" else np.ones_like(mask, bool)
    if wrong.any():
        raise InputError("a mask holds True or 1 for a real step and False or 0 for padding, got "
                         f"{mask[wrong][0]!s}; of an additive mask (0 keeps, -1e9 hides) give "
                         "mask == 0")
    return mask == 1
