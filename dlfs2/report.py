"""What is said of a reader's definitions: a line for each, and below it why it is wrong."""

import os

from dlfs2.books_way import NUMPY
from dlfs2.hints import adds_once, hint_of


def line(verdict, root):
    """A verdict on one definition, in one line and, if it is wrong, some more."""
    d = verdict.definition
    name = d.name if d.name == d.entry.name else f"{d.name} as {d.entry.name}"
    head = f"{os.path.relpath(d.file, root)}:{d.line}  {name}: "
    if verdict.ok:
        more = f" ({'; '.join(verdict.remarks)})" if verdict.remarks else ""
        return f"{head}right{more}"
    if verdict.error:
        return f"{head}WRONG, {verdict.error}"
    return "\n".join([f"{head}WRONG", *(f"    {text}" for text in _details(verdict))])


def _details(verdict):
    wrong = list(verdict.wrong)
    methods = {}
    for _, method, what in wrong:
        methods.setdefault(method, [])
        if what not in methods[method]:
            methods[method].append(what)
    if verdict.right and "__init__" not in methods:         # else nothing ran
        yield f"right: {', '.join(verdict.right)}"
    for method, whats in methods.items():
        yield f"wrong: {method}: {', '.join(whats[:6])}{', ...' if len(whats) > 6 else ''}"
    told = [key for key in wrong if key in verdict.messages and key[1] == wrong[0][1]]
    for key in (told or wrong)[:1]:                          # what was raised says most
        if key in verdict.messages:
            yield f"{key[1]} (case: {key[0]}) raises {verdict.messages[key]}"
            yield from (help for text, help in NUMPY.items() if text in verdict.messages[key])
        else:
            values = {other: mine for other, (mine, _) in verdict.wrong.items()}
            text = hint_of(key, verdict.wrong, values)
            if text:
                yield f"{key[1]}, {key[2]} (case: {key[0]}): {text}"
    yield from _explained(verdict)


def _explained(verdict):
    explanation, entry = verdict.explanation, verdict.definition.entry
    section = f"section {entry.section}" if entry.section[0].isdigit() else \
        f"appendix {entry.section}"
    if explanation.words:
        yield f"{explanation.words} ({section})"
    elif not explanation.fits and next(iter(verdict.wrong)) not in verdict.messages:
        yield (f"No one change of the plain form explains it ({section}). "
               f"`python -m dlfs2.exercise {entry.name} --answer` prints that form.")
        if "Embed" in entry.name:
            yield from _added_once(verdict)
    for k, changes in enumerate(explanation.fits):
        if k:
            yield "or:"
        for mutant in changes:
            place = ".".join(part for part in (explanation.place or entry.name, mutant.where[0])
                             if part and part != (explanation.place or entry.name))
            inside = f"{explanation.place or entry.name}.{place}" if place else entry.name
            yield f"{mutant.words} (in {inside}, {section})"
            yield f"    right:       {mutant.right}"
            yield f"    as if yours: {mutant.changed}"
            if mutant.words == "= instead of +=":
                yield from _added_once(verdict)


def _added_once(verdict):
    for text in adds_once(verdict.definition.source()):
        yield (f"    `{text}` adds only once to a row whose id repeats; "
               "np.add.at(array, ids, values) adds each time")
