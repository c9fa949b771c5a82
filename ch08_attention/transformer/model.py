"""The Transformer: attention instead of recurrence (section 8.5.2; Vaswani et al. 2017)."""

import numpy as np

from ch07_seq2seq.seq2seq import Decoder, Encoder
from ch08_attention.attention_seq2seq import AttentionSeq2seq
from ch08_attention.transformer.blocks import (
    TransformerBlocks,
    cross_attention,
    feed_forward,
    self_attention,
)
from common.initializers import scaled_normal
from common.time_layers import TimeAffine, TimeSoftmaxWithLoss


class TransformerEncoder(Encoder):
    """Blocks of self-attention and feed-forward layers: xs (N, T) -> hs (N, T, D)."""

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, heads=4, rng=None,
                 dtype=np.float32, **options):
        rng = np.random.default_rng(rng)
        kinds = [self_attention(heads), feed_forward]
        self.stack = TransformerBlocks(vocab_size, wordvec_size, hidden_size, kinds,
                                       rng=rng, dtype=dtype, **options)
        self.gather()

    def forward(self, xs, mask=None):
        return self.stack.forward(xs, mask, None)

    def backward(self, dhs):
        self.stack.backward(dhs)


class TransformerDecoder(Decoder):
    """Blocks of causal self-attention, attention to the encoder, and feed-forward layers.

        xs (N, S), encoded hs (N, T, D) or (hs, mask) -> scores (N, S, V)

    Keys and values are kept from call to call, so that each position is computed once.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, heads=4, rng=None,
                 dtype=np.float32, **options):
        V, D = vocab_size, wordvec_size
        rng = np.random.default_rng(rng)
        kinds = [self_attention(heads, causal=True, stateful=True), cross_attention(heads),
                 feed_forward]
        self.stack = TransformerBlocks(V, D, hidden_size, kinds, rng=rng, dtype=dtype, **options)
        self.self_attentions = [block[0].layer for block in self.stack.blocks]
        self.cross_attentions = [block[1].layer for block in self.stack.blocks]
        self.affine = TimeAffine(scaled_normal(rng, D, V, dtype), np.zeros(V, dtype))
        self.mask = None
        self.gather()

    @property
    def weights(self):
        """As AttentionDecoder.weights: the mean over the heads of the last block."""
        weights = self.cross_attentions[-1].weights          # (N, h, S, T), at first None
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

    smoothing: label smoothing (section 5.4 of the paper). options: heads, and layers (blocks on
    either side), pre_norm and dropout_ratio as in blocks.py.
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
