"""Sequence to sequence: an encoder that reads, a decoder that writes (sections 7.3 and 7.4)."""

import numpy as np

from dlfs2.reference.base_model import BaseModel
from dlfs2.reference.lstm import TimeLSTM
from dlfs2.reference.time_layers import TimeAffine, TimeEmbedding, TimeSoftmaxWithLoss


class Encoder:
    """Section 7.3.1. xs (N, T) ids -> h (N, H), the last state."""

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        embed_W = 0.01 * np.random.randn(V, D)
        lstm_Wx = np.random.randn(D, 4 * H) / np.sqrt(D)
        lstm_Wh = np.random.randn(H, 4 * H) / np.sqrt(H)
        lstm_b = np.zeros(4 * H)

        self.embed = TimeEmbedding(embed_W)
        self.lstm = TimeLSTM(lstm_Wx, lstm_Wh, lstm_b, stateful=False)

        self.params = self.embed.params + self.lstm.params
        self.grads = self.embed.grads + self.lstm.grads
        self.hs = None

    def forward(self, xs):
        """(N, T) -> embed (N, T, D) -> lstm hs (N, T, H) -> hs at T - 1 (N, H)."""
        xs = self.embed.forward(xs)
        hs = self.lstm.forward(xs)
        self.hs = hs
        return hs[:, -1, :]

    def backward(self, dh):
        """dhs = dh at T - 1, 0 before; back through lstm and embed."""
        dhs = np.zeros_like(self.hs)               # (N, T, H)
        dhs[:, -1, :] = dh
        dout = self.lstm.backward(dhs)
        dout = self.embed.backward(dout)
        return dout


class Decoder:
    """Section 7.3.2. xs (N, T) ids, h (N, H) -> score (N, T, V)."""

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        embed_W = 0.01 * np.random.randn(V, D)
        lstm_Wx = np.random.randn(D, 4 * H) / np.sqrt(D)
        lstm_Wh = np.random.randn(H, 4 * H) / np.sqrt(H)
        lstm_b = np.zeros(4 * H)
        affine_W = np.random.randn(H, V) / np.sqrt(H)
        affine_b = np.zeros(V)

        self.embed = TimeEmbedding(embed_W)
        self.lstm = TimeLSTM(lstm_Wx, lstm_Wh, lstm_b, stateful=True)
        self.affine = TimeAffine(affine_W, affine_b)

        self.params = []
        self.grads = []
        for layer in [self.embed, self.lstm, self.affine]:
            self.params += layer.params
            self.grads += layer.grads

    def forward(self, xs, h):
        """(N, T) -> embed (N, T, D) -> lstm, started from h (N, T, H) -> affine (N, T, V)."""
        self.lstm.set_state(h)
        out = self.embed.forward(xs)
        out = self.lstm.forward(out)
        score = self.affine.forward(out)
        return score

    def backward(self, dscore):
        """Back through affine, lstm, embed; dh = the lstm's dh (N, H)."""
        dout = self.affine.backward(dscore)
        dout = self.lstm.backward(dout)
        self.embed.backward(dout)
        dh = self.lstm.dh
        return dh

    def generate(self, h, start_id, sample_size):
        """sample_size ids, each the likeliest after the one before; h (1, H)."""
        sampled = []
        sample_id = start_id
        self.lstm.set_state(h)
        for _ in range(sample_size):
            x = np.array([[sample_id]])            # (1, 1)
            out = self.embed.forward(x)
            out = self.lstm.forward(out)
            score = self.affine.forward(out)       # (1, 1, V)
            sample_id = int(np.argmax(score.flatten()))
            sampled.append(sample_id)
        return sampled


