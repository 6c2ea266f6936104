"""What people put on the record: noted, back-dated, corrected, withdrawn; nothing is ever deleted (TL rules)."""

from datetime import datetime

from incidents.errors import Refused
from incidents.events import Corrected, EntryWithdrawn, Noted, NoteKind
from incidents.incident import Incident
from incidents.person import Person
from incidents.roles import Role


def note(
    incident: Incident,
    text: str,
    *,
    kind: NoteKind = "note",
    by: Person,
    now: datetime,
    happened_at: datetime | None = None,
    source: str = "",
    from_thread: bool = False,
    executor: Person | None = None,
) -> None:
    """Put an entry on the record; anybody may, also after the end (TL-8)."""
    if not text:
        raise Refused("What should be noted?", hint="!note deploy 7431 went out at 13:55")
    incident.acted = incident.acted or kind in ("action", "decision")
    incident.record(
        Noted(
            at=now,
            by=by,
            kind=kind,
            text=text,
            happened_at=happened_at or now,
            source=source,
            from_thread=from_thread,
            executor=executor,
        )
    )


def may_change_entry(incident: Incident, author_id: str, by: Person) -> None:
    """The author, the scribe and the commander correct an entry (TL-8)."""
    if by.id != author_id and not incident.holds(by, Role.SCRIBE, Role.IC):
        raise Refused("Only its author, the Scribe or the Incident Commander changes an entry.")


def correct(
    incident: Incident, seq: int, *, old: str, text: str, by: Person, now: datetime, from_thread: bool = False
) -> None:
    if not text:
        raise Refused("How should the entry read?", hint=f"/incident correct {seq} the right text")
    if text != old:
        incident.record(Corrected(at=now, by=by, seq=seq, old=old, text=text, from_thread=from_thread))


def withdraw(
    incident: Incident,
    seq: int,
    *,
    old: str,
    reason: str = "",
    by: Person,
    now: datetime,
    from_thread: bool = False,
) -> None:
    incident.record(EntryWithdrawn(at=now, by=by, seq=seq, old=old, reason=reason, from_thread=from_thread))
