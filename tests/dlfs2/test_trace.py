"""The trace of a layer: its lines as they stand, what each has set, what is called below."""

import subprocess
import sys
import textwrap

import pytest

from dlfs2.cases import ALL_DIFFER
from dlfs2.catalogue import ENTRIES
from dlfs2.exercise import main as exercise
from dlfs2.exercise import text_of
from dlfs2.trace import extras, found, main


def traced(capsys, *arguments):
    main(list(arguments))
    return capsys.readouterr().out


def test_the_backward_of_an_lstm_fits_on_a_screen(capsys):
    text = traced(capsys, "LSTM.backward")
    assert text.startswith("LSTM.backward(dh_next (2, 5), dc_next (2, 5))  common/time_layers/lstm")
    assert "dWx[...] = x.T @ da" in text and "dWx (4, 20)" in text
    assert "> gates_backward(" in text and "-> (2, 4), (2, 5), (2, 5)" in text
    assert len(text.splitlines()) < 24


def test_sizes_values_and_what_lies_below(capsys):
    text = traced(capsys, "TimeRNN.forward", "--T", "9", "--N", "3", "--deep")
    assert "TimeRNN.forward(xs (3, 9, 4)" in text and "  x 9" in text
    assert "a (5, 3)" in text and "TimeRNN._inputs" in text
    text = traced(capsys, "Sigmoid", "--N", "1", "--D", "2", "--values")
    assert "self.out (1, 2) = 0.547 0.372" in text


@pytest.mark.parametrize("name", [*ENTRIES, *extras(ALL_DIFFER)])
def test_every_name_can_be_traced(capsys, name):
    if name in ENTRIES and not found(name):
        return
    text = traced(capsys, name, "--values")
    assert ".py:" in text and "->" in text


@pytest.mark.parametrize("wrong, said", [
    ("LSTM.sideways", "LSTM has no sideways here; there are LSTM.forward, LSTM.backward"),
    ("LSTM --N 0", "--N must be 1 or more"), ("zzz", "known are sigmoid, relu, softmax,"),
    ("TimeLSTN", "TimeLSTN is not known; did you mean TimeLSTM or "),
    ("SIGMOID", "SIGMOID is not known; did you mean sigmoid or Sigmoid?\n"),
    ("LSTM --summary", "--summary and --figure are of a model: attention, plain"),
    ("transformer --D 5", "the width must be even, got 5\n"),
    ("mine.py", "name a class of it, as in mine.py:RNN\n"),
    ("mine.py:f --input (2,", "invalid array_or_number value: '(2,'")])
def test_what_is_not_there_is_told(capsys, wrong, said):
    with pytest.raises(SystemExit) as end:
        main(wrong.split())
    assert end.value.code == 2
    assert said in capsys.readouterr().err.splitlines(keepends=True)[-1]


def test_upper_and_lower_case_are_one_where_that_is_clear(capsys):
    assert traced(capsys, "lstm.Backward") == traced(capsys, "LSTM.backward")
    assert traced(capsys, "NTM") == traced(capsys, "ntm")
    assert "Sigmoid.forward(" in traced(capsys, "Sigmoid")
    assert "Sigmoid.forward(" not in traced(capsys, "sigmoid")


def test_an_exercise_is_found_in_the_same_way(capsys):
    exercise(["lstm.BACKWARD"])
    assert capsys.readouterr().out == text_of("LSTM.backward")
    for wrong, said in (("lstm", "the exercises of LSTM are LSTM.forward, LSTM.backward\n"),
                        ("LSTM.bakward", "did you mean LSTM.backward or "),
                        ("zzz", "zzz is not known; without a name all exercises are listed")):
        with pytest.raises(SystemExit):
            exercise([wrong])
        assert said in capsys.readouterr().err


def test_a_readers_own_file_is_traced_and_guarded(tmp_path):
    mine = tmp_path / "mine.py"
    mine.write_text(textwrap.dedent("""
        import numpy as np

        class RNN:
            def __init__(self, Wx, Wh, b):
                self.params, self.grads = [Wx, Wh, b], [Wx * 0, Wh * 0, b * 0]

            def forward(self, x, h_prev):
                h_next = np.tanh(x @ self.params[0] + h_prev @ self.params[1] + self.params[2])
                return h_next

            def backward(self, dh_next):
                open("lost.txt", "w")

        class LSTM:
            pass

        class Dropout:
            def __init__(self, dropout_ratio):
                raise SystemExit("enough")

        class Unsayable(Exception):
            def __str__(self):
                return 1 / 0

        def softmax(x):
            return deeper(x)

        def deeper(x):
            raise Unsayable

        def double(x):
            y = 2 * x
            return y
        """))
    def run(*arguments):
        return subprocess.run([sys.executable, "-m", "dlfs2.trace", *arguments], cwd=tmp_path,
                              capture_output=True, text=True, check=False)

    done = run("mine.py:RNN")
    assert "RNN.forward(x (2, 4), h_prev (2, 5))  mine.py:8" in done.stdout
    assert "h_next (2, 5)" in done.stdout and not (tmp_path / "lost.txt").exists()
    assert "y (2, 3)" in run("mine.py:double", "--input", "(2, 3)").stdout
    (tmp_path / "common").mkdir()                            # of their own, beside the chapter
    (tmp_path / "common" / "functions.py").write_text("def twice(x):\n    return x + x\n")
    (tmp_path / "ch01").mkdir()
    (tmp_path / "ch01" / "net.py").write_text("from common.functions import twice\n"
                                              "def four(x):\n    return twice(twice(x))\n")
    four = run("ch01/net.py:four", "--input", "(2, 3)").stdout
    assert "four(x (2, 3))  ch01/net.py:2" in four and "> twice((2, 3)) -> (2, 3)" in four
    failed = run("mine.py:RNN", "--input", "(2, 3)")         # it is made with three arrays
    assert failed.stderr.startswith("TypeError: ") and failed.stderr.endswith("(mine.py:4)\n")
    assert "--input" in run("mine.py:double").stderr
    (tmp_path / "open.py").write_text("def f(:\n")
    for name, said in (("mine.py:rnn", "Refused: it would write 'lost.txt', which is refused "
                                       "(mine.py:13)"),
                       ("mine.py:LSTM", "TypeError: LSTM() takes no arguments (mine.py:15)"),
                       ("mine.py:Dropout", "SystemExit: enough (mine.py:20)"),
                       ("mine.py:softmax", "Unsayable (mine.py:30, called from mine.py:27)"),
                       ("open.py:f", "SyntaxError: invalid syntax (open.py, line 1)")):
        failed = run(name)                                   # driven by the cases of the book's
        assert (failed.returncode, failed.stderr) == (1, f"{said}\n")
    assert "> deeper((2, 4)) -> -" in run("mine.py:softmax").stdout      # as far as it came
    assert "did you mean double?" in run("mine.py:doubel", "--input", "2").stderr
    assert "mine.py defines RNN, LSTM, " in run("mine.py:xyz", "--input", "2").stderr
