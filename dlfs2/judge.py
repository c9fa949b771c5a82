"""Judges the definitions of a reader's files: finds them, runs each apart, says what is wrong."""

import ast
import contextlib
import itertools
import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dlfs2.apart import command
from dlfs2.books_way import NUMPY, way
from dlfs2.cases import SIZES
from dlfs2.catalogue import ENTRIES
from dlfs2.explain import Explanation, Search
from dlfs2.hints import handed_in_changed
from dlfs2.readers_code import definitions, other_names, parse
from dlfs2.record import Record, Value, differing

SECONDS = 10                                                 # for the code of one name
SKIPPED = {"node_modules", "site-packages", "__pycache__", "build", "dist", "venv", "env"}


class Definition(NamedTuple):
    """A class or function of a reader's, and the name of the book that it is judged as."""

    file: str
    line: int
    name: str
    entry: object

    def source(self):
        """Its text, without comments."""
        node = next(node for node in definitions(parse(self.file).body)
                    if (node.name, node.lineno) == (self.name, self.line))
        return ast.unparse(node)


class Verdict(NamedTuple):
    """What was found: wrong keys {key: (mine, right)}, or an error; and why."""

    definition: Definition
    wrong: dict
    right: list                                              # methods in which all is right
    error: str
    remarks: list
    explanation: Explanation
    messages: dict

    @property
    def ok(self):
        return not (self.error or self.wrong)


def find(path, names=(), renamed=None):
    """(definitions in the order of blame, [lines on files that cannot be read]) below a path.

    renamed: {the reader's name: the book's}.
    """
    path = Path(path).resolve()
    found, complaints = [], []
    mine = [name for name, book in (renamed or {}).items() if not names or {name, book} & {*names}]
    wanted = re.compile("|".join(rf"\b{name}\b" for name in [*(names or ENTRIES), *mine]).encode())
    for file in [path] if path.is_file() else python_files(path):
        try:
            text = file.read_bytes()
            if file != path and not wanted.search(text) and b"\0" not in text:  # as UTF-16 has it
                continue
            body = parse(file).body
        except (SyntaxError, ValueError, OSError, RecursionError, MemoryError) as error:
            line = f":{error.lineno}" if getattr(error, "lineno", None) else ""
            place = file.name if file == path else file.relative_to(path)
            why = getattr(error, "msg", str(error)) or type(error).__name__
            complaints.append(f"{place}{line} cannot be read: {why}")
            continue
        books = {**other_names(body), **{name: name for name in ENTRIES}, **(renamed or {})}
        for node in definitions(body):
            book = books.get(node.name)
            if book in ENTRIES and (not names or book in names or node.name in names):
                found.append(Definition(str(file), node.lineno, node.name, ENTRIES[book]))
    return sorted(found, key=lambda d: (d.entry.depth, d.file, d.line)), complaints


def python_files(folder):
    """The Python files below a folder, each once, without those of others."""
    seen = set()
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and name[0] != "."
                            and not os.path.isfile(os.path.join(here, name, "pyvenv.cfg")))
        for file in (Path(here, name) for name in sorted(files)):
            real = os.path.realpath(file)                    # the same by a link is no other
            if file.suffix == ".py" and file.name[0] != "." and real not in seen and \
                    os.path.isfile(real):
                seen.add(real)
                yield file


def judge(found, root, report=lambda verdict: None):
    """A Verdict for each definition; `report` is told of each as soon as it is there."""
    verdicts, replaced = [], []
    for depth in sorted({d.entry.depth for d in found}):
        level = [d for d in found if d.entry.depth == depth]
        found_wrong = list(replaced)
        with workers(len(level)) as pool:
            for verdict in pool.map(partial(judged, root=root, replaced=found_wrong), level):
                if not verdict.ok:
                    d = verdict.definition
                    replaced.append([d.file, d.line, d.entry.module, d.entry.name])
                verdicts.append(verdict)
                report(verdict)
    return verdicts


