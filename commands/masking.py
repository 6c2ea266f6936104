"""An entry was masked: its copies follow, in the same transaction (TL-8)."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.event import Event
from incidents.events import Corrected, EntryMasked, EntryWithdrawn, KeyMarked
from incidents.masking import BEGINNING, OURS, Hide, hiding
from incidents.records import Wording
from storage import copies, outbox, publications, rooms, timeline
from storage.copies import Heard, Shown
from storage.outbox import Parcel
from storage.timeline import Entry
from templates import masking
from templates.packing import pack, pack_effect, unpack, unpack_effect


async def follow(c: AsyncConnection, incident_id: int, mask: EntryMasked) -> None:
    """What was shown is edited, what waits is changed, what is kept of answers and lines no longer says it."""
    hidden = hiding(mask.repeated, mask.words)
    await _shown(c, incident_id, hidden, now=mask.at)
    for message, card in await copies.answers(c, incident_id):
        changed = pack(masking.card(unpack(card), hidden))
        if changed != card:
            await copies.answer_otherwise(c, message, changed)
    await _public(c, incident_id, hidden)
    await _typed(c, mask, source=mask.source)
    entry = await timeline.by_seq(c, incident_id, mask.seq)
    moments = [at for at, _ in await timeline.wordings(c, incident_id, entry)] if entry else []
    for line in await copies.lines(c, incident_id, [*moments, mask.at]):
        said = entry is not None and line.at in moments and _made(line, entry, mask)
        await _heard(c, line, mask, hidden, said=said or _asked(line, mask))


async def _public(c: AsyncConnection, incident_id: int, hidden: Hide) -> None:
    told = [*await publications.of_subject(c, f"incident:{incident_id}")]
    for post in [*told, *await publications.of_subject(c, f"report:{incident_id}")]:
        record = post.record
        texts = {name: Wording(hidden(text.title), hidden(text.body)) for name, text in record.texts.items()}
        changed = replace(record, name=hidden(record.name), texts=texts)
        if changed != record:
            await publications.reword(c, post, changed)


async def _shown(c: AsyncConnection, incident_id: int, hidden: Hide, *, now: datetime) -> None:
    parcels: list[Parcel] = []
    rows = await copies.shown(c, incident_id)
    newest = {(row.platform, row.slot): row.id for row in rows if row.kind == "post" and row.slot}
    for row in rows:
        before = unpack_effect(row.payload)
        after = masking.effect(before, hidden)
        if after == before:
            continue
        payload = pack_effect(after)
        await copies.say_otherwise(c, row, payload)
        if replacement := _replacement(row, newest):
            kind, slot = replacement
            if kind == "edit" and row.ref:
                # A chat finds by the slot whose buttons these are.
                await rooms.keep_slot(c, incident_id, row.platform, f"edit:{row.op}", row.ref)
            parcels.append(Parcel(row.platform, incident_id, kind, row.place, payload, slot=slot, rank=after.rank))
    if parcels:
        await outbox.add(c, parcels, now=now)


def _replacement(row: Shown, newest: dict[tuple[str, str], int]) -> tuple[str, str] | None:
    """How it leaves the room: kind and slot of the row that does it. None where nothing of it stands.

    Also for what still waits: it may be on its way with the old words this very moment.
    """
    if row.state not in ("sent", "pending") or row.kind in ("edit", "topic"):
        return None
    if row.kind == "post" and row.slot:
        return ("post", row.slot) if newest[row.platform, row.slot] == row.id else None
    return "edit", row.op


def _made(line: Heard, entry: Entry, mask: EntryMasked) -> bool:
    """Whether it was this line that put the entry on the record; others may have spoken at the same moment."""
    if entry.type in OURS and line.who == entry.actor_id:
        return True
    return any(text[:BEGINNING] in line.words for text in mask.repeated)


def _asked(line: Heard, mask: EntryMasked) -> bool:
    """It was this line that named the words to be hidden."""
    return bool(mask.words) and line.at == mask.at and line.who == mask.by.id


async def _heard(c: AsyncConnection, line: Heard, mask: EntryMasked, hidden: Hide, *, said: bool) -> None:
    after = replace(
        line,
        words=masking.line(line.words, mask.words) if said else line.words,
        changes=hidden(line.changes),
        reply=line.reply and pack(masking.card(unpack(line.reply), hidden)),
    )
    if after != line:
        await copies.hear_otherwise(c, after)
    if after.words != line.words:
        await _typed(c, mask, delivery=line.delivery)


async def _typed(c: AsyncConnection, mask: EntryMasked, *, source: str = "", delivery: str = "") -> None:
    message = await copies.typed(c, source=source, delivery=delivery)
    if message:
        await copies.type_otherwise(c, message, masking.line(message.text, mask.words))


def change_of(event: Event) -> tuple[timeline.Change | Literal[""], str | None]:
    """What the event's row does to the row it refers to, and the text that this takes (TL-8)."""
    match event:
        case Corrected():
            return "corrected", event.text
        case EntryWithdrawn():
            return "withdrawn", None
        case EntryMasked():
            return "masked", event.words
        case KeyMarked():
            return ("key" if event.key else "not key"), None
    return "", None
