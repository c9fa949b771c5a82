"""Sequence to sequence: an encoder that reads, a decoder that writes (section 7.3)."""

import numpy as np

from ch07_seq2seq.decoding import beam_search, greedy
from common.base_model import BaseModel
from common.errors import InputError
from common.initializers import normal, scaled_normal
from common.shapes import id_array
from common.time_layers import TimeAffine, TimeEmbedding, TimeLSTM, TimeSoftmaxWithLoss


class Encoder(BaseModel):
    """Encode a question as the LSTM's last state (section 7.3.1).

        xs (N, T) -> embed (N, T, D) -> lstm (N, T, H) -> h = hs[:, -1] (N, H)

    mask (N, T): False where xs is padding, which leaves the state as it is.
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, rng=None, dtype=np.float32):
        V, D, H = vocab_size, wordvec_size, hidden_size
        rng = np.random.default_rng(rng)
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.lstm = TimeLSTM(*lstm_weights(rng, D, H, dtype), stateful=False)
        self.gather()

    def forward(self, xs, mask=None):
        hs = self.lstm.forward(self.embed.forward(xs), mask)                      # (N, T, H)
        return hs[:, -1].copy()

    def backward(self, dh):
        self.embed.backward(self.lstm.backward(dh=dh))


class Decoder(BaseModel):
    """Write the answer, a character at a time, from the encoder's h (section 7.3.2).

        xs (N, S) -> embed (N, S, D) -> lstm, started from h (N, S, H) -> affine (N, S, V)

    In training xs is the right answer (teacher forcing). In generation it is what was just written:
    begin(h), then scores() of one character after the other (decoding.py).
    """

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, rng=None, dtype=np.float32):
        V, D, H = vocab_size, wordvec_size, hidden_size
        rng = np.random.default_rng(rng)
        self.embed = TimeEmbedding(normal(rng, V, D, dtype=dtype))
        self.lstm = TimeLSTM(*lstm_weights(rng, D, H, dtype), stateful=True)
        self.affine = TimeAffine(scaled_normal(rng, H, V, dtype), np.zeros(V, dtype))
        self.gather()

    def begin(self, h):
        """Start from what the encoder returned."""
        self.lstm.set_state(h)

    def scores(self, xs):
        """Scores (N, S, V) of the characters after xs (N, S), from the state of the last call."""
        return self.affine.forward(self.lstm.forward(self.embed.forward(xs)))

    def forward(self, xs, h):
        self.begin(h)
        return self.scores(xs)

    def backward(self, dscore):
        self.embed.backward(self.lstm.backward(self.affine.backward(dscore)))
        return self.lstm.dh                                  # (N, H), of the h that came in

    def generate(self, h, start_id, sample_size):
        """The most likely characters for one h (1, H), step by step: a list of sample_size ids."""
        return greedy(self, h, start_id, sample_size)[0].tolist()


class Seq2seq(BaseModel):
    """Encoder and decoder, trained together (section 7.3.3).

    forward(xs (N, T), ts (N, S)): the loss of writing ts[:, 1:] after ts[:, :-1]; ts begins with
    the start mark. pad_id: the padding character (section 7.2.3). With it, padding around a
    question leaves the encoder's state as it is, and in the answer only the first padding character
    counts, as the end mark: a batch has the loss and gradients that its sequences have alone.
    Without it, as in the book's experiments, padding is learned like any other character.
    """

    Encoder, Decoder = Encoder, Decoder

    def __init__(self, vocab_size, wordvec_size, hidden_size, *, pad_id=None, rng=None,
                 dtype=np.float32, **options):
        sizes = vocab_size, wordvec_size, hidden_size
        rng = np.random.default_rng(rng)
        self.encoder = self.Encoder(*sizes, rng=rng, dtype=dtype, **options)
        self.decoder = self.Decoder(*sizes, rng=rng, dtype=dtype, **options)
        self.softmax = TimeSoftmaxWithLoss()
        self.pad_id = pad_id
        self.gather()

    def _stateful_layers(self):
        return []                                            # each question begins afresh

    def encode(self, xs):
        """The argument of the decoder's begin()."""
        xs = id_array(self, "xs", xs, "N", "T")
        return self.encoder.forward(xs, self.mask(xs))

    def mask(self, xs):
        """False where xs (N, T) is padding; None without a pad_id. InputError for a row of it."""
        if self.pad_id is None:
            return None
        mask = real_steps(xs, self.pad_id)
        empty = np.flatnonzero(~mask.any(axis=1))
        if len(empty):
            raise InputError(f"question {empty[0] + 1} of {len(mask)} is all padding: every "
                             "sequence needs one real step")
        return mask

    def counted(self, ts):
        """Where ts[:, 1:] is the answer or its end mark, not padding after that: (N, S - 1)."""
        if self.pad_id is None:
            return np.ones_like(ts[:, 1:], bool)
        real = real_steps(ts, self.pad_id)
        return real[:, 1:] | real[:, :-1]

    def labels(self, ts):
        """The characters to write, (N, S - 1); padding after the end mark is ignored."""
        return np.where(self.counted(ts), ts[:, 1:], self.softmax.ignore_label)

    def forward(self, xs, ts):
        xs = id_array(self, "xs", xs, "N", "T")
        ts = id_array(self, "ts", ts, len(xs), "S")
        score = self.decoder.forward(ts[:, :-1], self.encode(xs))
        return self.softmax.forward(score, self.labels(ts), overwrite=True)

    def backward(self, dout=1):
        dh = self.decoder.backward(self.softmax.backward(dout))
        self.encoder.backward(dh)

    def generate(self, xs, start_id, sample_size, **options):
        """The answer to one question xs (1, T): a list of sample_size ids."""
        return self.generate_batch(xs, start_id, sample_size, **options)[0].tolist()

    def generate_batch(self, xs, start_id, sample_size, beam_width=1, *, end_id=None,
                       length_penalty=0.0):
        """The answers to N questions, (N, sample_size): greedy, or by beam search.

        end_id, length_penalty: as in beam_search(); an answer ends at its first end_id.
        """
        args = self.decoder, self.encode(xs), start_id, sample_size
        if beam_width == 1:
            return greedy(*args, end_id=end_id)
        return beam_search(*args, beam_width, end_id=end_id, length_penalty=length_penalty)


def lstm_weights(rng, D, H, dtype):
    """Wx (D, 4H), Wh (H, 4H), b (4H,) as the book initializes them."""
    Wx = scaled_normal(rng, D, 4 * H, dtype)
    Wh = scaled_normal(rng, H, 4 * H, dtype)
    return Wx, Wh, np.zeros(4 * H, dtype)


def real_steps(xs, pad_id):
    """(N, T): False for padding before the first and after the last other character of each row."""
    real = np.asarray(xs) != pad_id
    after_first = np.logical_or.accumulate(real, axis=1)
    before_last = np.logical_or.accumulate(real[:, ::-1], axis=1)[:, ::-1]
    return after_first & before_last
