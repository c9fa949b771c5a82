"""A model as a picture in the style of the book's: layers as boxes, unrolled over time.

Forward goes up, in black, gradients come down, in red, each with its shape; weights enter from the
left. What joins the layer below (h, the context) goes around it; a residual connection is labelled
"x +"; an encoder stands on the left of its decoder.
"""

import re
from typing import NamedTuple

RECURRENT = re.compile("RNN|LSTM|GRU|NTM")
MEETS = re.compile("CrossAttention|TimeAttention")           # the encoder, in a decoder
MIXES = re.compile("SelfAttention")                          # all steps, in one box
RESIDUAL = "x + "
ON_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
MOST_STEPS = 4               # boxes of a layer that are drawn; more are hinted at
MOST_LAYERS = 8              # below a part that is opened


def parts_of(rows):
    """[(name, leaves)]: columns of layers; a part with a few layers of its own is opened."""
    columns, k = [], 0
    while k < len(rows):
        below = below_of(rows, k)
        if below:
            columns.append((rows[k].name, leaves(rows[k + 1:k + 1 + len(below)])))
        elif columns:
            columns[-1][1].append(rows[k])                   # the loss, above the decoder
        else:
            columns.append(("", [rows[k]]))
        k += 1 + len(below)
    return columns


def below_of(rows, k):
    """The rows below row k, deeper than it."""
    end = k + 1
    while end < len(rows) and rows[end].depth > rows[k].depth:
        end += 1
    return rows[k + 1:end]


def leaves(rows):
    """The rows that are drawn: a part is opened while it has few parts."""
    found, k = [], 0
    base = rows[0].depth if rows else 0
    while k < len(rows):
        below = below_of(rows, k)
        inner = [row for row in below if row.depth == base + 1]
        beside = len(inner) > 1 and sum(map(_width, inner)) == _width(rows[k])  # two directions
        residual = [RESIDUAL + row.kind for row in inner if row.name == "layer"]
        if below and base < 2 and len(inner) <= MOST_LAYERS and not (beside or residual):
            found += leaves(below)
        else:
            kind, = residual or [rows[k].kind]
            weights = sum(row.weights for row in [rows[k], *below])
            found.append(rows[k]._replace(kind=kind, weights=weights))
        k += 1 + len(below)
    return found


def levels_of(rows):
    """Lists of rows that stand side by side: with shared weights, or the losses of one model."""
    found = []
    for row in rows:
        beside = found and found[-1][0].kind == row.kind and (
            (row.shared and not row.weights) or row.output == found[-1][0].output == "()")
        if beside:
            found[-1].append(row)
        else:
            found.append([row])
    return found


class Column(NamedTuple):
    """A part of a model, from x on: its levels, each a list of rows that stand side by side."""

    name: str
    levels: list
    x: float
    shown: int                                               # boxes of a layer over time
    steps: int                                               # of which there are so many

    def boxes(self, level):
        """How many boxes a level has: one for each step, or for each layer beside another."""
        row = self.levels[level][0]
        over_time = not MIXES.search(row.kind) and (
            (len(row.shape) == 3 and row.shape[1] > 1) or
            (row.shape == () and self.steps > 1))            # a loss of all steps
        return self.shown if over_time else len(self.levels[level])

    def wide(self, level):
        """The width of a level's boxes: a single one is as wide as all."""
        return 1.0 if self.boxes(level) == self.shown else 1.4 * self.shown - 0.4

    def source(self, level):
        """What enters besides the level below it, where its weights have more rows than that gives.

        It is an earlier level of that width, an attention or else the nearest, or -1, for the
        encoder; None where nothing does.
        """
        row, below = self.levels[level][0], self.levels[level - 1][0]
        rows = next((shape[0] for _, shape, _ in row.params if len(shape) == 2), 0)
        more = rows - _width(below)
        if level == 0 or more <= 0 or not (_width(below) and row.back):    # none: of an embedding
            return None
        fits = [k for k in range(level - 1) if _width(self.levels[k][0]) == more]
        return max(fits, key=lambda k: (bool(MEETS.search(self.levels[k][0].kind)), k), default=-1)


def _width(row):
    """How many numbers all that a layer gives has at a step."""
    return sum(int(last) for last in re.findall(r"(\d+),?\)", row.output))


def draw(summary, figure):
    """Draw a Summary (dlfs2/model_table.py) on a matplotlib figure."""
    axes = figure.subplots()
    x, columns = 0.0, []
    for name, rows in parts_of([row for row in summary.rows if not row.made]):
        steps = max([row.shape[1] for row in rows if len(row.shape) == 3], default=1)
        levels = levels_of(rows)
        shown = max(min(steps, MOST_STEPS), *map(len, levels))
        columns.append(Column(name, levels, x, shown, steps))
        x += 1.4 * shown + 3.4
    encoder = None
    for column in columns:
        met = _meet(column) if encoder else []
        for level in range(len(column.levels)):
            _layer(axes, column, level, low=level in met)
            if level:
                _between(axes, column, level)
        for level in met:
            _across(axes, encoder, column, level)
        axes.text(column.x + 0.7 * column.shown, 1.6 * len(column.levels) - 0.6, column.name,
                  ha="center", fontsize=10)
        encoder = column
    axes.set_xlim(-2.6, x - 1.2)
    height = 1.6 * max(len(column.levels) for column in columns) + 1.2
    axes.set_ylim(-1.0, height - 1.0)
    figure.set_size_inches(max(0.75 * (x + 1.4), 4), 0.75 * height + 0.3)
    axes.axis("off")
    axes.set_title(f"{type(summary.model).__name__}: {summary.weights:,} weights")


