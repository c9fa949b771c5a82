"""The losses of a sequence: cross-entropy over words, and over yes and no."""

import numpy as np

from common.functions import row_max, row_sum
from common.layers import Layer, SigmoidWithLoss, check_labels
from common.shapes import float_array, number_array

BLOCK = 2 ** 17  # scores at a time, which stay in the cache from the first pass to the last


class TimeSoftmaxWithLoss(Layer):
    """Softmax and cross-entropy error at every step (section 5.4.2).

        forward   L  = -1/M sum over the M labels that are not ignored of log y[n, t, label]
        backward  dx = dL (y - onehot(label)) / M,  and 0 where the label is ignored

    y = softmax(x). xs: (N, T, V) scores. ts: (N, T) ids, or one-hot (N, T, V). Labels equal to
    `ignore_label` (-1), such as padding, do not count. Returns L, whose exponential is the
    perplexity; `losses` (N, T) are those of the labels, 0 where ignored. ValueError where ids lie
    outside 0..V-1 or all labels are ignored. smoothing = s, label smoothing (Szegedy et al. 2015,
    arXiv 1512.00567): onehot(label) becomes (1 - s) onehot(label) + s/V, so that no class must
    reach probability 1. Classes with a score of -inf are masked: they add nothing, have no share of
    s and are not counted in V.

    The scores are the largest array of a language model: each block of rows is made into the
    gradient for dout = 1 at once. overwrite=True does so in the memory of `xs`, for a model that
    has no other use for it.
    """

    def __init__(self, smoothing=0.0):
        super().__init__()
        self.ignore_label = -1
        self.smoothing = smoothing
        self.dx = self.losses = None

    def forward(self, xs, ts, *, overwrite=False):
        xs = float_array(self, "xs", xs, ..., "V")
        ts = number_array(self, "ts", ts, ...)
        if ts.shape == xs.shape:
            if not ((ts == 0) | (ts == 1)).all() or (ts.sum(axis=-1) != 1).any():
                raise ValueError("labels of the scores' shape must be one-hot: a single 1 in each "
                                 "row, and 0 elsewhere")
            ts = ts.argmax(axis=-1)
        counted = ts != self.ignore_label                     # (N, T)
        check_labels(ts * counted, xs.shape)                  # 0 where ignored
        M = int(counted.sum())
        if not M:
            raise ValueError(f"all labels are {self.ignore_label}, the label to ignore: there is "
                             "nothing to learn from")
        V = xs.shape[-1]
        dx = (xs if overwrite else xs.copy()).reshape(-1, V)  # (N T, V)
        labels, counted = ts.reshape(-1), counted.reshape(-1)
        loss, lost, rows = 0.0, [], max(BLOCK // V, 1)
        for i in range(0, len(dx), rows):
            block = slice(i, i + rows)
            loss += _block(dx[block], labels[block], counted[block], lost, 1 / M, self.smoothing)
        self.dx = dx.reshape(xs.shape)
        self.losses = np.zeros(xs.shape[:-1], xs.dtype)       # (N, T)
        self.losses.flat[counted] = np.concatenate(lost)
        return loss / M

    def backward(self, dout=1):
        dx = self.take("dx")
        if dout != 1:
            dx *= float(dout)
        return dx


def _block(x, labels, counted, lost, scale, smoothing):
    """The sum of the counted rows' losses, which the list `lost` gets, one by one.

    The scores x (R, V) become scale (y - target).
    """
    row = np.flatnonzero(counted)
    label = labels[row]
    if len(row) < len(x):
        x[~counted] = 0                # whatever stands there
    x -= row_max(x)                    # no exponent above 0
    picked = x[row, label]
    if smoothing:
        seen = x[row] > -np.inf        # (counted rows, V), not masked
        share = smoothing / seen.sum(axis=1, keepdims=True, dtype=x.dtype)
        picked = (1 - smoothing) * picked + (share * np.where(seen, x[row], 0)).sum(axis=1)
    np.exp(x, out=x)
    total = row_sum(x)[:, 0]           # (R,)
    log_total = np.log(total[row])
    lost.append(log_total - picked)
    loss = float(log_total.sum(dtype=float) - picked.sum(dtype=float))
    x *= (counted * (scale / total))[:, None]
    if smoothing:
        x[row] -= scale * share * seen
    x[row, label] -= scale * (1 - smoothing)
    return loss


class TimeSigmoidWithLoss(SigmoidWithLoss):
    """Sigmoid and binary cross-entropy error, the mean over N T: xs (N, T), ts (N, T) 0 or 1."""
