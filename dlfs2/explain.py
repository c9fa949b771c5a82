"""Which change of our plain form gives exactly the numbers that a reader's gives.

Where one does, that change is the explanation. Tried are single changes, likely ones first; the
gates in another order; changes of the parts below; two in one statement; two and three anywhere,
beginning with those that explain the first wrong values.
"""

import ast
import contextlib
import copy
import difflib
import importlib
import itertools
import math
import re
import sys
import time
import warnings
from unittest.mock import ANY

import numpy as np

from dlfs2.catalogue import ENTRIES
from dlfs2.mutants import mutants, parsed
from dlfs2.record import EXACT, Differs, Record, Value, differing
from dlfs2.reference import functions
from dlfs2.time_limit import TooLong, at_most

GATES = {"LSTM": "fgio", "TimeLSTM": "fgio", "GRU": "zrh", "TimeGRU": "zrh"}
UNLIKELY = {"name": 0.1, "target": 0.2, "order": 0.1, "index": 0.05, "factor": 0.3,
            "constant": 0.15, "loop": 0.2, "brackets": 0.15, "sign": 0.1, "operator": 0.15,
            "rename": 0.1, "wrap": 0.1, "swap": 0.2, "piece": 0.2,
            "exchange": 0.1, "empty": 0.4}                                 # the rest: 0
RARE = {"loop": 1, "brackets": 1, "lines": 1, "operator": 1, "piece": 1, "factor": 2}
PLAIN = {"delete", "drop", "assign", "sign", "transpose", "order", "axis", "function", "rebind"}
TELLING = {"delete", "drop", "ignored", "condition", "axis", "rebind", "assign", "brackets"}
UNSEEN = {"delete", "lines", "ignored", "share"}             # such a change leaves no line to see
NUMBERS = re.compile(r"(?<![\w.])(?:0|[1-9]\d*)(?:\.\d+)?(?![\w.])")
CONSTANTS = re.compile(f"True|False|{NUMBERS.pattern}")

RAISED = Value("", EXACT)                                    # None has no attribute: any words
RAISED.value = ANY
UNTYPED = ("AttributeError", "TypeError")


class Explanation:
    """What was found: `fits`, lists of mutants made at once; or `words` alone."""

    def __init__(self, fits=(), words="", place=""):
        self.fits, self.words, self.place = list(fits), words, place