def _meet(decoder):
    """The levels of a decoder that the encoder enters."""
    kinds = [row.kind for row, *_ in decoder.levels]
    levels = [k for k, kind in enumerate(kinds) if MEETS.search(kind)]
    levels += [k for k, kind in enumerate(kinds) if RECURRENT.search(kind)][:1]
    levels += [k for k in range(len(kinds)) if decoder.source(k) == -1]
    return sorted(set(levels)) or [0]


def _arrow(axes, start, end, color, bend=0.0):
    axes.annotate("", end, start, arrowprops={
        "arrowstyle": "->", "color": color, "lw": 0.8, "connectionstyle": f"arc3,rad={bend}"})


def _both(axes, start, end, bend=0.0, apart=(0.0, 0.0)):
    """Forward from start to end, in black; back beside it, in red."""
    there = [(x + apart[0], y + apart[1]) for x, y in (start, end)]
    _arrow(axes, start, end, "black", bend)
    _arrow(axes, there[1], there[0], "tab:red", -bend)


def _layer(axes, column, level, low):
    row = column.levels[level][0]
    y, wide = 1.6 * level, column.wide(level)
    for step in range(column.boxes(level)):
        x = column.x + 1.4 * step
        axes.add_patch(_box(x, y, wide))
        axes.text(x + wide / 2, y + 0.3, _short(row.kind), ha="center", va="center", fontsize=7)
        if step and RECURRENT.search(row.kind):
            _both(axes, (x - 0.4, y + 0.42), (x, y + 0.42), apart=(0, -0.24))
    if column.boxes(level) == column.shown < column.steps:
        axes.text(column.x + 1.4 * column.shown - 0.2, y + 0.3, "...", va="center")
    if row.params or row.weights:                            # low: below what the encoder sends
        text = "\n".join(f"{name} {shape}{', shared' * shared}" for name, shape, shared
                         in row.params) or f"{row.weights:,} weights"
        axes.annotate(text, (column.x, y + (0.05 if low else 0.3)),
                      (column.x - 0.35, y + (0.1 if low else 0.3)), ha="right",
                      va="top" if low else "center", fontsize=6, bbox=ON_WHITE, zorder=5,
                      arrowprops={"arrowstyle": "->", "lw": 0.8})


def _between(axes, column, level):
    """The arrows from the level below to this one, with the shapes that go up and come down."""
    row, below, y = column.levels[level][0], column.levels[level - 1][0], 1.6 * level
    arrows = max(column.boxes(level), column.boxes(level - 1))
    wide, source = min(column.wide(level), column.wide(level - 1)), column.source(level)
    for step in range(arrows):
        x = column.x + 1.4 * step
        _both(axes, (x + wide / 2 - 0.1, y - 1.0), (x + wide / 2 - 0.1, y), apart=(0.2, 0))
        if source is not None and source >= 0:               # past the level between
            start = 1.6 * source + 0.6
            _both(axes, (x + 0.16, start), (x + 0.16, y), -0.78 / (y - start), apart=(0.08, 0))
    right = column.x + 1.4 * column.shown - 0.5
    axes.text(right, y - 0.3, below.output, fontsize=6)
    if row.back:
        axes.text(right, y - 0.65, row.back, fontsize=6, color="tab:red")


def _across(axes, encoder, decoder, level):
    """From the encoder's last layer to a level of the decoder, and back.

    An attention gets all states, at every step, and a recurrent layer the last one, to begin with.
    """
    start = encoder.x + 1.4 * encoder.shown - 0.35, 1.6 * len(encoder.levels) - 1.2
    end = decoder.x - 0.05, 1.6 * level + 0.45
    _both(axes, start, end, -0.15, apart=(0, -0.2))
    if MEETS.search(decoder.levels[level][0].kind):
        axes.text(end[0] - 0.4, end[1] + 0.3, "all states, to each step", ha="right", fontsize=6,
                  bbox=ON_WHITE)


def _box(x, y, wide):
    from matplotlib.patches import FancyBboxPatch
    return FancyBboxPatch((x, y), wide, 0.6, boxstyle="round,pad=0.02", facecolor="0.93",
                          edgecolor="0.3", linewidth=0.8)


def _short(kind):
    """A name that fits into a box: what TimeX does at one step is X."""
    name = kind.removeprefix("Time").replace("SoftmaxWithLoss", "Softmax\nLoss").replace(
        "NegativeSamplingLoss", "Negative\nSampling")
    return name if len(name) < 13 or "\n" in name else re.sub(
        "(?<=[a-z])(?=[A-Z])", "\n", name, count=1)
