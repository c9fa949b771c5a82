"""The scripts of chapter 2: what they print, draw, and say to wrong arguments."""

from pathlib import Path

import pytest

from common.errors import InputError
from tests.run_script import call_main, run_script


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
    assert Path("figures/count_method_small.png").stat().st_size > 5000


def test_show_ptb_looks_words_up(capsys):
    call_main("ch02_count_based/show_ptb.py", "--words", "toyota")
    printed = capsys.readouterr().out
    assert "data: toy" in printed and "word_to_id['toyota']:" in printed


def test_count_method_big_finds_neighbours_and_draws_a_map(capsys):
    call_main("ch02_count_based/count_method_big.py", "--quick")
    printed = capsys.readouterr().out
    assert all(f"[query] {word}\n" in printed for word in ("you", "year", "car", "toyota"))
    assert Path("figures/count_method_big.png").stat().st_size > 20_000


def test_a_text_of_ones_own(tmp_path, capsys):
    (tmp_path / "own.txt").write_text("the cat drinks milk\nthe dog drinks water\n" * 3)
    call_main("ch02_count_based/count_method_big.py", "--corpus", str(tmp_path / "own.txt"), "--similar", "cat")
    assert "own.txt, 30 tokens, vocabulary 7" in capsys.readouterr().out


@pytest.mark.parametrize("script", ["similarity", "most_similar", "ppmi", "count_method_small"])
def test_an_empty_text_is_refused(script):
    with pytest.raises(InputError, match="no words"):
        call_main(f"ch02_count_based/{script}.py", "--text", "")


def test_one_word_is_too_little_for_a_picture():
    with pytest.raises(InputError, match="one distinct word"):
        call_main("ch02_count_based/count_method_small.py", "--text", "a")


def test_an_unknown_query_ends_the_script_before_the_work_starts(capsys):
    with pytest.raises(InputError, match="did you mean toyota"):
        call_main("ch02_count_based/count_method_big.py", "--similar", "toyta")
    assert "counting" not in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["--window-size", "0"], ["--wordvec-size", "x"], ["--corpus"], ["--bogus"]])
def test_wrong_arguments_are_named(wrong, capsys):
    with pytest.raises(SystemExit) as end:
        call_main("ch02_count_based/count_method_big.py", *wrong)
    assert end.value.code == 2 and wrong[0] in capsys.readouterr().err


def test_as_a_process_from_another_folder_a_mistake_is_one_line_and_status_2():
    done = run_script("ch02_count_based/count_method_big.py", "--corpus", "none.txt")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("error: cannot read none.txt") and done.stderr.count("\n") == 1


def test_as_a_process_with_an_ascii_terminal(tmp_path):
    (tmp_path / "own.txt").write_text("나는 사과를 먹는다\n너는 빵을 먹는다\n", encoding="utf-8")
    import os
    done = run_script("ch02_count_based/show_ptb.py", "--corpus", str(tmp_path / "own.txt"),
                      env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0 and "corpus size: 8" in done.stdout