class Search:
    """The search for one definition.

    values: {key: Value}, what the reader's did; first: methods where it is most likely wrong;
    source: its text, by which fits are told apart.
    """

    def __init__(self, entry, values, first=(), source="", seconds=20):
        self.entry, self.first = entry, list(first)
        self.values = {key: RAISED if key[2] == "raises" and value.value in UNTYPED else value
                       for key, value in values.items()}
        self.lines = [line.strip() for line in source.split("\n") if line.strip()]
        self.numbers = [ast.literal_eval(text) for text in dict.fromkeys(NUMBERS.findall(source))]
        self.deadline = time.process_time() + seconds        # computing: others may keep it waiting
        self.longest = 1.0                                   # of one change; some never end

    def run(self):
        """An Explanation, empty if nothing fits."""
        begun = time.process_time()
        start = self.progress(self.entry.reference())
        self.longest = min(1.0, 0.1 + 20 * (time.process_time() - begun))
        if start == math.inf:
            return Explanation(words=f"It differs by less than {Record().tolerance:g} of the "
                                     "largest number: a constant, or rounding.")
        order = self.gate_orders()
        if order:
            return order
        if self.raised_at(start) and not self.confirmed():
            return self.guess(start)
        ahead = []
        for rare in range(3):
            for entry in self.entry.forms():
                found, further = self.singles(self.parsed(entry), entry, start,
                                              lambda kind, rare=rare: RARE.get(kind, 0) == rare)
                ahead += further
                if found:
                    return Explanation([[fit] for fit in self.likeliest(found)])
            if rare == 0:
                found = self.several(ahead, PLAIN.__contains__, 0.25) or \
                    self.pairs_in_a_statement(start) or \
                    self.pairs_in_a_method({"delete", "drop"}, start) or \
                    self.pairs_in_a_method(PLAIN, start) or \
                    self.several(ahead, lambda kind: kind not in RARE, 0.4)
                if found:
                    return found
        found = self.several(ahead, lambda kind: True, 0.4)
        if found:
            return found
        for name in below(self.entry.name):
            entry = ENTRIES[name]
            found, _ = self.singles(self.parsed(entry), entry, start)
            if found:
                return Explanation([[fit] for fit in self.likeliest(found)], place=name)
        return Explanation()

    def confirmed(self):
        """Whether there are wrong numbers, by which a change is told from others that raise."""
        right = self.entry.run(self.entry.reference(), Record()).values
        return any(key[2] != "raises" and key in self.values
                   for key in differing(self.values, right, Record().tolerance))

    def guess(self, start):
        """An Explanation of code that raises, as many a change does: by one that is telling."""
        found = []
        for entry in self.entry.forms():
            fits, _ = self.singles(self.parsed(entry), entry, start,
                                   {*TELLING, "constant"}.__contains__, limit=400)
            found += filter(self.tells, fits)
        return Explanation([[fit] for fit in self.likeliest(found)])

    def tells(self, fit):
        """Whether a change that raises as the reader's code does may be the reader's."""
        if fit.kind == "delete":                             # if a line beside it is there
            plain = self.plain_lines()
            k = plain.index(fit.right) if fit.right in plain else 0
            return not {*plain[max(k - 1, 0):k], *plain[k + 1:k + 2]}.isdisjoint(self.lines)
        return fit.kind != "constant" or "True" in fit.words

    def plain_lines(self):
        """The lines of our plain form, as those of the reader's are kept."""
        return [line.strip() for line in ast.unparse(parsed(self.entry.source())).split("\n")]

    def parsed(self, entry):
        """The tree of a plain form, which knows the numbers that the reader writes."""
        tree = parsed(entry.source())
        tree.numbers = self.numbers
        return tree

    def raised_at(self, start):
        """Whether the first wrong value is that the reader's raised."""
        return start < len(self.values) and list(self.values)[int(start)][2] == "raises"

    def singles(self, tree, entry, start, wanted=lambda kind: True, limit=40, until=math.inf):
        """(the mutants that fit, those that go further than `start`: [(reached, mutant, tree)])."""
        fits, ahead = [], []
        ran, until = self.ran(self.built(tree, entry, "")), min(until, self.deadline)
        for mutant in mutants(tree, self.first, None, ran, wanted):
            if time.process_time() > until or len(fits) == limit:
                break
            reached = self.progress(self.built(tree, entry, mutant.where[0]))
            if reached == math.inf:
                fits.append(mutant)
                until = min(until, time.process_time() + 4)        # for others that fit as well
            elif reached > start and len(ahead) < 200:
                ahead.append((reached, mutant, kept(tree)))
        return fits, ahead

    def likeliest(self, fits):
        """The one that reads most like the reader's line; up to three where they are alike."""
        plain = self.plain_lines()
        written = {*CONSTANTS.findall("\n".join(self.lines))}

        def resembles(text):
            return max((difflib.SequenceMatcher(None, text, line).ratio() for line in self.lines),
                       default=0)

        def score(mutant):
            changed = 0.85 if mutant.kind in UNSEEN else resembles(mutant.changed)
            refuted = self.lines.count(mutant.right) >= plain.count(mutant.right) > 0 and (
                mutant.kind == "delete" or (mutant.kind not in UNSEEN
                                            and mutant.changed not in self.lines))
            new = {*CONSTANTS.findall(mutant.changed)} - {*CONSTANTS.findall(mutant.right)}
            foreign = mutant.kind == "constant" and not new <= written
            absent = mutant.kind == "rename" and not any(mutant.right in line
                                                         for line in self.lines)
            return (changed - resembles(mutant.right) - UNLIKELY.get(mutant.kind, 0) - refuted
                    - 0.3 * foreign + absent)

        exact = [fit for fit in fits if fit.changed in self.lines and fit.changed not in plain
                 and fit.right not in self.lines]
        scored = sorted(((score(mutant), -k, mutant) for k, mutant in enumerate(exact or fits)),
                        reverse=True)
        return [mutant for value, _, mutant in scored[:3] if value > scored[0][0] - 0.05]

    def pairs_in_a_statement(self, start):
        """An Explanation by two names or indices exchanged in one statement."""
        tree = self.parsed(self.entry)
        kinds, where, place = {"name", "index", "order", "transpose"}.__contains__, None, 0
        until = time.process_time() + 0.4 * (self.deadline - time.process_time())
        for mutant in mutants(tree, self.first, None, self.ran(self.entry.reference()), kinds):
            place = place + 1 if mutant.where == where else 0
            where = mutant.where
            if where[1] < 0 or self.progress(self.built(tree, self.entry, where[0])) < start:
                continue
            second = kept(tree)
            for other in itertools.islice(mutants(second, self.first, where, wanted=kinds),
                                          place + 1, None):
                if time.process_time() > until:
                    return None
                alike = mutant.kind == other.kind and \
                    mutant.words.startswith("self.") == other.words.startswith("self.")
                if alike and self.progress(self.built(second, self.entry, where[0])) == math.inf:
                    return Explanation([[mutant, other]])
        return None

    def several(self, ahead, wanted, share=1.0):
        """An Explanation by two or three changes at once, the first of them one of `ahead`.

        share: of the time that is left.
        """
        now = time.process_time()
        until = now + share * (self.deadline - now)
        begun = [(reached, [mutant], tree) for reached, mutant, tree in ahead]
        for most in (12, 6):
            begun.sort(key=lambda found: (-found[0], UNLIKELY.get(found[1][-1].kind, 0)))
            levels = itertools.groupby(begun, key=lambda found: found[0])
            best = [found for _, level in levels for found in itertools.islice(level, 3)]
            further = []
            for reached, changes, tree in best[:most]:
                if time.process_time() > until:
                    return None
                fits, more = self.singles(tree, self.entry, reached, wanted, 8, until)
                if fits:
                    return Explanation([[*changes, self.likeliest(fits)[0]]])
                further += [(r, [*changes, m], t) for r, m, t in more]
            begun = further
        return None

    def pairs_in_a_method(self, kinds, start):
        """An Explanation by two such changes of one method, which only together fit."""
        until = time.process_time() + 0.15 * (self.deadline - time.process_time())
        tree = self.parsed(self.entry)
        ran = self.ran(self.entry.reference()) & set(self.first[:1] or [tree.name])
        if isinstance(tree, ast.FunctionDef):
            ran = {tree.name}
        for mutant in mutants(tree, (), None, ran, kinds.__contains__):
            if self.progress(self.built(tree, self.entry, mutant.where[0])) < start:
                continue
            second = kept(tree)
            for other in mutants(second, (), None, {mutant.where[0]}, kinds.__contains__):
                if time.process_time() > until:
                    return None
                if other.where > mutant.where and self.progress(
                        self.built(second, self.entry, mutant.where[0])) == math.inf:
                    return Explanation([[mutant, other]])
        return None

    def built(self, tree, entry, method):
        """The thing of our entry, with `tree` in place of `entry`'s, of which one method was
        changed; None if it cannot be built."""
        try:
            if entry.name == self.entry.name and not getattr(tree, "changed", False):
                return changed_method(tree, entry, method)
            return rebuilt(self.entry.name, {entry.name: executed(tree, entry)})
        except Exception:                                    # a change that is no Python
            return None

    def progress(self, thing):
        """How many of the values a thing reproduces before one differs; inf: all.

        One that takes too long has a second chance: the machine, or Python, may have paused.
        """
        for _ in range(2) if thing is not None else ():
            with contextlib.suppress(TooLong):
                return self.reached(thing)
        return -1

    def reached(self, thing):
        """progress(), once; TooLong where it takes too long."""
        record = Record(self.values)
        try:
            with at_most(self.longest):
                self.entry.run(thing, record)
        except Differs:                                      # a little less far where it raised
            return len(record.values) - 0.5 * bool(record.errors)
        except Exception:                                    # a case fell over what it was given
            return -1
        if any(isinstance(error, NameError) for error in record.errors.values()):
            return -1                                        # a change that nobody makes
        return math.inf if len(record.values) == len(self.values) else len(record.values)

    def ran(self, thing):
        """Names of all functions that are called until the first value that differs."""
        names, before = set(), sys.getprofile()
        sys.setprofile(lambda frame, event, _: names.add(frame.f_code.co_name))
        try:
            self.progress(thing)
        finally:
            sys.setprofile(before)
        return names

    def gate_orders(self):
        """An Explanation if the columns of the weights are packed in another order."""
        letters = GATES.get(self.entry.name, "")
        for order in itertools.permutations(range(len(letters))):
            if list(order) != sorted(order) and \
                    self.progress(packed(self.entry.reference(), order)) == math.inf:
                yours = ", ".join(letters[k] for k in np.argsort(order))
                return Explanation(words=f"The gates are packed {yours}; the book packs "
                                         f"{', '.join(letters)}.")
        return None


