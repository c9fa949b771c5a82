"""What train_ntm.py prints and draws of a model's costs, for models whose costs are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from ch08_attention.ntm.figures import draw_answers, draw_curve, draw_sizes
from ch08_attention.ntm.tasks import (
    AssociativeRecall,
    Copy,
    DynamicNGrams,
    PrioritySort,
    RepeatCopy,
)
from ch08_attention.ntm.testing import best_cost, report
from common.script.curves import read_curves

ARGS = SimpleNamespace(seed=3, quick=False, model="lstm", show=False, figures="figures",
                       iterations=7, batch_size=2)


def silent(task):
    """A model that writes nothing but 0."""
    return SimpleNamespace(predict=lambda x: np.full((*x.shape[:2], task.output_size), -1.0))


def test_the_report_has_the_cost_of_each_part_and_of_each_size(capsys):
    task = RepeatCopy(1, 2, bits=3)
    costs = report(silent(task), task, ARGS)
    ones = {size: batch.t[:, :, :3].sum() / 50 for size, batch in zip(
        task.sizes + task.beyond, task.test(("last", 3), 50, task.sizes + task.beyond))}
    assert list(costs) == task.sizes + task.beyond
    np.testing.assert_allclose(list(costs.values()), [n + 1 for n in ones.values()])
    lines = capsys.readouterr().out.splitlines()
    mean = np.mean([ones[size] for size in task.sizes])
    asked = 4 * np.mean([n * m + 1 for n, m in task.sizes])
    assert lines[0] == (f"bit errors per sequence, size as in training: {mean + 1:.3f} of "
                        f"{asked:.0f} (vectors {mean:.3f}, end mark 1.000)")
    assert lines[1].startswith(f"bit errors per sequence, size 4 x 2: {ones[4, 2] + 1:.3f} of 36 (")


def test_the_report_has_the_best_possible(capsys):
    task = DynamicNGrams(30)
    batch, = task.test(("last", 3), 50)
    costs = report(SimpleNamespace(predict=lambda x: np.zeros((*x.shape[:2], 1))), task, ARGS)
    best = task.cost(task.best(batch), batch) / 50
    assert capsys.readouterr().out.splitlines()[0] == (
        f"bits per sequence, size as in training: 25.000 of 25 (best possible {best:.3f})")
    assert costs == pytest.approx({(30,): 25, (60,): 55}) and 20 < best < 25


def test_the_curve_ends_beside_the_best_possible():
    task, trainer = DynamicNGrams(30), SimpleNamespace(valid_list=[25.0, 24.0, 23.0])
    draw_curve(trainer, task, "curve", ARGS)
    curves = read_curves("figures/curve.csv")[2]
    assert curves["lstm"] == ([14, 28, 42], [25, 24, 23])
    best = best_cost(task, task.test(3, 10))
    assert curves["best possible"] == ([0, 42], pytest.approx([best, best], rel=1e-5))
    draw_curve(trainer, Copy(1, 2), "curve", ARGS)
    assert list(read_curves("figures/curve.csv")[2]) == ["lstm"]


def test_costs_are_drawn_against_sizes():
    draw_sizes(Copy(1, 2), {(1,): 0.5, (2,): 1.5, (4,): 9.0}, "sizes", ARGS)
    x_label, _, curves = read_curves("figures/sizes.csv")
    assert x_label == "vectors" and curves == {"lstm": ([1, 2, 4], [0.5, 1.5, 9])}


def test_the_sizes_of_training_are_marked_and_answers_drawn_of_three_sizes(monkeypatch):
    drawn = []
    monkeypatch.setattr("ch08_attention.ntm.figures.save_figure",
                        lambda figure, *more, **options: drawn.append(figure))
    draw_sizes(Copy(1, 2), {(1,): 0.5, (2,): 1.5, (4,): 9.0}, "sizes", ARGS)
    axes = drawn[0].axes[0]
    box = axes.patches[0].get_extents().transformed(axes.transData.inverted())
    assert (box.x0, box.x1) == pytest.approx((1, 2))
    task = AssociativeRecall()                               # 2..6 items, and 7..15 beyond
    draw_answers(silent(task), task, "answers", ARGS)
    assert [axes.get_title() for axes in drawn[1].axes[2::3]] == [
        f"output, size {n}" for n in (6, 10, 15)]


def test_inputs_below_0_are_drawn_darker_than_0(monkeypatch):
    drawn = []
    monkeypatch.setattr("ch08_attention.ntm.figures.save_figure",
                        lambda figure, *more, **options: drawn.append(figure))
    for task in (PrioritySort(), Copy()):
        draw_answers(silent(task), task, "answers", ARGS)
    for figure, low in zip(drawn, (-1, 0)):
        assert [axes.images[0].get_clim() for axes in figure.axes[:3]] == [
            (low, 1), (0, 1), (0, 1)]
