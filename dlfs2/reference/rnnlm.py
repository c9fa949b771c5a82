"""Language models: which word comes next? (sections 5.5.1, 6.4, 6.5.4 and 7.1)"""

import numpy as np

from dlfs2.reference.base_model import BaseModel
from dlfs2.reference.functions import softmax
from dlfs2.reference.lstm import TimeLSTM
from dlfs2.reference.rnn import TimeRNN
from dlfs2.reference.time_layers import (
    TimeAffine,
    TimeDropout,
    TimeEmbedding,
    TimeSoftmaxWithLoss,
)


class SimpleRnnlm:
    """Section 5.5.1. xs, ts (N, T) ids -> a number."""

    def __init__(self, vocab_size, wordvec_size, hidden_size):
        V, D, H = vocab_size, wordvec_size, hidden_size
        embed_W = 0.01 * np.random.randn(V, D)
        rnn_Wx = np.random.randn(D, H) / np.sqrt(D)
        rnn_Wh = np.random.randn(H, H) / np.sqrt(H)
        rnn_b = np.zeros(H)
        affine_W = np.random.randn(H, V) / np.sqrt(H)
        affine_b = np.zeros(V)

        self.rnn_layer = TimeRNN(rnn_Wx, rnn_Wh, rnn_b, stateful=True)
        self.layers = [TimeEmbedding(embed_W), self.rnn_layer, TimeAffine(affine_W, affine_b)]
        self.loss_layer = TimeSoftmaxWithLoss()

        self.params = []
        self.grads = []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def forward(self, xs, ts):
        """(N, T) -> embed (N, T, D) -> rnn (N, T, H) -> affine (N, T, V) -> loss."""
        for layer in self.layers:
            xs = layer.forward(xs)
        loss = self.loss_layer.forward(xs, ts)
        return loss

    def backward(self, dout=1):
        """Backwards through the layers, from the loss to the embedding."""
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

    def reset_state(self):
        """The next forward starts from zeros."""
        self.rnn_layer.reset_state()


class Rnnlm(BaseModel):
    """Section 6.4. xs, ts (N, T) ids -> a number."""

    def __init__(self, vocab_size=10000, wordvec_size=100, hidden_size=100):
        V, D, H = vocab_size, wordvec_size, hidden_size
        embed_W = 0.01 * np.random.randn(V, D)
        lstm_Wx = np.random.randn(D, 4 * H) / np.sqrt(D)
        lstm_Wh = np.random.randn(H, 4 * H) / np.sqrt(H)
        lstm_b = np.zeros(4 * H)
        affine_W = np.random.randn(H, V) / np.sqrt(H)
        affine_b = np.zeros(V)

        self.lstm_layer = TimeLSTM(lstm_Wx, lstm_Wh, lstm_b, stateful=True)
        self.layers = [TimeEmbedding(embed_W), self.lstm_layer, TimeAffine(affine_W, affine_b)]
        self.loss_layer = TimeSoftmaxWithLoss()

        self.params = []
        self.grads = []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def predict(self, xs):
        """(N, T) -> embed (N, T, D) -> lstm (N, T, H) -> affine (N, T, V)."""
        for layer in self.layers:
            xs = layer.forward(xs)
        return xs

    def forward(self, xs, ts):
        """The loss of predict(xs)."""
        score = self.predict(xs)
        loss = self.loss_layer.forward(score, ts)
        return loss

    def backward(self, dout=1):
        """Backwards through the layers, from the loss to the embedding."""
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

    def reset_state(self):
        """The next forward starts from zeros."""
        self.lstm_layer.reset_state()


