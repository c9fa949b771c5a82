"""--reverse-answer: answers are learned from their end, and shown as one reads them."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from ch07_seq2seq import train_seq2seq
from ch07_seq2seq.asking import ask, ask_all, load_model, probability
from ch07_seq2seq.training import from_the_end, show_answers
from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from dataset import sequence
from tests.run_script import call_main

TRAIN = "ch07_seq2seq/train_seq2seq.py"


def test_answers_turn_and_padding_stays_at_the_end():
    t = np.array([[9, 1, 2, 3], [9, 1, 2, 0], [9, 5, 0, 0], [9, 1, 0, 2], [9, 0, 0, 0]])
    assert_array_equal(from_the_end(t, 0), [[9, 3, 2, 1], [9, 2, 1, 0], [9, 5, 0, 0],
                                            [9, 2, 0, 1], [9, 0, 0, 0]])
    assert_array_equal(from_the_end(t, None), np.concatenate([t[:, :1], t[:, :0:-1]], axis=1))


def test_training_learns_from_turned_answers_and_questions_stay():
    seen = []
    arguments = ["--quick", "--max-epoch", "1"]
    for more in ([], ["--reverse-answer"]):
        args = train_seq2seq.parse([*arguments, *more])
        train_seq2seq.train(args, watch=lambda model, data: seen.append(data))
    plain, turned = seen
    _, id_to_char = sequence.get_vocab("addition")
    for part in ("train", "valid", "test"):
        assert_array_equal(*(getattr(data, f"x_{part}") for data in seen))
        for before, after in zip(*(getattr(data, f"t_{part}") for data in (plain, turned))):
            texts = ["".join(id_to_char[i] for i in ids) for ids in (before, after)]
            assert texts[1] == f"_{texts[0][1:].strip()[::-1]}".ljust(5)


def test_answers_are_shown_as_one_reads_them(monkeypatch, capsys):
    characters = "_ 0123456789+"
    about = {"characters": characters, "question_size": 3, "answer_size": 4, "reverse": False,
             "reverse_answer": True}
    model = SimpleNamespace(generate_batch=lambda xs, start, size, *more, **how: np.array(
        [[characters.index(c) for c in "21 "]] * len(xs)))
    monkeypatch.setattr("ch07_seq2seq.asking.probability", lambda *args: 1.0)
    ask_all(model, about, ["9+3"], "=")
    assert ask(model, about, "9+3")[0] == "12"
    assert capsys.readouterr().out.startswith("9+3 = 12 ")
    x, t = ([[characters.index(c) for c in text]] for text in ("9+3", "_21 "))
    assert show_answers(model, about, np.array(x), np.array(t)) == 100
    assert "Q 9+3\nT 12\nO 12\n" in capsys.readouterr().out


def test_the_probability_is_that_of_what_was_written():
    characters = "_ 0123456789+"
    about = {"characters": characters, "answer_size": 4, "reverse_answer": True}
    scores = np.zeros((1, 3, 13))
    scores[0, [0, 1, 2], [characters.index(c) for c in "21 "]] = 9
    model = SimpleNamespace(encode=lambda ids: None, decoder=SimpleNamespace(
        forward=lambda t, state: scores))
    assert probability(model, about, None, "12") > 0.99 > 0.01 > probability(model, about, None,
                                                                             "21")


def test_a_model_knows_how_it_writes(capsys):
    call_main(TRAIN, "--quick", "--reverse-answer", "--weights", "m.npz")
    about = load_model("m.npz", train_seq2seq.MODELS)[1]
    assert about["reverse_answer"] is True
    call_main(TRAIN, "--quick", "--weights", "m.npz", "--ask", "1+1")
    arrays = load_arrays("m.npz")
    for old, new, works in ((b', "reverse_answer": true', b"", True),             # of before
                            (b'"reverse_answer": true', b'"reverse_answer": 1   ', False)):
        text = arrays["about"].tobytes().replace(old, new)
        save_arrays("other.npz", {**arrays, "about": np.frombuffer(text, np.uint8)})
        if works:
            assert "reverse_answer" not in load_model("other.npz", train_seq2seq.MODELS)[1]
        else:
            with pytest.raises(InputError, match="sizes are damaged"):
                load_model("other.npz", train_seq2seq.MODELS)
