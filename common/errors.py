"""One exception for everything a user can put right.

Every loader, script and model call that meets input it cannot use raises `InputError`, so a script needs to catch one
class to turn a mistake into one line on the screen, and a caller can tell "your file is broken" from "our code is".
"""


class InputError(ValueError):
    """Input that cannot be used. The message says what was found and names the thing to do."""
