"""What the training scripts share: settings that suit, and validation over the minutes."""

import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ch06_lstm import train_awd_rnnlm, train_rnnlm
from ch06_lstm.training import epoch_of, write_minutes
from common.errors import InputError
from common.script.curves import read_curves


@pytest.mark.parametrize("script, corpus, quantity", [
    (train_awd_rnnlm, "toy-ja", "bits per character"), (train_rnnlm, "toy", "perplexity")])
def test_validation_is_kept_over_the_minutes_of_training(script, corpus, quantity):
    _, trainer = script.main(["--quick", "--corpus", corpus, "--max-epoch", "2"])
    name, = Path("quick/figures").glob("*_minutes.csv")
    x_label, y_label, curves = read_curves(name)
    assert (x_label, y_label) == ("minutes of training", f"validation, {quantity}")
    values = [math.log2(value) if "bits" in quantity else value for value in trainer.valid_list]
    np.testing.assert_allclose(curves["validation"],
                               [np.divide(trainer.valid_seconds, 60), values], rtol=1e-4)
    assert name.with_name(name.name.replace("minutes", "perplexity")).exists()


def test_the_test_stands_where_its_weights_are_from():
    """In the figure: at the best epoch where the model has those weights, else at the last."""
    W = np.ones(3)
    trainer = SimpleNamespace(valid_list=[9.0, 7.0, 8.0], best={"W": W.copy()},
                              model=SimpleNamespace(named_params=lambda: {"W": W}))
    assert epoch_of(trainer) == 1
    W[0] = 2
    assert epoch_of(trainer) == -1


def test_epochs_whose_time_is_not_known_are_left_out_of_the_minutes():
    """Those of a run that an earlier version began, which did not time."""
    trainer = SimpleNamespace(valid_list=[9.0, 8.0, 7.0], valid_seconds=[math.nan, math.nan, 90.0])
    write_minutes(trainer, SimpleNamespace(level="word"), Path("m.csv"))
    assert read_curves("m.csv")[2] == {"validation": ([1.5], [7])}


@pytest.mark.parametrize("script, corpus, other, message", [
    (train_rnnlm, "toy", "sgd", "the learning rate 0.004 suits adam: .*, such as 20"),
    (train_awd_rnnlm, "toy-ja", "sgd", "0.005 suits adam"),
    (train_awd_rnnlm, "toy", "adam", "20 suits sgd: .*, such as 0.002")])
def test_another_optimizer_needs_a_learning_rate_of_its_own(script, corpus, other, message):
    asked = ["--quick", "--corpus", corpus, "--optimizer", other]
    with pytest.raises(InputError, match=message):
        script.main(asked)
    script.main([*asked, "--lr", "0.01"])
    script.main([*asked[:-1], "adam" if other == "sgd" else "sgd"])               # the usual one
