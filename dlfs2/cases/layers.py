"""Cases of layers: chapters 1, 3, 4 and 8."""

import numpy as np

from dlfs2.cases import ids, numbers


def _twice(thing, note, weights, names, inputs, dout, gives_back="dx"):
    """Forward and backward twice: gradients of the first call must not be left in the second."""
    layer = note.make(thing, *weights)
    for k, (arguments, upstream) in enumerate(zip(inputs, dout)):
        note.case = f"{note.first}, {('first', 'second')[k]} call"
        note.call(layer, "forward", *arguments)
        note.call(layer, "backward", upstream, gives=gives_back)
        note.grads(layer, names)
    return layer


def matmul(thing, note, s):
    _twice(thing, note, [numbers(1, s.D, s.H)], "dW",
           [[numbers(2, s.N, s.D)], [numbers(3, s.N + 1, s.D)]],
           [numbers(4, s.N, s.H), numbers(5, s.N + 1, s.H)])


def affine(thing, note, s):
    _twice(thing, note, [numbers(1, s.D, s.H), numbers(6, s.H)], "dW db",
           [[numbers(2, s.N, s.D)], [numbers(3, s.N + 1, s.D)]],
           [numbers(4, s.N, s.H), numbers(5, s.N + 1, s.H)])


def elementwise(thing, note, s):
    """Softmax and Sigmoid."""
    _twice(thing, note, [], "", [[numbers(2, s.N, s.D)], [numbers(3, s.N + 1, s.D)]],
           [numbers(4, s.N, s.D), numbers(5, s.N + 1, s.D)])


def softmax_with_loss(thing, note, s):
    layer = note.make(thing)
    x, t = numbers(1, s.N, s.V), ids(2, s.V, s.N)
    note.call(layer, "forward", x, t, gives="loss")
    note.call(layer, "backward", gives="dx")
    note.call(layer, "forward", x, np.eye(s.V, dtype=int)[t], gives="loss with one-hot labels")
    note.call(layer, "backward", gives="dx with one-hot labels")
    note.call(layer, "forward", numbers(3, s.N + 1, s.V), ids(4, s.V, s.N + 1),
              gives="loss of another batch")
    note.call(layer, "backward", 3.0, gives="dx for dout=3")


def sigmoid_with_loss(thing, note, s):
    layer = note.make(thing)
    for k, n in enumerate((s.N, s.N + 3)):
        t = ids(k, 2, n)
        t[0] = 1
        t[-1] = 0
        note.case = f"{note.first}, {('first', 'second')[k]} call"
        note.call(layer, "forward", numbers(10 + k, n), t, gives="loss")
        note.call(layer, "backward", *((), (3.0,))[k], gives="dx")


def embedding(thing, note, s):
    layer = note.make(thing, numbers(1, s.V, s.D))
    for k, n in enumerate((5, 4)):
        note.case = f"{note.first}, {('first', 'second')[k]} call"
        idx = ids(k, s.V, n)                                 # some rows are asked for twice
        note.call(layer, "forward", idx)
        note.silent(layer, "backward", numbers(5 + k, n, s.D))
        note.grads(layer, "dW")


def embedding_dot(thing, note, s):
    layer = note.make(thing, numbers(1, s.V, s.H))
    for k, n in enumerate((4, 5)):
        note.case = f"{note.first}, {('first', 'second')[k]} call"
        note.call(layer, "forward", numbers(7 + k, n, s.H), ids(k, s.V, n))
        note.call(layer, "backward", numbers(5 + k, n), gives="dh")
        note.grads(layer, "dW")


def dropout(thing, note, s):
    """What the book's Dropout does: kept or 0 when it trains, the same mask in backward."""
    layer = note.make(thing, 0.25)
    x = numbers(1, 40, 50)
    out = np.asarray(note.attempt("forward", layer.forward, x, train_flg=True))
    note.note("factors when it trains", np.unique((out / x).round(6)))
    note.note("share that is dropped", np.mean(out == 0), "scale")
    dx = np.asarray(note.attempt("backward", layer.backward, 2 * x))
    note.note("the mask is used again", bool(np.allclose(dx, 2 * out)), "exact")
    again = np.asarray(note.attempt("forward", layer.forward, x, train_flg=True))
    note.note("a new mask each time", not np.array_equal(out, again), "exact")
    out = np.asarray(note.attempt("forward", layer.forward, x, train_flg=False))
    note.note("factors in evaluation", np.unique((out / x).round(6)))


def weight_sum(thing, note, s):
    _attention_part(thing, note, [numbers(1, s.N, s.T, s.H), numbers(2, s.N, s.T)],
                    numbers(3, s.N, s.H), ["dhs", "da"])


def attention_weight(thing, note, s):
    _attention_part(thing, note, [numbers(1, s.N, s.T, s.H), numbers(2, s.N, s.H)],
                    numbers(3, s.N, s.T), ["dhs", "dh"])


def attention(thing, note, s):
    _attention_part(thing, note, [numbers(1, s.N, s.T, s.H), numbers(2, s.N, s.H)],
                    numbers(3, s.N, s.H), ["dhs", "dh"])


def _attention_part(thing, note, inputs, dout, gives):
    layer = note.make(thing)
    for k in (1.0, 0.5):
        note.case = f"{note.first}, {'first' if k == 1 else 'second'} call"
        note.call(layer, "forward", inputs[0] * k, inputs[1])
        note.call(layer, "backward", dout * k, gives=gives)


def time_attention(thing, note, s):
    layer = note.make(thing)
    for k in (1.0, 0.5):
        note.case = f"{note.first}, {'first' if k == 1 else 'second'} call"
        note.call(layer, "forward", k * numbers(1, s.N, s.T, s.H), numbers(2, s.N, s.S, s.H))
        note.note("attention_weights", note.attempt("forward", _by_step, layer))
        note.call(layer, "backward", k * numbers(3, s.N, s.S, s.H), gives=["dhs_enc", "dhs_dec"])
        note.grads(layer, "")


def _by_step(layer):
    """The weights (S, N, T), from a list of (N, T) or from an array (N, S, T)."""
    weights = layer.attention_weights
    return np.swapaxes(weights, 0, 1) if isinstance(weights, np.ndarray) else np.stack(weights)


CASES = {"MatMul": matmul, "Affine": affine, "Softmax": elementwise, "Sigmoid": elementwise,
         "SoftmaxWithLoss": softmax_with_loss, "SigmoidWithLoss": sigmoid_with_loss,
         "Embedding": embedding, "EmbeddingDot": embedding_dot, "Dropout": dropout,
         "WeightSum": weight_sum, "AttentionWeight": attention_weight, "Attention": attention,
         "TimeAttention": time_attention}
