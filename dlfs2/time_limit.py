"""A limit of computing time for a block: a change of code may run on and on."""

import contextlib
import signal
import threading


class TooLong(BaseException):
    """A change that runs on and on."""


@contextlib.contextmanager
def at_most(seconds):
    """TooLong in the block after computing so many seconds, where the system has such an alarm."""
    def stop(number, frame):
        raise TooLong

    main = threading.current_thread() is threading.main_thread()
    if not (main and hasattr(signal, "setitimer")):
        yield
        return
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
