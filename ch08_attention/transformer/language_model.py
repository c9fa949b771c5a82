"""A language model without recurrence: the decoder of a Transformer alone (section 8.5.2)."""

import numpy as np

from ch08_attention.transformer.blocks import (
    LONGEST,
    TransformerBlocks,
    feed_forward,
    self_attention,
)
from common.base_model import BaseModel
from common.errors import InputError
from common.initializers import scaled_normal
from common.shapes import id_array
from common.time_layers import TimeAffine, TimeSoftmaxWithLoss


class TransformerLM(BaseModel):
    """Blocks of causal self-attention and feed-forward layers.

        xs (N, T) -> embed + positions -> blocks -> norm (N, T, D) -> affine (N, T, V)

    tied: the affine layer's W is embed_W.T. window: the most positions it sees at once, as many as
    it is trained on. In training each window stands alone. Otherwise the last words are the state,
    read again before the new ones, `window` together. options: those of TransformerBlocks.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, heads=4, window=128, tied=True,
                 rng=None, dtype=np.float32, **options):
        V, D = vocab_size, wordvec_size
        rng = np.random.default_rng(rng)
        if not 1 <= window <= LONGEST:
            raise InputError(f"window must lie in 1..{LONGEST}, the table of positions, got "
                             f"{window}")
        kinds = [self_attention(heads, causal=True), feed_forward]
        self.stack = TransformerBlocks(V, D, hidden_size, kinds, sparse=True, rng=rng, dtype=dtype,
                                       **options)
        embed_W = self.stack.embed.embed.params[0]
        affine_W = embed_W.T if tied else scaled_normal(rng, D, V, dtype)
        self.affine = TimeAffine(affine_W, np.zeros(V, dtype))
        self.loss_layer = TimeSoftmaxWithLoss()
        self.window = window
        self.seen = None                                     # the last words, (N, up to window)
        self.context = 0                                     # words before those that were scored
        self.gather()

    def predict(self, xs, train_flg=False):
        """Scores (N, T, V) of the word after each of xs (N, T)."""
        self.stack.train(train_flg)
        xs = id_array(self, "xs", xs, "N", "T")
        N, T = xs.shape
        if self.window < T:
            raise InputError(f"{T} words at once are more than the window, {self.window}")
        self.context = 0
        if train_flg:
            return self.affine.forward(self.stack.forward(xs, None, None))
        seen = np.empty((N, 0), np.intp) if self.seen is None else self.seen
        if len(seen) != N:
            raise ValueError(f"the words before are of a batch of {len(seen)}, this batch has {N}: "
                             "call reset_state() first")
        self.seen = np.concatenate([seen, xs], axis=1)[:, -self.window:]
        self.context = self.seen.shape[1] - T
        hs = self.stack.forward(self.seen, None, None)       # (N, up to window, D)
        return self.affine.forward(hs[:, -T:])

    def forward(self, xs, ts, train_flg=True):
        return self.loss_layer.forward(self.predict(xs, train_flg), ts, overwrite=True)

    def backward(self, dout=1):
        if self.context:
            raise RuntimeError(f"backward() goes through the {self.context} words of context too, "
                               "which were not scored: train with forward(xs, ts), whose "
                               "train_flg=True reads each window alone, or reset_state() first")
        self.stack.backward(self.affine.backward(self.loss_layer.backward(dout)))

    def get_state(self):
        return [(self.seen,)]

    def set_state(self, states):
        (self.seen,), = states

    def reset_state(self):
        self.seen = None

    def forget(self, rows):
        """Nothing: in training no window knows the one before it."""
