"""What a channel may be called, and ids that look like Slack's."""

import random
import string

from fakes.slack.refusal import Refusal

LONGEST_NAME = 80
LONGEST_TOPIC = 250
_ID_LETTERS = string.ascii_uppercase + string.digits
_ASCII_ALLOWED = set(string.ascii_lowercase + string.digits + "-_")


def check_channel_name(name: str) -> None:
    """Letters of other scripts pass, as they do in Slack, when they have no upper case form of their own."""
    if not name:
        raise Refusal("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise Refusal("invalid_name_maxlength")
    if not all(_allowed(letter) for letter in name):
        raise Refusal("invalid_name_specials")
    if not any(letter.isalnum() for letter in name):
        raise Refusal("invalid_name_punctuation")


def _allowed(letter: str) -> bool:
    if letter.isascii():
        return letter in _ASCII_ALLOWED
    return letter.isalnum() and letter == letter.lower()


class Ids:
    """Seeded, so that a failing run can be read beside its repetition."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def new(self, prefix: str, length: int = 10) -> str:
        return prefix + "".join(self._random.choices(_ID_LETTERS, k=length))

    def number(self, digits: int) -> str:
        return "".join(self._random.choices(string.digits, k=digits))

    def hex(self, length: int) -> str:
        return "".join(self._random.choices("0123456789abcdef", k=length))
