"""Lines that each script prints in its --quick run, numbers and all, against golden.txt.

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
signs of the SVD's columns in ch02 count_method_small, whose singular values come in equal pairs;
and the RNN of ch04 text_classification, whose short training magnifies rounding: 16.5 became 15.0
with OpenBLAS's kernels for another processor (Haswell).
"""

import re

import pytest

from common.script.listing import all_scripts
from tests.run_script import golden

RELATIVE = 2e-6
NUMBER = re.compile(r"#|(?<![\w.])-?\d[\d,]*(?:\.\d*)?(?:e[-+]?\d+)?(?!\w)")


def test_every_script_has_golden_lines():
    with_lines = {command.split()[0] for command, lines in golden().items() if lines}
    assert with_lines == {script.path for script in all_scripts()}


@pytest.mark.parametrize("command", golden())
def test_a_quick_run_prints_the_golden_lines(command, quick_run):
    printed = quick_run(command).printed
    for line in golden()[command]:
        assert any(agree(line, other) for other in printed.splitlines()), \
            f"no '{line}' in\n{printed}"


@pytest.mark.parametrize("command", golden())
def test_a_quick_run_writes_into_its_folder_alone(command, quick_run):
    """Nothing of it replaces anything of a real run."""
    assert {path.name for path in quick_run(command).folder.iterdir()} <= {"quick"}


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
