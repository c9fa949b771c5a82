"""The line of progress: rewritten on a terminal, now and then in a pipe, with the time left."""

import io
import sys

import pytest

from common.runs import progress
from common.runs.progress import Progress, duration


class Terminal(io.StringIO):
    def isatty(self):
        return True


def at_times(monkeypatch, stream, *times):
    clock = iter(times)
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(sys, "stderr", stream)


def test_on_a_terminal_the_line_is_rewritten(monkeypatch):
    at_times(monkeypatch, Terminal(), 0.0, 0.1, 10.0)
    line = Progress(100, "epoch 1")
    line.update(1, "too soon to print")
    line.update(25, "loss 1.50")
    assert sys.stderr.getvalue() == "\repoch 1  25 %  loss 1.50  30 s left"
    line.close()
    assert sys.stderr.getvalue().endswith("\r")


def test_in_a_pipe_a_line_comes_every_half_minute(monkeypatch):
    at_times(monkeypatch, io.StringIO(), 0.0, 10.0, 31.0)
    line = Progress(10, "fit")
    line.update(1)
    line.update(5, "loss 2")
    assert sys.stderr.getvalue() == "fit  50 %  loss 2  31 s left\n"


def test_what_was_done_before_took_no_time(monkeypatch):
    at_times(monkeypatch, io.StringIO(), 0.0, 40.0)
    Progress(100, "fit", 50).update(60, "resumed")
    assert sys.stderr.getvalue() == "fit  60 %  resumed  2:40 min left\n"


@pytest.mark.parametrize("seconds, text", [(0.2, "0 s"), (59, "59 s"), (65, "1:05 min"),
                                           (7260, "2:01 h")])
def test_durations_as_people_read_them(seconds, text):
    assert duration(seconds) == text
