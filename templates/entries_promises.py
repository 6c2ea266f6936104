"""Timeline rows about what was promised and put off (CAD-16, CAD-20, SVR-10)."""

from collections.abc import Callable
from typing import Any

from incidents.breach import CONFIDENTIAL
from incidents.event import Event
from incidents.events import Reminded, Snoozed
from incidents.promise_events import (
    BreachConfirmed,
    CommandAsked,
    CommandDeclined,
    DeadlinesRepaired,
    DutyMet,
    FoundSteady,
    ManagementTold,
    ReviewMoved,
)
from incidents.promises import PROMISES
from incidents.rhythm import KEPT
from templates import due

REVIEW = {
    "ready": "Review out for reading",
    "held": "Meeting of the review held",
    "published": "Report for customers published",
}


def on_record(event: Reminded) -> bool:
    """Questions that come again and again are no part of the story."""
    return event.deadline.kind not in KEPT - PROMISES


def _because(fact: str, reason: str) -> str:
    return f"{fact}: {reason}" if reason else fact


def _snoozed(event: Snoozed) -> str:
    return _because(f"Reminder of {due.plain_name(event.deadline)} put off for five minutes", event.reason)


def _repaired(event: DeadlinesRepaired) -> str:
    kinds = [name.partition(":")[0] for name in event.names]
    names = ", ".join(due.NAMES[kind] for kind in kinds if kind not in CONFIDENTIAL)
    return f"Reminders that were missing are set again: {names}" if names else "Reminders are set again"


PROMISE_ROWS: dict[type[Event], tuple[str, Callable[[Any], str]] | None] = {
    Snoozed: ("callout", _snoozed),
    ManagementTold: ("status", lambda event: _because("Management told how things stand", event.text)),
    FoundSteady: ("finding", lambda _: "Not getting worse"),
    DeadlinesRepaired: ("callout", _repaired),
    ReviewMoved: ("status", lambda event: REVIEW[event.step]),
    BreachConfirmed: None,
    DutyMet: None,
    CommandAsked: ("callout", lambda event: f"{event.to.name} was asked whether they take command"),
    CommandDeclined: ("callout", lambda event: f"{event.to.name} does not take command"),
}
