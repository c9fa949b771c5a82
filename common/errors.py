"""One exception for all that a user can put right; a script shows it as one line."""


class InputError(ValueError):
    """Input that cannot be used. The message says what was found and names the thing to do."""
