"""A real forward and backward pass, unrolled over time: every value, every gradient, by name.

Recurrent layers are unrolled into their one-step cells (RNN, GRU, LSTM, Attention), as on the page
of the book; embedding, affine and loss are the model's own layers, over all steps. One sequence at
a time, N = 1: so the gradient of a bias is that of the sums, da. All values are 2-D, (1, H).

A kind of node has formulas like

    c_next = {f} * {c_prev} + {g} * {i}

which the page shows with letters and with numbers: what stands in braces is computed by NumPy, by
name. tests/dlfs2 holds each formula to what the layers themselves computed.
"""

import re
from typing import NamedTuple

import numpy as np

from common.attention import Attention
from common.functions import sigmoid, softmax
from common.time_layers import GRU, LSTM, RNN, TimeGRU, TimeLSTM, TimeRNN

FUNCTIONS = {"sigmoid": sigmoid, **{name: getattr(np, name) for name in
                                    "abs exp log roll sqrt sum tanh".split()}}


class Kind(NamedTuple):
    """A row of nodes: the name of its values, that of the gradient that arrives, its formulas."""

    name: str
    title: str
    grad: str = ""
    forward: tuple = ()
    back: tuple = ()
    tall: bool = False                                        # drawn as a column
    units: str = ""                                          # the panel's names of its cells


class Panel(NamedTuple):
    """One layer's nodes: a column of names {name: array} a step, and what stands above it."""

    title: str
    kinds: tuple
    columns: list
    tops: list                                               # what goes in at each step
    ends: list                                               # what is said below each step
    units: dict = {}


def evaluated(formula, names):
    """(name, value) of a formula, by NumPy."""
    name, _, text = formula.partition(" = ")
    return name, value_of(re.sub(r"{(.*?)}", r"(\1)", text), names)


def value_of(text, names):
    """A formula's part, as a 2-D array."""
    return np.atleast_2d(eval(text, {"__builtins__": {}, **FUNCTIONS}, names))


def back_through(gates, to, W):
    """dx or dh_prev of all gates: {da_f @ Wx_f.T} + ..."""
    return f"{to} = " + " + ".join(f"{{da_{gate} @ {W}_{gate}.T}}" for gate in gates)


def gate(name, title, da, function="sigmoid"):
    """The kind of a gate."""
    total = f"{{x @ Wx_{name}}} + {{h_prev @ Wh_{name}}} + {{b_{name}}}"
    return Kind(name, title, f"da_{name}", (f"{name} = {function}({total})",),
                (f"da_{name} = {da}",))


ARRIVES = "dh_next = {dh_above} + {dh_future}"               # from the loss, from the step after
NODES = {
    "rnn": (Kind("x", "input vector", "dx", (), ("dx = {da @ Wx.T}",)),
            Kind("h_next", "state", "dh_next", ("h_next = tanh({h_prev @ Wh} + {x @ Wx} + {b})",),
                 (ARRIVES, "da = {dh_next} * (1 - {h_next}**2)", "dh_prev = {da @ Wh.T}"))),
    "gru": (Kind("x", "input vector", "dx", (), (back_through("zrh", "dx", "Wx"),)),
            gate("z", "renew", "{dh_next} * ({h_hat} - {h_prev}) * {z} * (1 - {z})"),
            gate("r", "reset", "{da_h @ Wh_h.T} * {h_prev} * {r} * (1 - {r})"),
            Kind("h_hat", "proposed", "da_h",
                 ("h_hat = tanh({x @ Wx_h} + {(r * h_prev) @ Wh_h} + {b_h})",),
                 ("da_h = {dh_next} * {z} * (1 - {h_hat}**2)",)),
            Kind("h_next", "state", "dh_next", ("h_next = (1 - {z}) * {h_prev} + {z} * {h_hat}",),
                 (ARRIVES, "dh_prev = {dh_next} * (1 - {z}) + {da_h @ Wh_h.T} * {r} + "
                  "{da_z @ Wh_z.T} + {da_r @ Wh_r.T}"))),
    "lstm": (Kind("x", "input vector", "dx", (), (back_through("fgio", "dx", "Wx"),)),
             gate("f", "keep", "{dc} * {c_prev} * {f} * (1 - {f})"),
             gate("g", "new", "{dc} * {i} * (1 - {g}**2)", "tanh"),
             gate("i", "take", "{dc} * {g} * {i} * (1 - {i})"),
             gate("o", "show", "{dh_next} * tanh({c_next}) * {o} * (1 - {o})"),
             Kind("c_next", "cell", "dc", ("c_next = {f} * {c_prev} + {g} * {i}",),
                  ("dc = {dc_next} + {dh_next} * {o} * (1 - tanh({c_next})**2)",
                   "dc_prev = {dc} * {f}")),
             Kind("h_next", "state", "dh_next", ("h_next = {o} * tanh({c_next})",),
                  (ARRIVES, back_through("fgio", "dh_prev", "Wh")))),
}
LOSS = Kind("loss", "loss", "", ("loss = -log({p_label})",))
CELLS = {TimeRNN: (RNN, "rnn", ""), TimeGRU: (GRU, "gru", "zrh"), TimeLSTM: (LSTM, "lstm", "fgio")}


