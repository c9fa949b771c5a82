"""Text generation: choosing words, reading a start, the scripts."""

import numpy as np
import pytest

from ch06_lstm.rnnlm import Rnnlm
from ch07_seq2seq.rnnlm_gen import BetterRnnlmGen, RnnlmGen, as_text, generate
from ch07_seq2seq.sampling import choose
from common.errors import InputError
from common.functions import softmax
from common.optimizer import SGD
from common.runs import Run
from common.trainer import RnnlmTrainer
from tests.run_script import call_main

WRITE, BETTER = "ch07_seq2seq/generate_text.py", "ch07_seq2seq/generate_better_text.py"
SCORES = np.log([0.5, 0.3, 0.15, 0.05])


def shares(**how):
    rng = np.random.default_rng(0)
    return np.bincount([choose(SCORES, rng, **how) for _ in range(4000)], minlength=4) / 4000


@pytest.mark.parametrize("how, expected", [
    ({}, [0.5, 0.3, 0.15, 0.05]),
    ({"greedy": True}, [1, 0, 0, 0]),
    ({"top_k": 2}, [0.625, 0.375, 0, 0]),
    ({"top_k": 99}, softmax(SCORES)),
    ({"top_p": 0.8}, [0.625, 0.375, 0, 0]),
    ({"top_p": 0.81}, [0.5263, 0.3158, 0.1579, 0]),
    ({"top_p": 0.01}, [1, 0, 0, 0]),
    ({"temperature": 0.5}, softmax(2 * SCORES)),
    ({"temperature": 2.0}, softmax(SCORES / 2)),
    ({"skip_ids": [0]}, [0, 0.6, 0.3, 0.1]),
    ({"skip_ids": [0], "greedy": True}, [0, 1, 0, 0]),
])
def test_words_are_chosen_as_often_as_they_should(how, expected):
    np.testing.assert_allclose(shares(**how), expected, atol=0.025)


@pytest.mark.parametrize("how, message", [
    ({"temperature": -1}, "above 0.* got -1"), ({"temperature": float("inf")}, "above 0"),
    ({"temperature": float("nan")}, "above 0"), ({"skip_ids": [-1]}, r"0\.\.3, got -1"),
    ({"skip_ids": [1.0]}, "whole numbers"),
    ({"skip_ids": [0, 4]}, r"0\.\.3"), ({"top_k": 0}, "top_k"), ({"top_p": 0}, "top_p"),
    ({"top_p": 1.5}, "top_p"), ({"skip_ids": [0, 1, 2, 3]}, "all words"),
])
def test_choices_that_make_no_sense_are_told(how, message):
    with pytest.raises(InputError, match=message):
        choose(SCORES, np.random.default_rng(0), **how)


@pytest.mark.parametrize("temperature", [0, 0.0, 1e-307, 1e-3])
def test_towards_0_degrees_the_likeliest_word_wins(temperature):
    scores, rng = [30.0, -20.0, 40.0, -np.inf], np.random.default_rng(0)
    assert choose(scores, rng, temperature=temperature) == 2
    assert choose(scores, rng, temperature=temperature, greedy=True) == 2
    assert choose(scores, rng, temperature=temperature, skip_ids=[2], top_k=3, top_p=1) == 0


@pytest.mark.parametrize("Model", [RnnlmGen, BetterRnnlmGen])
def test_a_model_that_writes_can_be_trained_on(Model, tmp_path):
    ids, save = np.random.default_rng(0).integers(0, 10, 61), str(tmp_path / "run.npz")
    models = [Model(10, 4, 4, rng=0) for _ in range(3)]
    for model, epochs, options in ((models[0], 2, {}), (models[1], 1, {"save": save}),
                                   (models[2], 2, {"save": save, "resume": True})):
        trainer = RnnlmTrainer(model, SGD(1.0), rng=1)
        trainer.fit(ids[:-1], ids[1:], epochs, 2, 5, run=Run(**options), verbose=False)
    for whole, resumed in zip(models[0].params, models[2].params):
        np.testing.assert_array_equal(whole, resumed)


@pytest.mark.parametrize("Model", [RnnlmGen, BetterRnnlmGen])
def test_a_model_writes_as_in_the_book(Model):
    model = Model(20, 8, 8, rng=0)
    ids = model.generate(3, [4, 5], 30, rng=0)
    assert len(ids) == 30 and ids[0] == 3 and not {4, 5} & set(ids)
    assert all(type(i) is int for i in ids)
    model.reset_state()
    assert model.generate(3, [4, 5], 30, rng=0) == ids
    assert len(model.generate(3)) == 100
    state = model.get_state()
    after = model.generate(3, None, 10, greedy=True)
    model.set_state(state)
    assert model.generate(3, None, 10, greedy=True) == after


