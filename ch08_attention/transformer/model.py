"""The Transformer: attention instead of recurrence (section 8.5.2; Vaswani et al. 2017, arXiv 1706.03762).

The blocks stand here as well for transformer_lm.py. Letters: N batch, T places of the question, S of the answer, D width,
F width between the two affine layers of a block, V vocabulary.
"""

import numpy as np

from ch07_seq2seq.seq2seq import Decoder, Encoder
from ch08_attention.attention_seq2seq import AttentionSeq2seq
from common.base_model import BaseModel
from common.errors import InputError
from common.initializers import normal, scaled_normal
from common.multi_head_attention import CrossAttention, SelfAttention
from common.time_layers import TimeAffine, TimeDropout, TimeEmbedding, TimeSoftmaxWithLoss
from common.transformer_layers import FeedForward, LayerNorm, positional_encoding

LONGEST = 512                # places in the table of positions


class Residual(BaseModel):
    """A layer with a way past it, by which a gradient reaches the layers below unchanged.

        pre_norm     y = x + dropout(layer(norm(x)))         the default: learns without care for its first steps
        post-norm    y = norm(x + dropout(layer(x)))         the paper's
    """

    def __init__(self, layer, pre_norm, dropout_ratio, rng):
        D, dtype = len(layer.params[0]), layer.params[0].dtype
        self.layer = layer
        self.norm = LayerNorm(np.ones(D, dtype), np.zeros(D, dtype))
        self.dropout = TimeDropout(dropout_ratio, rng=rng) if dropout_ratio else None
        self.pre_norm = pre_norm

    def forward(self, x, *args):
        y = self.layer.forward(self.norm.forward(x) if self.pre_norm else x, *args)
        y = self.dropout.forward(y) if self.dropout else y
        y += x
        return y if self.pre_norm else self.norm.forward(y)

    def backward(self, dout):
        dy = dout if self.pre_norm else self.norm.backward(dout)
        dx = self.layer.backward(self.dropout.backward(dy) if self.dropout else dy)
        dx = self.norm.backward(dx) if self.pre_norm else dx
        dx += dy
        return dx


class PlacedEmbedding(BaseModel):
    """Words that know their place: sqrt(D) W[x_t] + PE(t), xs (N, T) -> (N, T, D) (Vaswani et al., sections 3.4, 3.5).

    Places are counted from `start`, or, with a mask (N, T), from the first that is no padding.
    """

    def __init__(self, V, D, dropout_ratio, sparse, rng, dtype):
        self.embed = TimeEmbedding(normal(rng, V, D, scale=D ** -0.5, dtype=dtype), sparse=sparse)
        self.table = positional_encoding(LONGEST, D, dtype)
        self.scale = D ** 0.5
        self.dropout = TimeDropout(dropout_ratio, rng=rng) if dropout_ratio else None

    def forward(self, xs, start=0, mask=None):
        end = start + xs.shape[1]
        if end > LONGEST:
            raise InputError(f"a sequence of {end} is longer than the table of positions, {LONGEST}: cut it")
        x = self.embed.forward(xs)
        x *= self.scale
        x += self.table[start:end] if mask is None else self.table[np.maximum(mask.cumsum(axis=1) - 1, 0)]
        return self.dropout.forward(x) if self.dropout else x

    def backward(self, dout):
        dout = self.dropout.backward(dout) if self.dropout else dout
        self.embed.backward(dout * self.scale)


class Stack(BaseModel):
    """What encoders and decoders share: blocks of Residual layers, and a last norm where the blocks begin with theirs.

    One block is a list of Residuals; `kinds` are the functions that make their layers.
    """

    def __init__(self, V, D, F, kinds, *, layers, pre_norm, dropout_ratio, sparse=False, rng, dtype):
        self.embed = PlacedEmbedding(V, D, dropout_ratio, sparse, rng, dtype)
        self.blocks = [[Residual(make(D, F, rng, dtype), pre_norm, dropout_ratio, rng) for make in kinds]
                       for _ in range(layers)]
        self.norm = LayerNorm(np.ones(D, dtype), np.zeros(D, dtype)) if pre_norm else None
        self.dropouts = [part.dropout for part in (self.embed, *(r for block in self.blocks for r in block)) if part.dropout]

    def forward(self, xs, *masks, start=0):
        """xs (N, T) -> (N, T, D). masks: one for each layer of a block, None where it takes none."""
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


