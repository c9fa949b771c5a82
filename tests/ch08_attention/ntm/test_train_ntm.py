"""train_ntm.py: every task, controller and model runs, a machine learns, a stopped run goes on."""

from pathlib import Path

import numpy as np
import pytest

from ch08_attention.ntm import NTM, figures
from ch08_attention.ntm.figures import used_rows
from ch08_attention.ntm.tasks import Copy, RepeatCopy, TaskBatches, answers_of, mean_cost
from ch08_attention.train_ntm import parse
from common.errors import InputError
from common.files.arrays import load_arrays
from common.optimizer import Adam
from common.script.curves import read_curves
from common.trainer import Trainer
from tests.run_script import call_main

TRAIN = "ch08_attention/train_ntm.py"


@pytest.mark.parametrize("task, options", [
    ("repeat-copy", []), ("dynamic-n-grams", []), ("priority-sort", ["--model", "lstm"]),
    ("associative-recall", ["--controller", "feedforward", "--heads", "2", "--shifts", "2"])])
def test_the_script_trains_and_draws(task, options, capsys):
    call_main(TRAIN, "--quick", "--task", task, *options)
    printed = capsys.readouterr().out
    model = "lstm" if "lstm" in options else "ntm"
    assert f"data: {task}, 40 sequences to learn from" in printed and "| epoch 2 |" in printed
    x_label, y_label, curves = read_curves(f"quick/figures/ch08_{model}_{task}.csv")
    quantity = "bits" if task == "dynamic-n-grams" else "bit errors"
    assert (x_label, y_label) == ("sequences seen", f"{quantity} per sequence")
    assert curves[model][0] == [20, 40]
    assert Path(f"quick/figures/ch08_{model}_{task}_bits.png").stat().st_size > 5000
    assert Path(f"quick/figures/ch08_{model}_{task}_heads.png").exists() == (model == "ntm")
    call_main(TRAIN, "--quick", "--task", task, *options, "--draw")               # from its file
    assert capsys.readouterr().out == printed[printed.index(f"{quantity} per sequence"):]
    sizes = Path(f"quick/figures/ch08_{model}_{task}_sizes.png")
    assert sizes.exists() == (task in ("copy", "associative-recall"))
    assert f"weights: quick/{model}_{task}.npz" in printed
    assert printed.count("before the first end mark") == 3 * (task == "repeat-copy")


def test_a_stopped_run_ends_as_one_that_was_never_stopped():
    call_main(TRAIN, "--quick", "--weights", "whole.npz")
    kept = "--save", "run.npz", "--checkpoint-every", "2", "--weights", "half.npz"
    with pytest.raises(KeyboardInterrupt):
        stop_after(7, *kept)
    call_main(TRAIN, "--quick", *kept, "--resume")
    whole, half = load_arrays("whole.npz"), load_arrays("half.npz")
    assert all(np.array_equal(whole[name], half[name]) for name in whole)


def stop_after(steps, *options):
    """Run the script and press Ctrl-C, as it were, after so many steps."""
    with pytest.MonkeyPatch.context() as patch:
        update, done = Adam.update, []

        def stopping(self, params, grads):
            if len(done) == steps:
                raise KeyboardInterrupt
            done.append(1)
            update(self, params, grads)

        patch.setattr(Adam, "update", stopping)
        call_main(TRAIN, "--quick", *options)


def test_a_run_of_another_task_is_not_resumed():
    call_main(TRAIN, "--quick", "--save", "run.npz")
    with pytest.raises(InputError, match="another run"):
        call_main(TRAIN, "--quick", "--save", "run.npz", "--resume", "--seed", "1")


def test_a_machine_learns_to_copy_two_vectors():
    task = Copy(1, 2, bits=3)
    model = NTM(task.input_size, task.output_size, 32, 8, 8, rng=0)
    trainer = Trainer(model, Adam(0.01), rng=0)
    assert list(trainer.over(TaskBatches(task, 16, 400), 1, 1.0, verbose=False)) == [1]
    test = task.test(0, 20)
    assert mean_cost(task, test, answers_of(model, test)) < 0.1


