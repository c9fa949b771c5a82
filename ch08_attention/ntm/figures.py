"""Figures of a Neural Turing Machine: its bit errors, its answers, and where its heads point."""

import random

import numpy as np

from ch08_attention.ntm.testing import best_cost, test_batches
from common.functions import sigmoid
from common.script import new_figure, save_figure

IMAGE = {"aspect": "auto", "cmap": "gray", "interpolation": "nearest", "vmin": 0, "vmax": 1}


def draw_curve(trainer, task, name, args):
    """What a test sequence costs after each epoch, and what it costs the best predictor."""
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    epochs = np.arange(1, len(trainer.valid_list) + 1)
    seen = epochs * args.iterations * args.batch_size
    axes.plot(seen, trainer.valid_list, marker=".", label=args.model)
    best = best_cost(task, test_batches(task, args, args.seed, 10, task.sizes))
    if best is not None:
        axes.plot([0, seen[-1]], [best, best], "--", color="gray", label="best possible")
    axes.set(xlabel="sequences seen", ylabel=f"{task.quantity} per sequence",
             ylim=(0 if best is None else None, None))
    axes.legend()
    save_figure(figure, name, args, curves=True)


def draw_sizes(task, costs, name, args):
    """What a sequence costs against its size, where a size is a number, and there are several."""
    sizes = [size for size, in costs] if all(len(size) == 1 for size in costs) else []
    if len(sizes) < 3:
        return
    figure = new_figure(args, width=6.5, height=4)
    axes = figure.subplots()
    axes.plot(sizes, list(costs.values()), marker=".", label=args.model)
    axes.axvspan(*(task.sizes[end][0] for end in (0, -1)), color="gray", alpha=0.2,
                 label="sizes of training")
    axes.set(xlabel=task.unit, ylabel=f"{task.quantity} per sequence", ylim=(0, None))
    axes.legend()
    save_figure(figure, name, args, curves=True)


def draw_answers(model, task, name, args):
    """Inputs, targets and outputs of the largest sizes: time across, channels down."""
    beyond = task.beyond if len(task.beyond) < 4 else [task.beyond[3], task.beyond[-1]]
    sizes = [task.sizes[-1], *beyond]
    figure = new_figure(args, width=10, height=2.2 * len(sizes))
    for row, size in zip(figure.subplots(len(sizes), 3, squeeze=False), sizes):
        batch = one_sequence(task, size, args)
        titles = "input", "target", "output"
        for axes, title, picture in zip(row, titles, pictures(model, batch)):
            draw_bits(axes, picture)
            axes.set(title=f"{title}, size {' x '.join(map(str, size))}", yticks=[], xlabel="step")
    save_figure(figure, name, args)


def draw_bits(axes, picture):
    """0 black and 1 white; where there are priorities, -1..1, 0 is grey."""
    axes.imshow(picture, **{**IMAGE, "vmin": -1 if picture.min() < 0 else 0})


def draw_addressing(model, task, name, args):
    """Input and output of one sequence, and below them where each head points at each step."""
    batch = one_sequence(task, task.sizes[-1], args)
    x, _, output = pictures(model, batch)
    rows, weights = used_rows(model.ntm.weights[0])          # (rows shown,), (T, K, rows shown)
    T, K, _ = weights.shape
    columns = max(2, K // 2)                                 # heads that read, then that write
    figure = new_figure(args, width=2.75 * columns + 2, height=3 + 4 * (K // columns))
    above, *below = figure.subplots(1 + K // columns, columns, squeeze=False, sharex=True,
                                    height_ratios=[1] + [4] * (K // columns))
    for axes, picture, title in zip(above, (x, output), ("input", "output")):
        draw_bits(axes, picture)
        axes.set(title=title, yticks=[])
    for axes in above[2:]:
        axes.set_axis_off()
    reads = K - model.ntm.heads.sizes[1]
    extent = (-0.5, T - 0.5, rows[-1] + 0.5, rows[0] - 0.5)
    for head, axes in enumerate(np.ravel(below)):
        axes.imshow(weights[:, head].T, extent=extent, **IMAGE)
        axes.set(title="where it reads" if head < reads else "where it writes", xlabel="step",
                 ylabel="row, from the one it starts at")
        axes.label_outer()
    save_figure(figure, name, args)


def pictures(model, batch):
    """Input (D, T), target and output (B, T) of a batch's first sequence, 0 where none is due."""
    output = sigmoid(model.predict(batch.x)[0])              # (T, B)
    wanted = batch.mask[0][:, None]
    return batch.x[0].T, (batch.t[0] * wanted).T, (output * wanted).T


def used_rows(weights, least=0.05):
    """The rows between those that heads point at, and the weights (T, K, R) of these.

    Rows are numbered from -R/2 to R/2, so that those before and after row 0 are neighbours.
    """
    R = weights.shape[2]
    weights = np.roll(weights, R // 2, axis=2)
    used = np.flatnonzero(weights.max(axis=(0, 1)) > least)
    first = max(used.min(initial=R // 2) - 1, 0)
    last = min(used.max(initial=R // 2) + 1, R - 1)
    return np.arange(first, last + 1) - R // 2, weights[:, :, first:last + 1]


def one_sequence(task, size, args):
    """A batch of one sequence."""
    return task.batch(random.Random(args.seed), 1, *size)