class TransformerEncoder(Encoder):
    """Blocks of self-attention and feed-forward layers: xs (N, T) -> hs (N, T, D)."""

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, heads=4, layers=2, pre_norm=True, dropout_ratio=0.0,
                 rng=None, dtype=np.float32):
        self.stack = Stack(vocab_size, wordvec_size, hidden_size, [self_attention(heads), feed_forward], layers=layers,
                           pre_norm=pre_norm, dropout_ratio=dropout_ratio, rng=np.random.default_rng(rng), dtype=dtype)
        self.gather()

    def forward(self, xs, mask=None):
        return self.stack.forward(xs, mask, None)

    def backward(self, dhs):
        self.stack.backward(dhs)


class TransformerDecoder(Decoder):
    """Blocks of causal self-attention, attention to the encoder, and feed-forward layers; then scores (N, S, V).

    Keys and values are kept from call to call, so that writing an answer computes each place once. `encoded` is hs (N, T, D)
    or (hs, mask).
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, heads=4, layers=2, pre_norm=True, dropout_ratio=0.0,
                 rng=None, dtype=np.float32):
        V, D, rng = vocab_size, wordvec_size, np.random.default_rng(rng)
        kinds = [self_attention(heads, causal=True, stateful=True), cross_attention(heads), feed_forward]
        self.stack = Stack(V, D, hidden_size, kinds, layers=layers, pre_norm=pre_norm, dropout_ratio=dropout_ratio, rng=rng,
                           dtype=dtype)
        self.self_attentions = [block[0].layer for block in self.stack.blocks]
        self.cross_attentions = [block[1].layer for block in self.stack.blocks]
        self.affine = TimeAffine(scaled_normal(rng, D, V, dtype), np.zeros(V, dtype))
        self.mask = None
        self.gather()

    @property
    def weights(self):
        """How much each character mattered for each one written, (N, S, T): the mean over the heads of the last block."""
        weights = self.cross_attentions[-1].weights          # (N, h, S, T), None before the first call
        return None if weights is None else weights.mean(axis=1)

    def begin(self, encoded):
        hs, self.mask = encoded if isinstance(encoded, tuple) else (encoded, None)
        self.reset_state()
        for attention in self.cross_attentions:
            attention.read(hs)

    def scores(self, xs):
        hs = self.stack.forward(xs, None, self.mask, None, start=self.self_attentions[0].length)
        return self.affine.forward(hs)

    def backward(self, dscore):
        self.stack.backward(self.affine.backward(dscore))
        return sum(attention.dmemory for attention in self.cross_attentions)


class Transformer(AttentionSeq2seq):
    """Encoder and decoder of the paper. wordvec_size: the width D of all vectors, hidden_size: F.

    heads, layers (blocks on either side), pre_norm, dropout_ratio: as above. smoothing: label smoothing
    (Vaswani et al. 2017, section 5.4).
    """

    Encoder, Decoder = TransformerEncoder, TransformerDecoder

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, smoothing=0.0, **options):
        super().__init__(vocab_size, wordvec_size, hidden_size, **options)
        self.softmax = TimeSoftmaxWithLoss(smoothing)

    def forward(self, xs, ts, train_flg=True):
        self.train(train_flg)
        return super().forward(xs, ts)

    def generate_batch(self, *args, **options):
        self.train(False)
        return super().generate_batch(*args, **options)

    def train(self, train_flg):
        """Switch dropout on or off."""
        self.encoder.stack.train(train_flg)
        self.decoder.stack.train(train_flg)
