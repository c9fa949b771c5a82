"""The loss of bits at the steps of a sequence where an answer is due."""

import numpy as np

from common.attention import check_mask
from common.functions import sigmoid
from common.layers import Layer
from common.shapes import float_array, number_array


class BitLoss(Layer):
    """Sigmoid and binary cross-entropy error at the C bits that a mask counts.

        forward   L  = 1/C sum over the counted bits of max(x, 0) - x t + log(1 + e^-|x|)
        backward  dx = dL (sigmoid(x) - t) / C,  and 0 where the mask is False

    x: (N, T, B) scores, t: (N, T, B) of 0 and 1, mask: (N, T), by default True -> a float. The form
    of the loss is SigmoidWithLoss's.
    """

    def __init__(self):
        super().__init__()
        self.dx = None

    def forward(self, x, t, mask=None):
        x = float_array(self, "x", x, "N", "T", "B")
        t = number_array(self, "t", t, ...)
        mask = np.ones(x.shape[:2], bool) if mask is None else check_mask(mask, x.shape[:2])
        if t.shape != x.shape:
            raise ValueError(f"scores {x.shape} need bits of the same shape, got {t.shape}")
        x, t = x[mask], t[mask].astype(x.dtype)              # (N, T, B) -> (counted steps, B)
        if not x.size:
            raise ValueError("the mask counts no step: there is nothing to learn from")
        losses = np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x)))
        self.dx = np.zeros((*mask.shape, x.shape[1]), x.dtype)
        self.dx[mask] = (sigmoid(x) - t) / x.size
        return float(losses.sum(dtype=float)) / x.size

    def backward(self, dout=1):
        return self.take("dx") * float(dout)
