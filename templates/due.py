"""What is owed, in words: names of deadlines and the buttons that answer them (CAD-20)."""

from incidents.events import Reminded
from incidents.incident import Incident
from incidents.records import Deadline
from templates.card import Button

NAMES = {
    "ic": "Incident Commander",
    "roles": "Roles to fill",
    "first-notice": "First public notice",
    "update": "Public update",
    "page": "Answer to page",
    "task": "Answer to task",
    "proposal": "Proposal",
}


URGENCY = ("page", "ic", "first-notice", "update", "task", "roles", "proposal")
"""Which of several missed things comes first: people who were called, command, then what was promised outside."""


def plain_name(deadline: Deadline) -> str:
    """`Public update`, `Answer to task 2`."""
    return f"{NAMES[deadline.kind]} {deadline.number or ''}".rstrip()


def buttons(incident: Incident, event: Reminded) -> tuple[Button, ...]:
    kind, number = event.deadline.kind, event.deadline.number
    if kind in ("update", "first-notice"):
        return _post_buttons(incident, event)
    if kind == "roles":
        return tuple(
            Button(f"Take {role.value.replace('-', ' ')}", says=f"take {role.value}") for role in event.open_roles
        )
    fixed = {
        "ic": (Button("Take command", says="take ic", style="primary"),),
        "task": (Button("Done", says=f"task done {number}"), Button("Need longer", says=f"task longer {number}")),
        "page": (Button("On my way", says=f"ack {number}", style="primary"),),
    }
    return fixed.get(kind, ())


def _post_buttons(incident: Incident, event: Reminded) -> tuple[Button, ...]:
    found = [Button("Draft now", says="update", style="primary")]
    if event.deadline.kind == "first-notice":
        found.append(Button("Holding statement", says="update holding"))
    elif incident.update:
        found.append(Button("No news", says="update no-news"))
    if not event.deadline.snoozed and event.minutes < 0:
        found.append(Button("Snooze 5 min", says=f"snooze {event.deadline.name}"))
    return (*found, Button("Hand to somebody", says="assign customer-liaison"))
