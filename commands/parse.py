"""Which command was said, if any: prefixes, bang words, severities and synonyms."""

import re
from dataclasses import dataclass
from typing import Literal

from commands.line import Via
from commands.vocabulary import Vocabulary, is_near
from incidents import severity
from incidents.errors import Refused

Prefix = Literal["incident", "ic", "sitrep", "status", "maintenance", "todo", "!", ""]

SEVERITY_OR_DECLARE = "severity-or-declare"
"""A severity where a word was expected: in an incident's room it sets the level, elsewhere it declares."""

_PREFIXES: dict[str, Prefix] = {
    "/incident": "incident",
    "!incident": "incident",
    "/ic": "ic",
    "!ic": "ic",
    "@sitrep": "sitrep",
    "/status": "status",
    "!status": "status",
    "/maintenance": "maintenance",
    "!maintenance": "maintenance",
}
_SPOKEN: dict[Prefix, str] = {
    "incident": "/incident ",
    "ic": "/ic ",
    "sitrep": "@Sitrep ",
    "status": "/status ",
    "maintenance": "/maintenance ",
    "todo": "TODO: ",
    "!": "!",
    "": "",
}
_OWN_WORD = frozenset({"status", "maintenance"})
"""Prefixes that are a word themselves."""
_WITHOUT_PREFIX: frozenset[Via] = frozenset({"slash", "button", "form", "cli", "clock"})
_SCALES = frozenset({"sev", "s", "p"})
_HEAD = re.compile(r"[^\S\n]*(\S*)[^\S\n]*")
_TODO = re.compile(r"[^\S\n]*todo:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """``word`` is the canonical word, or as typed when it is not ``known``; ``args`` is what followed, stripped."""

    word: str
    args: str
    prefix: Prefix
    known: bool = True

    @property
    def bare(self) -> bool:
        return not self.args


def read(words: str, vocabulary: Vocabulary, *, via: Via, quoted: bool = False) -> Said | None:
    """The command somebody said, or None for ordinary talk. Never raises; in linear time (SEC-120, SEC-126).

    Only the beginning of the first line decides, so what stands in quotes, code or later lines is never run
    (SEC-055). ``quoted``: the platform says that the text was forwarded or quoted. A reaction marks somebody
    else's message, which is not spoken again.
    """
    if quoted or via == "reaction":
        return None
    if todo := _TODO.match(words):
        return _of(vocabulary, "todo", words[todo.end() :], prefix="todo")
    head, rest = _head(words if via == "message" else words.strip())
    prefix = _PREFIXES.get(_bare_word(head).lower())
    if prefix:
        return _prefixed(prefix, rest, vocabulary)
    if head[:1] == "!" and head[1:2].isalpha():
        return _banged(head[1:], rest, vocabulary, talk=via == "message")
    return _worded(head, rest, vocabulary, prefix="") if head and via in _WITHOUT_PREFIX else None


def say(said: Said) -> str:
    """The text that reads to the same Said, said in the same way."""
    start = _SPOKEN[said.prefix]
    if said.prefix in {"todo", *_OWN_WORD} or (said.known and said.word == SEVERITY_OR_DECLARE):
        return f"{start}{said.args}"
    # After a newline the second word can no longer make one word with the first (`hand over`).
    gap = " " if said.known and said.word else "\n"
    return f"{start}{said.word}{gap}{said.args}".strip()


def _prefixed(prefix: Prefix, rest: str, vocabulary: Vocabulary) -> Said:
    if prefix in _OWN_WORD:
        return _of(vocabulary, prefix, rest, prefix=prefix)
    head, after = _head(rest)
    if prefix == "ic" and (not head or head.startswith(("@", "<@"))):
        return _of(vocabulary, "ic", rest, prefix=prefix)
    if not head:
        return Said("", after.strip(), prefix)
    return _worded(head, after, vocabulary, prefix=prefix)


def _banged(head: str, rest: str, vocabulary: Vocabulary, *, talk: bool) -> Said | None:
    """`!important` is talk; `!ntoe` was meant to be a word, and the speaker is told."""
    said = _worded(head, rest, vocabulary, prefix="!")
    return said if said.known or not talk or is_near(said.word, vocabulary) else None


def _worded(head: str, rest: str, vocabulary: Vocabulary, *, prefix: Prefix) -> Said:
    word = _bare_word(head)
    second, after = _head(rest)
    # `sev 1` is one severity (SVR-2); `hand over` and `end call` are one word, `resolve call` is not.
    if word.lower() in _SCALES and _is_severity(word + second):
        return Said(SEVERITY_OR_DECLARE, f"{word}{second} {after}".strip(), prefix)
    if _is_severity(word):
        return Said(SEVERITY_OR_DECLARE, f"{word} {rest}".strip(), prefix)
    meaning = vocabulary.meaning(word)
    joined = vocabulary.meaning(f"{word}-{_bare_word(second)}") if meaning != word.lower() else None
    if joined:
        return Said(joined, after.strip(), prefix)
    return Said(meaning or word, rest.strip(), prefix, known=meaning is not None)


def _of(vocabulary: Vocabulary, word: str, args: str, *, prefix: Prefix) -> Said:
    meaning = vocabulary.meaning(word)
    return Said(meaning or word, args.strip(), prefix, known=meaning is not None)


def _head(text: str) -> tuple[str, str]:
    """The first word of the first line and what follows; that begins with the newline if the line is over."""
    match = _HEAD.match(text)
    return (match[1], text[match.end() :]) if match else ("", text)


def _bare_word(head: str) -> str:
    """`note:` is `note`."""
    return head.rstrip(":,") or head


def _is_severity(word: str) -> bool:
    try:
        return severity.read(word) is not None
    except Refused:
        return True
