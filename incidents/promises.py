"""Kept or broken: what became of each thing that was owed at a time (KPI-2, KPI-3, KPI-11, KPI-12)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from incidents import escalation
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Deadline

PROMISES = frozenset(
    {
        "approval",
        "draft",
        "executive",
        "facts",
        "feedback",
        "first-notice",
        "ic",
        "page",
        "report",
        "review",
        "review-owner",
        "review-read",
        "scope",
        "task",
        "update",
    }
)
"""Kinds of deadlines that somebody relies on. The others are only questions and nudges."""

TO_CUSTOMERS = frozenset({"first-notice", "update", "scope", "report"})
"""Those that people outside were given or would be given (KPI-2, KPI-3)."""


@dataclass(frozen=True, slots=True)
class Settled:
    """``late_seconds`` is 0 where it was kept; one that was never done is late up to the end of waiting for it."""

    deadline: Deadline
    at: datetime
    kept: bool
    done: bool
    late_seconds: int
    owner: Person | None


def settle(incident: Incident, before: Mapping[str, Deadline], *, now: datetime) -> list[Settled]:
    """Compare with what was owed ``before`` this line, and count. Exactly at its time is kept (GEN-4).

    What was lifted or moved before its time is neither: nobody was let down.
    """
    found = []
    for name, old in before.items():
        done, new = name in incident.fulfilled, incident.deadlines.get(name)
        late = max(0, int((now - old.due_at).total_seconds()))
        stands = new is not None and new.due_at == old.due_at and not done
        if old.kind not in PROMISES or stands or not (done or late):
            continue
        kept = done and now <= old.due_at
        counts = incident.kept if kept else incident.broken
        counts[old.kind] = counts.get(old.kind, 0) + 1
        owner = next(iter(escalation.audience(incident, old)), None)
        found.append(Settled(old, now, kept, done, late, owner))
    incident.fulfilled.clear()
    return found


def share(incident: Incident, kinds: Iterable[str] = PROMISES) -> tuple[int, int]:
    """How many were kept, of how many."""
    kept = sum(incident.kept.get(kind, 0) for kind in kinds)
    return kept, kept + sum(incident.broken.get(kind, 0) for kind in kinds)
