"""Estimates and customers' reports as timeline rows (TL-2, TL-3)."""

from collections.abc import Callable
from typing import Any

from incidents.customer_events import (
    AnswersAsked,
    Estimated,
    EstimateHeld,
    EstimatePassed,
    FeedbackAnswered,
    FeedbackReported,
)
from incidents.event import Event
from templates.words import span

_NO_MORE = "; customers are given no more times"


def _estimated(event: Estimated) -> str:
    made = event.estimate
    late = ", the announced time will not hold" if event.before else ""
    return f"Estimate: {span(made.minutes)} more, {made.certainty} certainty{late}{_NO_MORE if event.closed else ''}"


def _passed(event: EstimatePassed) -> str:
    return f"The time announced to customers passed{_NO_MORE if event.closed else ''}"


def _reported(event: FeedbackReported) -> str:
    """Who wrote stands nowhere on the record: that is personal data (FB-2)."""
    said = event.report
    what = "customer report" if said.count == 1 else "customer reports"
    about = ", ".join(filter(None, (said.component, said.region)))
    return f"{said.count} {what}{f' ({about})' if about else ''}: {said.symptom}"


def _answered(event: FeedbackAnswered) -> str:
    numbers = ", ".join(str(each.number) for each in event.reports)
    return f"Customer {'report' if len(event.reports) == 1 else 'reports'} {numbers} answered"


CUSTOMER_ROWS: dict[type[Event], tuple[str, Callable[[Any], str]] | None] = {
    Estimated: ("callout", _estimated),
    EstimateHeld: ("callout", lambda _: "The estimate holds"),
    EstimatePassed: ("callout", _passed),
    FeedbackReported: ("feedback", _reported),
    FeedbackAnswered: ("feedback", _answered),
    AnswersAsked: None,
}
