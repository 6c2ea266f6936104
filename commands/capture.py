"""(a message in the timeline thread): an entry by its author; editing it corrects, deleting withdraws it."""

from commands.call import Call
from commands.clean import clean
from incidents import timeline
from incidents.incident import Incident
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident, line = call.incident, call.line
    if not incident:
        return None
    if line.change == "starred":
        await _star(call, incident)
    elif line.change != "new":
        await _change(call, incident)
    elif line.via == "reaction":
        await _mark(call, incident)
    else:
        text = clean(line.words).text.strip()
        if text:
            timeline.note(incident, text, by=call.who, now=call.now, source=line.source, from_thread=True)
    return None


async def _mark(call: Call, incident: Incident) -> None:
    """A reaction puts somebody's message on the record, once, under its author's name and its own time (TL-4)."""
    line = call.line
    text = clean(line.words).text.strip()
    if not text or await call.unit.recorded(incident, line.source):
        return
    timeline.note(
        incident,
        text,
        by=line.author or call.who,
        now=call.now,
        happened_at=line.written_at,
        source=line.source,
        from_thread=line.thread,
    )


async def _star(call: Call, incident: Incident) -> None:
    """A reaction makes the entry that a message became a key event; elsewhere it is a star like any other (TL-8)."""
    entry = await call.unit.entry_from(incident, call.line.source)
    if entry and not entry.key and not entry.withdrawn:
        timeline.mark_key(incident, entry.seq, text=entry.reads, key=True, by=call.who, now=call.now)


async def _change(call: Call, incident: Incident) -> None:
    """The message behind an entry was edited or deleted; other messages are their author's own business."""
    line = call.line
    entry = await call.unit.entry_from(incident, line.source)
    if not entry or entry.withdrawn or not await call.unit.newest(line.source, line.written_at):
        return
    text = _entry_text(line.words)
    if line.change == "deleted":
        timeline.withdraw(incident, entry.seq, old=entry.reads, by=call.who, now=call.now, from_thread=True)
    elif text and not entry.whole:
        text = entry.hide(text)
        timeline.correct(incident, entry.seq, old=entry.reads, text=text, by=call.who, now=call.now, from_thread=True)


def _entry_text(words: str) -> str:
    """`TODO: x` and `!note x` became an entry that says x, and so does their edited form."""
    text = clean(words).text.strip()
    if text[:5].lower() == "todo:":
        return text[5:].strip()
    if text.startswith("!"):
        return text.partition(" ")[2].strip()
    return text
