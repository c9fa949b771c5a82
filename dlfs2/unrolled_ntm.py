"""A real forward and backward pass of a Neural Turing Machine: all values and gradients, by name.

The machine runs as it is. Its forward keeps what was computed, and its backward is listened to: the
calls of the functions that read, write and address are noted. Formulas and names are as in
unrolled.py; a weighting is (1, R), the memory (R, W).
"""

from contextlib import ExitStack, contextmanager
from copy import deepcopy
from unittest.mock import patch

import numpy as np

from ch08_attention.ntm import ntm as ntm_module
from common.functions import sigmoid
from dlfs2.unrolled import Kind, Panel, evaluated


def addressing(head):
    """The four stages of a head's addressing, and what arrives at its weighting."""
    k = f"_{head}"
    return Kind(f"w{k}", f"{head} head", f"dw{k}", tuple(line.replace("#", k) for line in (
        "w_c# = exp({beta#} * {cosine#}) / {sum(exp(beta# * cosine#))}",
        "w_g# = {g#} * {w_c#} + (1 - {g#}) * {w_prev#}",
        "w_s# = {s_back#} * {roll(w_g#, -1)} + {s_stay#} * {w_g#} + {s_on#} * {roll(w_g#, 1)}",
        "w# = {w_s#}**{gamma#} / {sum(w_s#**gamma#)}")),
        (f"dw{k} = {{dw_now{k}}} + {{dw_future{k}}}",), tall=True)


MACHINE = (
    Kind("x", "input", "dx", units="channels", tall=True),
    Kind("h", "controller", "dh", ("h = {o} * tanh({c_next})",)),
    addressing("read"),
    Kind("r", "what is read", "dr", ("r = {w_read @ M}",), ("dr = {dr_above} + {dr_future}",)),
    addressing("write"),
    Kind("e", "erase", "de", (), ("de = {-w_write @ (dM_next * M)}",)),
    Kind("a", "add", "da", (), ("da = {w_write @ dM_next}",)),
    Kind("M_next", "memory after", "dM_next",
         ("M_next = {M} * (1 - {w_write.T} * {e}) + {w_write.T} * {a}",)),
    Kind("p", "bits", "dscore", ("score = {h @ W_h} + {r @ W_r} + {b_y}", "p = sigmoid({score})"),
         ("dscore = ({p} - {t}) * {share}",), tall=True),
    Kind("loss", "loss", "", ("loss = {sum(-log(abs(1 - t - p)))} / {bits}",)))


@contextmanager
def listening(*places):
    """Yields a list to which each call of (owner, name) adds (name, arguments, result), copied."""
    calls = []

    def listened(name, real):
        def call(*arguments):
            given = deepcopy(arguments)
            out = real(*arguments)
            calls.append((name, given, deepcopy(out)))
            return out
        return call

    with ExitStack() as stack:
        for owner, name in places:
            stack.enter_context(patch.object(owner, name, listened(name, getattr(owner, name))))
        yield calls


def turing_machine(model, x, t, mask):
    """(loss, panel) of an NTM, one head that reads and one that writes, on x (1, T, D), t, mask."""
    loss = model.forward(x, t, mask)
    layer, (W, b) = model.ntm, model.affine.params
    control, (M, steps, _), T = layer.controller, layer.cache, x.shape[1]
    hs, score, steps = control.hs, model.affine.forward(model.affine.take("x")), list(steps)
    H, B, bits = hs.shape[2], t.shape[2], t.shape[2] * mask.sum()
    columns = [{"x": x[:, s], "h": hs[s], "M": M[s, 0], "M_next": M[s + 1, 0], "t": t[:, s],
                "score": score[:, s], "p": sigmoid(score[:, s]), "bits": np.array(B),
                "share": mask[:, s] / bits, "W_h": W[:H], "W_r": W[H:], "b_y": b,
                "o": control.gate[s, 3], "c_next": control.c[s + 1]} for s in range(T)]
    for names, (kept, w, e, a) in zip(columns, steps):
        _, w_prev, beta, g, s, gamma, w_c, (_, cosine, *_), w_g, w_s, _, _ = kept
        names.update(e=e[0], a=a[0], r=w[0, :1] @ names["M"])
        for k, head in enumerate(("read", "write")):
            values = {"w": w, "w_prev": w_prev, "beta": beta, "g": g, "gamma": gamma, "w_c": w_c,
                      "w_g": w_g, "w_s": w_s, "cosine": cosine,
                      **dict(zip(("s_back", "s_stay", "s_on"), np.split(s, 3, axis=2)))}
            names.update({f"{name}_{head}": value[0, k:k + 1] for name, value in values.items()})
    dscore = model.loss.backward()
    dabove = model.affine.backward(dscore)
    with listening((ntm_module, "write_backward"), (ntm_module, "read_backward"),
                   (ntm_module, "address_backward"), (control, "activate_back"),
                   (control, "step_back")) as calls:
        dxs = layer.backward(dabove)
    dr_future, dw_future = np.zeros_like(columns[0]["r"]), np.zeros_like(w[0])
    for s, names in zip(reversed(range(T)), reversed(columns)):
        said = {name: (given, out) for name, given, out in calls[:5]}
        del calls[:5]
        (dM_next, *_), (_, dw_write, de, da) = said["write_backward"]
        (dr, *_), (_, dw_read) = said["read_backward"]
        (dw, _), (_, dw_prev, *_) = said["address_backward"]
        names.update(dM_next=dM_next[0], de=de[0], da=da[0], dr=dr[0], dr_above=dabove[:, s, H:],
                     dr_future=dr_future, dh=said["activate_back"][0][1], dx=dxs[:, s],
                     dscore=dscore[:, s], dw_now_read=dw_read[0], dw_now_write=dw_write[0],
                     dw_read=dw[0, :1], dw_write=dw[0, 1:], dw_future_read=dw_future[:1],
                     dw_future_write=dw_future[1:])
        dr_future, dw_future = said["step_back"][1], dw_prev[0]
    for names in columns:
        names["loss"] = evaluated(MACHINE[-1].forward[0], names)[1]
    ends = [(said_bits(names["p"] > 0.5), 1 - np.abs(names["p"] - names["t"]).max(),
             said_bits(names["t"])) if mask[0, s] else ("-", None, "-")
            for s, names in enumerate(columns)]
    channels = [*(f"bit {i + 1}" for i in range(x.shape[2] - 1)), "mark"]
    n = x[0, :, -1].argmax()                                 # the words before the mark
    tops = [*(said_bits(names["x"][:, :-1]) for names in columns[:n]), "mark", *"-" * (T - n - 1)]
    return loss, Panel("NTM", MACHINE, columns, tops, ends,
                       {"channels": channels})


def said_bits(bits):
    """0110"""
    return "".join("01"[int(bit)] for bit in bits[0])
