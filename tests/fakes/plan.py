"""What goes wrong with a fake, in words that every fake reads alike.

    Plan("2nd post loses its reply; 1st to 3rd find fails; every 4th * takes 2 s; 30% of pin is limited for 30 s")
    Plan("1st auth.test answers token_revoked; every 2nd users.info works and answers half")

A rule is WHICH calls of METHOD have WHICH outcome. The method is a name or a pattern, `*` is any; each rule counts the
calls of its own method, from 1, since it was added. The first rule that a call meets decides; who meets none goes
through. What an answer is called is the fake's own business: an error code, a status, `html`, `half`, `nothing`.
"""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

Kind = Literal["fails", "refused", "limited", "slow", "waits", "reply lost", "hangs", "stumbles", "answers"]

_OUTCOMES: dict[str, Kind] = {
    "fails": "fails",
    "is refused": "refused",
    "is limited for": "limited",
    "takes": "slow",
    "waits": "waits",
    "loses its reply": "reply lost",
    "hangs": "hangs",
    "stumbles": "stumbles",
}
_RULE = re.compile(
    r"(?:(?P<share>\d+(?:\.\d+)?)% of|every (?P<every>\d+)(?:st|nd|rd|th)|(?P<all>every)"
    r"|(?P<first>\d+)(?:st|nd|rd|th)(?: to (?P<last>\d+)(?:st|nd|rd|th)| (?P<on>and later))?)"
    rf" (?P<method>\S+) (?:(?P<outcome>{'|'.join(_OUTCOMES)})(?: (?P<seconds>\d+(?:\.\d+)?) s)?"
    r"|(?P<worked>works and )?answers (?P<answer>\S+))"
)
_TIMED = ("limited", "slow", "waits")


@dataclass(frozen=True)
class Outcome:
    """What becomes of one call.

    fails        nothing was done; the same may well work later
    refused      nothing was done, and never will be
    limited      nothing was done: too many; again after `seconds`
    slow         done, but it takes `seconds`
    waits        done, after `seconds`
    reply lost   done, but nobody hears of it
    hangs        nothing was done, and nobody answers
    stumbles     an error that no caller expects
    answers      nothing was done, or with `worked` it was, and the answer is another one
    """

    kind: Kind
    seconds: float = 0.0
    answer: str = ""
    worked: bool = False

    @property
    def works(self) -> bool:
        return self.worked or self.kind in ("slow", "waits", "reply lost")


@dataclass
class Rule:
    """``last`` None is for ever, ``every`` n each nth call from the first on, ``share`` a part of them by chance.

    ``in_turn``: it counts no call that a rule before it has met.
    """

    method: str
    outcome: Outcome
    first: int = 1
    last: int | None = None
    every: int = 1
    share: float = 1.0
    in_turn: bool = False
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
        found: Rule | None = None
        for rule in self.rules:
            counts = fnmatchcase(method, rule.method) and not (found and rule.in_turn)
            if counts and rule.wants(self._chance) and not found:
                found = rule
        if found:
            self.met.append((method, found.outcome.kind))
        return found.outcome if found else None

    def left(self) -> Iterable[Rule]:
        """Rules that no call has met: a test that relies on one proves nothing."""
        return [rule for rule in self.rules if not rule.met]


def rule(words: str) -> Rule:
    found = _RULE.fullmatch(words)
    if not found:
        raise ValueError(f"{words!r} is no fault: WHICH METHOD OUTCOME, such as '2nd post loses its reply'")
    kind: Kind = "answers" if found["answer"] else _OUTCOMES[found["outcome"]]
    if (kind in _TIMED) != bool(found["seconds"]):
        raise ValueError(f"{words!r}: {'say' if kind in _TIMED else 'leave out'} for how many seconds")
    outcome = Outcome(kind, float(found["seconds"] or 0), answer=found["answer"] or "", worked=bool(found["worked"]))
    made = Rule(found["method"], outcome)
    if found["share"]:
        made.share = float(found["share"]) / 100
    elif found["every"]:
        made.first = made.every = int(found["every"])
    elif found["first"]:
        made.first = int(found["first"])
        made.last = None if found["on"] else int(found["last"] or made.first)
    return made
