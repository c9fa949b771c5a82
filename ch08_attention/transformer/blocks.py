"""The blocks of a Transformer (section 8.5.2; Vaswani et al. 2017, arXiv 1706.03762).

Letters: N batch, T positions, D width, F width between the affine layers of a block, V vocabulary.
"""

import numpy as np

from common.attention import check_mask
from common.base_model import BaseModel
from common.errors import InputError
from common.initializers import normal, scaled_normal
from common.shapes import id_array
from common.time_layers import TimeDropout, TimeEmbedding
from common.transformer_layers import (
    CrossAttention,
    FeedForward,
    LayerNorm,
    SelfAttention,
    positional_encoding,
)

LONGEST = 512                # positions in the table


class Residual(BaseModel):
    """A residual connection around a layer; the identity path carries gradients down unchanged.

        pre_norm     y = x + dropout(layer(norm(x)))         trains without learning-rate warm-up
        post-norm    y = norm(x + dropout(layer(x)))         the paper's
    """

    def __init__(self, layer, pre_norm, dropout_ratio, rng):
        D, dtype = len(layer.params[0]), layer.params[0].dtype
        self.layer = layer
        self.norm = LayerNorm(np.ones(D, dtype), np.zeros(D, dtype))
        self.dropout = TimeDropout(dropout_ratio, rng=rng) if dropout_ratio else None
        self.pre_norm = pre_norm

    def forward(self, x, *args):
        y = self.norm.forward(x) if self.pre_norm else x
        y = self.layer.forward(y, *args)
        y = self.dropout.forward(y) if self.dropout else y
        y += x
        return y if self.pre_norm else self.norm.forward(y)

    def backward(self, dout):
        dy = dout if self.pre_norm else self.norm.backward(dout)
        dx = self.dropout.backward(dy) if self.dropout else dy
        dx = self.layer.backward(dx)
        dx = self.norm.backward(dx) if self.pre_norm else dx
        dx += dy
        return dx


class PositionalEmbedding(BaseModel):
    """Word vectors and positional encodings: sqrt(D) W[x_t] + PE(t), xs (N, T) -> (N, T, D).

    Positions count from `start`, or, with a mask (N, T), from the first that is not padding.
    """

    def __init__(self, V, D, dropout_ratio, sparse, rng, dtype):
        embed_W = normal(rng, V, D, scale=D ** -0.5, dtype=dtype)
        self.embed = TimeEmbedding(embed_W, sparse=sparse)
        self.scale = D ** 0.5
        self.table = positional_encoding(LONGEST, D, dtype)
        self.dropout = TimeDropout(dropout_ratio, rng=rng) if dropout_ratio else None

    def forward(self, xs, start=0, mask=None):
        xs = id_array(self, "xs", xs, "N", "T")
        end = start + xs.shape[1]
        if end > LONGEST:
            raise InputError(f"a sequence of {end} is longer than the table of positions, "
                             f"{LONGEST}: cut it")
        x = self.embed.forward(xs)                           # (N, T, D)
        x *= self.scale
        if mask is None:
            positions = np.arange(start, end)                # (T,)
        else:
            positions = np.maximum(check_mask(mask, xs.shape).cumsum(axis=1) - 1, 0)
        x += self.table[positions]
        return self.dropout.forward(x) if self.dropout else x

    def backward(self, dout):
        dout = self.dropout.backward(dout) if self.dropout else dout
        self.embed.backward(dout * self.scale)


class TransformerBlocks(BaseModel):
    """An encoder or decoder: embedding, blocks of Residuals and, with pre_norm, a last norm.

    kinds: the functions that make the layers of a block. layers: so many blocks.
    """

    def __init__(self, V, D, F, kinds, *, layers=2, pre_norm=True, dropout_ratio=0.0, sparse=False,
                 rng, dtype):
        self.embed = PositionalEmbedding(V, D, dropout_ratio, sparse, rng, dtype)
        self.blocks = [[Residual(make(D, F, rng, dtype), pre_norm, dropout_ratio, rng)
                        for make in kinds] for _ in range(layers)]
        self.norm = LayerNorm(np.ones(D, dtype), np.zeros(D, dtype)) if pre_norm else None
        parts = [self.embed, *(residual for block in self.blocks for residual in block)]
        self.dropouts = [part.dropout for part in parts if part.dropout]

    def forward(self, xs, *masks, start=0):
        """xs (N, T) -> (N, T, D). masks: one, or None, for each layer of a block."""
        x = self.embed.forward(xs, start, masks[0])
        for block in self.blocks:
            for residual, mask in zip(block, masks, strict=True):
                x = residual.forward(x) if mask is None else residual.forward(x, mask)
        return self.norm.forward(x) if self.norm else x

    def backward(self, dout):
        dout = self.norm.backward(dout) if self.norm else dout
        for block in reversed(self.blocks):
            for residual in reversed(block):
                dout = residual.backward(dout)
        self.embed.backward(dout)

    def train(self, train_flg):
        """Switch dropout on or off."""
        for dropout in self.dropouts:
            dropout.train_flg = train_flg


def self_attention(heads, **options):
    return lambda D, F, rng, dtype: SelfAttention(*square(rng, D, dtype), heads, **options)


def cross_attention(heads):
    return lambda D, F, rng, dtype: CrossAttention(*square(rng, D, dtype), heads)


def feed_forward(D, F, rng, dtype):
    W1, W2 = scaled_normal(rng, D, F, dtype), scaled_normal(rng, F, D, dtype)
    return FeedForward(W1, np.zeros(F, dtype), W2, np.zeros(D, dtype))


def square(rng, D, dtype):
    """WQ, WK, WV and WO."""
    return [scaled_normal(rng, D, D, dtype) for _ in range(4)]
