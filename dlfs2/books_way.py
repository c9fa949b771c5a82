"""Where the book's own code differs from our plain form: a reader who typed it made no mistake.

docs/differences.md says why ours is otherwise.
"""

import numpy as np

from dlfs2.record import NO_GRADS
from dlfs2.reference.functions import sigmoid


class Nesterov:
    """By the velocity after the step, where arXiv 1212.0901 takes the one before it."""

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        """v <- momentum v - lr dW; W <- W + momentum^2 v - (1 + momentum) lr dW."""
        if self.v is None:
            self.v = [np.zeros_like(param) for param in params]
        for i in range(len(params)):
            self.v[i] *= self.momentum
            self.v[i] -= self.lr * grads[i]
            params[i] += self.momentum * self.momentum * self.v[i]
            params[i] -= (1 + self.momentum) * self.lr * grads[i]


def normalize(x):
    """Rows of length 1, in the array that was given."""
    x /= np.sqrt((x * x).sum(axis=1)).reshape((x.shape[0], 1))
    return x


class Dropout:
    """Scaled while it trains, as TimeDropout is."""

    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio, self.rng = dropout_ratio, np.random.default_rng(0)

    def forward(self, x, train_flg=True):
        """x mask, mask = 1 / (1 - dropout_ratio) or 0; in evaluation x."""
        if not train_flg:
            return x
        kept = self.rng.random(x.shape) > self.dropout_ratio
        self.mask = kept / (1 - self.dropout_ratio)
        return x * self.mask

    def backward(self, dout):
        """dx = dout mask."""
        return dout * self.mask


class ForwardSigmoid:
    """Of section 1.2, which has no backward yet; ForwardAffine and ForwardTwoLayerNet too."""

    def __init__(self):
        self.params = []

    def forward(self, x):
        """out = 1 / (1 + e^-x)."""
        return sigmoid(x)


class ForwardAffine:
    """out = x W + b."""

    def __init__(self, W, b):
        self.params = [W, b]

    def forward(self, x):
        """out = x W + b."""
        W, b = self.params
        return x @ W + b


class ForwardTwoLayerNet:
    """predict() alone."""

    def __init__(self, input_size, hidden_size, output_size):
        self.params = [np.zeros((input_size, hidden_size)), np.zeros(hidden_size),
                       np.zeros((hidden_size, output_size)), np.zeros(output_size)]

    def predict(self, x):
        """sigmoid(x W1 + b1) W2 + b2."""
        W1, b1, W2, b2 = self.params
        return sigmoid(x @ W1 + b1) @ W2 + b2


WAYS = {"Nesterov": (Nesterov, "the book's formula, which is not the paper's"),
        "normalize": (normalize, "in place, as the book's"),
        "Dropout": (Dropout, "scaled while it trains, where the book's scales in evaluation")}
FORWARD = "forward only, as in forward_net.py of section 1.2"
FORWARD_NET = {"Sigmoid": (ForwardSigmoid, FORWARD), "Affine": (ForwardAffine, FORWARD),
               "TwoLayerNet": (ForwardTwoLayerNet, FORWARD)}


def way(name, file):
    """(the book's way, what to say of it) for a name in a file, or None."""
    return (FORWARD_NET if file.endswith("forward_net.py") else WAYS).get(name)


# what an exception says -> what helps; most: NumPy has changed since the book
NUMPY = {"only 0-dimensional arrays can be converted": "NumPy 2.4 refuses int(x) of an array with "
                                                       "one number, as the book has it: write "
                                                       "int(x.item())",
         "only length-1 arrays can be converted": "write int(x.item()) for an array of one number",
         NO_GRADS: "it has no lists `params` and `grads`: a model that gathers those of all its "
                   "layers, as the book's do, needs them, if empty",
         "has no attribute 'float'": "NumPy has no np.float any more: write float",
         "has no attribute 'int'": "NumPy has no np.int any more: write int"}
