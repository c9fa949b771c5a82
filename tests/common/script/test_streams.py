"""Scripts print into whatever they are given: a notebook's stream, none, a closed one, ASCII."""

import codecs
import io
import sys

import pytest

from common.errors import InputError
from common.script import run
from common.script.figures import new_figure, save_figure
from common.script.options import options


class Plain:
    """A stream that has write() and no more."""

    def __init__(self):
        self.written = []

    def write(self, text):
        self.written.append(text)

    def getvalue(self):
        return "".join(self.written)


class Narrow(io.StringIO):
    """It refuses what it cannot encode, as a window's does, and has no `reconfigure`."""

    encoding = "cp1252"

    def write(self, text):
        text.encode(self.encoding)
        return super().write(text)


def detached():
    stream = io.TextIOWrapper(io.BytesIO())
    stream.detach()
    return stream


def closed(stream):
    stream.close()
    return stream


STREAMS = {
    "StringIO": (io.StringIO, "caf\u00e9 \ud55c\uae00"),
    "no flush": (Plain, "caf\u00e9 \ud55c\uae00"),
    "None": (lambda: None, None), "closed": (lambda: closed(io.StringIO()), None),
    "closed file": (lambda: closed(io.TextIOWrapper(io.BytesIO())), None),
    "detached": (detached, None), "narrow": (Narrow, "caf\u00e9 ??"),
    "ASCII": (lambda: io.TextIOWrapper(io.BytesIO(), "ascii"), "caf? ??"),
    "cp949": (lambda: io.TextIOWrapper(io.BytesIO(), "cp949"), "caf? \ud55c\uae00"),
    "codecs": (lambda: codecs.getwriter("ascii")(io.BytesIO()), "caf? ??"),
}


def text_of(stream):
    """What was written; a StreamWriter hands on the getvalue() of its bytes."""
    if isinstance(stream, io.TextIOWrapper):
        return stream.buffer.getvalue().decode(stream.encoding)
    text = stream.getvalue()
    return text.decode("ascii") if isinstance(text, bytes) else text


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_script_prints_into_any_stream(kind, name, monkeypatch):
    make, expected = STREAMS[kind]
    stream = make()
    monkeypatch.setattr(sys, name, stream)

    def main(words):
        print("caf\u00e9 \ud55c\uae00", file=getattr(sys, name), flush=True)
        assert not getattr(sys, name).isatty()
        return 1

    run(main)
    assert getattr(sys, name) is stream                      # given back as it was
    assert expected is None or text_of(stream) == f"{expected}\n"


@pytest.mark.parametrize("kind", STREAMS)
def test_a_complaint_finds_its_way_or_none(kind, monkeypatch):
    make, expected = STREAMS[kind]
    stream = make()
    monkeypatch.setattr(sys, "stderr", stream)

    def main():
        raise InputError("caf\u00e9 \ud55c\uae00")

    with pytest.raises(SystemExit) as end:
        run(main)
    assert end.value.code == 2
    if isinstance(stream, io.TextIOWrapper) and expected:
        stream.flush()
    assert expected is None or text_of(stream) == f"error: {expected}\n"


def test_what_no_stream_can_write_is_no_endless_loop(monkeypatch):
    class Stubborn(io.StringIO):
        def write(self, text):
            raise UnicodeEncodeError("none", "x", 0, 1, "as it likes")

    monkeypatch.setattr(sys, "stdout", Stubborn())
    with pytest.raises(UnicodeEncodeError):
        run(lambda: print("y"))


@pytest.mark.parametrize("stream", [None, "closed"])
def test_training_and_figures_need_no_stderr(stream, monkeypatch):
    """Outside run() too: a progress line, a signal's answer, a word in no font."""
    from common.runs.interrupt import Listener
    from common.runs.progress import Progress
    monkeypatch.setattr(sys, "stderr", closed(io.StringIO()) if stream else None)
    progress = Progress(2, "epoch 1")
    progress.last -= 60
    progress.update(1, "loss 1")
    progress.close()
    listener = Listener()
    listener.hear(2, None)
    args = options("doc", figure=True).parse_args([])
    figure = new_figure(args)
    figure.subplots().set(xlabel="\uf8fe")
    assert listener.signal == 2 and save_figure(figure, "boxes", args).exists()
