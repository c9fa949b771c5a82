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

FUNCTIONS = {"sigmoid": sigmoid, "softmax": softmax, "abs": np.abs, "sqrt": np.sqrt,
             **{name: getattr(np, name) for name in ("tanh", "exp", "log", "sum", "roll",
                                                     "log1p")}}


class Kind(NamedTuple):
    """A row of nodes: the name of its values, that of the gradient that arrives, its formulas."""

    name: str
    title: str
    grad: str = ""
    forward: tuple = ()
    back: tuple = ()
    look: str = "square"                                     # or tall: a column
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


def gate(name, title, function, before, da):
    """The kind of a gate; before: the state that it sees."""
    return Kind(name, title, f"da_{name}",
                (f"{name} = {function}({{x @ Wx_{name}}} + {{{before} @ Wh_{name}}} + "
                 f"{{b_{name}}})",), (f"da_{name} = {da}",))


ARRIVES = "dh_next = {dh_above} + {dh_future}"               # from the loss, from the step after
NODES = {
    "rnn": (Kind("x", "input vector", "dx", (), ("dx = {da @ Wx.T}",)),
            Kind("h_next", "state", "dh_next", ("h_next = tanh({h_prev @ Wh} + {x @ Wx} + {b})",),
                 (ARRIVES, "da = {dh_next} * (1 - {h_next}**2)", "dh_prev = {da @ Wh.T}"))),
    "gru": (Kind("x", "input vector", "dx", (), (back_through("zrh", "dx", "Wx"),)),
            gate("z", "renew", "sigmoid", "h_prev",
                 "{dh_next} * ({h_hat} - {h_prev}) * {z} * (1 - {z})"),
            gate("r", "reset", "sigmoid", "h_prev",
                 "{da_h @ Wh_h.T} * {h_prev} * {r} * (1 - {r})"),
            Kind("h_hat", "proposed", "da_h",
                 ("h_hat = tanh({x @ Wx_h} + {(r * h_prev) @ Wh_h} + {b_h})",),
                 ("da_h = {dh_next} * {z} * (1 - {h_hat}**2)",)),
            Kind("h_next", "state", "dh_next", ("h_next = (1 - {z}) * {h_prev} + {z} * {h_hat}",),
                 (ARRIVES, "dh_prev = {dh_next} * (1 - {z}) + {da_h @ Wh_h.T} * {r} + "
                  "{da_z @ Wh_z.T} + {da_r @ Wh_r.T}"))),
    "lstm": (Kind("x", "input vector", "dx", (), (back_through("fgio", "dx", "Wx"),)),
             gate("f", "keep", "sigmoid", "h_prev", "{dc} * {c_prev} * {f} * (1 - {f})"),
             gate("g", "new", "tanh", "h_prev", "{dc} * {i} * (1 - {g}**2)"),
             gate("i", "take", "sigmoid", "h_prev", "{dc} * {g} * {i} * (1 - {i})"),
             gate("o", "show", "sigmoid", "h_prev",
                  "{dh_next} * tanh({c_next}) * {o} * (1 - {o})"),
             Kind("c_next", "cell", "dc", ("c_next = {f} * {c_prev} + {g} * {i}",),
                  ("dc = {dc_next} + {dh_next} * {o} * (1 - tanh({c_next})**2)",
                   "dc_prev = {dc} * {f}")),
             Kind("h_next", "state", "dh_next", ("h_next = {o} * tanh({c_next})",),
                  (ARRIVES, back_through("fgio", "dh_prev", "Wh")))),
}
LOSS = Kind("loss", "loss", "", ("loss = -log({p_label})",))
CELLS = {TimeRNN: (RNN, "rnn", ""), TimeGRU: (GRU, "gru", "zrh"), TimeLSTM: (LSTM, "lstm", "fgio")}


