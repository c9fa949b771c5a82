"""A model as a table: its layers in the order in which they run, with shapes, weights and time.

    from dlfs2 import summary
    summary(model, xs, ts)           # any object with forward and backward, your own too

    python -m dlfs2.trace Rnnlm --summary
"""

import re
import time
from typing import NamedTuple

import numpy as np

from dlfs2.layer_times import Clock, layers_below


class Row(NamedTuple):
    """A layer: its name, depth below the model, and what was measured."""

    name: str
    kind: str
    depth: int
    output: str                                              # the shape of what forward gives
    weights: int                                             # numbers in its own parameters
    shared: bool                                             # more are a layer's above
    share: float                                             # of the step's time, forward and back
    length: float                                            # of its gradient, the 2-norm
    shape: tuple                                             # of the first thing that it gives
    back: str                                                # the shapes that backward gives
    params: list                                             # of its own: name, shape, shared
    made: int                                                # by the forward: so many; 0: it stays


class Summary:
    """The table of a model; str() prints it.

    `rows`, `weights`, `memory` in bytes, `seconds`, `rest`: the share that no layer took.
    """

    def __init__(self, model, rows, seconds, rest):
        self.model, self.rows, self.seconds, self.rest = model, rows, seconds, rest
        arrays = {id(base(p)): base(p) for p in getattr(model, "params", [])}
        self.weights = sum(p.size for p in arrays.values())
        self.memory = sum(p.nbytes for p in arrays.values())

    def __repr__(self):
        return f"<Summary of {type(self.model).__name__}: {self.weights:,} weights>"

    def __str__(self):
        head = ("layer", "", "output", "weights", "time", "gradient")
        table = [head, *(self._cells(row) for row in self.rows),
                 ("own code", type(self.model).__name__, "", "", f"{100 * self.rest:.0f} %", "")]
        widths = [max(len(row[k]) for row in table) for k in range(len(head))]
        lines = ["  ".join(cell.rjust(width) if k > 2 else cell.ljust(width)
                           for k, (cell, width) in enumerate(zip(row, widths))).rstrip()
                 for row in table]
        return "\n".join([f"{type(self.model).__name__}", *lines,
                          f"{self.weights:,} weights, {self.memory / 1024:,.1f} KiB; "
                          f"a step takes {1000 * self.seconds:.3g} ms"
                          + "; that of an indented layer is part of that of the layer above it"
                          * any(row.depth for row in self.rows)])

    @staticmethod
    def _cells(row):
        weights = [f"{row.weights:,}"] * (row.weights > 0) + ["shared"] * row.shared
        several = row.made > 1
        return [f"{'  ' * row.depth}{row.name}", row.kind + f" x {row.made}" * several, row.output,
                " + ".join(weights), f"{100 * row.share:.0f} %",
                f"{row.length:.3g}" if weights and not several else ""]


