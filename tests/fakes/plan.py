"""What goes wrong with a fake, in words that every fake reads alike.

    Plan("2nd post loses its reply; 1st to 3rd find fails; every 4th * takes 2 s; 30% of pin is limited for 30 s")

A rule is WHICH calls of METHOD have WHICH outcome. The method is a name or a pattern, `*` is any; each rule counts the
calls of its own method, from 1. The first rule that a call meets decides; who meets none goes through.
"""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

Kind = Literal["fails", "refused", "limited", "slow", "reply lost", "hangs", "stumbles"]

_OUTCOMES: dict[str, Kind] = {
    "fails": "fails",
    "is refused": "refused",
    "is limited for": "limited",
    "takes": "slow",
    "loses its reply": "reply lost",
    "hangs": "hangs",
    "stumbles": "stumbles",
}
_RULE = re.compile(
    r"(?:(?P<share>\d+(?:\.\d+)?)% of|every (?P<every>\d+)(?:st|nd|rd|th)|(?P<all>every)"
    r"|(?P<first>\d+)(?:st|nd|rd|th)(?: to (?P<last>\d+)(?:st|nd|rd|th)| (?P<on>and later))?)"
    rf" (?P<method>\S+) (?P<outcome>{'|'.join(_OUTCOMES)})(?: (?P<seconds>\d+(?:\.\d+)?) s)?"
)
_TIMED = ("limited", "slow")


@dataclass(frozen=True)
class Outcome:
    """What becomes of one call.

    fails        nothing was done; the same may well work later
    refused      nothing was done, and never will be
    limited      nothing was done: too many; again after `seconds`
    slow         done, but it takes `seconds`
    reply lost   done, but nobody hears of it
    hangs        nothing was done, and nobody answers
    stumbles     an error that no caller expects
    """

    kind: Kind
    seconds: float = 0.0

    @property
    def works(self) -> bool:
        return self.kind in ("slow", "reply lost")


@dataclass
class Rule:
    """``last`` None is for ever, ``every`` n each nth call from the first on, ``share`` a part of them by chance."""

    method: str
    outcome: Outcome
    first: int = 1
    last: int | None = None
    every: int = 1
    share: float = 1.0
    seen: int = 0
    met: int = 0

    def wants(self, chance: random.Random) -> bool:
        """Asked once for each call of its method."""
        self.seen += 1
        within = self.first <= self.seen <= (self.last or self.seen)
        hit = (
            within and (self.seen - self.first) % self.every == 0 and (self.share >= 1 or chance.random() < self.share)
        )
        self.met += hit
        return hit


class Plan:
    def __init__(self, words: str = "", *, seed: int = 0, chance: random.Random | None = None) -> None:
        self._chance = chance or random.Random(seed)
        self.rules: list[Rule] = []
        self.met: list[tuple[str, Kind]] = []
        self.add(words)

    def add(self, words: str) -> list[Rule]:
        """More rules, behind those that are there. Raises ValueError for what is no rule."""
        added = [rule(each) for each in map(str.strip, re.split(r"[;\n]", words)) if each]
        self.rules += added
        return added

    def clear(self) -> None:
        self.rules.clear()

    def meet(self, method: str) -> Outcome | None:
        """What becomes of this call; None: it goes through."""
        wanting = [rule for rule in self.rules if fnmatchcase(method, rule.method) and rule.wants(self._chance)]
        if not wanting:
            return None
        self.met.append((method, wanting[0].outcome.kind))
        return wanting[0].outcome

    def left(self) -> Iterable[Rule]:
        """Rules that no call has met: a test that relies on one proves nothing."""
        return [rule for rule in self.rules if not rule.met]


def rule(words: str) -> Rule:
    found = _RULE.fullmatch(words)
    if not found:
        raise ValueError(f"{words!r} is no fault: WHICH METHOD OUTCOME, such as '2nd post loses its reply'")
    kind = _OUTCOMES[found["outcome"]]
    if (kind in _TIMED) != bool(found["seconds"]):
        raise ValueError(f"{words!r}: {'say' if kind in _TIMED else 'leave out'} for how many seconds")
    made = Rule(found["method"], Outcome(kind, float(found["seconds"] or 0)))
    if found["share"]:
        made.share = float(found["share"]) / 100
    elif found["every"]:
        made.first = made.every = int(found["every"])
    elif found["first"]:
        made.first = int(found["first"])
        made.last = None if found["on"] else int(found["last"] or made.first)
    return made