@contextlib.contextmanager
def workers(most):
    """A pool of processes; after Ctrl-C they end at once, and nothing is left of them."""
    with tempfile.TemporaryDirectory(prefix="check_mine", ignore_cleanup_errors=True) as folder:
        count = min(os.cpu_count() or 1, most)
        with ProcessPoolExecutor(count, initializer=_begin, initargs=(folder,)) as pool:
            try:
                yield pool
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                for worker in multiprocessing.active_children():
                    worker.terminate()
                raise


_running = []                                                # the child of this worker


def _begin(folder):
    """In a worker: its temporary files go into a folder; told to end, it ends its child too."""
    def stop(*_):
        for child in _running:
            _end(child)
        os._exit(1)

    tempfile.tempdir = folder
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)             # which the parent hears as well


@contextlib.contextmanager
def _quiet():
    """Nothing is shown of what our plain forms and their changes print, or warn of."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere, warnings.catch_warnings(), \
            contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        warnings.simplefilter("ignore")
        yield


def judged(definition, root, replaced):
    """The Verdict on one definition, with ours in place of those that are `replaced`."""
    try:
        answer = run_apart(definition, root, replaced)
        if replaced and any(method == "__init__" and what == "raises"
                            for _, method, what in answer.get("values", ())):
            answer = run_apart(definition, root, [])         # ours does not fit what theirs adds
    except OSError as error:                                 # such as no room for temporary files
        answer = {"error": f"could not be run: {error}"}
    with _quiet():
        return verdict_on(definition, answer)


def run_apart(definition, root, replaced, bare=False):
    """What child.py wrote on a definition: {"error", "values", "messages"}."""
    folder = tempfile.mkdtemp(prefix="check_mine")
    try:
        request = os.path.join(folder, "request.json")
        Path(request).write_text(json.dumps(
            {"file": definition.file, "line": definition.line, "name": definition.name,
             "as": definition.entry.name, "root": str(root), "replaced": replaced, "bare": bare}))
        environment = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder),
                       "MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1"}
        child = subprocess.Popen(
            command("dlfs2.child", [request], "-B"), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment,
            start_new_session=True)
        _running.append(child)
        try:
            _, complaint = child.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            if not bare and not os.path.exists(os.path.join(folder, "imported")):
                _end(child)
                return run_apart(definition, root, replaced, bare=True)
            return {"error": f"took more than {SECONDS} s{_doing(folder)}"}
        finally:
            _end(child)
            _running.remove(child)
        return _answer(folder, complaint, child.returncode)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _doing(folder):
    """The place where a child was ended, in words; "" where it had not come to a call."""
    with contextlib.suppress(OSError, ValueError):
        case, method = Path(folder, "doing").read_text(encoding="utf-8").split("\n")
        return f" in {method} (case: {case}): a loop that does not end?"
    return ""


def _end(child):
    """End the child and all that it started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError, PermissionError):
        child.kill()
    child.communicate()


def _answer(folder, complaint, status):
    try:
        with open(os.path.join(folder, "result.json"), encoding="utf-8") as file:
            result = json.load(file)
        with np.load(os.path.join(folder, "result.npz"), allow_pickle=False) as arrays:
            arrays = dict(arrays)
    except (OSError, ValueError, EOFError):
        last = complaint.decode(errors="replace").strip().split("\n")[-1]
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        return {"error": f"ended without an answer: {last or how}"}
    values = {}
    for k, (case, method, what, kind, single, exact) in enumerate(result["values"]):
        value = values[case, method, what] = Value(exact if kind == "exact" else arrays[f"a{k}"],
                                                   kind)
        value.single = single
    return {"error": result["error"], "values": values,
            "messages": {tuple(key): text for *key, text in result.get("messages", [])}}


_right_values = {}


