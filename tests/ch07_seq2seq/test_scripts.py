"""The scripts that learn to add."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ch07_seq2seq import train_seq2seq
from ch07_seq2seq.asking import beam_options, load_model, save_model
from ch07_seq2seq.train_seq2seq import MODELS
from ch07_seq2seq.training import learning_rate, open_forget_gates
from ch08_attention.models import MODELS as ALL
from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from common.schedule import EpochDecay, LinearDecay, Product
from tests.run_script import call_main

TRAIN = "ch07_seq2seq/train_seq2seq.py"
TEXT = "".join(f"{c * n}_{n}\n" for c in "abc" for n in range(1, 9))


def mine(text=TEXT):
    Path("mine.txt").write_text(text)
    return "--data", "mine.txt", "--max-epoch"


def test_the_data_are_shown(capsys):
    call_main("ch07_seq2seq/show_addition_dataset.py")
    assert "questions (45000, 7) answers (45000, 5)" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [
    [], ["--model", "peeky", "--reverse"], ["--mask-padding", "--beam", "3"]])
def test_training_prints_answers_and_the_model_answers(arguments, capsys):
    call_main(TRAIN, "--quick", *arguments)
    printed = capsys.readouterr().out
    for part in ("data: addition, 44,000 questions to learn from, 1,000 for validation", "Q ",
                 "| epoch 2 | loss", "test accuracy:", "model: quick/seq2seq.npz"):
        assert part in printed
    assert list(Path("quick/figures").glob("ch07_*_accuracy.png"))
    call_main(TRAIN, "--quick", "--ask", "57+5", "--ask", "1+1")
    answers = capsys.readouterr().out.splitlines()
    assert [line.split(" = ")[0] for line in answers] == ["57+5", "1+1"]
    with pytest.raises(InputError, match="'x' at position 2"):
        call_main(TRAIN, "--quick", "--ask", "5x5")
    with pytest.raises(InputError, match="7 at most"):
        call_main(TRAIN, "--quick", "--ask", "1000+1000")


def test_a_file_of_ones_own_is_learned(capsys):
    call_main(TRAIN, *mine(), "2", "--batch-size", "1000")
    assert "20 questions to learn from, 2 for validation, 2 to test" in capsys.readouterr().out


def test_a_beam_ends_at_a_space_only_where_no_answer_goes_on_after_one():
    for text, end in (("a_b c", None), ("aa_b", " ")):
        given = mine(f"{text}\naa_c\nab_c\nba_b\nbb_ddd\n")
        call_main(TRAIN, *given, "1", "--batch-size", "2", "--beam", "2")
        _, about = load_model("seq2seq.npz", MODELS)
        how = beam_options(SimpleNamespace(beam=2, length_penalty=0.0), about)
        assert how["end_id"] == (end and about["characters"].index(end))


def test_questions_of_one_length_need_no_padding_and_shorter_ones_are_refused():
    call_main(TRAIN, *mine("ab_1\nba_2\nbb_3\naa_4\n"), "1", "--batch-size", "2")
    with pytest.raises(InputError, match="'a' has 1 characters: all"):
        call_main(TRAIN, "--ask", "a")


def test_a_stopped_training_is_resumed_as_one():
    for name, *arguments in (("a", "3"), ("b", "2"), ("b", "3", "--resume")):
        call_main(TRAIN, *mine(), *arguments, "--batch-size", "5", "--save", f"{name}.npz",
                  "--weights", f"{name}w.npz")
    for name, array in load_arrays("aw.npz").items():
        np.testing.assert_array_equal(array, load_arrays("bw.npz")[name])


def test_files_that_are_no_such_model_are_told():
    with pytest.raises(InputError, match=r"cannot read seq2seq\.npz"):
        call_main(TRAIN, "--ask", "1+1")
    save_arrays("w.npz", {"x": np.zeros(3)})
    with pytest.raises(InputError, match=r"w\.npz is no model"):
        call_main(TRAIN, "--ask", "1+1", "--weights", "w.npz")
    call_main("ch08_attention/train.py", "--quick", "--weights", "attention.npz")
    with pytest.raises(InputError, match=r"ask it with ch08_attention/train"):
        call_main(TRAIN, "--ask", "1+1", "--weights", "attention.npz")
    arrays = load_arrays("attention.npz")
    arrays["decoder.affine.b"] = arrays["decoder.affine.b"][:-1]
    save_arrays("attention.npz", arrays)
    with pytest.raises(InputError, match=r"decoder\.affine\.b"):
        call_main("ch08_attention/train.py", "--ask", "1/2/03")
    for wrong, message in (
            ({"sizes": [1, 2, 3]}, "sizes are damaged"), ({"sizes": [59, 9**9, 9]}, "larger than"),
            ({"characters": "abc"}, "characters are damaged"), ({"model": "gpt"}, "gpt"),
            ({"options": [1]}, "no attribute"), ({"options": {"layers": 10**6}}, "larger than"),
            ({"options": {"heads": 0}}, "options are damaged")):
        about = {**json.loads(arrays["about"].tobytes()), **wrong}
        about_bytes = np.frombuffer(json.dumps(about).encode(), np.uint8)
        save_arrays("w.npz", {**arrays, "about": about_bytes})
        with pytest.raises(InputError, match=f"no model.*{message}"):
            load_model("w.npz", ALL)


def test_a_model_of_many_characters_and_layers_is_read_back():
    characters = "_" + "".join(map(chr, range(1000, 1399)))
    about = {"model": "transformer", "sizes": [400, 2, 2], "characters": characters,
             "question_size": 3, "answer_size": 3, "reverse": False, "pad_id": None,
             "options": {"heads": 1, "layers": 8}}
    save_model("m.npz", ALL["transformer"](400, 2, 2, heads=1, layers=8), about)
    assert load_model("m.npz", ALL)[1] == about


def test_the_variants_are_compared_and_kept(capsys):
    for _ in range(2):
        call_main("ch07_seq2seq/compare_addition.py", "--quick", "--save-runs", "runs.csv")
    first, second = capsys.readouterr().out.split("sums answered right")[1:]
    assert first == second and "reversed + peeky" in first
    assert Path("runs.csv").read_text().count("test,") == 4
    assert Path("quick/figures/ch07_addition.csv").exists()


def test_forget_gates_start_open_in_every_model():
    for name in ALL.keys() - {"transformer"}:
        model = ALL[name](7, 4, 6, rng=0)
        biases = [p for name, p in model.named_params().items() if "lstm" in name and ".b" in name]
        affine = model.decoder.affine.params[1]
        open_forget_gates(model, 1.5)
        assert biases and not affine.any()
        for b in biases:
            assert np.all(b[:len(b) // 4] == 1.5) and not b[len(b) // 4:].any()


def test_the_end_of_a_run_is_a_setting_only_with_a_fall():
    decay = EpochDecay(0.001, 0.5, 10)
    for more, expected in (("", 0.001), ("--decay 0.5", decay),
                           ("--fall 0.25", LinearDecay(0.001, 30, 40)),
                           ("--fall 1 --decay 0.5", Product(decay, LinearDecay(1.0, 0, 40)))):
        args = train_seq2seq.parse(["--max-epoch", "4", *more.split()])
        assert repr(learning_rate(args, 10 * 128 + 7)) == repr(expected)


def test_a_script_hands_back_what_it_trained():
    """The last weights, not those that were best on validation."""
    model, trainer = train_seq2seq.main(["--quick", "--max-epoch", "3"])
    assert len(trainer.valid_list) == 3 and trainer.kept is not None
    kept, _ = load_model("quick/seq2seq.npz", MODELS)
    for name, p in model.named_params().items():
        np.testing.assert_array_equal(kept.named_params()[name], p)
    assert trainer.valid_list[0] == max(trainer.valid_list)
    assert not np.array_equal(trainer.kept["decoder.affine.W"], kept.decoder.affine.params[0])
