"""What each script prints in its --quick run, against golden.txt: some lines, numbers and all.

In a golden line the words must be those that are printed, and each number the one that is
printed, within the larger of RELATIVE and one unit of the golden number's last digit. Whole
numbers are counts, and must be equal; # is any number (memory). What follows in the printed line,
a time or a speed, is not compared, nor how wide spaces are.

RELATIVE is ten times the largest difference seen. Against Python 3.11, NumPy 2.4.6 and one thread
of OpenBLAS, on one machine, the numbers of these lines moved by

    two threads                 6e-8  ch04 train and eval; all others not at all
    Python 3.13, NumPy 2.5.5    1e-7  ch04 train, eval, train_fast, new_words; no others
    Python 3.10, NumPy 1.21.2   2e-7  ch03 train_glove; 1e-7 those of ch04, ch02 count_method_big

and that is less than most lines print. Not in the lines is what moved more: the order and the
signs of the SVD's columns in ch02 count_method_small, whose singular values come in equal pairs.
"""

import contextlib
import functools
import io
import re

import pytest

from common.script.listing import all_scripts
from tests.run_script import ROOT, call_main

RELATIVE = 2e-6
NUMBER = re.compile(r"#|(?<![\w.])-?\d[\d,]*(?:\.\d*)?(?:e[-+]?\d+)?(?!\w)")
READS = {                                # a script, and the one that makes its model
    "ch04_fast_word2vec/eval.py": "ch04_fast_word2vec/train.py",
    "ch06_lstm/agreement.py": "ch06_lstm/train_rnnlm.py",
    "ch06_lstm/eval.py": "ch06_lstm/train_better_rnnlm.py",
    "ch07_seq2seq/generate_text.py": "ch06_lstm/train_rnnlm.py",
    "ch07_seq2seq/generate_better_text.py": "ch06_lstm/train_better_rnnlm.py",
    "ch08_attention/visualize_attention.py": "ch08_attention/train.py",
}


def golden():
    """{script: (its arguments, its golden lines)}."""
    sections = (ROOT / "tests/golden.txt").read_text("utf-8").split("$ python ")[1:]
    found = {}
    for command, *lines in (section.strip().splitlines() for section in sections):
        script, *arguments = command.split()
        found[script] = arguments, lines
    return found


@pytest.fixture(scope="session")
def printed(tmp_path_factory):
    """A function of a script: the lines of its golden run, made once, where its model is."""
    @functools.cache
    def run(script):
        folder = run(READS[script])[0] if script in READS else tmp_path_factory.mktemp("golden")
        out = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out):
            patch.chdir(folder)
            call_main(script, *golden()[script][0])
        return folder, out.getvalue().splitlines()

    return lambda script: run(script)[1]


def test_every_script_has_golden_lines():
    with_lines = {script for script, (_, lines) in golden().items() if lines}
    assert with_lines == {script.path for script in all_scripts()}


@pytest.mark.parametrize("script", golden())
def test_a_quick_run_prints_the_golden_lines(script, printed):
    lines = printed(script)
    for line in golden()[script][1]:
        assert any(agree(line, other) for other in lines), f"no '{line}' in\n" + "\n".join(lines)


def agree(line, other):
    """Whether the printed line `other` begins with the words and numbers of the golden one."""
    words = [r"\s+".join(map(re.escape, part.split(" "))) for part in NUMBER.split(line)]
    match = re.match(r"\s*" + f"({NUMBER.pattern})".join(words), other)
    return match and all(map(close, NUMBER.findall(line), match.groups()))


def close(number, other):
    """Whether a printed number is the golden one; both are text."""
    if number == "#":
        return True
    value, printed = (float(text.replace(",", "")) for text in (number, other))
    if "." not in number:
        return printed == value
    mantissa, _, power = number.partition("e")
    unit = 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))
    return abs(printed - value) <= max(RELATIVE * abs(value), 1.001 * unit)
