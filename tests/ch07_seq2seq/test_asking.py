"""Questions to a trained model: how sure it is, what it never learned, what it can be asked."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from ch07_seq2seq import train_seq2seq
from ch07_seq2seq.asking import ask_all, examples, form, load_model, probability, save_model
from ch07_seq2seq.seq2seq import Seq2seq
from ch08_attention.models import MODELS
from common.errors import InputError
from common.files.arrays import load_arrays, save_arrays
from tests.run_script import call_main

TRAIN, DATES = "ch07_seq2seq/train_seq2seq.py", "ch08_attention/train.py"
SHOW, HEADS = "ch08_attention/visualize_attention.py", "ch08_attention/transformer_figures.py"
TRANSFORMER = "ch08_attention/train_transformer.py"
ABOUT = {"model": "plain", "sizes": [4, 3, 5], "characters": "_ab ", "question_size": 4,
         "answer_size": 3, "reverse": False, "pad_id": None}


def model(scale=3):
    found = Seq2seq(4, 3, 5, rng=0, dtype=float)
    for p in found.params:
        p *= scale
    return found


def mine():
    """A file of questions of two forms, unlike any of the library's own."""
    Path("mine.txt").write_text("".join(f"{c * n}_{n}\n{n}{c}_{c}\n" for c in "xyz"
                                        for n in range(1, 9)))
    return "--data", "mine.txt", "--max-epoch", "2", "--batch-size", "20"


def test_the_probabilities_of_all_answers_sum_to_one():
    """Of none, one or two characters, the shorter ones with their end mark."""
    ids = np.array([[1, 2, 1, 3]])
    answers = ["", *"_ab", *(a + b for a in "_ab" for b in "_ab")]
    P = [probability(model(), ABOUT, ids, answer) for answer in answers]
    assert sum(P) == pytest.approx(1, rel=1e-12) and len(set(P)) == 13


def test_what_is_to_be_doubted_is_said(capsys):
    about = {**ABOUT, "examples": ["ab"], "forms": ["a"], "quick": True}
    for scale, end in ((0.1, ": unsure)"), (30, ")")):
        ask_all(model(scale), about, ["ab", "a b"], end_id=3)
        printed = capsys.readouterr()
        first, second = printed.out.splitlines()
        assert first.startswith("ab -> ") and " (probability " in first
        assert first.endswith(end) and ("unsure" in first) == (scale < 1)
        assert second.endswith("; no question of this form was learned)")
        assert "--quick run" in printed.err and "questions like ab\n" in printed.err
    ask_all(model(30), {**ABOUT, "forms": []}, ["a b"], "=")  # of too many forms
    printed = capsys.readouterr()
    assert "form" not in printed.out and not printed.err and printed.out.startswith("a b = ")


def test_forms_tell_what_was_learned_from_what_was_not():
    assert form("Sep 27, 1994  ") == form("MAY 10, 2001") == "a 99, 9999"
    assert len({*map(form, ("1994/9/27", "2/10/93", "27 September 1994", "Sep 27, 1994"))}) == 4


@pytest.mark.parametrize("question", ["", "  "])
def test_a_question_of_nothing_is_told(question):
    for name in MODELS:
        asked = MODELS[name](4, 4, 6, rng=0)
        with pytest.raises(InputError, match=f"'{question}' is no question"):
            ask_all(asked, ABOUT, [question])


def test_a_question_that_cannot_be_read_ends_it_before_the_first_answer(capsys):
    with pytest.raises(InputError, match="'q'"):
        ask_all(model(30), ABOUT, ["ab", "aq"], end_id=3)
    assert capsys.readouterr().out == ""


def test_a_model_knows_what_it_learned(capsys):
    call_main(TRAIN, "--quick")
    printed = capsys.readouterr().out
    assert "the model was trained on questions like 57+5; 128+1; 504+367\n" in printed
    assert "more epochs" not in printed
    _, about = load_model("quick/seq2seq.npz", MODELS)
    assert about["quick"] and {*about["forms"]} == {
        "9" * a + "+" + "9" * b for a in (1, 2, 3) for b in (1, 2, 3)}
    call_main(TRAIN, *mine(), "--reverse")
    printed = capsys.readouterr().out
    assert "more epochs may help, as in --max-epoch 10" in printed
    _, about = load_model("seq2seq.npz", MODELS)
    assert not about["quick"] and sorted(about["forms"]) == ["9a", "a"]
    assert sorted(map(form, about["examples"])) == ["9a", "a"]
    call_main(TRAIN, "--ask", "xx", "--ask", "x3")
    xx, x3 = capsys.readouterr().out.splitlines()
    assert "form" not in xx and x3.endswith("; no question of this form was learned)")


