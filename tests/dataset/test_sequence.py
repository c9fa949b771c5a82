"""The addition and date tasks: form, answers, no question in both parts, files of one's own."""

import collections
import datetime
import hashlib
import re
import unicodedata

import numpy as np
import pytest

from common.errors import InputError
from dataset import sequence


@pytest.fixture(scope="module")
def sets():
    return {name: sequence.load_pairs(name) for name in ("addition", "date")}


@pytest.mark.parametrize("name, widths, characters",
                         [("addition", (7, 5), 13), ("date", (29, 11), 59)])
def test_sizes_and_characters(sets, name, widths, characters):
    questions, answers = sets[name]
    assert len(questions) == len(set(questions)) == len(answers) == 50_000
    assert {len(q) for q in questions} == {widths[0]} and {len(a) for a in answers} == {widths[1]}
    assert len(set("".join(questions + answers))) == characters


@pytest.mark.parametrize("name, sha256", [
    ("addition", "61f39b6df6729517b293fa7e363c148af8e6bb09ed56498525bcf02453b306c8"),
    ("date", "8db1369d991b170c4d8abadca6f597e942464220752526f935246c94e0dbd543"),
])
def test_the_same_seed_gives_the_same_questions_everywhere(sets, name, sha256):
    text = "\n".join(q + a for q, a in zip(*sets[name]))
    assert hashlib.sha256(text.encode()).hexdigest() == sha256
    assert sequence.load_pairs(name, seed=7).questions != sets[name].questions


def test_sums_are_right_and_each_asked_once(sets):
    pairs, digits = set(), collections.Counter()
    for question, answer in zip(*sets["addition"]):
        a, b = map(int, question.split("+"))
        assert answer.rstrip() == f"_{a + b}" and f"{a}+{b}" == question.rstrip()
        pairs.add((min(a, b), max(a, b)))
        digits.update([len(str(a)), len(str(b))])
    assert len(pairs) == 50_000 and digits[3] > digits[2] > digits[1] > 5_000


def test_dates_are_right_in_four_forms_and_three_cases(sets):
    forms, cases, years = collections.Counter(), collections.Counter(), set()
    for question, answer in zip(*sets["date"]):
        text, day = question.rstrip(), datetime.date.fromisoformat(answer[1:])
        years.add(day.year)
        if "/" in text:
            month, number, year = map(int, text.split("/"))
            assert (month, number, year) == (day.month, day.day, day.year % 100)
            forms["numeric"] += 1
            continue
        parts = re.fullmatch(r"(?:(\w+), )?(\w+) (\d+), (\d{4})", text)
        weekday, month, number, year = parts.groups()
        assert (int(number), int(year)) == (day.day, day.year)
        full = sequence.MONTHS[day.month - 1].lower()
        assert month.lower() in (full, full[:3])
        assert weekday is None or weekday.lower() == sequence.DAYS[day.weekday()].lower()
        forms["weekday" if weekday else "month"] += 1
        cases["title" if text.istitle() else "lower" if text.islower() else "upper"] += 1
    assert forms["numeric"] == forms["weekday"] == 12_500 and years == set(range(1970, 2018))
    assert cases["title"] / cases.total() == pytest.approx(0.5, abs=1e-4)
    assert abs(cases["lower"] - cases["upper"]) < 5


@pytest.mark.parametrize("name", ["addition.txt", "date.txt"])
def test_no_question_is_in_both_parts(name):
    (x_train, t_train), (x_test, t_test) = sequence.load_data(name)
    assert len(x_train) == len(t_train) == 45_000 and len(x_test) == len(t_test) == 5_000
    assert not {tuple(x) for x in x_train.tolist()} & {tuple(x) for x in x_test.tolist()}
    char_to_id, id_to_char = sequence.get_vocab()
    assert np.all(t_train[:, 0] == char_to_id["_"])
    assert x_train.max() < len(char_to_id) == len(id_to_char)


def test_questions_are_held_out_to_choose_settings_by(tmp_path):
    (x, t), (x_valid, t_valid), (x_test, t_test) = sequence.load_parts("date")
    (x_train, t_train), test = sequence.load_data("date")
    assert len(x_valid) == len(t_valid) == 1000 and len(x) == len(t) == 44_000
    np.testing.assert_array_equal(x_test, test[0])
    both = np.hstack([np.concatenate([x, x_valid]), np.concatenate([t, t_valid])])
    assert sorted(both.tolist()) == sorted(np.hstack([x_train, t_train]).tolist())
    assert not {tuple(q) for q in x.tolist()} & {tuple(q) for q in x_valid.tolist()}
    np.testing.assert_array_equal(sequence.load_parts("date")[1][0], x_valid)
    path = tmp_path / "mine.txt"
    path.write_text("".join(f"{i % 30}_a\n" for i in range(90)))  # each question three times
    (x, _), (x_valid, _), (x_test, _) = sequence.load_parts(path)
    assert (len(x), len(x_valid), len(x_test)) == (75, 6, 9)
    assert not {tuple(q) for q in x.tolist()} & {tuple(q) for q in x_valid.tolist()}
    path.write_text("1_2\n2_3\n")
    with pytest.raises(InputError, match="three are needed"):
        sequence.load_parts(path)


def test_each_set_keeps_its_vocabulary():
    sequence.load_data("addition.txt")
    sequence.load_data("date.txt")
    assert len(sequence.get_vocab()[0]) == 59
    assert sequence.get_vocab("addition") == sequence.get_vocab("addition.txt")
    assert len(sequence.get_vocab("addition")[0]) == 13
    sequence.load_data("addition")
    assert len(sequence.get_vocab()[0]) == 13


