"""Cases of optimizers and trainers (chapter 1 and section 5.5.4)."""

import contextlib
import io

import numpy as np

from dlfs2.cases import ids, numbers


def optimizer(thing, note, s):
    for what, arguments in (("", {}), (", lr=0.5", {"lr": 0.5})):
        note.case = f"{note.first}{what}"
        made = note.make(thing, **arguments)
        params = [numbers(1, s.D, s.H), numbers(2, s.H)]
        held = list(params)                                  # as layers hold them
        for step in range(1, 5):
            grads = [numbers(10 * step + k, *p.shape) for k, p in enumerate(params)]
            for grad in grads:                               # beside which 1e-7 or 1e-8 is nothing
                grad += np.copysign(0.5, grad)
            if step == 2:
                grads[1][:] = 0
            note.silent(made, "update", params, grads)
            for name, p, own in zip(("W", "b"), params, held):
                note.note(f"{name} after step {step}", p.copy())
                note.note(f"{name} after step {step}, in the layer's own array", own.copy())


class _Linear:
    """The model of a trainer: y = x W + x W, its weights shared by two places of the list."""

    def __init__(self, s):
        W = numbers(1, s.D, s.H)
        self.params = [W, W]
        self.grads = [np.zeros_like(W), np.zeros_like(W)]
        self.batches = []

    def forward(self, x, t):
        self.batches.append((x.copy(), t.copy()))
        self.x = x
        self.difference = x @ self.params[0] + x @ self.params[1] - t
        return 0.5 * float(np.sum(self.difference ** 2))

    def backward(self, dout=1):
        for k, grad in enumerate(self.grads):
            grad[...] = (1 + k) * self.x.T @ self.difference


class _SGD:
    def __init__(self, lr):
        self.lr = lr

    def update(self, params, grads):
        for param, grad in zip(params, grads):
            param -= self.lr * np.asarray(grad)


def trainer(thing, note, s):
    for what, max_grad in (("", None), (", max_grad=0.5", 0.5)):
        note.case = f"{note.first}{what}"
        model = _Linear(s)
        made = note.make(thing, model, _SGD(1.0 if max_grad else 0.01))
        x, t = numbers(2, 6, s.D), numbers(3, 6, s.H)
        with contextlib.redirect_stdout(io.StringIO()):
            note.attempt("fit", made.fit, x, t, 2, 6, max_grad)
        note.note("W after two steps", model.params[0].copy())
        _note_epochs(thing, note, s, max_grad)


def _note_epochs(thing, note, s, max_grad):
    """Of two epochs of three batches: which examples are in each, whatever the order."""
    model = _Linear(s)
    made = note.make(thing, model, _SGD(0.01))
    x, t = numbers(4, 12, s.D), numbers(5, 12, s.H)
    with contextlib.redirect_stdout(io.StringIO()):
        note.attempt("fit", made.fit, x.copy(), t.copy(), 2, 4, max_grad)
    note.note("examples in each batch", [len(batch) for batch, _ in model.batches])
    orders = [[_place(x, row) for batch, _ in epoch for row in batch]
              for epoch in (model.batches[:3], model.batches[3:])]
    answers = [[_place(t, row) for _, batch in epoch for row in batch]
               for epoch in (model.batches[:3], model.batches[3:])]
    for what, is_so in (
            ("an epoch has each example once", all(sorted(o) == list(range(12)) for o in orders)),
            ("x and t are of the same examples", orders == answers),
            ("an epoch is in another order than the data", list(range(12)) not in orders),
            ("each epoch has an order of its own", orders[0] != orders[1])):
        note.note(what, is_so, "exact")


def _place(rows, row):
    """The number of the row that is `row`, or -1."""
    return next((k for k, other in enumerate(rows) if np.array_equal(other, row)), -1)


class _Listening:
    """The model of a language model's trainer: it notes the batches that it is given.

    Its weights are shared by two places of the list.
    """

    def __init__(self):
        W = np.zeros(2)
        self.params, self.grads = [W, W], [np.ones(2), np.ones(2)]
        self.batches = []

    def forward(self, xs, ts):
        self.batches.append((xs.copy(), ts.copy()))
        return 1.0

    def backward(self, dout=1):
        self.grads[0][...], self.grads[1][...] = 3.0, 1.0

    def reset_state(self):
        pass


def rnnlm_trainer(thing, note, s):
    xs, ts = ids(1, 50, 30), ids(2, 50, 30)
    made = note.make(thing, _Listening(), _SGD(0.01))
    made.time_idx = 0                                        # as fit() sets it
    for k in range(6):
        note.case = f"{note.first}, get_batch, call {k + 1}"
        note.call(made, "get_batch", xs, ts, 2, 4, gives=["xs", "ts"])
    note.case = note.first
    model = _Listening()
    made = note.make(thing, model, _SGD(0.5))
    with contextlib.redirect_stdout(io.StringIO()):
        note.attempt("fit", made.fit, xs, ts, 2, 2, 4, 0.25)
    note.note("number of batches", len(model.batches))
    for k, (batch_x, batch_t) in enumerate(model.batches):
        note.note(f"xs of batch {k + 1}", batch_x)
        note.note(f"ts of batch {k + 1}", batch_t)
    note.note("weights after clipped steps", model.params[0].copy())


def _once(case):
    def once(thing, note, s):
        if s.label == "all sizes differ":
            case(thing, note, s)
    return once


CASES = {name: _once(optimizer) for name in ("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSprop",
                                             "Adam")}
CASES |= {"Trainer": _once(trainer), "RnnlmTrainer": _once(rnnlm_trainer)}
