"""What a class or function did, as values under labels: so two of them can be compared.

A case calls a thing step by step through a Record, which notes what comes out, the gradients, and
behaviour: whether inputs were left alone, whether what was returned is still what it was.
"""

import contextlib
import inspect
import io
import json

import numpy as np

EXACT, NUMBER, SCALE = "exact", "number", "scale"            # how two values are compared
CONSTANT = 1e-4                              # with the book's 1e-7 in a log or below a line, or not
ALLOWED = {"loss": CONSTANT, "W after": CONSTANT, "b after": CONSTANT,
           "similarities": 6e-3}             # printed with two digits, or more


NO_GRADS = "no params and grads"


class Differs(Exception):
    """A value is not the expected one: no need to go on."""


class Stop(Exception):
    """The thing under test raised, which is noted; its case ends here."""


class Value:
    """One value: an array of numbers, or a word, or a scale that random numbers have."""

    def __init__(self, value, kind=NUMBER):
        self.single = False                                  # of float32's precision
        if kind != EXACT:
            try:
                array = np.asarray(value)
                self.single = array.dtype in (np.float32, np.float16)
                value = array.astype(float)
            except (TypeError, ValueError):
                kind, value = EXACT, type(value).__name__
        if kind == EXACT:                                    # as it comes back from a file
            value = json.loads(json.dumps(value, default=_plain))
        self.kind, self.value = kind, value

    def equals(self, other, tolerance):
        """Whether it is the same but for rounding."""
        if self.kind != other.kind:
            return False
        if self.kind == EXACT:
            return self.value == other.value
        a, b = self.value, other.value
        if a.shape != b.shape:
            return False
        if self.kind == SCALE:                               # a deviation: of that size
            return bool(np.all(np.abs(a - b) <= 0.45 * np.maximum(np.abs(a), np.abs(b)) + 1e-12))
        if not a.size:
            return True
        finite = b[np.isfinite(b)]
        size = max(np.abs(finite).max() if finite.size else 0.0, 1e-8)
        return bool(np.allclose(a, b, rtol=tolerance, atol=tolerance * size, equal_nan=True))


class Record:
    """The values of all cases, {(case, method, what): Value}; `expected`: another's, to stop at.

    told: called with case and method before each call.
    """

    def __init__(self, expected=None, tolerance=1e-4, told=lambda case, method: None):
        self.values = {}
        self.expected, self.tolerance = expected, tolerance
        self.case, self.first, self.method = "", "", "__init__"
        self.handed, self.returned = [], []                  # method, what, array, copy
        self.held = []                                       # the arrays of .grads at construction
        self.errors = {}                                     # {key: exception}
        self.told = told
        self.counts, self.turns = {}, {}                     # see cases/models.py

    def note(self, what, value, kind=NUMBER, method=None):
        """Note a value of the method that was called last."""
        key = (self.case, method or self.method, what)
        value = value if isinstance(value, Value) else Value(value, kind)
        if self.expected is not None:
            wanted = self.expected.get(key)
            if wanted is None or not value.equals(wanted, _allowed(what, self.tolerance)):
                raise Differs(key)
        self.values[key] = value

    def run(self, case, thing, name, sizes):
        """Run one case; what it raises is noted."""
        self._run(case, thing, name, sizes)
        for key, error in list(self.errors.items()):
            if key[0].split(",")[0] == name and older_numpy(error):
                for there in [key for key in self.values if key[0].split(",")[0] == name]:
                    del self.values[there]
                self.errors[(*key[:2], "remark")] = self.errors.pop(key)
                self._run(case, thing, name, sizes)

    def _run(self, case, thing, name, sizes):
        self.case = self.first = name
        self.method = "__init__"
        self.handed, self.returned, self.held = [], [], []
        np.random.seed(0)                                    # the book's code draws from it
        with np.errstate(all="ignore"), contextlib.suppress(Stop):
            case(thing, self, sizes)
            self.method = "behaviour"
            self.leftovers()

    def attempt(self, method, function, *arguments, **named):
        """function(*arguments, **named); what it raises is noted, and ends the case."""
        self.method = method
        self.told(self.case, method)
        if named and not _takes(function, arguments, named):
            arguments, named = (*arguments, *named.values()), {}       # it has other names
        try:
            return function(*arguments, **named)
        except (Differs, Stop):
            raise
        except Exception as error:                           # of the code under test: any
            self.errors[self.case, self.method, "raises"] = error
            self.note("raises", type(error).__name__, EXACT)
            raise Stop from error

    def make(self, thing, *arguments, **named):
        """An object, its gradient arrays remembered as a model remembers them."""
        made = self.attempt("__init__", thing, *arguments, **named)
        self.held = list(getattr(made, "grads", []))
        return made

    def call(self, made, method, *arguments, gives="out"):
        """Call a method (or, of method "", the thing itself) and note what it gives.

        gives: the name of what is returned, or a list of them where several things are; None for
        what is not noted.
        """
        call = made if method == "" else self.attempt(method, getattr, made, method)
        inputs = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
        result = self.attempt(method or "call", call, *inputs)
        for given, original in zip(inputs, arguments):
            if isinstance(given, np.ndarray):
                self.handed.append((self.method, given, original))
        several = isinstance(gives, list) and len(gives) > 1
        names = gives if isinstance(gives, list) else [gives]
        if names != [None] and (fault := _fault_of_return(result, names)):
            self.note("returns", fault, EXACT)
            raise Stop
        for what, value in zip(names, result if several else [result]):
            if what is None:
                continue
            if isinstance(value, list):                      # which an array would not be equal to
                self.note(f"{what} is a list, not an array", True, EXACT)
            self.note(what, value)
            if isinstance(value, np.ndarray):
                self.returned.append((self.method, what, value, value.copy()))
        return result

    def silent(self, made, method, *arguments):
        """Call a method whose result says nothing."""
        return self.attempt(method, getattr(made, method), *arguments)

    def printed(self, thing, *arguments):
        """What a call prints, or else returns, as text."""
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            result = self.attempt("call", thing, *arguments)
        return text.getvalue() or str(result)

    def grads(self, made, names, method="backward"):
        """Note the gradients, as the layer's list has them now and in the arrays held before."""
        self.method = method
        if not names and not hasattr(made, "grads"):         # which not every model gathers
            self.errors[self.case, method, "remark"] = LookupError(NO_GRADS)
            return
        now = self.attempt(method, lambda: [_dense(grad) for grad in made.grads])
        if len(now) != len(names.split()):
            self.note("length of grads", len(now))
            return
        for name, grad, held in zip(names.split(), now, self.held):
            self.note(name, grad)
            self.note(f"{name} in the array of grads that a model holds", _dense(held))

    def leftovers(self):
        """Whether inputs, and what was returned, were left alone by what came later."""
        for k, (method, given, original) in enumerate(self.handed):
            if not np.array_equal(given, original, equal_nan=given.dtype.kind == "f"):
                self.note(f"input {k} of {method} was changed", True, EXACT)
        for method, what, value, copy in self.returned:
            if not np.array_equal(value, copy, equal_nan=value.dtype.kind == "f"):
                self.note(f"{what} of {method} was overwritten later", True, EXACT)