def test_a_file_of_ones_own_loads_in_the_books_form(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("57+5   _62  \n1+1_2\n\n100+20_120\n1+1_2\n"
                    + "".join(f"{i}+0_{i}\n" for i in range(20)))
    (x_train, t_train), (x_test, t_test) = sequence.load_data(path)
    _, id_to_char = sequence.get_vocab(path)
    texts = {"".join(id_to_char[int(c)] for c in row) for row in np.concatenate([x_train, x_test])}
    assert {"57+5  ", "1+1   ", "100+20"} <= texts and len(x_train) + len(x_test) == 24
    assert not {tuple(x) for x in x_train.tolist()} & {tuple(x) for x in x_test.tolist()}
    assert t_train.shape[1] == t_test.shape[1] == 4


@pytest.mark.parametrize("text, message", [
    ("1+1_2\n2+2 4\n", r"line 2: '2\+2 4' has no '_'"), ("1_1_2\n1_2", "line 1.*2 '_'"),
    ("", "no question"), ("1+1_2\n", "one question"), ("1+1_2\n1+1_2\n", "the same"),
    ("1+1_\n1+2_ \n", "all answers are empty"),
    ("1+1_2\n\n _3\n", "mine.txt, line 3: .* ' _3' is all padding: every seq.* one real step"),
    ("1+1_2\n\u200b\u3000_3\n", "line 2: .*all padding"),
    (f"{'1' * 10_000}_2\n1_2\n", "of 10,000 characters: it may have 9,999"),
    (f"{'1' * 9_999}_2\n" + "1_2\n" * 3400, "all together, padded to one length, 33,554,432"),
    ("%PDF-1_4\n1_2\n", "is a PDF"), ("1+1_2\n1+2_3\0\n", "NUL"),
])
def test_files_in_another_form_are_told(tmp_path, text, message):
    (tmp_path / "mine.txt").write_text(text)
    with pytest.raises(InputError, match=message):
        sequence.load_data(tmp_path / "mine.txt")


@pytest.mark.parametrize("inner", "\v\f\x1c\x1d\x1e\x85\u2028\u2029")
def test_only_ends_of_lines_part_questions(tmp_path, inner):
    path = tmp_path / "mine.txt"
    path.write_bytes(f"\ufeff2{inner}+2_4\r\n3+3_6\r4+4_8\n".encode())
    assert sequence.read_pairs(path) == ([f"2{inner}+2", "3+3 ", "4+4 "], ["_4", "_6", "_8"])


def test_a_character_is_one_in_both_spellings(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text(unicodedata.normalize("NFD", "고양이_é\n") + "개_à\n" * 9, encoding="utf-8")
    sequence.load_data(path)
    char_to_id, _ = sequence.get_vocab(path)
    assert set(char_to_id) == set("고양이_é개à ")
    asked = sequence.encode(unicodedata.normalize("NFD", "고양이") + "\u200e", char_to_id, 4)
    assert sequence.decode(asked, dict(enumerate(char_to_id))) == "고양이"


@pytest.mark.parametrize("make, largest", [(sequence.addition, 500_500), (sequence.date, 70_128)])
def test_sets_larger_than_there_are_questions_are_refused(make, largest):
    for size in (largest + 1, 0, -1):
        with pytest.raises(InputError, match=rf"must lie in 1\.\.{largest:,}"):
            make(size=size)


def test_all_dates_that_there_are():
    assert len(set(sequence.date(size=70_128).questions)) == 70_128


def test_sums_are_taken_from_those_left_where_drawing_takes_too_long(monkeypatch):
    monkeypatch.setattr(sequence, "DRAWS", 1000)
    questions, answers = sequence.addition(size=2000)
    terms = [tuple(sorted(map(int, question.split("+")))) for question in questions]
    assert len(set(terms)) == 2000
    assert [sum(pair) for pair in terms] == [int(answer[1:]) for answer in answers]


def test_questions_that_cannot_be_read_are_told(monkeypatch):
    char_to_id = {c: i for i, c in enumerate("0123456789+ _")}
    np.testing.assert_array_equal(sequence.encode("5+1 ", char_to_id, 5), [5, 10, 1, 11, 11])
    for empty in ("", " \u3000", "\ufeff"):
        with pytest.raises(InputError, match="is all padding: every sequence needs one real step"):
            sequence.encode(empty, char_to_id, 5)
    with pytest.raises(InputError, match="'x' at position 2"):
        sequence.encode("5x1", char_to_id, 5)
    with pytest.raises(InputError, match=r"has 6 characters.* 5 at most"):
        sequence.encode("555+55", char_to_id, 5)
    with pytest.raises(InputError, match=r"'5' has 1 characters: all questions .* have 3"):
        sequence.encode("5", {"5": 0, "_": 1}, 3)
    monkeypatch.setattr(sequence, "_loaded", {})
    with pytest.raises(InputError, match="load_data"):
        sequence.get_vocab()
    with pytest.raises(InputError, match="cannot read"):
        sequence.load_data("nothing.txt")


def test_decode_is_what_a_reader_reads():
    assert sequence.decode([1, 2, 0, 0], {0: " ", 1: "_", 2: "7"}) == "7"


def test_the_vocabulary_is_that_of_the_seed():
    loaded = dict(sequence._loaded)
    try:
        sequence._loaded.clear()
        before = sequence.get_vocab("addition", seed=5)
        sequence.load_data("addition", seed=5)
        assert sequence.get_vocab("addition") == before
    finally:
        sequence._loaded.clear()
        sequence._loaded.update(loaded)
