"""The numbers of a figure as text: written beside it, so that runs can be drawn together later.

Curves have the columns curve, <label of the x axis>, <label of the y axis>, and a line for each
point; any other table has the columns that its script names.
"""

import csv
import io

from common.errors import InputError
from common.files.writing import cannot_read, replacing


def write_curves(path, axes):
    """Write all labelled lines of matplotlib axes."""
    write_table(path, ["curve", axes.get_xlabel(), axes.get_ylabel()],
                [(line.get_label(), f"{x:.10g}", f"{y:.6g}")
                 for line in axes.get_lines() for x, y in zip(*line.get_data())])


def write_table(path, header, rows):
    """Write rows of words and numbers as CSV under a header; floats get six digits."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [f"{cell:.6g}" if isinstance(cell, float) else cell for cell in row]
        for row in [header, *rows])
    with replacing(path) as file:
        file.write(text.getvalue().encode())


def read_curves(path):
    """(label of x, label of y, {curve: (xs, ys)}) of a file of write_curves, or InputError."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            (first, x_label, y_label), *rows = csv.reader(file)
        curves = {}
        for name, x, y in rows:
            for values, value in zip(curves.setdefault(name, ([], [])), (x, y)):
                values.append(float(value))
    except OSError as error:
        raise cannot_read(path, error) from error
    except (ValueError, csv.Error) as error:
        raise InputError(f"{path} holds no curves: each line must have a name and two numbers "
                         f"({error})") from error
    if first != "curve" or not curves:
        raise InputError(f"{path} holds no curves: its first line must begin with 'curve', and "
                         "lines must follow")
    return x_label, y_label, curves
