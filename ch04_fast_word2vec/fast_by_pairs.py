"""The fast models pair by pair: the specification that tests hold fast.py equal to (section 4.4).

    s(x) = 1 / (1 + e^-x)
    one question    L = -log s(h . W_out[answer]) - sum_k weight_k log s(-h . W_out[negative_k])

without the negatives that are right answers themselves, summed over the questions of a chunk.
"""

import numpy as np

from common.functions import sigmoid


def skip_gram_by_pairs(W_in, W_out, ids, windows, negative, weight):
    """(loss, dW_in, dW_out): each token t asks for every neighbour c in its window, h = W_in[t]."""
    loss, dW_in, dW_out = 0.0, np.zeros_like(W_in), np.zeros_like(W_out)
    for t, around in enumerate(neighbours(len(ids), windows)):
        h, right = W_in[ids[t]], {ids[c] for c in around}
        for c in around:
            asked, dh = question(h, ids[c], right, W_out, dW_out, negative, weight)
            loss += asked
            dW_in[ids[t]] += dh
    return loss, dW_in, dW_out


def cbow_by_pairs(W_in, W_out, ids, windows, negative, weight):
    """(loss, dW_in, dW_out): the window of each token t asks for t, h = mean of W_in[c] over it."""
    loss, dW_in, dW_out = 0.0, np.zeros_like(W_in), np.zeros_like(W_out)
    for t, around in enumerate(neighbours(len(ids), windows)):
        if around:
            h = np.mean([W_in[ids[c]] for c in around], axis=0)
            asked, dh = question(h, ids[t], {ids[t]}, W_out, dW_out, negative, weight)
            loss += asked
            for c in around:
                dW_in[ids[c]] += dh / len(around)
    return loss, dW_in, dW_out


def neighbours(T, windows):
    """For each of T tokens the positions c != t with |c - t| <= windows[t]."""
    return [[c for c in range(T) if 0 < abs(c - t) <= windows[t]] for t in range(T)]


def question(h, answer, right, W_out, dW_out, negative, weight):
    """(loss, dh) of one question; its gradients are added to dW_out."""
    y = sigmoid(h @ W_out[answer])
    loss = -np.log(y)
    dh = (y - 1) * W_out[answer]
    dW_out[answer] += (y - 1) * h
    for k, times in zip(negative, weight):
        if k not in right:
            y = sigmoid(h @ W_out[k])
            loss -= times * np.log(1 - y)
            dh = dh + times * y * W_out[k]
            dW_out[k] += times * y * h
    return loss, dh


BY_PAIRS = {"cbow": cbow_by_pairs, "skipgram": skip_gram_by_pairs}
