"""What can have happened to what was promised, beside the posts themselves."""

from dataclasses import dataclass
from typing import Literal

from incidents.event import Event
from incidents.person import Person

ReviewStep = Literal["ready", "held", "published"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagementTold(Event):
    """Management reads how things stand; ``text`` is what the liaison added in their own words (CAD-16)."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSteady(Event):
    """Asked whether it is getting worse, somebody said no (SVR-10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMoved(Event):
    """The review is out for reading, its meeting was held, or customers can read the report (POST-11 to POST-20)."""

    step: ReviewStep


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachConfirmed(Event):
    """From now legal duties count; it stands on no timeline that others read (CAD-25)."""

    trigger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyMet(Event):
    """``number`` is the duty's, 0 the statement on security."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAsked(Event):
    """Somebody who interrupts is asked whether they take command (ROLE-24)."""

    to: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandDeclined(Event):
    """They do not, or said nothing for a minute: everybody is reminded of what an interruption costs."""

    to: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesRepaired(Event):
    """``names`` were owed, but nothing would have reminded of them; they are set again (REL-132)."""

    names: tuple[str, ...]