class Seq2seq(BaseModel):
    """Section 7.3.3. xs (N, T), ts (N, S) ids -> a number."""

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        self.encoder = Encoder(V, D, H)
        self.decoder = Decoder(V, D, H)
        self.softmax = TimeSoftmaxWithLoss()

        self.params = self.encoder.params + self.decoder.params
        self.grads = self.encoder.grads + self.decoder.grads

    def forward(self, xs, ts):
        """The loss of writing ts[:, 1:] after ts[:, :-1], from h = encoder(xs)."""
        decoder_xs = ts[:, :-1]
        decoder_ts = ts[:, 1:]
        h = self.encoder.forward(xs)
        score = self.decoder.forward(decoder_xs, h)                    # (N, S - 1, V)
        loss = self.softmax.forward(score, decoder_ts)
        return loss

    def backward(self, dout=1):
        """Back through loss, decoder, encoder."""
        dout = self.softmax.backward(dout)
        dh = self.decoder.backward(dout)
        dout = self.encoder.backward(dh)
        return dout

    def generate(self, xs, start_id, sample_size):
        """The answer to one question xs (1, T): sample_size ids."""
        h = self.encoder.forward(xs)
        sampled = self.decoder.generate(h, start_id, sample_size)
        return sampled


class PeekyDecoder:
    """Section 7.4.2: lstm and affine see h at every step. xs (N, T), h (N, H) -> (N, T, V)."""

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        embed_W = 0.01 * np.random.randn(V, D)
        lstm_Wx = np.random.randn(H + D, 4 * H) / np.sqrt(H + D)
        lstm_Wh = np.random.randn(H, 4 * H) / np.sqrt(H)
        lstm_b = np.zeros(4 * H)
        affine_W = np.random.randn(H + H, V) / np.sqrt(H + H)
        affine_b = np.zeros(V)

        self.embed = TimeEmbedding(embed_W)
        self.lstm = TimeLSTM(lstm_Wx, lstm_Wh, lstm_b, stateful=True)
        self.affine = TimeAffine(affine_W, affine_b)

        self.params = []
        self.grads = []
        for layer in [self.embed, self.lstm, self.affine]:
            self.params += layer.params
            self.grads += layer.grads
        self.cache = None

    def forward(self, xs, h):
        """[h, embed] (N, T, H + D) -> lstm, started from h (N, T, H); [h, that] -> affine."""
        N, T = xs.shape
        N, H = h.shape
        self.lstm.set_state(h)
        out = self.embed.forward(xs)
        hs = np.repeat(h, T, axis=0).reshape(N, T, H)                  # h at every step
        out = np.concatenate((hs, out), axis=2)    # (N, T, H + D)
        out = self.lstm.forward(out)
        out = np.concatenate((hs, out), axis=2)    # (N, T, H + H)
        score = self.affine.forward(out)
        self.cache = H
        return score

    def backward(self, dscore):
        """dh = lstm's dh + sum_t (h's part of affine's dx_t + h's part of lstm's dx_t)."""
        H = self.cache
        dout = self.affine.backward(dscore)        # (N, T, H + H)
        dhs0 = dout[:, :, :H]
        dout = dout[:, :, H:]
        dout = self.lstm.backward(dout)            # (N, T, H + D)
        dhs1 = dout[:, :, :H]
        dembed = dout[:, :, H:]
        self.embed.backward(dembed)
        dhs = dhs0 + dhs1
        dh = self.lstm.dh + np.sum(dhs, axis=1)    # (N, H)
        return dh

    def generate(self, h, start_id, sample_size):
        """sample_size ids, each the likeliest after the one before; h (1, H)."""
        sampled = []
        sample_id = start_id
        self.lstm.set_state(h)
        H = h.shape[1]
        peeky_h = h.reshape(1, 1, H)
        for _ in range(sample_size):
            x = np.array([[sample_id]])            # (1, 1)
            out = self.embed.forward(x)
            out = np.concatenate((peeky_h, out), axis=2)
            out = self.lstm.forward(out)
            out = np.concatenate((peeky_h, out), axis=2)
            score = self.affine.forward(out)       # (1, 1, V)
            sample_id = int(np.argmax(score.flatten()))
            sampled.append(sample_id)
        return sampled


class PeekySeq2seq(Seq2seq):
    """Section 7.4.2: a Seq2seq whose decoder peeks."""

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        self.encoder = Encoder(V, D, H)
        self.decoder = PeekyDecoder(V, D, H)
        self.softmax = TimeSoftmaxWithLoss()

        self.params = self.encoder.params + self.decoder.params
        self.grads = self.encoder.grads + self.decoder.grads
