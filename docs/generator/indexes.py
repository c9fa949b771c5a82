"""The index of scripts, in the order of the book: what each does, its results and its figures."""

import itertools
import re

from docs.generator.markdown import cells, inline

ASIDE = {"section", "seeds", "time", "command", "figure, numbers"}  # no result of an experiment


def tables(text):
    """The rows of all tables of a document, each as {head of the column: cell}."""
    for table in re.findall(r"(?:^\|.*\n?)+", text, re.M):
        head, _, *rows = map(cells, table.strip().split("\n"))
        yield from (dict(zip(head, row)) for row in rows)


def scripts_page(site):
    """docs/scripts.md row by row, with the rows of docs/results.md that name the script."""
    scripts, shown = (site.link(f"docs/{name}", "scripts.html")
                      for name in ("scripts.md", "results.md"))
    figures = sorted(path.name for path in (site.root / "docs" / "figures").glob("*.png"))
    results = [*tables(site.texts["docs/results.md"])]
    for before, row in itertools.pairwise(results):
        if row.get("command") in ("", "the same"):
            row["command"] = before.get("command", "")
    out = ["<h1>Scripts, results and figures</h1>",
           "<p>In the order of the book; times are of two cores and the toy corpus, results as in "
           '<a href="docs/results.html">the table of results</a>.</p>']
    for row in tables(site.texts["docs/scripts.md"]):
        script = re.search(r"\]\(\.\./([\w/.]+)\)", row["file"])[1]
        own = [result for result in results if script in result.get("command", "")]
        named = re.findall(r"\]\(figures/([\w.-]+)\)", str(own))
        drawn = (name for name in figures if name.removesuffix(".png") in site.modules[script].text)
        pictures = [shown(f"figures/{name}", "") for name in dict.fromkeys([*named, *drawn])]
        section, file, command, seconds, expect = (inline(cell, scripts) for cell in row.values())
        out += [f'<div class="script"><h2 id="{script}"><small>{section}</small> {file}</h2>'
                f"<p>{expect} ({seconds})</p><p>{command}</p>",
                *(_result(result, shown) for result in own),
                *(f'<a href="{name}"><img src="{name}" alt=""></a>' for name in pictures), "</div>"]
    return "\n".join(out)


def _result(row, link):
    experiment, *columns = row
    found = [f"{head}: <b>{inline(row[head], link)}</b>" for head in columns
             if head not in ASIDE and row[head] not in ("", "-")]
    shown = [inline(row[experiment], link), *found, inline(row["command"], link)]
    return f"<p>{' · '.join(shown)}</p>"
