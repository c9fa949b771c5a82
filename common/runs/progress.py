"""One line on stderr that tells how far a run is, and durations as people read them."""

import errno
import sys
import time


class Progress:
    """A line: how far a run is, what it reached, how long it will still take.

    Rewritten on a terminal, at most five times a second; a new one every 30 s in a file or pipe.
    done: of the `total` units, those that were finished before.
    """

    def __init__(self, total, label, done=0):
        self.total, self.label, self.before = total, label, done
        self.terminal = is_open(sys.stderr) and getattr(sys.stderr, "isatty", bool)()
        self.start = self.last = time.monotonic()
        self.width = 0

    def update(self, done, text=""):
        """`done` of `total` units are finished; text: what was reached."""
        now = time.monotonic()
        if now - self.last < (0.2 if self.terminal else 30):
            return
        self.last = now
        left = (now - self.start) / (done - self.before) * (self.total - done)
        line = f"{self.label} {100 * done / self.total:3.0f} %  {text}  {duration(left)} left"
        begin, end = ("\r", "") if self.terminal else ("", "\n")
        tell(begin + line.ljust(self.width), end)
        self.width = len(line)

    def close(self):
        """Wipe the line, so that what is printed next starts on an empty one."""
        if self.terminal and self.width:
            tell("\r" + " " * self.width + "\r", end="")


def tell(text, end="\n"):
    """Print on stderr, if there is one: a window without a terminal has none."""
    if is_open(sys.stderr):
        try:
            print(text, end=end, file=sys.stderr, flush=True)
        except OSError as error:
            if error.errno != errno.EIO:                     # a terminal that was closed
                raise


def is_open(stream):
    """Whether something can be written to sys.stdout or sys.stderr: it may be None, or closed."""
    try:
        return stream is not None and not getattr(stream, "closed", False)
    except ValueError:                                       # its buffer was detached
        return False


def duration(seconds):
    """Seconds as people read them: 42 s, 3:05 min, 2:10 h."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02d} min"
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d} h"
