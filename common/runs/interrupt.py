"""Ctrl-C, SIGTERM and SIGHUP (a terminal that is closed) during a run: the step is finished first,
then the run is kept and ends."""

import contextlib
import signal
import threading

from common.runs.progress import tell

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP")
           if hasattr(signal, name)]                         # Windows has no SIGHUP


class Stopped(KeyboardInterrupt):
    """A run that was asked to end, and did so between two steps.

    status: the exit status of a command, 130, 143 or 129.
    """

    def __init__(self, message, status):
        super().__init__(message)
        self.status = status


class Listener:
    """`signal`: the number of the first signal that was heard, None before it."""

    def __init__(self):
        self.signal = None

    def hear(self, number, _frame):
        if self.signal is not None:                          # asked twice: at once
            raise KeyboardInterrupt
        self.signal = number
        tell("\nstopping after this step; once more stops at once")


@contextlib.contextmanager
def listening():
    """A Listener while the block runs; the caller's own handlers before and after it.

    A signal that the block did not answer is theirs. Outside the main thread nothing is heard.
    """
    listener = Listener()
    if threading.current_thread() is not threading.main_thread():
        yield listener
        return
    before = {number: signal.signal(number, listener.hear)
              for number in SIGNALS
              if signal.getsignal(number) is not signal.SIG_IGN}                  # as under nohup
    try:
        yield listener
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
    if listener.signal is not None:
        signal.raise_signal(listener.signal)
