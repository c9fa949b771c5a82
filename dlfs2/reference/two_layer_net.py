"""The network of chapter 1 (section 1.4.2)."""

import numpy as np

from dlfs2.reference.layers import Affine, Sigmoid, SoftmaxWithLoss


class TwoLayerNet:
    """Affine, sigmoid, affine. x (N, input_size), t (N,) or one-hot -> a number."""

    def __init__(self, input_size, hidden_size, output_size):
        I, H, O = input_size, hidden_size, output_size  # noqa: E741 (the book's letters)
        W1 = 0.01 * np.random.randn(I, H)
        b1 = np.zeros(H)
        W2 = 0.01 * np.random.randn(H, O)
        b2 = np.zeros(O)

        self.layers = [Affine(W1, b1), Sigmoid(), Affine(W2, b2)]
        self.loss_layer = SoftmaxWithLoss()

        self.params = []
        self.grads = []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def predict(self, x):
        """Scores (N, output_size): each layer's output is the next one's input."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def forward(self, x, t):
        """The loss of predict(x)."""
        score = self.predict(x)
        loss = self.loss_layer.forward(score, t)
        return loss

    def backward(self, dout=1):
        """Backwards through the layers, from the loss to x."""
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout
