"""Cases of cells and time layers: chapters 5 and 6, and the GRU of appendix C."""

import numpy as np

from dlfs2.cases import ids, numbers

RNN = "dWx dWh db"


def _weights(s, gates, seed=1):
    return [0.5 * numbers(seed, s.D, gates * s.H), 0.5 * numbers(seed + 1, s.H, gates * s.H),
            0.5 * numbers(seed + 2, gates * s.H)]


def _cell(gates, states):
    def cell(thing, note, s):
        layer = note.make(thing, *_weights(s, gates))
        names = [f"{name}_next" for name in states]
        for k, n in enumerate((s.N, s.N + 1)):
            note.case = f"{note.first}, {('first', 'second')[k]} call"
            before = [numbers(5 + k + j, n, s.H) for j in range(len(states))]
            above = [numbers(15 + k + j, n, s.H) for j in range(len(states))]
            note.call(layer, "forward", numbers(20 + k, n, s.D), *before, gives=names)
            note.call(layer, "backward", *above,
                      gives=["dx", *(f"d{name}_prev" for name in states)])
            note.grads(layer, RNN)
    return cell


def _time(gates, states):
    def time_layer(thing, note, s):
        xs, dhs = numbers(10, s.N, s.T, s.D), numbers(11, s.N, s.T, s.H)
        layer = note.make(thing, *_weights(s, gates))
        for k in (1.0, 0.5):
            note.case = f"{note.first}, {'first' if k == 1 else 'second'} call"
            _walk(note, layer, k * xs, k * dhs)
        longer = numbers(12, s.N + 1, s.T + 1, s.D)
        note.case = f"{note.first}, a longer batch"
        _walk(note, layer, longer, numbers(13, s.N + 1, s.T + 1, s.H))

        note.case = f"{note.first}, stateful"
        layer = note.make(thing, *_weights(s, gates), stateful=True)
        _walk(note, layer, xs, dhs)
        note.case = f"{note.first}, stateful, second call"
        _walk(note, layer, 0.5 * xs, dhs)
        note.case = f"{note.first}, stateful, after reset_state()"
        note.silent(layer, "reset_state")
        _walk(note, layer, xs, dhs)
        note.case = f"{note.first}, stateful, after set_state()"
        note.silent(layer, "set_state", *(numbers(14 + k, s.N, s.H) for k in range(states)))
        _walk(note, layer, xs, dhs)
        if states == 2:
            note.case = f"{note.first}, stateful, after set_state(h)"
            note.silent(layer, "reset_state")
            note.silent(layer, "set_state", numbers(14, s.N, s.H))
            _walk(note, layer, xs, dhs)
    return time_layer


def _walk(note, layer, xs, dhs):
    note.call(layer, "forward", xs, gives="hs")
    note.call(layer, "backward", dhs, gives="dxs")
    note.grads(layer, RNN)
    note.method = "backward"
    note.note("dh", note.attempt("backward", lambda: layer.dh))


def time_bi_lstm(thing, note, s):
    layer = note.make(thing, *_weights(s, 4), *_weights(s, 4, 30))
    for k in (1.0, 0.5):
        note.case = f"{note.first}, {'first' if k == 1 else 'second'} call"
        note.call(layer, "forward", k * numbers(10, s.N, s.T, s.D), gives="hs")
        note.call(layer, "backward", k * numbers(11, s.N, s.T, 2 * s.H), gives="dxs")
        note.grads(layer, "dWx1 dWh1 db1 dWx2 dWh2 db2")


def time_embedding(thing, note, s):
    layer = note.make(thing, numbers(1, s.V, s.D))
    for k, n in enumerate((s.N, s.N + 1)):
        note.case = f"{note.first}, {('first', 'second')[k]} call"
        note.call(layer, "forward", ids(k, s.V, n, s.T))
        note.silent(layer, "backward", numbers(5 + k, n, s.T, s.D))
        note.grads(layer, "dW")


def time_affine(thing, note, s):
    layer = note.make(thing, numbers(1, s.D, s.H), numbers(2, s.H))
    for k, n in enumerate((s.N, s.N + 1)):
        note.case = f"{note.first}, {('first', 'second')[k]} call"
        note.call(layer, "forward", numbers(3 + k, n, s.T, s.D))
        note.call(layer, "backward", numbers(5 + k, n, s.T, s.H), gives="dx")
        note.grads(layer, "dW db")


def time_softmax_with_loss(thing, note, s):
    layer = note.make(thing)
    xs, ts = numbers(1, s.N, s.T, s.V), ids(2, s.V, s.N, s.T)
    note.call(layer, "forward", xs, ts, gives="loss")
    note.call(layer, "backward", gives="dxs")
    ts = ts.copy()
    ts[0, 1:] = -1
    note.case = f"{note.first}, with labels of -1"
    note.call(layer, "forward", xs, ts, gives="loss")
    note.call(layer, "backward", 3.0, gives="dxs for dout=3")
    note.case = f"{note.first}, with one-hot labels"
    note.call(layer, "forward", 2 * xs, np.eye(s.V, dtype=int)[ids(3, s.V, s.N, s.T)],
              gives="loss")
    note.call(layer, "backward", gives="dxs")


def time_sigmoid_with_loss(thing, note, s):
    layer = note.make(thing)
    for k, n in enumerate((s.N, s.N + 1)):
        note.case = f"{note.first}, {('first', 'second')[k]} call"
        note.call(layer, "forward", numbers(1 + k, n, s.T), ids(2, 2, n, s.T), gives="loss")
        note.call(layer, "backward", *((), (3.0,))[k], gives="dxs")


def time_dropout(thing, note, s):
    layer = note.make(thing, 0.25)
    xs = numbers(1, 20, 10, 10)
    out = np.asarray(note.attempt("forward", layer.forward, xs))
    note.note("factors when it trains", np.unique((out / xs).round(6)))
    note.note("share that is dropped", np.mean(out == 0), "scale")
    dxs = np.asarray(note.attempt("backward", layer.backward, 2 * xs))
    note.note("the mask is used again", bool(np.allclose(dxs, 2 * out)), "exact")
    again = np.asarray(note.attempt("forward", layer.forward, xs))
    note.note("a new mask each time", not np.array_equal(out, again), "exact")
    note.grads(layer, "", method="forward")
    layer.train_flg = False
    out = np.asarray(note.attempt("forward", layer.forward, xs))
    note.note("factors with train_flg = False", np.unique((out / xs).round(6)))


CASES = {"RNN": _cell(1, "h"), "LSTM": _cell(4, "hc"), "GRU": _cell(3, "h"),
         "TimeRNN": _time(1, 1), "TimeLSTM": _time(4, 2), "TimeGRU": _time(3, 1),
         "TimeBiLSTM": time_bi_lstm, "TimeEmbedding": time_embedding, "TimeAffine": time_affine,
         "TimeSoftmaxWithLoss": time_softmax_with_loss, "TimeDropout": time_dropout,
         "TimeSigmoidWithLoss": time_sigmoid_with_loss}
