"""Language models of characters: trained, tested, asked, and writing (--level char)."""

import re
from pathlib import Path

import numpy as np
import pytest

from ch06_lstm import train_rnnlm
from ch06_lstm.training import begin
from common.errors import InputError
from common.files.arrays import load_arrays
from dataset.toy import ko_ja
from tests.run_script import call_main

SCRIPTS = {"Rnnlm": "ch06_lstm/train_rnnlm.py", "BetterRnnlm": "ch06_lstm/train_better_rnnlm.py",
           "AwdRnnlm": "ch06_lstm/train_awd_rnnlm.py"}
EVAL, WRITE = "ch06_lstm/eval.py", "ch07_seq2seq/generate_text.py"


def bits(printed):
    return re.search(r"bits per character: (\d\.\d{3})", printed)[1]


@pytest.mark.parametrize("name", SCRIPTS)
def test_bits_are_printed_in_training_and_by_eval(name, capsys):
    call_main(SCRIPTS[name], "--quick", "--corpus", "toy-ko")
    printed = capsys.readouterr().out
    for part in ("2,000 characters to learn from", "vocabulary 253", "lowest possible 1.57",
                 "(lowest possible 0.651)"):
        assert part in printed
    call_main(EVAL, "--quick", "--corpus", "toy-ko", "--weights", f"quick/{name}.npz")
    scored = capsys.readouterr().out
    assert "characters scored: 999 of 999" in scored and bits(scored) == bits(printed)


@pytest.mark.parametrize("corpus, level, other", [("toy-ko", "char", None),
                                                  ("toy", "word", "char")])
def test_a_run_goes_on_whether_or_not_the_level_is_typed(corpus, level, other, capsys):
    run = SCRIPTS["Rnnlm"], "--quick", "--corpus", corpus, "--save", "run.npz"
    call_main(*run)
    call_main(*run, "--resume", "--level", level)
    assert "nothing is left to train" in capsys.readouterr().out
    if other:
        with pytest.raises(InputError, match=f"its level was {level}, now it is {other}"):
            call_main(*run, "--resume", "--level", other)


@pytest.mark.parametrize("corpus, size, tokens", [
    ("toy-ko", 192, 700_000), ("mine.txt", 192, None), ("ptb", 512, None)])
def test_characters_have_settings_of_their_own_and_those_of_ptb_others(corpus, size, tokens,
                                                                       monkeypatch):
    text = "\n".join(ko_ja.generate("toy-ko", 4_000, 0).lines)
    for name in ("mine.txt", *(f"ptb.{part}.txt" for part in ("train", "valid", "test"))):
        Path(name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("DLFS2_DATA", str(Path.cwd()))
    args = train_rnnlm.parse(["--corpus", corpus, "--level", "char"])
    begin(args, *(getattr(train_rnnlm, name) for name in ("BOOK", "TOY", "CHAR", "SMALL_CHAR")))
    assert (args.hidden_size, args.tokens) == (size, tokens)
    assert (args.wordvec_size, args.reset) == (64, 0.02)


def test_word_vectors_of_characters_start_larger():
    for corpus, scale in (("toy-ko", 0.1), ("toy", 0.01)):
        call_main(SCRIPTS["AwdRnnlm"], "--quick", "--corpus", corpus, "--optimizer", "sgd",
                  "--lr", "1e-9")
        W = load_arrays("quick/AwdRnnlm.npz")["embed.W"]
        assert np.std(W) == pytest.approx(scale, rel=0.1)


def test_a_text_is_written_and_begins_with_any_text(capsys):
    call_main(SCRIPTS["Rnnlm"], "--quick", "--corpus", "toy-ja")
    capsys.readouterr()
    asked = "--corpus", "toy-ja", "--quick", "--weights", "quick/Rnnlm.npz"
    for start in ("私は", "昨日\n明日 "[:-1]):
        call_main(WRITE, *asked, "--start", start, "--sample-size", "300")
        _, text = capsys.readouterr().out.split("\n", 1)
        assert text.startswith(start) and text.endswith("\n")
        assert 299 <= len(text) <= 301 and " " not in text
    call_main(WRITE, *asked, "--greedy")
    first = ko_ja.load_text("toy-ja").lines[0][0]
    assert capsys.readouterr().out.splitlines()[1].startswith(first)
    with pytest.raises(InputError, match="'x' is not in the vocabulary"):
        call_main(WRITE, *asked, "--start", "私x")
    call_main(EVAL, *asked, "--score", "私は")
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("P(私 | ) = 0.") and printed[1].startswith("P(は | 私) = 0.")


def test_a_text_without_spaces_is_learned_and_its_rare_characters_are_unknown(capsys):
    lines = ko_ja.generate("toy-ja", 6_000, seed=5).lines
    Path("mine.txt").write_text("\n".join([*lines, "龍鷹"]), encoding="utf-8")
    own = "--quick", "--corpus", "mine.txt", "--level", "char", "--min-count", "3"
    with pytest.raises(InputError, match="--level char"):
        call_main(SCRIPTS["Rnnlm"], *own[:3])
    call_main(SCRIPTS["Rnnlm"], *own)
    assert "bits per character" in capsys.readouterr().out
    call_main(WRITE, *own, "--start", "龍は", "--sample-size", "20")
    printed = capsys.readouterr().out
    assert "'龍' is not in the vocabulary and is read as <unk>" in printed
    assert "<unk>は" in printed and printed.count("<unk>") == 2
    with pytest.raises(InputError, match="with the same --level and --min-count"):
        call_main(WRITE, *own[:-2], "--start", "私")


@pytest.mark.parametrize("first, written", [("", "\n"), ("龍", "<unk>")])
def test_without_a_start_a_text_begins_with_the_first_character_learned(first, written, capsys):
    """Which may be the end of an empty line, or <unk>: neither is five characters."""
    lines = ko_ja.generate("toy-ja", 4_000, seed=5).lines
    Path("mine.txt").write_text("\n".join([first, *lines]), encoding="utf-8")
    own = "--quick", "--corpus", "mine.txt", "--level", "char", "--min-count", "2"
    call_main(SCRIPTS["Rnnlm"], *own)
    capsys.readouterr()
    call_main(WRITE, *own)
    head, text = capsys.readouterr().out.split("\n", 1)
    assert head.startswith("data: ") and text.startswith(written)
    assert text.count("<unk>") == (written == "<unk>")


def test_a_transformer_reads_characters(capsys):
    call_main("ch08_attention/train_transformer_lm.py", "--quick", "--corpus", "toy-ko")
    printed = capsys.readouterr().out
    assert "6,000 characters to learn from" in printed and bits(printed)
    assert "a text: " in printed


def test_vectors_of_characters_name_the_space_so_that_a_file_can_hold_it(capsys):
    call_main("ch04_fast_word2vec/train_fast.py", "--quick", "--corpus", "toy-ko",
              "--vectors", "v.txt")
    words = [line.rsplit(" ", 100)[0] for line in
             Path("v.txt").read_text(encoding="utf-8").splitlines()[1:]]
    assert "\N{SYMBOL FOR SPACE}" in words and "요" in words and not any(map(str.isspace, words))
    call_main("ch04_fast_word2vec/train_fast.py", "--quick", "--corpus", "toy-ko",
              "--continue", "v.txt", "--vectors", "w.txt")
    assert "253 words, 0 new ones" in capsys.readouterr().out
