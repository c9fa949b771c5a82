"""The scripts of chapter 8: every model trains on dates, answers, and shows where it looked."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure

from ch07_seq2seq.asking import ask, load_model
from ch07_seq2seq.training import learning_rate
from ch08_attention import figures
from ch08_attention.figures import attention_map
from ch08_attention.length_study import words
from ch08_attention.models import MODELS
from ch08_attention.train import parse
from ch08_attention.visualize_attention import visualize
from common.base_model import vocabulary_hash
from common.errors import InputError
from common.files.arrays import load_arrays
from common.script.curves import read_curves
from dataset import toy
from tests.run_script import call_main

TRAIN, SHOW = "ch08_attention/train.py", "ch08_attention/visualize_attention.py"
TRANSFORMER, HEADS = "ch08_attention/train_transformer.py", "ch08_attention/transformer_figures.py"
LM = "ch08_attention/train_transformer_lm.py"


@pytest.mark.parametrize("model", MODELS)
def test_every_model_trains_and_answers(model, capsys):
    if model == "transformer":
        call_main(TRANSFORMER, "--quick", "--weights", "quick/attention.npz", "--layers", "1",
                  "--heads", "1")                            # golden.txt has the default
    else:
        call_main(TRAIN, "--quick", "--model", model)
    printed = capsys.readouterr().out
    for part in ("data: date, 44,000 questions to learn from, 1,000 for validation, 5,000 to test, "
                 "59 characters", "| epoch 2 |", "test accuracy:"):
        assert part in printed
    looks = model not in ("plain", "peeky")
    drawn = Path(f"quick/figures/ch08_{model}_map.png").exists()
    assert drawn == (looks and model != "transformer")       # which draws every head
    call_main(TRAIN, "--quick", "--ask", "Sep 27, 1994")
    assert capsys.readouterr().out.startswith("Sep 27, 1994 -> ")
    assert Path(f"quick/figures/ch08_ask_{model}_map.png").exists() == looks
    if looks:
        call_main(SHOW, "--quick", "--ask", "2/10/93")
        assert "2/10/93 -> " in capsys.readouterr().out
        model, about = load_model("quick/attention.npz", MODELS)
        text, weights = attention_map(model, about, np.arange(29)[None])
        assert weights.shape == (max(len(text), 1), 29)
        np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)
    else:
        with pytest.raises(InputError, match="without attention"):
            call_main(SHOW, "--quick")


def test_models_have_defaults_of_their_own():
    for flags, expected in (("", (0.005, 1, 0.5, 0.98)), ("--model deep", (0.002, 1, 0, 0.99)),
                            ("--model deep --lr 0.1", (0.1, 1, 0, 0.99)),
                            ("--model gnmt", (0.004, 1, 0, 0.99)),
                            ("--fall 0 --beta2 0.5", (0.005, 1, 0, 0.5))):
        args = parse(flags.split())
        assert (args.lr, args.decay, args.fall, args.beta2) == expected


def test_the_learning_rate_decays_from_epoch_to_epoch_and_falls_to_zero():
    for more, expected in (("--fall 0 --decay 0.5", [8, 8, 8, 8, 4, 4, 4, 4]),
                           ("--fall 0.5 --decay 1", [8, 8, 8, 8, 6, 4, 2, 0]),
                           ("--fall 0.25 --decay 0.5", [8, 8, 8, 8, 4, 4, 2, 0])):
        lr = learning_rate(parse(f"--lr 8 --max-epoch 2 {more}".split()), 4 * 128)
        assert [lr(t) for t in range(1, 9)] == expected      # two epochs of four steps


def test_all_models_are_compared(capsys):
    call_main("ch08_attention/compare_dates.py", "--quick", "--models", "attention", "transformer",
              "--save-runs", "a.csv")
    assert "train_transformer.py --max-epoch 5" in capsys.readouterr().out
    assert Path("a.csv").read_text().count("\ntransformer,0,") == 6
    _, label, curves = read_curves("quick/figures/ch08_dates.csv")
    right = [float(line.split(",")[3]) for line in Path("a.csv").read_text().splitlines()
             if line.startswith("transformer,0,") and "test" not in line]
    assert label == "validation dates answered wrong [%]"
    assert curves["transformer"][1] == [100 - value for value in right]


def test_questions_are_reversed_to_be_read_and_back_to_be_shown(monkeypatch):
    """A model that reads reversed, and looks only at what it reads first, the question's last."""
    about = {"characters": "_ab ", "question_size": 4, "answer_size": 3, "reverse": True,
             "model": "attention"}
    read = []

    class Model:
        decoder = SimpleNamespace(forward=lambda *args: None,
                                  weights=np.eye(1, 4)[None].repeat(2, axis=1))

        def encode(self, ids):
            return ids

        def generate_batch(self, ids, start_id, size, beam_width=1):
            read.append(ids.tolist())
            return np.array([[1, 2]])

    answer, ids = ask(Model(), about, "aab")
    assert answer == "ab" and read == [[[3, 2, 1, 1]]] == [ids.tolist()]
    shown = []
    monkeypatch.setattr(figures, "visualize", lambda *args, **how: shown.append(args))
    monkeypatch.setattr(figures, "save_figure", lambda *args: None)
    figures.draw_attention(Model(), about, [ids], "map", SimpleNamespace(show=False))
    (weights, across, down), = shown
    assert across == ["a", "a", "b", "pad"] and down == ["a", "b"]
    np.testing.assert_array_equal(weights, [[0, 0, 0, 1]] * 2)


