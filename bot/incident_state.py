"""An incident as plain data, for exports and at the end of a rehearsal."""

from collections.abc import Iterable
from typing import Any

from bot.transcript import iso
from incidents.breach import CONFIDENTIAL
from incidents.incident import Incident
from incidents.records import NEVER, Deadline, Task
from storage.timeline import Entry


def state(incident: Incident, entries: Iterable[Entry]) -> dict[str, Any]:
    due = incident.next_update_due()
    return {
        "id": incident.id,
        "title": incident.title,
        "severity": incident.severity.label,
        "phase": incident.phase.value,
        "crisis": incident.crisis.level if incident.crisis else None,
        "stage": incident.stage.value if incident.stage else None,
        "roles": roles(incident),
        "next_update_due": iso(due) if due else None,
        "updates": incident.updates,
        "timeline": [row(entry) for entry in entries],
        "tasks": [_task(task) for task in incident.tasks],
        "deadlines": [_deadline(incident.deadlines[name]) for name in _told(incident)],
        "promises": {"kept": dict(sorted(incident.kept.items())), "broken": dict(sorted(incident.broken.items()))},
    }


def _told(incident: Incident) -> list[str]:
    """Without what only a few may know (CAD-25)."""
    return sorted(name for name, each in incident.deadlines.items() if each.kind not in CONFIDENTIAL)


def roles(incident: Incident) -> dict[str, str]:
    """Several holders of one role stand side by side, with commas."""
    found: dict[str, list[str]] = {}
    for holder in incident.holders:
        found.setdefault(holder.role.value, []).append(holder.person.name)
    return {role: ", ".join(names) for role, names in found.items()}


def row(entry: Entry) -> dict[str, Any]:
    """As it reads today; only a withdrawn entry says so."""
    words = {"at": iso(entry.at), "type": entry.type, "text": entry.reads, "actor": entry.actor}
    return words | {"withdrawn": True} if entry.withdrawn else words


def _task(task: Task) -> dict[str, Any]:
    return {
        "number": task.number,
        "person": task.person.name,
        "text": task.text,
        "due": iso(task.due_at),
        "state": task.state,
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    """Without a next look everything has been said about it; it is owed all the same."""
    wake = iso(deadline.wake_at) if deadline.wake_at < NEVER else None
    return {"name": deadline.name, "due": iso(deadline.due_at), "next_look": wake}
