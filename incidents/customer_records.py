"""What an incident keeps of estimates and of what customers report."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from incidents.person import Person

Certainty = Literal["high", "medium", "low"]

PATIENCE = 5
"""Minutes after which an unanswered question about an estimate goes to those who lead (CAD-24b)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long it will still take, as the technical lead sees it, and what customers may read instead (ETA-1, ETA-3).

    ``minutes`` never leaves the response. ``public_at`` has ``buffer`` percent on top and is rounded up.
    """

    number: int
    minutes: int
    certainty: Certainty
    buffer: int
    at: datetime
    public_at: datetime
    by: Person
    announced_at: datetime | None = None
    """When a public post first named this time."""
    holds: bool = False
    """The technical lead was asked at three quarters of the span and said yes (ETA-6)."""
    missed: bool = False

    @property
    def raw_at(self) -> datetime:
        return self.at + timedelta(minutes=self.minutes)

    @property
    def checks(self) -> tuple[int, ...]:
        """Minutes relative to ``public_at`` at which to speak: at 75 % of the span, if unanswered again, at its end."""
        quarter = -(-int((self.public_at - self.at).total_seconds()) // 240)
        if self.holds:
            return (0,)
        return (-quarter, PATIENCE - quarter, 0) if quarter > PATIENCE else (-quarter, 0)


@dataclass(frozen=True, slots=True)
class Report:
    """What customers said, ``count`` of them alike (FB-2).

    ``customer`` may name a person: it is shown to nobody but those who ask for the reports of their own incident.
    """

    number: int
    count: int
    symptom: str
    at: datetime
    by: Person
    customer: str = ""
    channel: str = ""
    component: str = ""
    region: str = ""
    new_symptom: bool = False
    new_region: bool = False
    answered_by: Person | None = None
