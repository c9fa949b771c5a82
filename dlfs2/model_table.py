"""A model as a table: its layers in the order in which they run, with shapes, weights and time.

    from dlfs2 import summary
    summary(model, xs, ts)           # any object with forward and backward, your own too

    python -m dlfs2.trace Rnnlm --summary
"""

import time
from typing import NamedTuple

import numpy as np


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
    params: list                                             # of its own, "Wx (4, 20)"


class Summary:
    """The table of a model; str() prints it. `rows`, `weights`, `memory` in bytes, `seconds`."""

    def __init__(self, model, rows, seconds):
        self.model, self.rows, self.seconds = model, rows, seconds
        arrays = {id(base(p)): base(p) for p in getattr(model, "params", [])}
        self.weights = sum(p.size for p in arrays.values())
        self.memory = sum(p.nbytes for p in arrays.values())

    def __repr__(self):
        return f"<Summary of {type(self.model).__name__}: {self.weights:,} weights>"

    def __str__(self):
        head = ("layer", "", "output", "weights", "time", "gradient")
        table = [head, *(self._cells(row) for row in self.rows)]
        widths = [max(len(row[k]) for row in table) for k in range(len(head))]
        lines = ["  ".join(cell.rjust(width) if k > 2 else cell.ljust(width)
                           for k, (cell, width) in enumerate(zip(row, widths))).rstrip()
                 for row in table]
        return "\n".join([f"{type(self.model).__name__}", *lines,
                          f"{self.weights:,} weights, {self.memory / 1024:,.1f} KiB; "
                          f"a step takes {1000 * self.seconds:.3g} ms"])

    @staticmethod
    def _cells(row):
        weights = [f"{row.weights:,}"] * (row.weights > 0) + ["shared"] * row.shared
        return [f"{'  ' * row.depth}{row.name}", row.kind, row.output, " + ".join(weights),
                f"{100 * row.share:.0f} %", f"{row.length:.3g}" if weights else ""]


def base(array):
    """The array whose memory this one is, of a transposed weight the weight."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def summary(model, *inputs, steps=3):
    """The Summary of a model after some steps on these inputs, printed too.

    model: forward(*inputs) and backward(); its layers are the objects among its attributes, at any
    depth, that have forward and backward. The times are those of the fastest of `steps` steps.
    """
    watched = [Watched(name, layer, depth) for name, layer, depth in layers_below(model)]
    best = None
    try:
        for _ in range(max(steps, 1)):
            for layer in watched:
                layer.seconds, layer.order = 0.0, None
            Watched.count = 0
            began = time.perf_counter()
            out = model.forward(*inputs)
            if np.ndim(out):
                model.backward(np.ones_like(out))
            else:
                model.backward()
            seconds = time.perf_counter() - began
            if best is None or seconds < best:
                best = seconds
                times = [layer.seconds for layer in watched]
    finally:
        for layer in watched:
            layer.unwatch()
    seen, rows = set(), []
    ran = [(layer, took) for layer, took in zip(watched, times) if layer.order is not None]
    for layer, took in sorted(ran, key=lambda pair: pair[0].order):
        own = [base(p) for p in layer.own]
        new = [p for p in own if id(p) not in seen]
        seen |= {id(p) for p in own}
        rows.append(Row(layer.name, type(layer.layer).__name__, layer.depth, layer.output,
                        sum(p.size for p in new), len(new) < len(own), took / best,
                        layer.length(), layer.shape, layer.back, layer.params))
    result = Summary(model, rows, best)
    print(result)
    return result


class Watched:
    """A layer whose forward and backward are timed, by attributes of the object alone."""

    count = 0

    def __init__(self, name, layer, depth):
        self.name, self.layer, self.depth = name.rpartition(".")[2], layer, depth
        self.path, self.seconds, self.order, self.output = name, 0.0, None, ""
        below = {id(p) for _, part, _ in layers_below(layer) for p in getattr(part, "params", ())}
        pairs = zip(getattr(layer, "params", ()), getattr(layer, "grads", ()))
        pairs = [(p, g) for p, g in pairs if id(p) not in below]
        self.own, self.grads = [p for p, _ in pairs], [g for _, g in pairs]
        names = getattr(layer, "param_names", ("W", "b", *"cdefgh"))
        self.params = [f"{name} {p.shape}" for name, p in zip(names, self.own)]
        self.shape, self.back = (), ""
        layer.forward = self.timed(layer.forward, True)
        layer.backward = self.timed(layer.backward, False)

    def timed(self, method, forward):
        def call(*arguments, **options):
            if forward and self.order is None:
                Watched.count += 1
                self.order = Watched.count
            began = time.perf_counter()
            out = method(*arguments, **options)
            self.seconds += time.perf_counter() - began
            parts = [part for part in (out if isinstance(out, tuple) else (out,))
                     if part is not None]
            shapes = ", ".join(str(np.shape(part)) for part in parts)
            if forward:
                self.output, self.shape = shapes, np.shape(parts[0]) if parts else ()
            else:
                self.back = shapes
            return out
        return call

    def length(self):
        """The 2-norm of its own gradients."""
        return float(np.sqrt(sum(np.sum(np.asarray(g, float) ** 2) for g in self.grads)))

    def unwatch(self):
        del self.layer.forward, self.layer.backward


def layers_below(owner, path="", depth=0, seen=None):
    """(name, layer, depth) of the objects below one that have forward and backward, once each."""
    seen = {id(owner)} if seen is None else seen
    for name, value in list(getattr(owner, "__dict__", {}).items()):
        for where, part in flat(name, value):
            if id(part) in seen or not hasattr(part, "__dict__"):
                continue
            if callable(getattr(part, "forward", None)) and \
                    callable(getattr(part, "backward", None)) and not isinstance(part, type):
                seen.add(id(part))
                yield f"{path}{where}", part, depth
                yield from layers_below(part, f"{path}{where}.", depth + 1, seen)
            elif type(part).__module__ not in ("builtins", "numpy") and depth < 6:
                seen.add(id(part))
                yield from layers_below(part, f"{path}{where}.", depth, seen)


def flat(name, value):
    """(name, value), or those of its elements where it is a list or a tuple of lists: name[1]."""
    if isinstance(value, (list, tuple)):
        for k, part in enumerate(value):
            yield from flat(f"{name}[{k}]", part)
    else:
        yield name, value