def output(scores):
    """The kind of the probabilities, of scores that come from these products."""
    return Kind("p", "probability", "dscore",
                (f"score = {scores} + {{b_y}}", "p = exp({score}) / {sum(exp(score))}"),
                ("dscore = ({p} - {onehot}) * {share}",), units="vocabulary")


class Unrolled:
    """A time layer as its one-step cells; `columns` has all names of each step."""

    def __init__(self, layer):
        self.layer = layer
        self.Cell, self.cell, gates = CELLS[type(layer)]
        self.weights = {f"{name}_{gate}" if gates else name: part
                        for name, p in zip(("Wx", "Wh", "b"), layer.params)
                        for gate, part in zip(gates or "-", np.split(p, len(gates) or 1, axis=-1))}
        self.cells, self.columns = [], []

    def forward(self, xs, h=None):
        """hs (1, T, H) of xs (1, T, D), from the state h (1, H) or zeros."""
        zeros = np.zeros((1, len(self.layer.params[1])), xs.dtype)
        state = (zeros if h is None else h,) + (zeros,) * (self.cell == "lstm")
        for x in xs[0]:
            cell = self.Cell(*self.layer.params)
            state = cell.forward(x[None], *state)
            state = state if isinstance(state, tuple) else (state,)
            names = {**self.weights, "x": cell.cache[0], "h_prev": cell.cache[1],
                     "h_next": state[0]}
            if self.cell == "gru":
                names.update(zip(("z", "r", "h_hat"), cell.cache[2:]))
            elif self.cell == "lstm":
                names.update(zip("fgio", cell.cache[3]), c_prev=cell.cache[2], c_next=state[1])
            self.cells.append(cell)
            self.columns.append(names)
        return np.stack([names["h_next"] for names in self.columns], axis=1)

    def backward(self, dhs):
        """dxs (1, T, D), and dh of the state before the first step, from the loss's dhs."""
        dh = np.zeros_like(dhs[:, 0])
        dc = (dh,) * (self.cell == "lstm")
        for t in reversed(range(len(self.cells))):
            names = self.columns[t]
            names.update(dh_above=dhs[:, t], dh_future=dh, dh_next=dhs[:, t] + dh)
            if dc:
                names["dc_next"] = dc[0]
            names["dx"], dh, *dc = self.cells[t].backward(names["dh_next"], *dc)
            das = [name.replace("b", "da") for name in self.weights if name.startswith("b")]
            names.update(zip(das, np.split(self.cells[t].grads[2][None], len(das), axis=1)))
            names["dh_prev"] = dh
            if dc:
                names["dc_prev"] = dc[0]
                names["dc"] = evaluated(NODES["lstm"][5].back[0], names)[1]
        return np.stack([names["dx"] for names in self.columns], axis=1), dh

    def note(self, **arrays):
        """Further names: an array (1, T, ...) has one value a step."""
        for t, names in enumerate(self.columns):
            names.update({name: array[:, t] for name, array in arrays.items()})

    def note_output(self, score, dscore, labels, counted):
        """The scores (1, T, V), their gradient, the labels (1, T) and where they count (1, T)."""
        p = softmax(score)
        p_label = np.take_along_axis(p, labels[:, :, None], axis=2)
        self.note(score=score, p=p, dscore=dscore, p_label=p_label, loss=-np.log(p_label),
                  onehot=labels[:, :, None] == np.arange(score.shape[2]),
                  share=(counted / counted.sum())[:, :, None])


