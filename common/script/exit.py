"""The end of a script: a line and an exit status, not a traceback, where the input is at fault."""

import os
import sys

from common.errors import InputError


def run(main):
    """Call main(), and end as a command should.

    0; a line on stderr and 2 for bad input; 130 for Ctrl-C, 143 for SIGTERM.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:                       # closed by the caller, `>&-`
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))           # noqa: SIM115
        getattr(sys, name).reconfigure(errors="replace")     # a word the terminal cannot show
    try:
        main()
        sys.stdout.flush()
    except InputError as error:
        sys.exit(_complain(f"error: {error}", 2))
    except MemoryError as error:
        sys.exit(_complain(f"error: not enough memory: {error}. Take smaller sizes.", 2))
    except KeyboardInterrupt as stop:
        sys.exit(_complain(str(stop) or "\nstopped", getattr(stop, "status", 130)))
    except BrokenPipeError:                                  # `script | head` has seen enough
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:                                 # a full disk beneath the output
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)         # what is still printed goes nowhere
        sys.exit(_complain(f"error: {error}", 2))


def _complain(message, status):
    print(message, file=sys.stderr)
    return status
