"""One exception for all that a user can put right: a script turns it into one line on the screen."""


class InputError(ValueError):
    """Input that cannot be used. The message says what was found and names the thing to do."""