def language_model(model, ids, labels, counted, words):
    """(loss, panel) of an Rnnlm that reads ids (1, T); labels (1, T), and where they count."""
    steps = Unrolled(model.lstm_layer)
    hs = steps.forward(model.embed.forward(ids))
    score = model.affine.forward(hs)
    loss = model.loss_layer.forward(score, np.where(counted, labels, -1))
    dscore = model.loss_layer.backward()
    dxs, _ = steps.backward(model.affine.backward(dscore))
    model.embed.backward(dxs)
    steps.note_output(score, dscore, labels, counted)
    W, b = model.affine.params
    for names in steps.columns:
        names.update(W=W, b_y=b)
    kinds = (*NODES[steps.cell], output("{h_next @ W}"), LOSS)
    return loss, Panel(steps.cell.upper(), kinds, steps.columns, [words[i] for i in ids[0]],
                       said(steps.columns, words, labels), {"vocabulary": words})


def said(columns, words, labels):
    """What each step says: what it finds likeliest, how likely that is, and the label."""
    return [(words[names["p"].argmax()], names["p"].max(), words[label])
            for names, label in zip(columns, labels[0])]


def sequence_to_sequence(model, ids, ts, letters):
    """(loss, panels): encoder and decoder of a PeekySeq2seq or an AttentionSeq2seq.

    ids (1, T), ts (1, S + 1) with its start mark: the decoder is given the answer.
    """
    encoder, decoder = model.encoder, model.decoder
    attends, S = hasattr(decoder, "attention"), ts.shape[1] - 1
    read, write = Unrolled(encoder.lstm), Unrolled(decoder.lstm)
    hs_enc = read.forward(encoder.embed.forward(ids))
    h, H = hs_enc[:, -1], hs_enc.shape[2]
    again = np.repeat(h[:, None], S, axis=1)                 # the same h at every step
    xs = decoder.embed.forward(ts[:, :-1])
    hs = write.forward(xs if attends else np.concatenate([again, xs], axis=2), h)
    if attends:
        looks = [Attention() for _ in range(S)]
        context = np.stack([look.forward(hs_enc, hs[:, s]) for s, look in enumerate(looks)], axis=1)
    beside = context if attends else again
    score = decoder.affine.forward(np.concatenate([beside, hs], axis=2))
    loss = model.softmax.forward(score, model.labels(ts))
    dscore = model.softmax.backward()
    dbeside, dhs = np.split(decoder.affine.backward(dscore), 2, axis=2)
    dhs_enc = np.zeros_like(hs_enc)
    if attends:
        to_enc, dh_dec = zip(*(look.backward(dbeside[:, s]) for s, look in enumerate(looks)))
        dhs_enc += sum(to_enc)
        dhs = dhs + np.stack(dh_dec, axis=1)
        write.note(context=context, dcontext=dbeside,
                   a=np.stack([look.attention_weight for look in looks], axis=1),
                   to_hs=np.linalg.norm(np.stack(to_enc, axis=1), axis=3))
    dxs, dh = write.backward(dhs)
    if not attends:
        dh = dh + (dbeside + dxs[:, :, :H]).sum(axis=1)
        write.note(h_enc=again)
    decoder.embed.backward(dxs if attends else dxs[:, :, H:])
    dhs_enc[:, -1] += dh
    encoder.embed.backward(read.backward(dhs_enc)[0])
    write.note_output(score, dscore, ts[:, 1:], model.counted(ts))
    W, b = decoder.affine.params
    for names in write.columns:
        names.update(hs=hs_enc[0], W_1=W[:H], W_2=W[H:], b_y=b)
    scores = f"{{{'context' if attends else 'h_enc'} @ W_1}} + {{h_next @ W_2}}"
    kinds = (*NODES["lstm"], *(ATTENTION if attends else ()), output(scores), LOSS)
    question = [letters[i] for i in ids[0]]
    return loss, [
        Panel("encoder", NODES["lstm"], read.columns, question, []),
        Panel("decoder", kinds, write.columns, [letters[i] for i in ts[0, :-1]],
              said(write.columns, letters, ts[:, 1:]),
              {"vocabulary": [*letters], "question": question})]


ATTENTION = (
    Kind("a", "attention", "da", ("s = {h_next @ hs.T}", "a = exp({s}) / {sum(exp(s))}"),
         ("da = {dcontext @ hs.T}", "ds = {a} * ({da} - {sum(da * a)})"),
         tall=True, units="question"),
    Kind("context", "context", "dcontext", ("context = {a @ hs}",),
         ("dcontext = {dscore @ W_1.T}",)),
    Kind("", "into hs_enc", "to_hs", (), ("to_hs = sqrt({sum((a.T @ dcontext + ds.T @ h_next)**2, "
                                          "axis=1)})",), tall=True, units="question"))
