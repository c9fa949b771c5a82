"""A model as a picture in the style of the book's: layers as boxes, unrolled over time.

Forward goes up, in black, gradients come down, in red, each with its shape; weights enter from the
left. An encoder stands on the left of its decoder.
"""

import itertools
import re

RECURRENT = re.compile("RNN|LSTM|GRU|NTM")
MEETS = re.compile("CrossAttention|TimeAttention")           # the encoder, in a decoder
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
        if below and base < 2 and len(inner) <= MOST_LAYERS:
            found += leaves(below)
        else:                                                # of a residual connection its layer
            kinds = [row.kind for row in inner if row.name == "layer"]
            found.append(rows[k]._replace(kind=kinds[0]) if kinds else rows[k])
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


def draw(summary, figure):
    """Draw a Summary (dlfs2/model_table.py) on a matplotlib figure."""
    axes = figure.subplots()
    left, tops = 0.0, []
    for name, rows in parts_of([row for row in summary.rows if not row.made]):
        steps = max([row.shape[1] for row in rows if len(row.shape) == 3], default=1)
        rows = levels_of(rows)
        shown = max(min(steps, MOST_STEPS), *map(len, rows))
        for level, row in enumerate(rows):
            _layer(axes, row, left, 1.6 * level, shown, steps)
            if level:
                _between(axes, rows[level - 1][0], row[0], left, 1.6 * level, shown)
        if name:
            axes.text(left + 0.7 * shown, 1.6 * len(rows) - 0.6, name, ha="center", fontsize=10)
        tops.append((left, rows, shown))
        left += 1.4 * shown + 3.4
    for (x, rows, shown), (to, others, _) in itertools.pairwise(tops):
        kinds = [row.kind for row, *_ in others]
        levels = [k for k, kind in enumerate(kinds) if MEETS.search(kind)]
        levels += [k for k, kind in enumerate(kinds) if RECURRENT.search(kind)][:1]
        for level in levels or [0]:
            axes.annotate("", (to - 0.05, 1.6 * level + 0.45), (x + 1.4 * shown - 0.35,
                                                                 1.6 * (len(rows) - 1) + 0.3),
                          arrowprops={"arrowstyle": "->", "connectionstyle": "arc3,rad=-0.15"})
    axes.set_xlim(-2.6, left - 1.2)
    height = 1.6 * max(len(rows) for _, rows, _ in tops) + 1.2
    axes.set_ylim(-1.0, height - 1.0)
    figure.set_size_inches(max(0.75 * (left + 1.4), 4), 0.75 * height + 0.3)
    axes.axis("off")
    axes.set_title(f"{type(summary.model).__name__}: {summary.weights:,} weights")


def _layer(axes, rows, x, y, shown, steps):
    row = rows[0]
    over_time = (len(row.shape) == 3 and row.shape[1] > 1) or (
        row.shape == () and steps > 1)                       # a loss of all steps
    boxes = shown if over_time else len(rows)
    wide = 1.0 if boxes == shown else 1.4 * shown - 0.4
    for step in range(boxes):
        axes.add_patch(_box(x + 1.4 * step, y, wide))
        axes.text(x + 1.4 * step + wide / 2, y + 0.3, _short(row.kind), ha="center", va="center",
                  fontsize=7)
        if step and RECURRENT.search(row.kind):
            for dy, ends, color in ((0.42, (-0.4, 0.0), "black"), (0.18, (0.0, -0.4), "tab:red")):
                axes.annotate("", (x + 1.4 * step + ends[1], y + dy),
                              (x + 1.4 * step + ends[0], y + dy),
                              arrowprops={"arrowstyle": "->", "color": color, "lw": 0.8})
    if over_time and steps > shown:
        axes.text(x + 1.4 * shown - 0.2, y + 0.3, "...", va="center")
    if row.params:
        axes.annotate("\n".join(row.params), (x, y + 0.3), (x - 0.35, y + 0.3), ha="right",
                      va="center", fontsize=6, arrowprops={"arrowstyle": "->", "lw": 0.8})


def _between(axes, below, row, x, y, shown):
    """The arrows from the layer below to this one, with the shapes that go up and come down."""
    for step in range(shown):
        middle = x + 1.4 * step + 0.5
        for dx, start, end, color in ((-0.1, y - 1.0, y, "black"), (0.1, y, y - 1.0, "tab:red")):
            axes.annotate("", (middle + dx, end), (middle + dx, start),
                          arrowprops={"arrowstyle": "->", "color": color, "lw": 0.8})
    right = x + 1.4 * shown - 0.5
    axes.text(right, y - 0.3, below.output, fontsize=6)
    if row.back:
        axes.text(right, y - 0.65, row.back, fontsize=6, color="tab:red")


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
