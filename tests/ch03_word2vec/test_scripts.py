"""The scripts of chapter 3."""

from pathlib import Path

import pytest

from tests.run_script import call_main


def test_cbow_predict_scores_every_word(capsys):
    call_main("ch03_word2vec/cbow_predict.py")
    assert len(capsys.readouterr().out.splitlines()) == 8


@pytest.mark.parametrize("model", ["cbow", "skipgram"])
def test_train_learns_and_compares_the_three_kinds_of_vectors(model, capsys):
    call_main("ch03_word2vec/train.py", "--model", model, "--quick")
    printed = capsys.readouterr().out
    assert "loss: " in printed and "nearest by W_in   by W_out      by both" in printed
    assert Path(f"quick/figures/ch03_{model}_loss.png").stat().st_size > 5000


def test_train_ends_where_the_book_does(capsys):
    call_main("ch03_word2vec/train.py")
    line = capsys.readouterr().out.splitlines()[1]
    first, last = (float(word) for word in line.split() if word[0].isdigit())
    assert first > 1.9 and last < 0.6


def test_train_glove_learns_scores_and_draws(capsys):
    call_main("ch03_word2vec/train_glove.py", "--quick", "--vectors", "g.npz")
    printed = capsys.readouterr().out
    for part in ("counted ", "| epoch 2 |", "million pairs a second", "vectors: g.npz",
                 "[query] car", "analogies, all"):
        assert part in printed
    assert Path("g.npz").exists() and Path("quick/figures/ch03_glove_loss.png").exists()


@pytest.mark.parametrize("command, title", [
    (["ch03_word2vec/train.py", "--model", "skipgram"], "SimpleSkipGram on the book's sentence"),
    (["ch03_word2vec/train_glove.py", "--vectors", "g.npz"], "GloVe on toy"),
    (["ch04_fast_word2vec/train.py", "--vectors", "v.npz"], "CBOW on toy"),
    (["ch04_fast_word2vec/train_fast.py", "--vectors", "f.npz"], "FastSkipGram on toy"),
])
def test_a_figure_of_losses_names_the_model_and_the_text(command, title, monkeypatch):
    drawn = []
    monkeypatch.setattr("common.script.figures.save_figure", lambda figure, *_, **__:
                        drawn.append(figure))
    call_main(*command, "--quick")
    assert drawn[0].axes[0].get_title().startswith(title)
