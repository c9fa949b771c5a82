"""The optimizers (section 1.3.6). update changes the params in place."""

import numpy as np


class SGD:
    """W <- W - lr dW."""

    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        """W <- W - lr dW."""
        for i in range(len(params)):
            params[i] -= self.lr * grads[i]


class Momentum:
    """A ball that rolls with friction."""

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = None

    def update(self, params, grads):
        """v <- momentum v - lr dW, W <- W + v."""
        if self.v is None:
            self.v = []
            for param in params:
                self.v.append(np.zeros_like(param))

        for i in range(len(params)):
            self.v[i] = self.momentum * self.v[i] - self.lr * grads[i]
            params[i] += self.v[i]


class Nesterov:
    """Momentum that looks ahead (arXiv 1212.0901, equations 6 and 7)."""

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = None

    def update(self, params, grads):
        """W <- W + momentum^2 v - (1 + momentum) lr dW, then v <- momentum v - lr dW."""
        if self.v is None:
            self.v = []
            for param in params:
                self.v.append(np.zeros_like(param))

        for i in range(len(params)):
            params[i] += self.momentum ** 2 * self.v[i]
            params[i] -= (1 + self.momentum) * self.lr * grads[i]
            self.v[i] = self.momentum * self.v[i] - self.lr * grads[i]


class AdaGrad:
    """A learning rate for each number, smaller the more it has moved."""

    def __init__(self, lr=0.01):
        self.lr = lr
        self.h = None

    def update(self, params, grads):
        """h <- h + dW^2, W <- W - lr dW / (sqrt(h) + 1e-7)."""
        if self.h is None:
            self.h = []
            for param in params:
                self.h.append(np.zeros_like(param))

        for i in range(len(params)):
            self.h[i] += grads[i] ** 2
            params[i] -= self.lr * grads[i] / (np.sqrt(self.h[i]) + 1e-7)


class RMSprop:
    """AdaGrad that forgets."""

    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr = lr
        self.decay_rate = decay_rate
        self.h = None

    def update(self, params, grads):
        """h <- decay_rate h + (1 - decay_rate) dW^2, W <- W - lr dW / (sqrt(h) + 1e-7)."""
        if self.h is None:
            self.h = []
            for param in params:
                self.h.append(np.zeros_like(param))

        for i in range(len(params)):
            self.h[i] *= self.decay_rate
            self.h[i] += (1 - self.decay_rate) * grads[i] ** 2
            params[i] -= self.lr * grads[i] / (np.sqrt(self.h[i]) + 1e-7)


class Adam:
    """Momentum and RMSprop, their start at zero corrected (arXiv 1412.6980)."""

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr = lr
        self.beta1 = beta1
        self.beta2 = beta2
        self.iter = 0
        self.m = None
        self.v = None

    def update(self, params, grads):
        """m <- beta1 m + (1 - beta1) dW, v <- beta2 v + (1 - beta2) dW^2;
        W <- W - lr_t m / (sqrt(v) + 1e-7), lr_t = lr sqrt(1 - beta2^iter) / (1 - beta1^iter).
        """
        if self.m is None:
            self.m = []
            self.v = []
            for param in params:
                self.m.append(np.zeros_like(param))
                self.v.append(np.zeros_like(param))

        self.iter += 1
        lr_t = self.lr * np.sqrt(1 - self.beta2 ** self.iter) / (1 - self.beta1 ** self.iter)
        for i in range(len(params)):
            self.m[i] = self.beta1 * self.m[i] + (1 - self.beta1) * grads[i]
            self.v[i] = self.beta2 * self.v[i] + (1 - self.beta2) * grads[i] ** 2
            params[i] -= lr_t * self.m[i] / (np.sqrt(self.v[i]) + 1e-7)
