"""The layers of a model, and the time that each takes in a step, those too that forward makes."""

import functools
import time

import numpy as np


def layers_below(owner, path="", parents=(), seen=None):
    """(name, layer, layers around it) of what has forward and backward below `owner`, once each."""
    seen = {id(owner)} if seen is None else seen
    for name, value in list(getattr(owner, "__dict__", {}).items()):
        for where, part in flat(name, value):
            if id(part) in seen or not hasattr(part, "__dict__"):
                continue
            if callable(getattr(part, "forward", None)) and \
                    callable(getattr(part, "backward", None)) and not isinstance(part, type):
                seen.add(id(part))
                yield f"{path}{where}", part, parents
                yield from layers_below(part, f"{path}{where}.", (*parents, part), seen)
            elif type(part).__module__ not in ("builtins", "numpy") and len(parents) < 6:
                seen.add(id(part))
                yield from layers_below(part, f"{path}{where}.", parents, seen)


def flat(name, value):
    """(name, value), or those of its elements where it is a list or a tuple of lists: name[1]."""
    if isinstance(value, (list, tuple)):
        for k, part in enumerate(value):
            yield from flat(f"{name}[{k}]", part)
    else:
        yield name, value


class Timed:
    """What was measured of a layer in a step: seconds, its place in the order, shapes."""

    def __init__(self, layer, made):
        self.layer, self.made = layer, made                  # made: by a forward, in this step
        self.seconds, self.order, self.running = 0.0, None, False
        self.out, self.back = [], []                         # shapes of what the methods give


class Clock:
    """Times layers while it is on: those that stay, by attributes of the objects alone, and what a
    forward makes of the classes `kinds`, by their methods."""

    def __init__(self, stay, kinds):
        self.timed = {id(layer): Timed(layer, False) for layer in stay}
        self.kinds, self.before = kinds, []
        self.count, self.inside, self.covered = 0, 0, 0.0    # covered: seconds within any layer

    def __enter__(self):
        for timed in self.timed.values():
            for name in ("forward", "backward"):
                self._put(timed.layer, name, functools.partial(
                    self._call, timed, name, getattr(timed.layer, name)))
        for kind in self.kinds:
            for name in ("forward", "backward"):
                self._put(kind, name, self._method(name, getattr(kind, name)))
        return self

    def __exit__(self, *error):
        for owner, name, value in reversed(self.before):
            if value is None:
                delattr(owner, name)
            else:
                setattr(owner, name, value)

    def _put(self, owner, name, value):
        self.before.append((owner, name, vars(owner).get(name)))
        setattr(owner, name, value)

    def _method(self, name, method):
        """The method of a class, timed for each of its objects."""
        def call(layer, *arguments, **options):
            timed = self.timed.setdefault(id(layer), Timed(layer, True))
            return self._call(timed, name, functools.partial(method, layer), *arguments, **options)
        return call

    def _call(self, timed, name, method, *arguments, **options):
        if timed.running:                                    # a super().forward
            return method(*arguments, **options)
        if name == "forward" and timed.order is None:
            self.count += 1
            timed.order = self.count
        timed.running = True
        self.inside += 1
        began = time.perf_counter()
        out = method(*arguments, **options)
        seconds = time.perf_counter() - began
        timed.running = False
        self.inside -= 1
        timed.seconds += seconds
        if not self.inside:
            self.covered += seconds
        shapes = [np.shape(part) for part in (out if isinstance(out, tuple) else (out,))
                  if part is not None]
        if name == "forward":
            timed.out = shapes
        else:
            timed.back = shapes
        return out