def test_the_whole_start_is_read_and_each_word_once():
    model = Rnnlm(20, 8, 8, rng=0)
    for p in model.params:
        p *= 5
    ids = generate(model, [3, 9, 4], 12, greedy=True)
    assert ids[:3] == [3, 9, 4] and len(ids) == 12
    model.reset_state()
    scores = model.predict(np.array([ids[:-1]]))[0]          # all at once
    assert ids[3:] == scores.argmax(axis=1)[2:].tolist()
    model.reset_state()
    assert generate(model, [3, 9, 4], 12, greedy=True, stop_id=ids[4]) == ids[:5]


def test_a_text_of_ones_own_begins_with_its_first_word(tmp_path, capsys):
    (tmp_path / "t.txt").write_text("ga na da ra ma ba sa\n" * 600)
    call_main("ch06_lstm/train_rnnlm.py", "--quick", "--corpus", str(tmp_path / "t.txt"))
    for script in (WRITE, BETTER):
        call_main(script, "--quick", "--corpus", str(tmp_path / "t.txt"), "--weights",
                  "quick/Rnnlm.npz")
        printed = capsys.readouterr().out
        assert "the words of " in printed and "; seed 0\nga" in printed


def test_the_scripts_write_text(capsys):
    call_main("ch06_lstm/train_rnnlm.py", "--quick")
    call_main("ch06_lstm/train_better_rnnlm.py", "--quick")
    capsys.readouterr()
    call_main(WRITE, "--quick", "--temperature", "0.7", "--top-k", "50", "--top-p", "0.9")
    call_main(WRITE, "--quick", "--start", "The king", "--greedy", "--stop")
    call_main(BETTER, "--quick", "--start", "the king", "--keep-unknown")
    printed = capsys.readouterr().out.splitlines()
    assert "data: quick/Rnnlm.npz, the words of toy; seed 0" in printed
    assert any(line.startswith("you ") for line in printed)
    assert sum(line.startswith("the king") for line in printed) == 2
    with pytest.raises(InputError, match="top_p must be above 0"):
        call_main(WRITE, "--quick", "--top-p", "0")


@pytest.mark.parametrize("words, text", [
    ("you go <eos> i say <eos> and", "you go.\ni say.\nand"),
    ("you go . <eos> who ? <eos> \u6211 \u3002 <eos> hi ! '' <eos>",
     "you go .\nwho ?\n\u6211 \u3002\nhi ! ''"),
    ("at <unk> corp. <eos> <eos> yes <eos>", "at <unk> corp.\nyes."),
    ("<eos> say \" hello \" <eos>", 'say " hello ".'), ("<eos>", ""), ("", ""),
])
def test_a_sentence_ends_in_one_full_stop_and_begins_a_line(words, text):
    assert as_text(words.split()) == text


def test_a_text_with_full_stops_is_written_with_as_many(tmp_path, capsys):
    (tmp_path / "t.txt").write_text("ga na. \n" * 2000)
    call_main("ch06_lstm/train_rnnlm.py", "--corpus", str(tmp_path / "t.txt"), "--hidden-size",
              "10", "--optimizer", "adam", "--lr", "0.02", "--max-grad", "1", "--max-epoch", "2")
    capsys.readouterr()
    call_main(WRITE, "--corpus", str(tmp_path / "t.txt"), "--sample-size", "8", "--greedy")
    lines = capsys.readouterr().out.splitlines()[1:]
    assert lines[0] == "ga na." and len(lines) > 1
    assert not any(line.endswith("..") or line.startswith(" ") for line in lines)


def test_temperature_0_writes_what_greedy_writes(capsys):
    call_main("ch06_lstm/train_rnnlm.py", "--quick")
    texts = []
    for how in (["--greedy"], ["--temperature", "0"], ["--temperature", "0", "--greedy"]):
        capsys.readouterr()
        call_main(WRITE, "--quick", "--seed", str(len(texts)), *how)
        texts.append(capsys.readouterr().out.splitlines()[1:])
    assert texts[0] == texts[1] == texts[2]


def test_options_that_cannot_be_are_told():
    with pytest.raises(InputError, match=r"cannot read Rnnlm.npz.* Made by: ch06_lstm/train_rnnlm"):
        call_main(WRITE)
    with pytest.raises(InputError, match="cannot read none"):
        call_main(WRITE, "--weights", "none.npz")
    for option, value in (("--temperature", "-1"), ("--top-k", "0"), ("--top-p", "2")):
        with pytest.raises(SystemExit):
            call_main(WRITE, option, value)


@pytest.mark.parametrize("scores", [[np.nan, 1], [np.inf, 1]])
@pytest.mark.parametrize("how", [{}, {"greedy": True}, {"temperature": 0}])
def test_no_word_is_chosen_from_scores_that_are_no_numbers(scores, how):
    with pytest.raises(InputError, match="the weights have diverged"):
        choose(scores, np.random.default_rng(0), **how)


@pytest.mark.parametrize("end", ["\uff0e", "\uff61", "\u06d4", "\u203c", "\u3002 \u300f",
                                 "\uff01 \uff09", ". ``", ". \u300b"])
def test_a_full_stop_of_any_script_is_not_followed_by_another(end):
    assert as_text(["a", *end.split(), "<eos>"]) == f"a {end}"
