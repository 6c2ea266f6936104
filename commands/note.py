"""/incident note [--at 14:05] TEXT: put something on the timeline; -10m or 13:55 in front back-dates it."""

from commands.call import Call
from incidents import timeline
from incidents.events import NoteKind
from templates import forms
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    if call.said.bare and not call.form:
        return Card(title="Note", form=forms.note_form())
    return await enter(call, "note")


async def enter(call: Call, kind: NoteKind) -> Card | None:
    """Put an entry of this kind on the record (TL-4)."""
    incident = await call.here()
    happened_at = call.when()
    timeline.note(
        incident,
        call.field_or_rest("text"),
        kind=kind,
        by=call.who,
        now=call.now,
        happened_at=happened_at,
        source=call.line.source,
        from_thread=call.line.thread,
    )
    return None
