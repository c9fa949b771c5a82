"""An encoder that reads from both ends (section 8.4.1)."""

import numpy as np

from ch07_seq2seq.seq2seq import lstm_weights
from ch08_attention.attention_seq2seq import AttentionDecoder, AttentionEncoder, AttentionSeq2seq
from common.errors import InputError
from common.initializers import normal
from common.time_layers import TimeBiLSTM, TimeEmbedding


class BidirectionalEncoder(AttentionEncoder):
    """Read from both ends: xs (N, T) -> hs (N, T, H), half of H from each direction."""

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, rng=None, dtype=np.float32):
        V, D, H = vocab_size, wordvec_size, hidden_size
        rng = np.random.default_rng(rng)
        if H % 2:
            raise InputError(f"hidden_size must be even, half for each direction, got {H}")
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.lstm = bidirectional_lstm(rng, D, H, dtype)
        self.gather()


class BidirectionalDecoder(AttentionDecoder):
    """A decoder that starts where each direction ends: at the last step, and at the first."""

    def last_state(self, hs_enc):
        half = hs_enc.shape[2] // 2
        return np.concatenate([hs_enc[:, -1, :half], hs_enc[:, 0, half:]], axis=1)        # (N, H)

    def last_state_backward(self, dhs_enc, dh):
        half = dh.shape[1] // 2
        dhs_enc[:, -1, :half] += dh[:, :half]
        dhs_enc[:, 0, half:] += dh[:, half:]


class BidirectionalSeq2seq(AttentionSeq2seq):
    """AttentionSeq2seq that reads from both ends."""

    Encoder, Decoder = BidirectionalEncoder, BidirectionalDecoder


def bidirectional_lstm(rng, D, H, dtype):
    """A TimeBiLSTM from width D to H, H/2 in each direction."""
    weights = [lstm_weights(rng, D, H // 2, dtype) for _ in range(2)]
    return TimeBiLSTM(*weights[0], *weights[1])
