"""stdout and stderr as a script needs them, whatever they are where it runs."""

import contextlib
import os
import sys

from common.runs.progress import is_open


@contextlib.contextmanager
def usable_streams():
    """Within the block print() works: in a notebook, with streams that are None or closed, or of
    an encoding that lacks a character, which is replaced."""
    before = {name: getattr(sys, name) for name in ("stdout", "stderr")}
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        try:
            for name, stream in before.items():
                if not is_open(stream):
                    setattr(sys, name, nowhere)
                elif hasattr(stream, "reconfigure"):
                    stream.reconfigure(errors="replace")
                else:                                        # of Jupyter, Spyder, IDLE, a program
                    setattr(sys, name, Replacing(stream))
            yield
        finally:
            for name, stream in before.items():
                setattr(sys, name, stream)


class Replacing:
    """A stream of another class than Python's own; characters that it cannot encode become ?."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        try:
            return self.stream.write(text)
        except UnicodeEncodeError as error:
            faults = dict.fromkeys(map(ord, error.object[error.start:error.end]), "?")
            shown = text.translate(faults)
            if shown == text:
                raise
        return self.write(shown)

    def flush(self):
        getattr(self.stream, "flush", bool)()

    def isatty(self):
        return getattr(self.stream, "isatty", bool)()

    def __getattr__(self, name):
        return getattr(self.stream, name)
