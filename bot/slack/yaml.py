"""YAML for the few kinds of values a manifest has: a whole library would bring a parser that nobody needs."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def as_yaml(content: Mapping[str, Any]) -> str:
    """Block style, every text in double quotes: nothing can be taken for a number, a date or `no`."""
    return "\n".join(_lines(content)) + "\n"


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _entry(f"{_key(key)}:", inner)
    else:
        for each in value:
            yield from _item(each)


def _entry(head: str, value: Any) -> Iterator[str]:
    if _is_empty(value) or not _is_nested(value):
        yield f"{head} {_scalar(value)}"
    else:
        yield head
        yield from (f"  {line}" for line in _lines(value))


def _item(value: Any) -> Iterator[str]:
    if _is_empty(value) or not _is_nested(value):
        yield f"- {_scalar(value)}"
    else:
        for number, line in enumerate(_lines(value)):
            yield f"{'  ' if number else '- '}{line}"


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str)


def _is_empty(value: Any) -> bool:
    return _is_nested(value) and not value


def _key(key: str) -> str:
    """Bare where no reader of YAML 1.1 or 1.2 could see anything but a name."""
    plain = re.fullmatch(r"[a-z_]{3,}", key) and key not in ("yes", "off", "true", "false", "null")
    return key if plain else _quoted(key)


def _scalar(value: Any) -> str:
    """JSON's true, null, 1, [] and {} are YAML's too."""
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
