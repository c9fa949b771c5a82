"""sums_study.py: what it measures, by hand, and both of its studies."""

from types import SimpleNamespace

import numpy as np
import pytest

from ch08_attention import sums_study
from ch08_attention.sums_study import digits_right, reached

CHARACTERS = "_ 0123456789"


def ids(*texts):
    return np.array([[CHARACTERS.index(c) for c in text] for text in texts])


@pytest.mark.parametrize("units_first", [False, True])
def test_digits_are_counted_from_the_units(units_first):
    """Of 1234, 57 and 8 the guesses are 1934, 7 and 8: the units all, the tens 1 of 2."""
    answers, guesses = ["1234", "57", "8"], ["1934", "7", "8"]
    if units_first:
        answers, guesses = ([text[::-1] for text in texts] for texts in (answers, guesses))
    answers, guesses = ([text.ljust(4) for text in texts] for texts in (answers, guesses))
    data = SimpleNamespace(characters=CHARACTERS, x_valid=np.zeros((3, 2), int), end_id=1,
                           t_valid=ids(*("_" + text for text in answers)))
    model = SimpleNamespace(generate_batch=lambda xs, *sizes, **how: ids(*guesses))
    np.testing.assert_allclose(digits_right(model, data, units_first), [100, 50, 0, 100])


def test_when_a_digit_is_learned():
    assert reached(np.array([3, 94.9, 95, 90])) == "epoch 3"
    assert reached(np.array([3, 94.6])) == "95 %" and reached(np.array([95.0])) == "epoch 1"


@pytest.mark.parametrize("study, name, columns", [
    ("digits", "answer reversed", 6), ("weights", "Transformer", 3)])
def test_a_study_trains_and_keeps_its_rows(study, name, columns, monkeypatch):
    monkeypatch.setattr(sums_study, "VARIANTS", {name: sums_study.VARIANTS[name]})
    rows = sums_study.main(["--quick", "--study", study])
    assert [(row[0], len(row)) for row in rows] == [(name, columns)] * 2
    with open(f"quick/figures/ch08_sums_{study}.csv", encoding="utf-8") as file:
        assert len(file.readlines()) == 3


def test_each_variant_is_trained_as_its_name_says(monkeypatch):
    asked = {}
    for script in (sums_study.train_seq2seq, sums_study.train_transformer):
        monkeypatch.setattr(script, "train", lambda args, watch: (
            asked.setdefault(len(asked), args), None, None))
    args = SimpleNamespace(max_epoch=3, seed=5, quick=False)
    for name in sums_study.VARIANTS:
        sums_study.train(name, "", args)
    assert [(a.reverse, a.reverse_answer) for a in asked.values()] == [
        (False, False), (True, False), (False, True), (False, False)]
    assert {(a.data, a.max_epoch, a.seed) for a in asked.values()} == {("addition", 3, 5)}
