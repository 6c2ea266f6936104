"""Timeline rows about what was promised and put off (CAD-16, CAD-20, SVR-10)."""

from collections.abc import Callable
from typing import Any

from incidents.event import Event
from incidents.events import Reminded, Snoozed
from incidents.promise_events import DeadlinesRepaired, FoundSteady, ManagementTold, ReviewMoved
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
    names = ", ".join(due.NAMES[name.partition(":")[0]] for name in event.names)
    return f"Reminders that were missing are set again: {names}"


PROMISE_ROWS: dict[type[Event], tuple[str, Callable[[Any], str]]] = {
    Snoozed: ("callout", _snoozed),
    ManagementTold: ("status", lambda event: _because("Management told how things stand", event.text)),
    FoundSteady: ("finding", lambda _: "Not getting worse"),
    DeadlinesRepaired: ("callout", _repaired),
    ReviewMoved: ("status", lambda event: REVIEW[event.step]),
}
