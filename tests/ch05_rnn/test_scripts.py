"""The scripts of chapter 5: the loop by hand equals the trainer's, and each prints and draws."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from ch05_rnn.cbow_lm import LeftWindowLM, left_contexts, window_perplexity
from ch05_rnn.simple_rnnlm import SimpleRnnlm
from ch05_rnn.truncated_bptt import measure
from common.errors import InputError
from tests.run_script import call_main


def test_the_loop_by_hand_and_the_trainer_print_and_draw(capsys):
    call_main("ch05_rnn/train_custom_loop.py", "--quick")
    call_main("ch05_rnn/train.py", "--quick")
    printed = capsys.readouterr().out
    assert printed.count("data: toy, 1,000 tokens") == 2
    assert "| epoch 3 | perplexity" in printed and "at last" in printed
    for name in ("custom_loop", "rnnlm"):
        assert Path(f"quick/figures/ch05_{name}_perplexity.png").exists()


def test_figures_say_of_which_text_they_are_and_what_is_truncated(monkeypatch):
    drawn = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *args, **options: drawn.append(figure))
    for name in ("train_custom_loop", "train", "truncated_bptt"):
        call_main(f"ch05_rnn/{name}.py", "--quick", "--corpus", "toy")
    assert [figure.axes[0].get_title() for figure in drawn[:2]] == 2 * [
        "1,000 words of toy, memorized"]
    left, right = drawn[2].axes
    full, truncated, angles = (to_hex(line.get_color()) for line in (*left.lines, *right.lines))
    assert angles == truncated != full


def test_the_loop_by_hand_is_the_trainers_loop(monkeypatch):
    from ch05_rnn import train, train_custom_loop
    models = []

    def make(V, *sizes, **options):
        models.append(SimpleRnnlm(599, *sizes, **options))
        return models[-1]

    for module in (train, train_custom_loop):
        monkeypatch.setattr(module, "SimpleRnnlm", make)
        module.main(["--max-epoch", "2", "--corpus", "toy"])
    for a, b in zip(models[0].params, models[1].params):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_training_resumes(capsys):
    for arguments in (["2", "--save", "a.npz"], ["1", "--save", "b.npz"],
                      ["2", "--save", "b.npz", "--resume"]):
        call_main("ch05_rnn/train.py", "--max-epoch", *arguments)
    whole, _, resumed = (line for line in capsys.readouterr().out.splitlines()
                         if line.startswith("perplexity"))
    assert whole == resumed
    with pytest.raises(InputError, match="needs --save"):
        call_main("ch05_rnn/train.py", "--resume")


def test_a_text_too_short_is_told(tmp_path):
    (tmp_path / "t.txt").write_text("a b c\n" * 5)
    with pytest.raises(InputError, match="too short"):
        call_main("ch05_rnn/train.py", "--corpus", str(tmp_path / "t.txt"))


def test_windows_are_compared_with_recurrence(capsys):
    call_main("ch05_rnn/cbow_lm.py", "--quick")
    printed = capsys.readouterr().out
    assert "concatenated" in printed and "lowest possible perplexity 15.66" in printed
    assert "any   simple RNN" in printed
    assert Path("quick/figures/ch05_cbow_lm.png").exists()


def test_a_sum_forgets_the_order_and_a_concatenation_does_not():
    contexts, target = left_contexts(np.arange(8), 3)
    np.testing.assert_array_equal(contexts[0], [0, 1, 2])
    np.testing.assert_array_equal(target, [3, 4, 5, 6, 7])
    for combine, same in (("sum", True), ("concatenated", False)):
        model = LeftWindowLM(8, 4, 5, 3, combine=combine, rng=0, dtype=float)
        model.embed.params[0][...] *= 100
        ppl = [model.forward(order, target) for order in (contexts, contexts[:, ::-1])]
        assert (abs(ppl[0] - ppl[1]) < 1e-12) == same
        assert model.hidden.params[0].shape == ((4, 5) if combine == "sum" else (12, 5))
        assert window_perplexity(model, np.arange(8), 3) == pytest.approx(np.exp(ppl[0]))


def test_truncation_is_measured(capsys):
    call_main("ch05_rnn/truncated_bptt.py", "--quick")
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:1] == ["10"] and "0.0 degrees" in line for line in lines)
    assert Path("quick/figures/ch05_truncated_bptt.png").exists()


def test_one_block_over_all_steps_is_full_backpropagation():
    """Truncated at every step the gradient is the sum of those of one step each."""
    corpus = np.random.default_rng(0).integers(0, 6, 30)
    model = SimpleRnnlm(6, 3, 4, sparse=False, rng=0, dtype=float)
    full, cut = (measure(model, corpus[:-1], corpus[1:], 12, block)[0] for block in (12, 1))
    model.reset_state()
    model.forward(corpus[None, :12], corpus[None, 1:13])
    model.backward()
    np.testing.assert_allclose(full, model.rnn_layer.grads[1])
    assert not np.allclose(full, cut, rtol=0.01)
    model.reset_state()
    total = 0
    for t in range(12):
        model.forward(corpus[None, t:t + 1], corpus[None, t + 1:t + 2])
        model.backward()
        total = total + model.rnn_layer.grads[1]
    np.testing.assert_allclose(cut, total / 12)