def test_all_the_padding_is_one_column():
    assert figures.without_padding("a b  ") == ["a", " ", "b", "pad"]
    assert figures.without_padding("abcde") == list("abcde")
    weights = np.array([[0.1, 0.2, 0.3, 0.15, 0.25]])
    np.testing.assert_allclose(figures.sum_padding(weights, 4), [[0.1, 0.2, 0.3, 0.4]])
    np.testing.assert_array_equal(figures.sum_padding(weights, 5), weights)


def test_characters_stand_on_both_axes():
    axes = Figure().subplots()
    visualize(np.eye(3, 4), list("a$ c"), list("x y"), axes=axes)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a", r"\$", "\u00b7", "c"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["x", "\u00b7", "y"]
    assert axes.yaxis_inverted()


def test_of_very_many_characters_each_second_or_third_is_named():
    axes = Figure().subplots()
    visualize(np.zeros((120, 250)), list("ab" * 125), list("x" * 120), axes=axes)
    assert [label.get_text() for label in axes.get_xticklabels()] == list("ab" * 42)
    assert axes.get_yticks().tolist() == [k + 0.5 for k in range(0, 120, 2)]


def test_length_is_studied(capsys):
    x, t, lengths = words(0, 48)
    assert all(np.array_equal(x[i, :n], t[i, 1:n + 1][::-1]) for i, n in enumerate(lengths))
    assert all(not x[i, n:].any() and not t[i, n + 1:].any() for i, n in enumerate(lengths))
    call_main("ch08_attention/length_study.py", "--quick")
    assert "attention    [%]" in capsys.readouterr().out
    assert Path("quick/figures/ch08_length.png").exists()


def test_the_transformer_by_all_its_options(capsys):
    call_main(TRANSFORMER, *"--quick --post-norm --paper-schedule --smoothing 0.1 --dropout 0.1 "
              "--heads 2 --layers 1 --mask-padding --data addition".split())
    assert "| epoch 2 |" in capsys.readouterr().out
    call_main(TRANSFORMER, "--quick", "--ask", "57+5", "--beam", "3", "--length-penalty", "0.6")
    assert capsys.readouterr().out.startswith("57+5 -> ")
    call_main(HEADS, "--weights", "quick/transformer.npz", "--ask", "1+2")
    call_main(HEADS)
    for name in ("quick/figures/ch08_transformer_encoder", "quick/figures/ch08_transformer_decoder",
                 "figures/ch08_ask_transformer_cross"):
        assert Path(f"{name}_heads.png").stat().st_size > 5000
    assert Path("figures/ch08_positional_encoding.png").stat().st_size > 5000
    with pytest.raises(InputError, match="3 heads do not divide the width 64"):
        call_main(TRANSFORMER, "--quick", "--heads", "3")


def test_the_transformer_as_a_language_model(capsys):
    call_main(LM, "--quick", "--corpus", "toy", "--save", "run.npz")
    printed = capsys.readouterr().out
    for part in ("| epoch 2 | perplexity", "test perplexity:", "lowest possible", "a text: "):
        assert part in printed
    assert "<eos>" not in printed
    known = str(load_arrays("quick/TransformerLM.npz")["vocabulary"])
    assert known == vocabulary_hash(toy.load_data(tokens=1)[1])
    with pytest.raises(InputError, match="even"):
        call_main(LM, "--quick", "--corpus", "toy", "--wordvec-size", "5")


def test_a_short_window_begins_its_text_with_what_fits(capsys):
    call_main(LM, "--quick", "--corpus", "toy", "--time-size", "2", "--max-epoch", "1")
    assert "a text: " in capsys.readouterr().out


def test_a_question_of_nothing_but_padding_is_told():
    call_main(TRAIN, "--quick", "--mask-padding")
    with pytest.raises(InputError, match="is no question"):
        call_main(TRAIN, "--quick", "--ask", " ")


def test_a_question_to_the_heads_needs_a_model():
    with pytest.raises(InputError, match="--weights"):
        call_main(HEADS, "--ask", "2/10/93")


def test_several_questions_have_figures_of_their_own():
    call_main(TRANSFORMER, "--quick", "--layers", "1", "--heads", "1")     # fewer to be drawn
    call_main(TRANSFORMER, "--quick", "--ask", "2/10/93", "--ask", "Sep 27, 1994")
    for name in ("ask_1_transformer", "ask_2_transformer", "transformer"):
        assert Path(f"quick/figures/ch08_{name}_cross_heads.png").exists()


def test_a_beam_s_answer_is_the_one_that_is_drawn(monkeypatch):
    call_main(TRAIN, "--quick")
    widths = []

    def noting(*args, **how):
        widths.append(how["beam_width"])
        return attention_map(*args, **how)

    monkeypatch.setattr(figures, "attention_map", noting)
    call_main(TRAIN, "--quick", "--ask", "2/10/93", "--beam", "3")
    assert widths == [3]