def test_the_user_is_told_what_cannot_be():
    with pytest.raises(InputError, match="memory of 3 rows or more, got 2"):
        call_main(TRAIN, "--quick", "--rows", "2")
    with pytest.raises(InputError, match="cannot read"):
        call_main(TRAIN, "--quick", "--draw", "--weights", "none.npz")
    with pytest.raises(SystemExit):
        call_main(TRAIN, "--quick", "--heads", "0")


@pytest.mark.parametrize("option", [
    ["--heads", "2"], ["--rows", "8"], ["--controller", "lstm"], ["--shifts", "1"]])
def test_an_lstm_has_no_memory_to_be_set(option, capsys):
    with pytest.raises(SystemExit):
        call_main(TRAIN, "--quick", "--model", "lstm", *option)
    assert f"{option[0]} is of the NTM" in capsys.readouterr().err


def test_rows_are_counted_from_the_first_to_both_sides():
    weights = np.zeros((3, 1, 8))
    weights[0, 0, 0] = weights[1, 0, 7] = weights[2, 0, 6] = 1                    # back from row 0
    rows, used = used_rows(weights)
    assert rows.tolist() == [-3, -2, -1, 0, 1]
    assert used[:, 0].argmax(axis=1).tolist() == [3, 2, 1]


def test_heads_that_read_stand_above_those_that_write(monkeypatch):
    drawn, task = [], Copy(1, 2)
    monkeypatch.setattr(figures, "save_figure", lambda figure, *name: drawn.append(figure))
    model = NTM(task.input_size, task.output_size, 8, 8, 4, read_heads=3, write_heads=3, rng=0)
    figures.draw_addressing(model, task, "heads", parse([]))
    above, *below = np.reshape(drawn[0].axes, (3, 3))
    assert [[axes.get_title() for axes in line] for line in below] == [
        ["where it reads"] * 3, ["where it writes"] * 3]
    assert all(len(axes.images) == 1 for axes in [*above[:2], *np.ravel(below)])


def test_tasks_and_models_have_defaults_of_their_own():
    for flags, expected in (
            ("", (100, 0.003, 1, 128, "lstm", 15, 0, "ntm_copy.npz")),
            ("--task repeat-copy --lr 1", (100, 1, 2, 128, "lstm", 30, 10, "ntm_repeat-copy.npz")),
            ("--task dynamic-n-grams",
             (100, 0.003, 2, 128, "lstm", 30, 0, "ntm_dynamic-n-grams.npz")),
            ("--task associative-recall",
             (100, 0.005, 1, 128, "lstm", 30, 0, "ntm_associative-recall.npz")),
            ("--task priority-sort",
             (100, 0.003, 4, 128, "lstm", 30, 0, "ntm_priority-sort.npz")),
            ("--model lstm --task repeat-copy",
             (256, 0.001, None, None, None, 30, 10, "lstm_repeat-copy.npz"))):
        args = parse(flags.split())
        assert expected == (args.hidden_size, args.lr, args.heads, args.rows, args.controller,
                            args.max_epoch, args.small_epochs, args.weights)


@pytest.mark.parametrize("change", ["task", "sizes", "small_epochs", "iterations"])
def test_batches_of_another_task_are_told_apart(change):
    one = {"task": Copy(1, 4), "batch_size": 2, "iterations": 5, "small_epochs": 0}
    other = {"task": {"task": RepeatCopy(1, 4)}, "sizes": {"task": Copy(1, 5)},
             "small_epochs": {"small_epochs": 1}, "iterations": {"iterations": 6}}[change]
    a, b = TaskBatches(**one).settings(), TaskBatches(**{**one, **other}).settings()
    assert a[change] != b[change]