def test_help_names_questions(capsys):
    with pytest.raises(SystemExit):
        train_seq2seq.parse(["--help"])
    assert "57+5" in capsys.readouterr().out


def test_a_model_of_ones_own_is_shown_on_questions_of_its_own(capsys):
    call_main(DATES, *mine())
    call_main(TRANSFORMER, *mine())
    _, about = load_model("attention.npz", MODELS)
    for show in ((SHOW,), (HEADS, "--weights", "transformer.npz")):
        capsys.readouterr()
        call_main(*show)
        asked = [line.split(" -> ")[0] for line in capsys.readouterr().out.splitlines()
                 if " -> " in line]
        assert asked == about["examples"][:None if show == (SHOW,) else 1]


def test_spaces_before_a_question_are_part_of_it(capsys):
    Path("mine.txt").write_text("".join(f"{a:>3}_{a % 7}\n" for a in range(120)))
    call_main(TRAIN, "--quick", "--data", "mine.txt")
    assert re.search("questions like .*'  [0-9]'", capsys.readouterr().out)
    _, about = load_model("quick/seq2seq.npz", train_seq2seq.MODELS)
    assert {*about["forms"]} == {"  9", " 99", "999"}
    assert all(len(text) == 3 for text in about["examples"])
    call_main(TRAIN, "--quick", "--ask", "  1", "--ask", "1")
    right, wrong = capsys.readouterr().out.splitlines()
    assert "no question of this form" in wrong and "form" not in right


def test_marks_that_are_composed_or_not_are_of_one_form():
    assert form("caf\u00e91") == form("cafe\u03011") == "a9"


def test_a_model_of_another_script_names_that():
    save_model("m.npz", model(), {**ABOUT, "model": "attention"})
    with pytest.raises(InputError, match="model 'attention': ask it with ch08_attention/train"):
        load_model("m.npz", train_seq2seq.MODELS)


def test_a_file_that_names_no_questions_is_asked_what_fits():
    numbers = {**ABOUT, "characters": "_+ 0123456789", "question_size": 6}
    assert examples(numbers) == ["57+5", "128+1"]
    with pytest.raises(InputError, match="name a question with --ask"):
        examples(ABOUT)


@pytest.mark.parametrize("wrong", [{"examples": [1]}, {"examples": 5}, {"forms": [["a"]]}])
def test_examples_that_are_damaged_are_told(wrong):
    save_model("m.npz", Seq2seq(4, 3, 5), {**ABOUT, **wrong})
    with pytest.raises(InputError, match=r"m\.npz is no model"):
        load_model("m.npz", MODELS)


def test_a_file_of_an_earlier_version_answers(capsys):
    call_main(TRAIN, "--quick")
    arrays = load_arrays("quick/seq2seq.npz")
    about = json.loads(arrays["about"].tobytes())
    for key in ("examples", "forms", "quick"):
        del about[key]
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    save_arrays("old.npz", arrays)
    capsys.readouterr()
    call_main(TRAIN, "--ask", "1+1", "--weights", "old.npz")
    printed = capsys.readouterr()
    assert printed.out.startswith("1+1 = ") and not printed.err


def test_whatever_is_answered_ends_at_its_end_mark(monkeypatch):
    """In validation, in the test, to --ask and in figures."""
    ends, generate = [], Seq2seq.generate_batch

    def noting(self, *args, end_id=None, **options):
        ends.append(end_id)
        return generate(self, *args, end_id=end_id, **options)

    monkeypatch.setattr(Seq2seq, "generate_batch", noting)
    for script, *then in ((TRAIN, (TRAIN, "--ask", "xx")),
                          (DATES, (DATES, "--ask", "xx"), (SHOW,)),
                          (TRANSFORMER, (TRANSFORMER, "--ask", "xx"),
                           (HEADS, "--weights", "transformer.npz"))):
        call_main(script, *mine())
        for command in then:
            call_main(*command)
    _, about = load_model("seq2seq.npz", MODELS)
    assert len(ends) >= 16 and {*ends} == {about["characters"].index(" ")}


def test_padding_is_no_end_mark_where_answers_have_spaces():
    Path("mine.txt").write_text("a_b c\naa_c\nab_c\nba_b\nbb_ddd\n")
    with pytest.raises(InputError, match=r"mine\.txt have spaces inside.*leave out --mask-padding"):
        call_main(TRAIN, "--data", "mine.txt", "--mask-padding")
