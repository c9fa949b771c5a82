"""The scripts of chapter 4: training, asking, and the three studies."""

from pathlib import Path

import numpy as np
import pytest

from common.errors import InputError
from common.vectors import load_vectors
from tests.run_script import call_main

TRAIN, EVAL = "ch04_fast_word2vec/train.py", "ch04_fast_word2vec/eval.py"


@pytest.mark.parametrize("model", ["cbow", "skipgram"])
def test_train_writes_vectors_and_eval_answers_from_them(model, capsys):
    call_main(TRAIN, "--quick", "--model", model, "--vectors", "v.npz")
    printed = capsys.readouterr().out
    for part in ("data: toy", "| epoch 1 |", "vectors: v.npz", "[query] toyota", "[analogy] king:man = queen:?",
                 "analogies, all", "nearest neighbour of the same class"):
        assert part in printed
    assert Path(f"figures/ch04_{model}_loss.png").exists()
    call_main(EVAL, "--vectors", "v.npz")
    assert "[query] you" in capsys.readouterr().out
    call_main(EVAL, "--vectors", "v.npz", "--similar", "horse", "--analogy", "man", "woman", "king", "--cosine",
              "--top", "3")
    printed = capsys.readouterr().out
    assert "[query] horse" in printed and "[analogy] man:woman = king:?" in printed and len(printed.splitlines()) == 11


def test_a_stopped_training_can_be_resumed_and_goes_on_as_one(tmp_path):
    for arguments in (["--save", "a.npz", "--vectors", "a.txt", "--tokens", "3000", "--max-epoch", "2"],
                      ["--save", "b.npz", "--vectors", "b.txt", "--tokens", "3000", "--max-epoch", "1"],
                      ["--save", "b.npz", "--vectors", "b.txt", "--tokens", "3000", "--max-epoch", "2", "--resume"]):
        call_main(TRAIN, "--corpus", "toy", *arguments)
    np.testing.assert_array_equal(load_vectors("a.txt")[0], load_vectors("b.txt")[0])
    with pytest.raises(InputError, match="its data was"):
        call_main(TRAIN, "--corpus", "toy", "--tokens", "4000", "--save", "b.npz", "--resume")
    with pytest.raises(InputError, match="needs --save"):
        call_main(TRAIN, "--resume")


def test_too_little_text_is_told(tmp_path):
    (tmp_path / "t.txt").write_text("a b c")
    with pytest.raises(InputError, match="smaller window"):
        call_main(TRAIN, "--corpus", str(tmp_path / "t.txt"))
    (tmp_path / "t.txt").write_text("a b c d " * 50)
    with pytest.raises(InputError, match="different words"):
        call_main(TRAIN, "--corpus", str(tmp_path / "t.txt"))


def test_eval_tells_what_it_lacks():
    with pytest.raises(InputError, match=r"cannot read vectors\.npz"):
        call_main(EVAL)


@pytest.mark.parametrize("study", ["positives", "power", "softmax"])
def test_the_studies_print_and_draw(study, capsys):
    call_main("ch04_fast_word2vec/negative_sampling_study.py", "--quick", "--study", study)
    printed = capsys.readouterr().out
    assert {"positives": "positives only", "power": "0.642", "softmax": "full softmax"}[study] in printed
    assert Path(f"figures/ch04_{study}.png").exists()
