"""Where a head points: the four stages of a Neural Turing Machine's addressing, forward and back.

    content       compares a key k with every row of the memory: w_c
    interpolate   between w_c and where the head pointed before: w_g
    shift         by a few rows: w_s
    sharpen       what the shift has blurred: w

(Graves, Wayne and Danihelka 2014, arXiv 1410.5401, sections 3.3.1 and 3.3.2.) A backward function
takes the gradient of what its forward function returned, then what went in and came out. Letters: N
batch, K heads, R rows of the memory, W their width, S the largest shift. A weighting w: (N, K, R),
each row with sum 1.
"""

import numpy as np

from ch08_attention.ntm.memory import spread
from common.functions import softmax, softmax_backward

SMALL = 1e-6                 # added to squared lengths: a row of zeros is similar to nothing


def content(M, k, beta):
    """A weighting by similarity (equations 5 and 6).

        K[k, M(i)] = k . M(i) / (|k| |M(i)|)             cosine; |u| = sqrt(u . u + SMALL)
        w_c(i)     = e^(beta K[k, M(i)]) / sum_j e^(beta K[k, M(j)])

    M (N, R, W), k (N, K, W), beta >= 0 (N, K, 1) -> w_c (N, K, R), and content_backward's `kept`.
    """
    length_k = np.sqrt(np.einsum("nkw,nkw->nk", k, k) + SMALL)[:, :, None]        # (N, K, 1)
    length_M = np.sqrt(np.einsum("nrw,nrw->nr", M, M) + SMALL)[:, None]           # (N, 1, R)
    direction = k / length_k                                 # (N, K, W)
    cosine = direction @ M.swapaxes(1, 2)                    # (N, K, W) (N, W, R) -> (N, K, R)
    cosine /= length_M
    w_c = softmax(beta * cosine)
    return w_c, (direction, cosine, length_k, length_M)


def content_backward(dw_c, M, beta, w_c, kept):
    """(dM, dk, dbeta). With u = k / |k| and d(i) = dK / |M(i)|:

        du    = sum_i d(i) M(i)        dk = (du - u (u . du)) / |k|
        dM(i) = sum over heads of d(i) u - d(i) K M(i) / |M(i)|
    """
    direction, cosine, length_k, length_M = kept
    dz = softmax_backward(dw_c, w_c)                         # (N, K, R), of beta K
    dbeta = np.einsum("nkr,nkr->nk", dz, cosine)[:, :, None]
    dz *= beta
    dz /= length_M
    du = (dz[:, :, None] @ M[:, None])[:, :, 0]              # (N, K, W), head by head
    du -= direction * np.einsum("nkw,nkw->nk", direction, du)[:, :, None]
    du /= length_k
    along = np.einsum("nkr,nkr->nr", dz, cosine)             # (N, R)
    along /= length_M[:, 0]
    dM = spread(dz, direction)                               # (N, R, W)
    dM -= along[:, :, None] * M
    return dM, du, dbeta


def interpolate(w_c, w_prev, g):
    """By content or from the last position (equation 7): w_g = g w_c + (1 - g) w_prev.

    g in 0..1: (N, K, 1).
    """
    w_g = w_c - w_prev
    w_g *= g
    w_g += w_prev
    return w_g


def interpolate_backward(dw_g, w_c, w_prev, g):
    """(dw_c, dw_prev, dg)."""
    dg = np.einsum("nkr,nkr->nk", dw_g, w_c - w_prev)[:, :, None]
    dw_c = g * dw_g
    return dw_c, dw_g - dw_c, dg


def shift(w_g, s):
    """Move by -S to S rows, as much of each as s says (equation 8, a circular convolution).

        w_s(i) = sum_{j=-S..S} s(j) w_g(i - j)           the row after the last is the first

    s: (N, K, 2S + 1), each row with sum 1; s(-S) is its first column.
    """
    w_s = s[:, :, None] @ _moved(w_g, s)                     # (N, K, 1, 2S + 1) (N, K, 2S + 1, R)
    return w_s[:, :, 0]


def shift_backward(dw_s, w_g, s):
    """(dw_g, ds).

        dw_g(i) = sum_j s(j) dw_s(i + j)                 a shift the other way
        ds(j)   = sum_i w_g(i) dw_s(i + j)
    """
    moved = _moved(dw_s, s, -1)                              # (N, K, 2S + 1, R)
    dw_g = s[:, :, None] @ moved
    ds = moved @ w_g[:, :, :, None]                          # (N, K, 2S + 1, R) (N, K, R, 1)
    return dw_g[:, :, 0], ds[:, :, :, 0]


def _moved(w, s, way=1):
    """w(i - j), or with way -1 w(i + j), for j = -S..S: (N, K, 2S + 1, R)."""
    (N, K, R), S = w.shape, s.shape[2] // 2
    steps = range(-S * way, (S + 1) * way, way)
    ends = [part for j in steps for part in (w[:, :, -j:], w[:, :, :-j])]
    return np.concatenate(ends, axis=2).reshape(N, K, 2 * S + 1, R)


def sharpen(w_s, gamma):
    """w(i) = w_s(i)^gamma / sum_j w_s(j)^gamma, gamma >= 1 (equation 9); and log w_s.

    Computed as softmax(gamma log w_s), the same by algebra; log 0 is that of the least number.
    """
    log_w = np.log(np.maximum(w_s, np.finfo(w_s.dtype).tiny))
    return softmax(gamma * log_w), log_w


def sharpen_backward(dw, w_s, gamma, w, log_w):
    """(dw_s, dgamma)."""
    dz = softmax_backward(dw, w)                             # of gamma log w_s
    dgamma = np.einsum("nkr,nkr->nk", dz, log_w)[:, :, None]
    dz *= gamma
    dz /= np.maximum(w_s, np.finfo(w_s.dtype).tiny)
    return dz, dgamma


def address(M, w_prev, k, beta, g, s, gamma):
    """The four stages: the weighting w (N, K, R), and address_backward's `cache`."""
    w_c, kept = content(M, k, beta)
    w_g = interpolate(w_c, w_prev, g)
    w_s = shift(w_g, s)
    w, log_w = sharpen(w_s, gamma)
    return w, (M, w_prev, beta, g, s, gamma, w_c, kept, w_g, w_s, w, log_w)


def address_backward(dw, cache):
    """(dM, dw_prev, dk, dbeta, dg, ds, dgamma)."""
    M, w_prev, beta, g, s, gamma, w_c, kept, w_g, w_s, w, log_w = cache
    dw_s, dgamma = sharpen_backward(dw, w_s, gamma, w, log_w)
    dw_g, ds = shift_backward(dw_s, w_g, s)
    dw_c, dw_prev, dg = interpolate_backward(dw_g, w_c, w_prev, g)
    dM, dk, dbeta = content_backward(dw_c, M, beta, w_c, kept)
    return dM, dw_prev, dk, dbeta, dg, ds, dgamma
