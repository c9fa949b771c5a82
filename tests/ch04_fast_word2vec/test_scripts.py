"""The scripts of chapter 4: training, asking, and the three studies."""

from pathlib import Path

import numpy as np
import pytest

from common.errors import InputError
from common.files.arrays import load_arrays
from common.files.vectors import load_vectors, save_vectors
from tests.run_script import call_main

TRAIN, EVAL = "ch04_fast_word2vec/train.py", "ch04_fast_word2vec/eval.py"


@pytest.mark.parametrize("model", ["cbow", "skipgram"])
def test_train_writes_vectors_and_eval_answers_from_them(model, capsys):
    call_main(TRAIN, "--quick", "--model", model, "--vectors", "v.npz")
    printed = capsys.readouterr().out
    for part in ("data: toy", "| epoch 1 |", "vectors: v.npz", "[query] toyota",
                 "[analogy] king:man = queen:?",
                 "analogies, all", "nearest neighbour of the same class"):
        assert part in printed
    assert Path(f"quick/figures/ch04_{model}_loss.png").exists()
    call_main(EVAL, "--vectors", "v.npz")
    assert "[query] you" in capsys.readouterr().out
    call_main(EVAL, "--vectors", "v.npz", "--similar", "horse", "--analogy", "man", "woman", "king",
              "--cosine",
              "--top", "3")
    printed = capsys.readouterr().out
    assert "[query] horse" in printed and "[analogy] man:woman = king:?" in printed
    assert len(printed.splitlines()) == 11
    call_main(EVAL, "--vectors", "v.npz", "--similar", "HORSE", "--top", "3")
    assert capsys.readouterr().out.splitlines()[2:] == printed.splitlines()[2:6]


def test_a_stopped_training_can_be_resumed_and_goes_on_as_one(tmp_path):
    for arguments in (["--save", "a.npz", "--vectors", "a.txt", "--tokens", "3000", "--max-epoch",
                       "2"],
                      ["--save", "b.npz", "--vectors", "b.txt", "--tokens", "3000", "--max-epoch",
                       "1"],
                      ["--save", "b.npz", "--vectors", "b.txt", "--tokens", "3000", "--max-epoch",
                       "2", "--resume"]):
        call_main(TRAIN, "--corpus", "toy", *arguments)
    np.testing.assert_array_equal(load_vectors("a.txt")[0], load_vectors("b.txt")[0])
    with pytest.raises(InputError, match="its tokens was 3000, now it is 4000"):
        call_main(TRAIN, "--corpus", "toy", "--tokens", "4000", "--save", "b.npz", "--resume")
    with pytest.raises(InputError, match=r"both name b\.npz"):
        call_main(TRAIN, "--save", "b.npz", "--vectors", "b.npz")
    with pytest.raises(InputError, match="needs --save"):
        call_main(TRAIN, "--resume")


def test_too_little_text_is_told(tmp_path):
    (tmp_path / "t.txt").write_text("a b c")
    with pytest.raises(InputError, match="smaller window"):
        call_main(TRAIN, "--corpus", str(tmp_path / "t.txt"))
    (tmp_path / "t.txt").write_text("a b c d " * 50)
    with pytest.raises(InputError, match="different words"):
        call_main(TRAIN, "--corpus", str(tmp_path / "t.txt"))


def test_eval_without_the_words_of_the_book_asks_the_first(tmp_path, capsys):
    (tmp_path / "t.txt").write_text("ga na da ra ma ba sa " * 50)
    call_main(TRAIN, "--corpus", str(tmp_path / "t.txt"), "--quick", "--vectors", "v.npz")
    capsys.readouterr()
    call_main(EVAL, "--vectors", "v.npz")
    assert "[query] ga\n" in capsys.readouterr().out


def test_eval_takes_the_commonest_spelling(capsys):
    save_vectors("v.npz", np.eye(3, dtype="f"), ["CAR", "car", "you"], counts=[1, 5, 3])
    call_main(EVAL, "--vectors", "v.npz", "--similar", "Car", "CAR")
    assert [line for line in capsys.readouterr().out.splitlines() if "query" in line] == [
        "[query] car", "[query] CAR"]


def test_eval_tells_what_it_lacks():
    with pytest.raises(InputError, match=r"cannot read vectors\.npz"):
        call_main(EVAL)


@pytest.mark.parametrize("study", ["positives", "power", "softmax"])
def test_the_studies_print_and_draw(study, capsys):
    call_main("ch04_fast_word2vec/negative_sampling_study.py", "--quick", "--study", study)
    printed = capsys.readouterr().out
    assert {"positives": "positives only", "power": "0.642",
            "softmax": "full softmax"}[study] in printed
    assert Path(f"quick/figures/ch04_{study}.png").exists()


FAST = "ch04_fast_word2vec/train_fast.py"


@pytest.mark.parametrize("model", ["cbow", "skipgram"])
def test_train_fast_prints_its_speed_and_scores(model, capsys):
    call_main(FAST, "--quick", "--model", model, "--vectors", "v.txt")
    printed = capsys.readouterr().out
    for part in ("| epoch 1 |", "million tokens a second", "vectors: v.txt", "[query] toyota",
                 "analogies, all"):
        assert part in printed
    assert load_vectors("v.txt")[0].shape[1] == 100


