"""All the spellings of all the words, and which of them a mistyped one may have meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

RESERVED = frozenset({"audit", "carried", "compare", "left", "remind", "replies", "tested"})
"""Words only the clock may say; the door refuses them to people."""

SYNONYMS: dict[str, str] = {
    "announce": "update",
    "archive": "close",
    "call": "page",
    "channel": "channels",
    "commander": "ic",
    "create": "declare",
    "decision": "decide",
    "drop": "release",
    "end": "resolve",
    "escalate": "page",
    "false-alarm": "cancel",
    "fact": "find",
    "faq": "answers",
    "finding": "find",
    "finish": "resolve",
    "give": "assign",
    "hand-over": "handover",
    "handoff": "handover",
    "is-this-us": "us",
    "lead": "ic",
    "log": "note",
    "new": "declare",
    "open": "declare",
    "report": "declare",
    "sev": "severity",
    "sitrep": "brief",
    "start": "declare",
    "summary": "brief",
    "team": "roles",
    "title": "rename",
    "transfer": "handover",
}
"""Spelling: the word it stands for. A command of that very name wins over a synonym."""

LONGEST_WORD = 24


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``words`` maps every spelling, in lower case with hyphens, to the word it stands for."""

    words: Mapping[str, str]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Vocabulary":
        """The vocabulary of these commands: their names and the synonyms of those among them."""
        own = {name: name for name in names}
        return cls({spelling: word for spelling, word in SYNONYMS.items() if word in own} | own)

    def meaning(self, spelling: str) -> str | None:
        """The word a spelling stands for: any case, `_` for the hyphen (CMD-9)."""
        return self.words.get(_plain(spelling))


def nearest(word: str, vocabulary: Vocabulary) -> list[str]:
    """Up to three spellings for "did you mean", the likeliest first; never two of the same word (CMD-8)."""
    typed = _plain(word)
    best: dict[str, tuple[int, str]] = {}
    for spelling, meaning in vocabulary.words.items():
        if meaning not in RESERVED and (far := _far(typed, spelling)) is not None:
            best[meaning] = min(best.get(meaning, (far, spelling)), (far, spelling))
    return [spelling for _, spelling in sorted(best.values())[:3]]


def is_near(word: str, vocabulary: Vocabulary) -> bool:
    """Was it meant to be one of the words? Then a bang before it was no mere emphasis.

    Stricter than `nearest`: `!great` and `!hello` are two letters from `create` and `help`.
    """
    typed = _plain(word)
    allowed = 1 if len(typed) < 6 else 2
    return len(typed) >= 3 and any(_slips(typed, spelling, allowed) is not None for spelling in vocabulary.words)


def _plain(word: str) -> str:
    return word.lower().replace("_", "-")


def _far(typed: str, spelling: str) -> int | None:
    slips = _slips(typed, spelling, 1 if len(typed) < 4 else 2)
    if slips is None and len(typed) >= 2 and spelling.startswith(typed):
        return 3
    return slips


def _slips(typed: str, spelling: str, allowed: int) -> int | None:
    """How many slips of the finger lie between the two, None when more than allowed."""
    if len(typed) > LONGEST_WORD or abs(len(typed) - len(spelling)) > allowed:
        return None
    slips = _distance(typed, spelling)
    return slips if slips <= allowed else None


def _distance(one: str, other: str) -> int:
    """Letters added, left out, changed or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, beside in enumerate(other, 1):
            cost = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != beside))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == beside:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, above = above, here
    return above[-1]
