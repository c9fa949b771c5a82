"""Figures of a Neural Turing Machine at work: what it answers, and where its heads point while it does (section 8.5.3)."""

import random

import numpy as np

from common.functions import sigmoid
from common.script import new_figure, save_figure

NAMES = ("input", "target", "output")


def draw_answers(model, task, args, name):
    """Inputs, targets and outputs, time across, channels down: the largest size that was trained, and those beyond."""
    sizes = [task.sizes[-1], *task.beyond]
    figure = new_figure(args, width=10, height=2.2 * len(sizes))
    for row, size in zip(figure.subplots(len(sizes), 3, squeeze=False), sizes):
        batch = one(task, args, size)
        for axes, title, picture in zip(row, NAMES, pictures(model, batch)):
            axes.imshow(picture, aspect="auto", cmap="gray", interpolation="nearest", vmin=0, vmax=1)
            axes.set(title=f"{title}, size {' x '.join(map(str, size))}", yticks=[], xlabel="step")
    save_figure(figure, name, args)


def draw_heads(model, task, args, name):
    """One sequence: input and output above, and below them, for each head, how much it points at each row at each step."""
    batch = one(task, args, task.sizes[-1])
    x, _, output = pictures(model, batch)
    rows, weights = used_rows(model.ntm.weights[0])          # (T, K, R), of the predict() for the pictures
    T, K, _ = weights.shape
    figure = new_figure(args, width=5.5 * K / 2 + 2, height=7)
    grid = figure.subplots(2, K, squeeze=False, height_ratios=[1, 4], sharex=True)
    for axes, picture, title in zip(grid[0], [x, output] + [None] * K, ["input", "output"] + [""] * K):
        if picture is None:
            axes.set_axis_off()
        else:
            axes.imshow(picture, aspect="auto", cmap="gray", interpolation="nearest", vmin=0, vmax=1)
            axes.set(title=title, yticks=[])
    reads = K - model.ntm.heads.sizes[1]
    for head, axes in enumerate(grid[1]):
        axes.imshow(weights[:, head].T, aspect="auto", cmap="gray", interpolation="nearest", vmin=0, vmax=1,
                    extent=(-0.5, T - 0.5, rows[-1] + 0.5, rows[0] - 0.5))
        axes.set(title="where it reads" if head < reads else "where it writes", xlabel="step",
                 ylabel="row, from the one it starts at")
    save_figure(figure, name, args)


def pictures(model, batch):
    """Input (D, T), target and output (B, T) of the batch's first sequence; nothing is shown where none is wanted."""
    output = sigmoid(model.predict(batch.x)[0])              # (T, B)
    wanted = batch.mask[0][:, None]
    return batch.x[0].T, (batch.t[0] * wanted).T, (output * wanted).T


def used_rows(weights, least=0.05):
    """The numbers of the rows from the first to the last that some head points at, -R/2 to R/2; and weights (T, K, used)."""
    R = weights.shape[2]
    weights = np.roll(weights, R // 2, axis=2)
    used = np.flatnonzero(weights.max(axis=(0, 1)) > least)
    first, last = max(used.min(initial=R // 2) - 1, 0), min(used.max(initial=R // 2) + 1, R - 1)
    return np.arange(first, last + 1) - R // 2, weights[:, :, first:last + 1]


def one(task, args, size):
    """A batch of one sequence."""
    return task.batch(random.Random(args.seed), 1, *size)