def output(*parts):
    """The kind of the probabilities, of scores that come from these products."""
    return Kind("p", "probability", "dscore",
                (f"score = {' + '.join(f'{{{part}}}' for part in parts)} + {{b_y}}",
                 "p = exp({score}) / {sum(exp(score))}"),
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
            da = np.split(self.cells[t].grads[2][None], len(self.weights) // 3, axis=1)
            names.update(zip([name.replace("b", "da") for name in self.weights
                              if name.startswith("b")], da))
            names["dh_prev"] = dh
            if dc:
                names["dc_prev"] = dc[0]
                names["dc"] = evaluated(NODES["lstm"][5].back[0], names)[1]
        return np.stack([names["dx"] for names in self.columns], axis=1), dh

    def grads(self):
        """dWx, dWh, db: the sums of those of all steps."""
        return [sum(step) for step in zip(*(cell.grads for cell in self.cells))]

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
    kinds = (*NODES[steps.cell], output("h_next @ W"), LOSS)
    return loss, Panel(steps.cell.upper(), kinds, steps.columns, [words[i] for i in ids[0]],
                       said(steps.columns, words, labels), {"vocabulary": words})


def said(columns, words, labels):
    """What each step says: what it finds likeliest, how likely that is, and the label."""
    return [(words[names["p"].argmax()], names["p"].max(), words[label])
            for names, label in zip(columns, labels[0])]


def sequence_to_sequence(model, ids, ts, letters):
    """(loss, panels): encoder and decoder of a Seq2seq, a PeekySeq2seq or an AttentionSeq2seq.

    ids (1, T), ts (1, S + 1) with its start mark: the decoder is given the answer.
    """
    encoder, decoder = model.encoder, model.decoder
    attends, peeks = hasattr(decoder, "attention"), hasattr(decoder, "h")
    read, write = Unrolled(encoder.lstm), Unrolled(decoder.lstm)
    hs_enc = read.forward(encoder.embed.forward(ids))
    h = hs_enc[:, -1]
    xs = decoder.embed.forward(ts[:, :-1])
    S = xs.shape[1]
    again = np.repeat(h[:, None], S, axis=1)                 # the same h at every step
    hs = write.forward(np.concatenate([again, xs], axis=2) if peeks else xs, h)
    looks = [Attention() for _ in range(S)]
    if attends:
        again = np.stack([look.forward(hs_enc, hs[:, s]) for s, look in enumerate(looks)], axis=1)
    score = decoder.affine.forward(np.concatenate([again, hs], axis=2) if attends or peeks else hs)
    loss = model.softmax.forward(score, model.labels(ts))
    dscore = model.softmax.backward()
    dabove = decoder.affine.backward(dscore)
    dagain, dhs = np.split(dabove, 2, axis=2) if attends or peeks else (None, dabove)
    dhs_enc = np.zeros_like(hs_enc)
    if attends:
        to_enc, dh_dec = zip(*(look.backward(dagain[:, s]) for s, look in enumerate(looks)))
        dhs_enc += sum(to_enc)
        dhs = dhs + np.stack(dh_dec, axis=1)
        write.note(context=again, dcontext=dagain,
                   a=np.stack([look.attention_weight for look in looks], axis=1),
                   to_hs=np.linalg.norm(np.stack(to_enc, axis=1), axis=3))
    dxs, dh = write.backward(dhs)
    if peeks:
        dagain = dagain + dxs[:, :, :h.shape[1]]
        dxs, dh = dxs[:, :, h.shape[1]:], dh + dagain.sum(axis=1)
        write.note(h_enc=np.repeat(h[:, None], S, axis=1))
    decoder.embed.backward(dxs)
    dhs_enc[:, -1] += dh
    encoder.embed.backward(read.backward(dhs_enc)[0])
    write.note_output(score, dscore, ts[:, 1:], model.counted(ts))
    W, b = decoder.affine.params
    for names in write.columns:
        names.update(hs=hs_enc[0], W=W, W_1=W[:h.shape[1]], W_2=W[h.shape[1]:], b_y=b)
    parts = (["context @ W_1", "h_next @ W_2"] if attends else
             ["h_enc @ W_1", "h_next @ W_2"] if peeks else ["h_next @ W"])
    kinds = (*NODES["lstm"], *(ATTENTION * attends), output(*parts), LOSS)
    question = [letters[i] for i in ids[0]]
    return loss, [
        Panel("encoder", NODES["lstm"], read.columns, question, []),
        Panel("decoder", kinds, write.columns, [letters[i] for i in ts[0, :-1]],
              said(write.columns, letters, ts[:, 1:]),
              {"vocabulary": [*letters], "question": question})]


ATTENTION = (
    Kind("a", "attention", "da", ("s = {h_next @ hs.T}", "a = exp({s}) / {sum(exp(s))}"),
         ("da = {dcontext @ hs.T}", "ds = {a} * ({da} - {sum(da * a)})"), "tall", "question"),
    Kind("context", "context", "dcontext", ("context = {a @ hs}",),
         ("dcontext = {dscore @ W_1.T}",)),
    Kind("", "into hs_enc", "to_hs", (), ("to_hs = sqrt({sum((a.T @ dcontext + ds.T @ h_next)**2, "
                                          "axis=1)})",), "tall", "question"))
