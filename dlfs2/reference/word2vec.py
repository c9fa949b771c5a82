"""word2vec, simple (chapter 3) and with negative sampling (chapter 4)."""

import numpy as np

from dlfs2.reference.layers import Embedding, MatMul, SoftmaxWithLoss
from dlfs2.reference.negative_sampling import NegativeSamplingLoss


class SimpleCBOW:
    """Section 3.4. contexts (N, 2, V), target (N, V), one-hot -> a number."""

    def __init__(self, vocab_size, hidden_size):
        V, H = vocab_size, hidden_size
        W_in = 0.01 * np.random.randn(V, H)
        W_out = 0.01 * np.random.randn(H, V)

        self.in_layer0 = MatMul(W_in)
        self.in_layer1 = MatMul(W_in)
        self.out_layer = MatMul(W_out)
        self.loss_layer = SoftmaxWithLoss()

        self.params = []
        self.grads = []
        for layer in [self.in_layer0, self.in_layer1, self.out_layer]:
            self.params += layer.params
            self.grads += layer.grads
        self.word_vecs = W_in

    def forward(self, contexts, target):
        """h = (c0 W_in + c1 W_in) / 2, score = h W_out, L = SoftmaxWithLoss(score, target)."""
        h0 = self.in_layer0.forward(contexts[:, 0])                    # (N, V) -> (N, H)
        h1 = self.in_layer1.forward(contexts[:, 1])
        h = (h0 + h1) * 0.5
        score = self.out_layer.forward(h)          # (N, V)
        loss = self.loss_layer.forward(score, target)
        return loss

    def backward(self, dout=1):
        """da = dh / 2, for each of the two in-layers."""
        ds = self.loss_layer.backward(dout)        # (N, V)
        dh = self.out_layer.backward(ds)           # (N, H)
        da = dh * 0.5
        self.in_layer1.backward(da)
        self.in_layer0.backward(da)


class SimpleSkipGram:
    """Section 3.5.2. contexts (N, 2, V), target (N, V), one-hot -> a number."""

    def __init__(self, vocab_size, hidden_size):
        V, H = vocab_size, hidden_size
        W_in = 0.01 * np.random.randn(V, H)
        W_out = 0.01 * np.random.randn(H, V)

        self.in_layer = MatMul(W_in)
        self.out_layer = MatMul(W_out)
        self.loss_layer1 = SoftmaxWithLoss()
        self.loss_layer2 = SoftmaxWithLoss()

        self.params = []
        self.grads = []
        for layer in [self.in_layer, self.out_layer]:
            self.params += layer.params
            self.grads += layer.grads
        self.word_vecs = W_in

    def forward(self, contexts, target):
        """s = target W_in W_out, L = SoftmaxWithLoss(s, c0) + SoftmaxWithLoss(s, c1)."""
        h = self.in_layer.forward(target)          # (N, V) -> (N, H)
        s = self.out_layer.forward(h)              # (N, V)
        l1 = self.loss_layer1.forward(s, contexts[:, 0])
        l2 = self.loss_layer2.forward(s, contexts[:, 1])
        loss = l1 + l2
        return loss

    def backward(self, dout=1):
        """ds = the sum of both losses' ds."""
        dl1 = self.loss_layer1.backward(dout)      # (N, V)
        dl2 = self.loss_layer2.backward(dout)
        ds = dl1 + dl2
        dh = self.out_layer.backward(ds)           # (N, H)
        self.in_layer.backward(dh)


class CBOW:
    """Section 4.3.1. contexts (N, 2w), target (N,), ids -> a number."""

    def __init__(self, vocab_size, hidden_size, window_size, corpus):
        V, H = vocab_size, hidden_size
        W_in = 0.01 * np.random.randn(V, H)
        W_out = 0.01 * np.random.randn(V, H)

        self.in_layers = []
        for _ in range(2 * window_size):
            self.in_layers.append(Embedding(W_in))                     # all share W_in
        self.ns_loss = NegativeSamplingLoss(W_out, corpus, power=0.75, sample_size=5)

        self.params = []
        self.grads = []
        for layer in [*self.in_layers, self.ns_loss]:
            self.params += layer.params
            self.grads += layer.grads
        self.word_vecs = W_in

    def forward(self, contexts, target):
        """h = 1/2w sum_i W_in[contexts_i], L = NegativeSamplingLoss(h, target)."""
        h = 0
        for i, layer in enumerate(self.in_layers):
            h += layer.forward(contexts[:, i])     # (N,) -> (N, H)
        h *= 1 / len(self.in_layers)
        loss = self.ns_loss.forward(h, target)
        return loss

    def backward(self, dout=1):
        """dh / 2w, for each of the 2w in-layers."""
        dout = self.ns_loss.backward(dout)         # (N, H)
        dout *= 1 / len(self.in_layers)
        for layer in self.in_layers:
            layer.backward(dout)


class SkipGram:
    """Sections 3.5.2 and 4.3. contexts (N, 2w), target (N,), ids -> a number."""

    def __init__(self, vocab_size, hidden_size, window_size, corpus):
        V, H = vocab_size, hidden_size
        W_in = 0.01 * np.random.randn(V, H)
        W_out = 0.01 * np.random.randn(V, H)

        self.in_layer = Embedding(W_in)
        self.loss_layers = []
        for _ in range(2 * window_size):           # all share W_out
            self.loss_layers.append(NegativeSamplingLoss(W_out, corpus, power=0.75, sample_size=5))

        self.params = []
        self.grads = []
        for layer in [self.in_layer, *self.loss_layers]:
            self.params += layer.params
            self.grads += layer.grads
        self.word_vecs = W_in

    def forward(self, contexts, target):
        """h = W_in[target], L = sum_i NegativeSamplingLoss(h, contexts_i)."""
        h = self.in_layer.forward(target)          # (N,) -> (N, H)
        loss = 0
        for i, layer in enumerate(self.loss_layers):
            loss += layer.forward(h, contexts[:, i])
        return loss

    def backward(self, dout=1):
        """dh = the sum of all losses' dh."""
        dh = 0
        for layer in self.loss_layers:
            dh += layer.backward(dout)             # (N, H)
        self.in_layer.backward(dh)
