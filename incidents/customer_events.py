"""What can have happened to estimates and to what customers report."""

from dataclasses import dataclass

from incidents.customer_records import Estimate, Report
from incidents.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated(Event):
    """``before`` is the announced estimate that this one says will be missed; ``closed``: no more times for customers.

    ``public`` says whether customers may read this one (ETA-2).
    """

    estimate: Estimate
    before: Estimate | None = None
    public: bool = True
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateHeld(Event):
    """Asked in time, the technical lead stands by it (ETA-6)."""

    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatePassed(Event):
    """The time customers were to expect is over, and it does not work yet (ETA-6)."""

    estimate: Estimate
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackReported(Event):
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackAnswered(Event):
    """Whoever wrote has their first answer (FB-1)."""

    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersAsked(Event):
    """Somebody needs the standard answers; from now on they follow every public post (FB-8)."""
