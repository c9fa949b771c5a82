"""Sequence to sequence with attention (sections 8.2 and 8.4.1)."""

import numpy as np

from dlfs2.reference.attention import TimeAttention
from dlfs2.reference.lstm import TimeBiLSTM, TimeLSTM
from dlfs2.reference.seq2seq import Encoder, Seq2seq
from dlfs2.reference.time_layers import TimeAffine, TimeEmbedding, TimeSoftmaxWithLoss


class AttentionEncoder(Encoder):
    """Section 8.2.1. xs (N, T) ids -> hs (N, T, H), all states."""

    def forward(self, xs):
        """(N, T) -> embed (N, T, D) -> lstm hs (N, T, H)."""
        xs = self.embed.forward(xs)
        hs = self.lstm.forward(xs)
        return hs

    def backward(self, dhs):
        """Back through lstm and embed."""
        dout = self.lstm.backward(dhs)
        dout = self.embed.backward(dout)
        return dout


class AttentionDecoder:
    """Section 8.2.2. xs (N, S) ids, enc_hs (N, T, H) -> score (N, S, V)."""

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        embed_W = 0.01 * np.random.randn(V, D)
        lstm_Wx = np.random.randn(D, 4 * H) / np.sqrt(D)
        lstm_Wh = np.random.randn(H, 4 * H) / np.sqrt(H)
        lstm_b = np.zeros(4 * H)
        affine_W = np.random.randn(2 * H, V) / np.sqrt(2 * H)
        affine_b = np.zeros(V)

        self.embed = TimeEmbedding(embed_W)
        self.lstm = TimeLSTM(lstm_Wx, lstm_Wh, lstm_b, stateful=True)
        self.attention = TimeAttention()
        self.affine = TimeAffine(affine_W, affine_b)

        self.params = []
        self.grads = []
        for layer in [self.embed, self.lstm, self.attention, self.affine]:
            self.params += layer.params
            self.grads += layer.grads

    def forward(self, xs, enc_hs):
        """dec_hs = lstm(embed(xs)), started from enc_hs at T - 1; c = attention(enc_hs, dec_hs);
        score = affine([c, dec_hs]).
        """
        h = enc_hs[:, -1, :]                       # (N, H)
        self.lstm.set_state(h)
        out = self.embed.forward(xs)
        dec_hs = self.lstm.forward(out)            # (N, S, H)
        c = self.attention.forward(enc_hs, dec_hs)
        out = np.concatenate((c, dec_hs), axis=2)  # (N, S, 2H)
        score = self.affine.forward(out)
        return score

    def backward(self, dscore):
        """denc_hs = attention's, plus the lstm's dh at T - 1; ddec_hs = affine's + attention's."""
        dout = self.affine.backward(dscore)        # (N, S, 2H)
        H = dout.shape[2] // 2
        dc = dout[:, :, :H]
        ddec_hs0 = dout[:, :, H:]
        denc_hs, ddec_hs1 = self.attention.backward(dc)
        ddec_hs = ddec_hs0 + ddec_hs1
        dout = self.lstm.backward(ddec_hs)
        dh = self.lstm.dh                          # (N, H)
        denc_hs[:, -1, :] += dh
        self.embed.backward(dout)
        return denc_hs

    def generate(self, enc_hs, start_id, sample_size):
        """sample_size ids, each the likeliest after the one before; enc_hs (1, T, H)."""
        sampled = []
        sample_id = start_id
        h = enc_hs[:, -1, :]
        self.lstm.set_state(h)
        for _ in range(sample_size):
            x = np.array([[sample_id]])            # (1, 1)
            out = self.embed.forward(x)
            dec_hs = self.lstm.forward(out)
            c = self.attention.forward(enc_hs, dec_hs)
            out = np.concatenate((c, dec_hs), axis=2)
            score = self.affine.forward(out)       # (1, 1, V)
            sample_id = int(np.argmax(score.flatten()))
            sampled.append(sample_id)
        return sampled


class AttentionSeq2seq(Seq2seq):
    """Section 8.2.3: a Seq2seq with attention."""

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        self.encoder = AttentionEncoder(V, D, H)
        self.decoder = AttentionDecoder(V, D, H)
        self.softmax = TimeSoftmaxWithLoss()

        self.params = self.encoder.params + self.decoder.params
        self.grads = self.encoder.grads + self.decoder.grads


class AttentionBiEncoder:
    """Section 8.4.1, read from both ends. xs (N, T) ids -> hs (N, T, 2H)."""

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        embed_W = 0.01 * np.random.randn(V, D)
        lstm_Wx1 = np.random.randn(D, 4 * H) / np.sqrt(D)
        lstm_Wh1 = np.random.randn(H, 4 * H) / np.sqrt(H)
        lstm_b1 = np.zeros(4 * H)
        lstm_Wx2 = np.random.randn(D, 4 * H) / np.sqrt(D)
        lstm_Wh2 = np.random.randn(H, 4 * H) / np.sqrt(H)
        lstm_b2 = np.zeros(4 * H)

        self.embed = TimeEmbedding(embed_W)
        self.lstm = TimeBiLSTM(lstm_Wx1, lstm_Wh1, lstm_b1, lstm_Wx2, lstm_Wh2, lstm_b2,
                               stateful=False)

        self.params = self.embed.params + self.lstm.params
        self.grads = self.embed.grads + self.lstm.grads

    def forward(self, xs):
        """(N, T) -> embed (N, T, D) -> lstm hs (N, T, 2H)."""
        xs = self.embed.forward(xs)
        hs = self.lstm.forward(xs)
        return hs

    def backward(self, dhs):
        """Back through lstm and embed."""
        dout = self.lstm.backward(dhs)
        dout = self.embed.backward(dout)
        return dout