class BetterRnnlm(BaseModel):
    """Section 6.5.4: two LSTM layers, dropout between all layers, tied weights (D = H)."""

    def __init__(self, vocab_size=10000, wordvec_size=650, hidden_size=650, dropout_ratio=0.5):
        V, D, H = vocab_size, wordvec_size, hidden_size
        embed_W = 0.01 * np.random.randn(V, D)
        lstm_Wx1 = np.random.randn(D, 4 * H) / np.sqrt(D)
        lstm_Wh1 = np.random.randn(H, 4 * H) / np.sqrt(H)
        lstm_b1 = np.zeros(4 * H)
        lstm_Wx2 = np.random.randn(H, 4 * H) / np.sqrt(H)
        lstm_Wh2 = np.random.randn(H, 4 * H) / np.sqrt(H)
        lstm_b2 = np.zeros(4 * H)
        affine_b = np.zeros(V)

        self.lstm_layers = [TimeLSTM(lstm_Wx1, lstm_Wh1, lstm_b1, stateful=True),
                            TimeLSTM(lstm_Wx2, lstm_Wh2, lstm_b2, stateful=True)]
        self.drop_layers = [TimeDropout(dropout_ratio), TimeDropout(dropout_ratio),
                            TimeDropout(dropout_ratio)]
        self.layers = [TimeEmbedding(embed_W),
                       self.drop_layers[0],
                       self.lstm_layers[0],
                       self.drop_layers[1],
                       self.lstm_layers[1],
                       self.drop_layers[2],
                       TimeAffine(embed_W.T, affine_b)]                # tied: the same numbers
        self.loss_layer = TimeSoftmaxWithLoss()

        self.params = []
        self.grads = []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def predict(self, xs, train_flg=False):
        """Scores (N, T, V) of the word after each of xs (N, T); with dropout if train_flg."""
        for layer in self.drop_layers:
            layer.train_flg = train_flg
        for layer in self.layers:
            xs = layer.forward(xs)
        return xs

    def forward(self, xs, ts, train_flg=True):
        """The loss of predict(xs, train_flg)."""
        score = self.predict(xs, train_flg)
        loss = self.loss_layer.forward(score, ts)
        return loss

    def backward(self, dout=1):
        """Backwards through the layers, from the loss to the embedding."""
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

    def reset_state(self):
        """The next forward starts from zeros."""
        for layer in self.lstm_layers:
            layer.reset_state()


class RnnlmGen(Rnnlm):
    """Section 7.1.2: an Rnnlm that writes."""

    def generate(self, start_id, skip_ids=None, sample_size=100):
        """sample_size ids from start_id on, each drawn by softmax of the scores; none of skip_ids.
        """
        word_ids = [start_id]
        x = start_id
        while len(word_ids) < sample_size:
            xs = np.array([[x]])                   # (1, 1)
            score = self.predict(xs)               # (1, 1, V)
            p = softmax(score.flatten())           # (V,)
            sampled = int(np.random.choice(len(p), p=p))
            if skip_ids is None or sampled not in skip_ids:
                x = sampled
                word_ids.append(x)
        return word_ids

    def get_state(self):
        """(h, c) of the LSTM."""
        return self.lstm_layer.h, self.lstm_layer.c

    def set_state(self, state):
        """Go on from what get_state returned."""
        h, c = state
        self.lstm_layer.set_state(h, c)


class BetterRnnlmGen(BetterRnnlm):
    """Section 7.1.3: a BetterRnnlm that writes."""

    def generate(self, start_id, skip_ids=None, sample_size=100):
        """sample_size ids from start_id on, each drawn by softmax of the scores; none of skip_ids.
        """
        word_ids = [start_id]
        x = start_id
        while len(word_ids) < sample_size:
            xs = np.array([[x]])                   # (1, 1)
            score = self.predict(xs)               # (1, 1, V)
            p = softmax(score.flatten())           # (V,)
            sampled = int(np.random.choice(len(p), p=p))
            if skip_ids is None or sampled not in skip_ids:
                x = sampled
                word_ids.append(x)
        return word_ids

    def get_state(self):
        """(h, c) of each LSTM, a list."""
        states = []
        for layer in self.lstm_layers:
            states.append((layer.h, layer.c))
        return states

    def set_state(self, states):
        """Go on from what get_state returned."""
        for layer, state in zip(self.lstm_layers, states):
            h, c = state
            layer.set_state(h, c)