def kept(tree):
    """A copy of a tree as it is changed now, for a second change."""
    tree = copy.deepcopy(tree)
    tree.changed = True
    return tree


def executed(tree, entry, replaced=None):
    """The class or function of a tree, in the namespace of its entry's module."""
    namespace = {**vars(functions), **vars(importlib.import_module(entry.module)),
                 "_0": 0, "_1": 1, **(replaced or {})}
    whole = ast.fix_missing_locations(ast.Module([tree], []))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")                      # 'is' with a literal, and the like
        exec(compile(whole, f"<{entry.name}, changed>", "exec"), namespace)
    return namespace[tree.name]


def changed_method(tree, entry, method):
    """Our plain form with one method as in `tree`: compiling all of them would take longer."""
    if isinstance(tree, ast.ClassDef) and method:
        node = next(node for node in tree.body if getattr(node, "name", "") == method)
        if not any(getattr(part, "id", "") == "super" for part in ast.walk(node)):
            return type(entry.name, (entry.reference(),), {method: executed(node, entry)})
    return executed(tree, entry)


def uses(name):
    """The names of the catalogue that our plain form of `name` uses itself."""
    tree = parsed(ENTRIES[name].source())
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return [other for other in ENTRIES if other in found and other != name]


def below(name):
    """All names that `name` rests on, the nearest first."""
    found = []
    todo = uses(name)
    while todo:
        other = todo.pop(0)
        if other not in found:
            found.append(other)
            todo += uses(other)
    return found


def rebuilt(name, changed):
    """Our plain form of `name`, made anew from parts of which some are changed {name: thing}."""
    if name in changed:
        return changed[name]
    parts = {other: rebuilt(other, changed) for other in uses(name)
             if other in changed or set(below(other)) & changed.keys()}
    entry = ENTRIES[name]
    return executed(parsed(entry.source()), entry, parts) if parts else entry.reference()


def packed(reference, order):
    """The class `reference` with the columns of its weights in another order of gates."""
    def columns(array, order):
        parts = np.split(array, len(order), axis=-1)
        return np.concatenate([parts[k] for k in order], axis=-1)

    class Packed:
        def __init__(self, Wx, Wh, b, *more):
            self.inner = reference(*(columns(p, order) for p in (Wx, Wh, b)), *more)
            self.grads = [np.zeros_like(p) for p in (Wx, Wh, b)]

        def __getattr__(self, name):
            return getattr(self.inner, name)

        def backward(self, *above):
            result = self.inner.backward(*above)
            for grad, inner in zip(self.grads, self.inner.grads):
                grad[...] = columns(inner, np.argsort(order))
            return result

    return Packed
