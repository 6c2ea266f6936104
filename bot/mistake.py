"""What the person at the command line can put right: one sentence, no traceback."""


class Mistake(Exception):
    """``str(error)`` is the sentence; ``code`` the exit code of the program."""

    code = 1
