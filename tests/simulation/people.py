"""What people do, by chance: mostly sensible, in the wrong order, at once, and again when nobody answers them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from conversation import ADA, BOB, CLEO, DAN, EVERYBODY

from incidents.person import Person

OPEN_AT_ONCE = 5
_SECRET = "zqsecret"


@dataclass(frozen=True)
class Act:
    """``incident`` 0 is a declaration."""

    who: Person
    words: str
    incident: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)


def secret(number: int) -> str:
    """In the title of a private incident, and nowhere else."""
    return f"{_SECRET}{number}q"


class People:
    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._said = 0
        self.open: list[int] = []

    def next(self) -> Act:
        self._said += 1
        if not self.open or (len(self.open) < OPEN_AT_ONCE and self._chance.random() < 0.05):
            return self._declaration()
        incident = self._chance.choice(self.open)
        if self._chance.random() < 0.03:
            return self._ending(incident)
        verb = self._chance.choices(list(_VERBS), weights=list(_VERBS.values()))[0]
        act: Act = getattr(self, f"_{verb}")(incident)
        return act

    def _declaration(self) -> Act:
        level, private = self._chance.choice("1123"), self._chance.random() < 0.2
        title = f"Checkout {secret(self._said)}" if private else f"Checkout fails {self._said}"
        return Act(self._chance.choice(EVERYBODY), f"/incident sev{level} {title}{' --private' if private else ''}")

    def _ending(self, incident: int) -> Act:
        words = self._chance.choice(
            ["/incident resolve No data was lost or changed.", "/incident cancel a false alarm"]
        )
        return Act(ADA, words, incident)

    def _staff(self, incident: int) -> Act:
        who = self._chance.choice([ADA, ADA, BOB, CLEO, DAN])
        role = "customer-liaison" if who is CLEO else self._chance.choice(["ic", "ic", "deputy", "scribe"])
        return Act(who, self._chance.choice([f"!ic take {role}", f"!ic take {role}", f"!ic release {role}"]), incident)

    def _hand_over(self, incident: int) -> Act:
        who = self._chance.choice([ADA, BOB])
        to = "bob" if who is ADA else "ada"
        words = [f"/incident handover @{to}", "/incident handover accept", "/incident handover done"]
        return Act(who, self._chance.choice([*words, f"!ic @{to}"]), incident)

    def _note(self, incident: int) -> Act:
        return Act(self._chance.choice(EVERYBODY), f"!note finding {self._said}", incident)

    def _task(self, incident: int) -> Act:
        number = self._chance.randint(1, 4)
        words = [f"!task @dan 10m look at {self._said}", f"!task done {number}", f"!task ack {number}"]
        return Act(self._chance.choice([ADA, DAN]), self._chance.choice(words), incident)

    def _tell(self, incident: int) -> Act:
        said = [
            "investigating Customers cannot pay.",
            "identified We know the cause.",
            "monitoring Most can pay again.",
        ]
        words = self._chance.choice(
            [f"/status {each}" for each in said] + ["/incident update holding", "/status snooze"]
        )
        return Act(CLEO, words, incident)

    def _grade(self, incident: int) -> Act:
        level = self._chance.choice("1234")
        return Act(self._chance.choice([ADA, DAN]), f"/incident severity sev{level} because of {self._said}", incident)

    def _lead(self, incident: int) -> Act:
        words = ["/incident cause the pool is too small", "!action restarted the pool", "/incident phase stabilise"]
        words += [f"!propose restart {self._said}", "!decide fail over", "/incident page @dan", "!ack"]
        return Act(self._chance.choice([ADA, BOB, DAN]), self._chance.choice(words), incident)

    def _talk(self, incident: int) -> Act:
        """In the timeline thread, some of it edited afterwards; and talk that is nobody's business."""
        number = self._chance.randint(max(1, self._said - 6), self._said)
        if self._chance.random() < 0.3:
            return Act(DAN, "lunch?", incident)
        change = self._chance.choice(["new", "new", "edited", "deleted"])
        source = f"web:message:{incident}00{number}"
        more = {"source": source, "thread": change == "new", "change": change}
        return Act(DAN, f"in the thread {self._said}", incident, more)

    def _rename(self, incident: int) -> Act:
        return Act(ADA, f"/incident rename Checkout is slow {self._said}", incident)


_VERBS = {
    "note": 5,
    "staff": 5,
    "talk": 4,
    "tell": 4,
    "task": 3,
    "lead": 3,
    "hand_over": 3,
    "grade": 2,
    "rename": 1,
}
