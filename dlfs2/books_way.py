"""Where the book's own code differs from our plain form: a reader who typed it made no mistake.

docs/differences.md says why ours is otherwise.
"""

import numpy as np


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


WAYS = {"Nesterov": (Nesterov, "the book's formula, which is not the paper's"),
        "normalize": (normalize, "in place, as the book's")}

# what an exception says -> what helps; NumPy has changed since the book
NUMPY = {"only 0-dimensional arrays can be converted": "NumPy 2.4 refuses int(x) of an array with "
                                                       "one number, as the book has it: write "
                                                       "int(x.item())",
         "only length-1 arrays can be converted": "write int(x.item()) for an array of one number",
         "has no attribute 'float'": "NumPy has no np.float any more: write float",
         "has no attribute 'int'": "NumPy has no np.int any more: write int"}