def _fault_of_return(result, names):
    """The fault in what a call returned where the things `names` belong, in words; "": none."""
    if result is None:
        return "nothing: is `return` missing?"
    if inspect.isgenerator(result):
        return "a generator: does `yield` stand where `return` belongs?"
    count = len(result) if isinstance(result, (tuple, list)) else 1
    if len(names) > 1 and count != len(names):
        return f"{count} value{'s' * (count != 1)}, right are {len(names)}: {_listed(names)}"
    if len(names) == 1 and isinstance(result, tuple):
        return f"{count} values, right is one: {names[0]}"
    return ""


def _listed(names):
    return ", ".join(str(name) for name in names if name is not None)


def _plain(value):
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _dense(grad):
    return np.array(grad, dtype=float)                       # a gradient of rows is written out


def differing(mine, right, tolerance):
    """Keys under which two {key: Value} differ, in order."""
    keys = [*right, *(key for key in mine if key not in right)]
    return [key for key in keys if key not in mine or key not in right
            or not mine[key].equals(right[key], _allowed(key[2], tolerance))]


def _allowed(what, tolerance):
    return max(tolerance, *(more for name, more in ALLOWED.items() if what.startswith(name)), 0)


def _takes(function, arguments, named):
    try:
        inspect.signature(function).bind(*arguments, **named)
    except (TypeError, ValueError):
        return False
    return True


def older_numpy(error):
    """Give the code that raised what NumPy had when the book was written; whether it was that."""
    if type(error) not in (TypeError, AttributeError):       # not one of the reader's
        return False
    place = error.__traceback__
    while place.tb_next:
        place = place.tb_next
    space = place.tb_frame.f_globals
    if "arrays can be converted to Python scalars" in str(error) and "int" not in space:
        space["int"], space["float"] = (lambda x=0, *more, kind=kind: kind(
            x.item() if isinstance(x, np.ndarray) else x, *more) for kind in (int, float))
        return True
    for kind in (int, float):
        if str(error).startswith(f"module 'numpy' has no attribute '{kind.__name__}'"):
            setattr(np, kind.__name__, kind)
            return True
    return False
