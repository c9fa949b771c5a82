"""Variants from several seeds: what is kept, what is not trained again, what is printed."""

import pytest
from matplotlib.figure import Figure

from common.errors import InputError
from common.script.variants import draw_variants, run_variants


def compare(path, trained, seeds=range(2), quantity="right [%]"):
    def variant(name, base):
        def train(seed):
            trained.append((name, seed))
            return [base + seed, base + 2 * seed], base + 10 * seed
        return train
    variants = {"plain": variant("plain", 1), "better": variant("better", 5)}
    return run_variants(variants, seeds, quantity, path)


def test_runs_are_kept_and_not_trained_again(tmp_path, capsys):
    path, trained = tmp_path / "runs.csv", []
    results = compare(path, trained)
    lines = path.read_text().splitlines()
    assert lines[:5] == ["variant,seed,epoch,right [%]", "plain,0,1,1", "plain,0,2,1",
                         "plain,0,test,1", "plain,1,1,2"]
    values, tests = results["better"]
    assert values.tolist() == [[5, 5], [6, 7]] and tests.tolist() == [5, 15]
    assert ("better        6.00       10.00   (5.00 to 15.00)   seeds 0, 1"
            in capsys.readouterr().out)
    path.write_text("\n".join(lines[:-1]))                   # the last run had not ended
    again = []
    assert compare(path, again, range(3))["better"][1].tolist() == [5, 15, 25]
    assert len(trained) == 4 and again == [("plain", 2), ("better", 1), ("better", 2)]


def test_runs_of_another_comparison_are_told_and_left(tmp_path):
    compare(tmp_path / "runs.csv", [])
    before = (tmp_path / "runs.csv").read_text()
    with pytest.raises(InputError, match=r"^\S+runs.csv holds 'right \[%\]', this comparison "
                                         "measures 'loss': name another"):
        compare(tmp_path / "runs.csv", [], quantity="loss")
    assert (tmp_path / "runs.csv").read_text() == before


def test_a_variant_may_have_seeds_of_its_own():
    trained = []
    results = compare(None, trained, {"plain": [7], "better": [1, 2]})
    assert trained == [("plain", 7), ("better", 1), ("better", 2)] and len(results["plain"][1]) == 1


def test_lines_are_means_and_bands_go_from_lowest_to_highest():
    axes = Figure().subplots()
    draw_variants(axes, compare(None, []))
    line, band = axes.get_lines()[1], axes.collections[1].get_paths()[0].get_extents()
    assert line.get_xydata().tolist() == [[1, 5.5], [2, 6]] and (band.ymin, band.ymax) == (5, 7)


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "runs.csv"
    for text in ("", "a,b,c,right [%]\nplain,0,1\n", "a,b,c,right [%]\nplain,x,1,2\n", "a,b\n"):
        path.write_text(text)
        with pytest.raises(InputError, match="holds no runs"):
            compare(path, [])
        assert path.read_text() == text


def test_what_a_variant_prints_is_not_shown(capsys):
    def train(seed):
        print("| epoch 1 |")
        return [1.0], 2.0
    run_variants({"plain": train}, [0], "right [%]")
    printed = capsys.readouterr().out
    assert "epoch" not in printed and "plain " in printed