def right_values(entry):
    """What our plain form does, once for all."""
    if entry.name not in _right_values:
        _right_values[entry.name] = entry.run(entry.reference(), Record()).values
    return _right_values[entry.name]


def _reached(wrong, mine):
    """Of the wrong keys those that do not lack merely because a case ended before."""
    raised = {case.split(",")[0] for case, _, what in mine if what in ("raises", "returns")}
    return [key for key in wrong if key in mine or key[0].split(",")[0] not in raised]


def in_another_order(entry, mine, tolerance):
    """Whether it is right for a model that lists its layers in another order than ours."""
    for sizes in SIZES:
        part = {key: value for key, value in mine.items() if key[0].split(",")[0] == sizes.label}
        first = entry.run(entry.reference(), Record(), [sizes])
        for places in itertools.product(*map(range, first.counts.values())):
            record = Record()
            record.turns = dict(zip(first.counts, places))
            if not differing(part, entry.run(entry.reference(), record, [sizes]).values, tolerance):
                break
        else:
            return False
    return True


def explained(definition, mine, methods):
    """The Explanation of a search; where the search itself fails, the other verdicts still come."""
    try:
        return Search(definition.entry, mine, methods, definition.source()).run()
    except Exception as error:                               # in a change that nobody thought of
        return Explanation(words=f"The search for the reason failed ({type(error).__name__}: "
                                 f"{error}); what is wrong stands above.")


def verdict_on(definition, answer):
    """A Verdict from what a definition did."""
    if answer["error"]:
        return Verdict(definition, {}, [], answer["error"], [], Explanation(), {})
    mine, right = answer["values"], right_values(definition.entry)
    remarks = []
    wrong = _reached(differing(mine, right, 1e-6), mine)
    tolerance = 2e-4 if any(value.single for value in mine.values()) else 1e-6
    if wrong and not differing(mine, right, tolerance):
        wrong = []
        remarks.append("compared in single precision, which it computes in")
    books = way(definition.entry.name, definition.file)
    if wrong and books and not differing(
            mine, definition.entry.run(books[0], Record()).values, tolerance):
        wrong, remarks = [], [books[1]]
    if wrong and in_another_order(definition.entry, mine, tolerance):
        wrong = []
    for (_, _, what), message in answer.get("messages", {}).items():
        if what == "remark":
            remarks += [words for text, words in NUMPY.items()
                        if text in message and words not in remarks]
    explanation = Explanation()
    returns = [key for key in wrong if key[2] == "returns"]
    raised = {case.split(",")[0]: mine[case, method, what].value
              for case, method, what in wrong if what == "raises"}
    typed = {"NameError", "TypeError", "ImportError", "AttributeError"}  # Python says enough
    if returns:
        explanation = Explanation(words=f"{returns[0][1]} returns {mine[returns[0]].value}")
    elif wrong and (len(raised) < len({case.split(",")[0] for case, _, _ in right})
                  or wrong[0][2] != "raises" or (typed.isdisjoint(raised.values())
                                                 and any(key in right for key in mine))):
        explanation = explained(definition, mine, [method for _, method, _ in wrong])
    if any(method == "behaviour" for _, method, _ in wrong) and not explanation.fits:
        lines = handed_in_changed(definition.source())
        if lines:
            explanation = Explanation(words=f"`{lines[0]}` writes into an array that was handed "
                                            "in, or is kept for backward: is another meant?")
    if wrong and all(what.endswith("in the layer's own array") for _, _, what in wrong):
        explanation = Explanation(words="It puts new arrays into the list `params`, and the layers "
                                        "keep theirs: write into those, by `-=` or `[...] =`")
    methods = list(dict.fromkeys(method for _, method, what in mine if what != "raises"))
    faulty = {method for _, method, _ in wrong}
    return Verdict(definition, {key: (mine.get(key), right.get(key)) for key in wrong},
                   [method for method in methods if method not in faulty], "", remarks,
                   explanation, answer.get("messages", {}))