def test_train_fast_goes_on_from_vectors_with_new_words(tmp_path, capsys):
    (tmp_path / "new.txt").write_text("the zebra sees a horse\nthe horse sees a zebra\n" * 200)
    call_main(FAST, "--quick", "--vectors", "old.npz", "--corpus", "toy")
    call_main(FAST, "--max-epoch", "2", "--continue", "old.npz", "--corpus",
              str(tmp_path / "new.txt"), "--vectors",
              "new.npz")
    assert "continuing from old.npz: 599 words, 2 new ones" in capsys.readouterr().out
    old, new = load_vectors("old.npz"), load_vectors("new.npz")
    assert list(new[1])[:599] == list(old[1]) and list(new[1])[599:] == ["zebra", "a"]
    tables = [load_arrays(path) for path in ("old.npz", "new.npz")]
    assert {"W_in", "W_out", "h_in", "h_out"} < set(tables[0])  # as in earlier versions
    king, horse = old[1]["king"], old[1]["horse"]
    assert tables[1]["h_out"][horse] > tables[0]["h_out"][horse] > 0
    assert tables[1]["h_in"][king] == tables[0]["h_in"][king] > 0
    unused = [old[1][word] for word in ("toyota", "king", "near")]
    np.testing.assert_array_equal(old[0][unused], new[0][unused])
    call_main(FAST, "--max-epoch", "1", "--continue", "old.npz", "--corpus", "toy", "--vectors",
              "text.txt")
    call_main(FAST, "--max-epoch", "1", "--continue", "text.txt", "--corpus",
              str(tmp_path / "new.txt"))
    Path("glove.txt").write_text("the 1 2\n. . . 3 4\n")   # which no file of ours can hold
    capsys.readouterr()
    with pytest.raises(InputError, match=r"'\. \. \.' has white space"):
        call_main(FAST, "--continue", "glove.txt", "--corpus", str(tmp_path / "new.txt"))
    assert "epoch" not in capsys.readouterr().out            # told before anything is learned
    with pytest.raises(InputError, match="have 100 numbers: leave --hidden-size out"):
        call_main(FAST, "--continue", "text.txt", "--corpus", str(tmp_path / "new.txt"),
                  "--hidden-size", "50")


def test_new_words_finds_their_place(capsys):
    call_main("ch04_fast_word2vec/new_words.py", "--quick")
    printed = capsys.readouterr().out
    assert all(part in printed for part in ("new ones; seed 0", "counting must start", "of 7"))


def test_text_classification_compares_vectors_on_three_tasks(capsys):
    call_main("ch04_fast_word2vec/text_classification.py", "--quick")
    printed = capsys.readouterr().out
    assert all(part in printed for part in ("pre-trained  sum", "random       RNN", "purity",
                                            "tagging of new words"))
    assert Path("quick/figures/ch04_text_classification.png").exists()


def test_vector_grid_prints_every_combination_and_draws(tmp_path, capsys):
    call_main("ch04_fast_word2vec/vector_grid.py", "--quick")
    printed = capsys.readouterr().out.splitlines()
    rows = [line for line in printed if "10,000" in line or " 20,000" in line]
    assert [row.split()[0] for row in rows if "10,000 " in row] == ["counts", "cbow", "skipgram",
                                                                    "glove"]
    assert Path("quick/figures/ch04_vector_grid.png").exists()
    assert ("10 thousand tokens have the words of 308 of 308 semantic and 1,717 of 1,760 syntactic"
            in printed)
    text = Path("quick/figures/ch04_vector_grid.csv").read_text()
    header, *table = (line.split(",") for line in text.splitlines())
    assert header == ["model", "tokens", "dimensions", "semantic", "syntactic", "semantic_covered",
                      "syntactic_covered"]
    printed = [row.replace(",", "").split() for row in rows if "toy" not in row]
    assert [[*row[:3], f"{float(row[3]):.1f}", f"{float(row[4]):.1f}"] for row in table] == printed
    assert {(row[1], *row[5:]) for row in table} == {("10000", "308", "1717"),
                                                     ("20000", "308", "1760")}
    (tmp_path / "t.txt").write_text("a b c d\n" * 30_000)
    with pytest.raises(InputError, match="--analogies FILE"):
        call_main("ch04_fast_word2vec/vector_grid.py", "--quick", "--corpus",
                  str(tmp_path / "t.txt"))
    with pytest.raises(InputError, match="the corpus has 150,000"):
        call_main("ch04_fast_word2vec/vector_grid.py", "--corpus", str(tmp_path / "t.txt"))
    (tmp_path / "analogies.txt").write_text(": gram1-plural\na b c d\n: capitals\nathens greece "
                                            "oslo norway\n")
    call_main("ch04_fast_word2vec/vector_grid.py", "--quick", "--corpus", str(tmp_path / "t.txt"),
              "--models", "counts",
              "--sizes", "1000", "--analogies", str(tmp_path / "analogies.txt"))
    semantic, syntactic = capsys.readouterr().out.splitlines()[-2].split()[3:]
    assert semantic == "-" and float(syntactic) >= 0         # not asked is not 0 %


@pytest.mark.parametrize("script", [TRAIN, FAST, "ch03_word2vec/train_glove.py"])
def test_a_place_that_cannot_be_written_is_told_before_training(script, capsys):
    with pytest.raises(InputError, match="there is no folder"):
        call_main(script, "--vectors", "missing/v.npz")
    assert "epoch" not in capsys.readouterr().out
