"""The scripts of chapter 2: what they print, draw, and say to wrong arguments."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from ch02_count_based import count_grid
from ch02_count_based.word_map import draw_map
from ch04_fast_word2vec import vector_grid
from common.errors import InputError
from dataset.corpus import resolve
from tests.run_script import call_main, run_script

BIG, GRID = "ch02_count_based/count_method_big.py", "ch02_count_based/count_grid.py"


def test_similarity_prints_the_number_of_the_book(capsys):
    call_main("ch02_count_based/similarity.py")
    assert "'you' and 'i': 0.707106" in capsys.readouterr().out


def test_most_similar_prints_the_ranking_of_the_book(capsys):
    call_main("ch02_count_based/most_similar.py", "--top", "3")
    words = [line.split(":")[0].strip() for line in capsys.readouterr().out.splitlines()]
    assert words == ["", "[query] you", "goodbye", "i", "hello"]


def test_ppmi_prints_both_matrices(capsys):
    call_main("ch02_count_based/ppmi.py")
    printed = capsys.readouterr().out
    assert "[1 0 1 0 1 1 0]" in printed and "2.807" in printed


def test_count_method_small_prints_three_vectors_and_draws(capsys):
    call_main("ch02_count_based/count_method_small.py")
    assert "[0.    1.807 0.    0.    0.    0.    0.   ]" in capsys.readouterr().out
    assert Path("figures/ch02_count_method_small.png").stat().st_size > 5000


def test_show_ptb_looks_words_up(capsys):
    call_main("ch02_count_based/show_ptb.py", "--words", "toyota")
    printed = capsys.readouterr().out
    assert "data: toy" in printed and "word_to_id['toyota']:" in printed


def test_show_ptb_shows_characters_as_they_stand_in_the_text(capsys):
    Path("my.txt").write_text("가 나\n" * 9, encoding="utf-8")
    call_main("ch02_count_based/show_ptb.py", "--corpus", "my.txt", "--level", "char")
    assert "as text:     가 나<eos>가 나<eos>" in capsys.readouterr().out


def test_figures_of_a_corpus_name_it(monkeypatch):
    titles = []
    monkeypatch.setattr("matplotlib.figure.Figure.suptitle", lambda figure, text:
                        titles.append(text))
    Path("a$b.txt").write_text("a b c d e f\n" * 2000)
    Path("q").write_text("a b c d\n")
    Path("p").write_text("a b 1\nb c 2\n")
    own = ["--quick", "--corpus", "a$b.txt", "--pairs", "p", "--analogies", "q"]
    call_main(BIG, *own)
    call_main(GRID, *own)
    call_main("ch04_fast_word2vec/vector_grid.py", *own, "--models", "counts", "--sizes", "1000")
    assert titles == [r"a\$b.txt"] * 3


def test_count_method_big_finds_neighbours_and_draws_a_map(capsys):
    call_main(BIG, "--quick")
    printed = capsys.readouterr().out
    assert all(f"[query] {word}\n" in printed for word in ("you", "year", "car", "toyota"))
    assert Path("quick/figures/ch02_count_method_big.png").stat().st_size > 20_000


def test_vectors_of_one_number_are_drawn_on_a_line():
    call_main(BIG, "--quick", "--wordvec-size", "1")
    assert Path("quick/figures/ch02_count_method_big.png").exists()


def test_a_text_of_ones_own(tmp_path, capsys):
    (tmp_path / "own.txt").write_text("the cat drinks milk\nthe dog drinks water\n" * 3)
    call_main(BIG, "--corpus", str(tmp_path / "own.txt"), "--similar", "cat")
    assert "own.txt, 30 tokens, vocabulary 7" in capsys.readouterr().out


@pytest.mark.parametrize("script", ["similarity", "most_similar", "ppmi", "count_method_small"])
def test_an_empty_text_is_refused(script):
    with pytest.raises(InputError, match="no words"):
        call_main(f"ch02_count_based/{script}.py", "--text", "")


def test_one_word_is_too_little_for_a_picture():
    with pytest.raises(InputError, match="one distinct word"):
        call_main("ch02_count_based/count_method_small.py", "--text", "a")


def test_a_text_without_the_words_of_the_book_shows_its_own(tmp_path, capsys):
    (tmp_path / "own.txt").write_text("a cat sat on a mat and a dog sat on a log\n" * 20)
    call_main(BIG, "--corpus", str(tmp_path / "own.txt"))
    assert "[query] cat" in capsys.readouterr().out


def test_an_unknown_query_ends_the_script_before_the_work_starts(capsys):
    with pytest.raises(InputError, match="did you mean toyota"):
        call_main(BIG, "--similar", "toyta")
    assert "counting" not in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["--window-size", "0"], ["--wordvec-size", "x"], ["--corpus"],
                                   ["--bogus"]])
def test_wrong_arguments_are_named(wrong, capsys):
    with pytest.raises(SystemExit) as end:
        call_main(BIG, *wrong)
    assert end.value.code == 2 and wrong[0] in capsys.readouterr().err


def test_as_a_process_from_another_folder_a_mistake_is_one_line_and_status_2():
    done = run_script(BIG, "--corpus", "none.txt")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("error: cannot read none.txt") and done.stderr.count("\n") == 1


def test_as_a_process_with_an_ascii_terminal(tmp_path):
    (tmp_path / "own.txt").write_text("나는 사과를 먹는다\n너는 빵을 먹는다\n", encoding="utf-8")
    import os
    done = run_script("ch02_count_based/show_ptb.py", "--corpus", str(tmp_path / "own.txt"),
                      env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0 and "corpus size: 8" in done.stdout


def test_count_method_big_scores_the_vectors(tmp_path, capsys):
    (tmp_path / "pairs").write_text("car truck 8\ncar king 1\ncar zebra 2\n")
    (tmp_path / "questions").write_text(": family\nking queen boy girl\n")
    call_main(BIG, "--pairs", str(tmp_path / "pairs"), "--analogies", str(tmp_path / "questions"),
              "--eigenvalue-weight", "0.5", "--alpha", "0.75", "--shift", "2")
    printed = capsys.readouterr().out
    assert "word pairs: Spearman 1.000 on 2 of 3" in printed and "of 1 of 1" in printed


def test_count_method_big_counts_sparsely_where_the_table_is_too_large(monkeypatch, capsys):
    scores = []
    for dense_words in (15_000, 10):
        monkeypatch.setattr("ch02_count_based.count_vectors.DENSE_WORDS", dense_words)
        call_main(BIG)
        scores.append([line for line in capsys.readouterr().out.splitlines() if "%" in line])
    assert len(scores[0]) == 8 and scores[0] == scores[1]


def test_a_row_of_count_grid_is_a_run_of_count_method_big(capsys):
    call_main(GRID, "--quick", "--alphas", "0.75", "--eigenvalue-weights", "0.5")
    row = next(line.split() for line in capsys.readouterr().out.splitlines()
               if line.startswith("     2    0.75"))
    call_main(BIG, "--quick", "--window-size", "2", "--alpha", "0.75", "--eigenvalue-weight", "0.5")
    printed = capsys.readouterr().out
    assert f"word pairs: Spearman {row[3]} on 2415 of 2415" in printed
    assert f"analogies, all          {row[8]} % of 2,068 of 2,068" in printed


@pytest.mark.parametrize("script", [count_grid, vector_grid])
def test_what_needs_questions_takes_the_text_that_has_some(script, monkeypatch):
    monkeypatch.setattr("dataset.ptb.at_hand", lambda: True)
    assert resolve("auto") == ("ptb", "word")
    assert resolve(script.parse().corpus) == ("toy", "word")


def test_count_grid_counts_the_questions_it_can_ask(tmp_path, capsys):
    (tmp_path / "own.txt").write_text("the cat drinks milk\nthe dog drinks water\n" * 20)
    (tmp_path / "pairs").write_text("cat dog 8\ncat milk 1\ncat zebra 2\n")
    (tmp_path / "questions").write_text(": drinks\ncat milk dog water\ncat milk zebra water\n"
                                        "dog water cat milk\n")
    files = ["--corpus", str(tmp_path / "own.txt"), "--pairs", str(tmp_path / "pairs")]
    with pytest.raises(InputError, match="--pairs FILE --analogies FILE"):
        call_main(GRID, *files)
    files += ["--analogies", str(tmp_path / "questions")]
    call_main(GRID, *files, "--windows", "2", "1", "2")
    printed = capsys.readouterr().out
    assert printed.count(" on    2 of    3") == printed.count(" % of      2 of      3") == 12
    table = Path("figures/ch02_count_grid.csv").read_text().splitlines()[1:]
    covered = [(row[0], row[4], row[6]) for row in (line.split(",") for line in table)]
    assert covered == [("1", "2", "2")] * 6 + [("2", "2", "2")] * 6
    assert "wordvec_size: 2, not 100" in printed


@pytest.mark.parametrize("arguments", [[], ["walk", "run", "--pos", "v"], ["--thesaurus", "small"]])
def test_thesaurus_prints_senses_paths_and_similarities(arguments, monkeypatch, capsys):
    from dataset.thesaurus import wordnet
    monkeypatch.setattr(wordnet, "find", lambda: None)
    call_main("ch02_count_based/thesaurus.py", *arguments)
    printed = capsys.readouterr().out
    assert printed.startswith("data: the embedded thesaurus")
    for part in ("synonyms:", " < ", "path similarity 1 / (1 + steps): 0.", "Wu-Palmer similarity:",
                 "missing", "one synset"):
        assert part in printed


def test_thesaurus_tells_what_is_wrong(capsys, monkeypatch):
    from dataset.thesaurus import wordnet
    monkeypatch.setattr(wordnet, "find", lambda: None)
    with pytest.raises(InputError, match="'smartphone' is not in"):
        call_main("ch02_count_based/thesaurus.py", "smartphone", "car")
    for wrong, message in ((["car"], "two words"), (["--thesaurus", "wordnet"], "wordnet-base")):
        with pytest.raises(SystemExit):
            call_main("ch02_count_based/thesaurus.py", *wrong)
        assert message in capsys.readouterr().err


def test_words_that_look_like_formulas_are_drawn_as_words(tmp_path):
    (tmp_path / "t.txt").write_text("a $^$ b $\\foo$ c\n" * 9)
    call_main("ch02_count_based/count_method_small.py", "--text", "$^$ b $\\foo$ c")
    call_main(BIG, "--corpus", str(tmp_path / "t.txt"))
    assert Path("figures/ch02_count_method_big.png").exists()


def test_a_text_of_one_word_and_a_weight_beyond_all_numbers(capsys):
    call_main("ch02_count_based/ppmi.py", "--text", "a")
    assert "[[0]]" in capsys.readouterr().out
    with pytest.raises(InputError, match="out of the range"):
        call_main(BIG, "--eigenvalue-weight", "1000")
    with pytest.raises(InputError, match="not UTF-8"):
        call_main("ch02_count_based/similarity.py", "--text", "\udcff a")


def test_the_grid_scores_every_combination_once(capsys):
    call_main(GRID, "--quick", "--corpus", "toy", "--alphas", "0.75", "1",
              "--eigenvalue-weights", "0", "0.5")
    printed = [line.split() for line in capsys.readouterr().out.splitlines()
               if line.strip()[:1] in ("1", "2")]
    table = Path("quick/figures/ch02_count_grid.csv")
    header, *rows = (line.split(",") for line in table.read_text().splitlines())
    assert header[:4] == ["window", "alpha", "weight", "spearman"]
    assert table.with_suffix(".png").exists()
    assert [row[:3] for row in rows] == [[w, a, p] for w in "12" for a in ("0.75", "1")
                                         for p in ("0", "0.5")]
    assert [[*row[:3], f"{float(row[3]):.3f}"] for row in rows] == [row[:4] for row in printed]
    assert len({row[3] for row in rows}) == 8                # no two are alike
    with pytest.raises(InputError, match="--pairs FILE --analogies FILE"):
        Path("t.txt").write_text("a b c d e f g " * 20)
        call_main(GRID, "--corpus", "t.txt")


def test_a_text_in_capitals_is_asked_and_scored_and_the_commonest_spelling_counts(tmp_path, capsys):
    text = "ATHENS Athens Greece Paris France . You you you Car .\n" * 3
    files = {"text": text + "Athens Greece .\n", "q": ": capital\nAthens Greece Paris France\n",
             "p": "paris FRANCE 3\nathens france 1\n"}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    args = ["--corpus", str(tmp_path / "text"), "--wordvec-size", "3"]
    questions = ["--pairs", str(tmp_path / "p"), "--analogies", str(tmp_path / "q")]
    call_main(BIG, *args, *questions)
    printed = capsys.readouterr().out
    assert "on 2 of 2" in printed and "% of 1 of 1" in printed
    assert "[query] you\n" in printed and "[query] Car\n" in printed
    call_main(BIG, *args, "--similar", "aThens", "CAR")
    printed = capsys.readouterr().out
    assert "[query] Athens\n" in printed and "[query] Car\n" in printed
    call_main(GRID, *args, *questions, "--windows", "1")
    assert "on    2 of    2" in capsys.readouterr().out
    call_main("ch02_count_based/show_ptb.py", *args[:2], "--words", "CAR")
    assert "word_to_id['Car']: " in capsys.readouterr().out


def test_a_word_is_found_in_either_unicode_form(capsys):
    text = "\uace0\uc591\uc774 \uac00 \uc6b4\ub2e4"
    call_main("ch02_count_based/most_similar.py", "--text", text, "--similar",
              unicodedata.normalize("NFD", text.split()[0]))
    assert f"[query] {text.split()[0]}\n" in capsys.readouterr().out


def test_a_very_long_word_is_clipped_on_the_map():
    axes = Figure().subplots()
    draw_map(axes, np.eye(3), np.arange(3), {0: "a" * 900, 1: "b", 2: "c"})
    assert {text.get_text() for text in axes.texts} == {29 * "a" + "\u2026", "b", "c"}
