"""What people put on the record: noted, back-dated, corrected, withdrawn; nothing is ever deleted (TL rules)."""

from collections.abc import Sequence
from datetime import datetime

from incidents.errors import Refused
from incidents.events import (
    Corrected,
    EntryMasked,
    EntryWithdrawn,
    KeyMarked,
    Noted,
    NoteKind,
)
from incidents.incident import Incident
from incidents.masking import conceal, hide, said_in
from incidents.person import Person
from incidents.roles import Role

KEY_TYPES = frozenset({"severity", "status", "post"})
"""Sitrep's own rows that are key events unless somebody says otherwise: declared, levels, phases, posts, the end."""


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


def may_mark_key(incident: Incident, by: Person) -> None:
    """Nobody else decides what the review begins with (TL-8)."""
    if not incident.holds(by, Role.SCRIBE, Role.IC) and not _owns_review(incident, by):
        raise Refused("Only the Scribe, the Incident Commander and the review’s owner mark key events.")


def mark_key(incident: Incident, seq: int, *, text: str, key: bool, by: Person, now: datetime) -> None:
    """Raises Refused for those who may not."""
    may_mark_key(incident, by)
    incident.record(KeyMarked(at=now, by=by, seq=seq, text=text, key=key))


def may_mask(incident: Incident, author_id: str, by: Person) -> None:
    """Its author knows best that it says too much; else those who answer for the record (TL-8)."""
    answers_for_it = incident.holds(by, Role.SCRIBE, Role.IC) or _owns_review(incident, by)
    if by.id != author_id and not answers_for_it:
        raise Refused("Only its author, the Scribe, the Incident Commander and the review’s owner mask an entry.")


def mask(
    incident: Incident,
    seq: int,
    *,
    kind: str,
    versions: Sequence[str],
    words: str,
    reason: str,
    by: Person,
    now: datetime,
    source: str = "",
) -> None:
    """Nothing is deleted, but nobody is shown it again. ``versions`` are all its wordings, as they are shown so far.

    Raises Refused without a reason, and when the entry does not say ``words``.
    """
    if not reason:
        raise Refused(
            "Why? A masked entry says the reason.", hint=f'/incident mask {seq} --because "a customer’s name"'
        )
    if all(hide(version, words) == version for version in versions):
        raise Refused(f"Entry {seq} does not say that.", hint=f"/incident mask {seq} --because … masks all of it")
    changed = conceal(incident, kind, versions, words)
    incident.record(
        EntryMasked(
            at=now,
            by=by,
            seq=seq,
            words=words,
            # Who explains a mask easily repeats what it hides.
            reason=hide(reason, words) if words else reason,
            repeated=tuple(dict.fromkeys([*versions, *said_in(kind, versions), *changed])),
            changed=bool(changed),
            source=source,
        )
    )


def _owns_review(incident: Incident, by: Person) -> bool:
    return incident.review_owner is not None and incident.review_owner.id == by.id
