"""A line as it is kept while it is tried again, and back."""

from functools import cache

from pydantic import TypeAdapter

from commands.line import Line
from storage.letters import Letter


@cache
def _lines() -> TypeAdapter[Line]:
    return TypeAdapter(Line)


def letter_of(line: Line, words: str, *, reference: str) -> Letter:
    """``words`` as typed, made storable."""
    packed = _lines().dump_json(line, exclude_defaults=True).decode()
    return Letter(line.delivery, line.at, line.who.id, line.room, words, packed, reference)


def line_of(letter: Letter) -> Line:
    return _lines().validate_json(letter.line)