def base(array):
    """The array whose memory this one is, of a transposed weight the weight."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def summary(model, *inputs, steps=3):
    """The Summary of a model after some steps on these inputs, printed too.

    model: forward(*inputs) and backward(); its layers are the objects among its attributes, at any
    depth, that have forward and backward; those that its forward makes anew each time stand in one
    row, layers[0..T-1]. The times are those of the fastest of `steps` steps, after one more.
    """
    if isinstance(model, type) or not hasattr(model, "forward"):
        raise TypeError("summary wants a model, an object with forward() and backward(), not "
                        f"{model!r}")
    before = layers_of(model)                                # held, so that no id is used again
    known = {id(layer) for _, layer, _ in before}
    after = [layer for _, layer, _ in one_step(model, inputs)[1]]
    stay = [layer for layer in after if id(layer) in known]
    kinds = {type(layer) for layer in after if id(layer) not in known}
    kinds = {kind for kind in kinds if hasattr(kind, "forward") and hasattr(kind, "backward")}
    best = None
    for _ in range(max(steps, 1)):
        with Clock(stay, kinds) as clock:
            seconds, layers = one_step(model, inputs)
        if best is None or seconds < best.seconds:
            best = Summary(model, joined(rows_of(layers, clock.timed, seconds)), seconds,
                           1 - clock.covered / seconds)
    print(best)
    return best


def layers_of(model):
    """The layers of a model, or of a layer without any the layer."""
    return list(layers_below(model)) or [("", model, ())]


def one_step(model, inputs):
    """(seconds, layers) of a forward and a backward; the layers as they are between the two."""
    began = time.perf_counter()
    out = model.forward(*inputs)
    seconds = time.perf_counter() - began
    layers = layers_of(model)
    began = time.perf_counter()
    if isinstance(out, tuple) or np.ndim(out):
        outs = out if isinstance(out, tuple) else (out,)
        model.backward(*map(np.ones_like, outs))
    else:
        model.backward()
    return seconds + time.perf_counter() - began, layers


def rows_of(layers, timed, seconds):
    """A Row for each layer that ran, below what it is part of, else in the order of the forward."""
    ran = {id(layer): timed[id(layer)] for _, layer, _ in layers
           if id(layer) in timed and timed[id(layer)].order is not None}
    stay = {key for key, layer in timed.items() if not layer.made}
    seen, rows = set(), []
    paths = {id(layer): f"{name}." for name, layer, _ in layers}
    placed = [([part for part in (*parents, layer) if id(part) in ran], name)
              for name, layer, parents in layers if id(layer) in ran]
    for (*around, layer), name in sorted(
            placed, key=lambda entry: [ran[id(part)].order for part in entry[0]]):
        mine, inner = ran[id(layer)], [part for _, part, parents in layers
                                       if any(layer is other for other in parents)]
        below = {id(p) for part in inner if mine.made or id(part) in stay
                 for p in getattr(part, "params", ())}
        pairs = [(p, g) for p, g in zip(getattr(layer, "params", ()), getattr(layer, "grads", ()))
                 if id(p) not in below]
        own = [base(p) for p, _ in pairs]
        shared = [id(p) in seen for p in own]
        new = [p for p, above in zip(own, shared) if not above]
        seen |= {id(p) for p in own}
        length = np.sqrt(sum(np.sum(np.asarray(g, float) ** 2) for _, g in pairs))
        names = getattr(layer, "param_names", ("W", "b", *"cdefgh"))
        rows.append(Row(
            name.removeprefix(paths[id(around[-1])] if around else ""), type(layer).__name__,
            len(around), ", ".join(map(str, mine.out)), sum(p.size for p in new),
            any(shared), mine.seconds / seconds, float(length),
            mine.out[0] if mine.out else (), ", ".join(map(str, mine.back)),
            [(name, p.shape, above) for name, (p, _), above in zip(names, pairs, shared)],
            int(mine.made)))
    return rows


def joined(rows):
    """What a forward has made, alike but for its number in a list, as one row: layers[0..4]."""
    alike, around, last = {}, [], 0
    for k, row in enumerate(rows):
        around[row.depth:] = [row.name]                      # what it is part of, and itself
        last = last if row.made else k                       # the row above of what stays
        path = re.sub(r"\[\d+\]", "[]", ".".join(around))
        alike.setdefault((last, row.made and (path, row.kind, row.output)), []).append(row)
    return [same[0] if len(same) == 1 else same[0]._replace(
        name=ranged([row.name for row in same]), weights=sum(row.weights for row in same),
        shared=any(row.shared for row in same), share=sum(row.share for row in same),
        made=len(same)) for same in alike.values()]


def ranged(names):
    """layers[0..4], of layers[0] to layers[4]."""
    numbers = zip(*(map(int, re.findall(r"(?<=\[)\d+", name)) for name in names))
    return names[0].partition("[")[0] + "".join(
        f"[{min(each)}..{max(each)}]" if len(set(each)) > 1 else f"[{each[0]}]"
        for each in numbers)
