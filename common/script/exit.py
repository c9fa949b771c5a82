"""The end of a script: a line and an exit status, not a traceback, where the input is at fault."""

import os
import signal
import sys
from inspect import signature

from common.errors import InputError
from common.script.options import ScriptRun
from common.script.streams import usable_streams


def run(main):
    """Call main() with the words of the command line, if it takes any, and end as a command should.

    0, whatever main() returns; a line on stderr and 2 for bad input; 130 for Ctrl-C, 143 for
    SIGTERM.
    """
    words = [sys.argv[1:]] if signature(main).parameters else []
    ScriptRun.latest = None
    if getattr(signal.getsignal(signal.SIGINT), "__name__", "") == "_stopped":    # of start.py
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with usable_streams():
        status = _status(main, *words)
    if status and not sys.flags.interactive:                 # `python -i` shows it as an error
        sys.exit(status)                                     # out here, none stands behind it


def _status(main, *words):
    """Call main(*words); the status with which the command ends, its line on stderr printed."""
    try:
        main(*words)
        sys.stdout.flush()
    except InputError as error:
        return _complain(f"error: {error}", 2)
    except MemoryError as error:
        return _complain(f"error: not enough memory: {error}. Take smaller sizes.", 2)
    except KeyboardInterrupt as stop:
        return _complain(str(stop) or f"\nstopped {ScriptRun.reached()}",
                         getattr(stop, "status", 130))
    except BrokenPipeError:                                  # `script | head` has seen enough
        _discard_output()
        return 141
    except OSError as error:                                 # a full disk beneath the output
        where = "" if error.filename else "the output cannot be written: "
        status = _complain(f"error: {where}{error}", 2)
        _discard_output()
        return status
    return 0


def _complain(message, status):
    print(message, file=sys.stderr)
    return status


def _discard_output():
    """What is still to be printed, at Python's own end too, goes nowhere."""
    for stream, own in ((sys.stdout, sys.__stdout__), (sys.stderr, sys.__stderr__)):
        if stream is own:                                    # not a notebook's
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
