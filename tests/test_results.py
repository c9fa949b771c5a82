"""docs/results.md: means and spreads are computed again from the numbers that it links to."""

import csv
import re

import pytest

from tests.documents import ROOT, tables

RESULTS = ROOT / "docs" / "results"
RUNS = {"ch07_addition.csv": ("plain", "reversed", "peeky", "reversed + peeky"),
        "ch08_dates.csv": ("attention", "plain", "bidirectional", "input-feeding", "deep", "gnmt",
                           "transformer"),
        "ch08_transformer_addition.csv": ("Transformer",),
        "ch06_cells.csv": ("RNN", "GRU", "LSTM"),
        "ch06_improvements.csv": ("one LSTM layer", "two layers", "dropout", "shared weights",
                                  "all three")}


def values_of(file, variant):
    """{seed: the value on the test part} of a variant."""
    with open(RESULTS / file, encoding="utf-8", newline="") as lines:
        return {int(seed): float(value) for name, seed, epoch, value in csv.reader(lines)
                if (name, epoch) == (variant, "test")}


@pytest.mark.parametrize("file, variant",
                         [(file, name) for file, names in RUNS.items() for name in names])
def test_means_and_spreads_are_those_of_the_runs(file, variant):
    values = values_of(file, variant)
    mean = f"{sum(values.values()) / len(values):.2f}"
    if len(values) > 1:
        mean += f" ({min(values.values()):.2f} to {max(values.values()):.2f})"
    seeds = ", ".join(map(str, sorted(values)))
    rows = [row for row in tables(ROOT / "docs" / "results.md")
            if re.sub(r",.*", "", row[0]) == variant and mean in row and seeds in row]
    assert len(rows) == 1, f"no row, or several, of {variant} with {mean} and the seeds {seeds}"


def test_every_file_of_numbers_is_behind_a_row():
    text = (ROOT / "docs" / "results.md").read_text("utf-8")
    left_out = [path.name for path in RESULTS.iterdir() if f"results/{path.name}" not in text]
    assert not left_out
