"""One page of the timeline, as it is read in a chat (TL-7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from incidents.incident import Incident
from templates.card import Button, Card
from templates.house import House
from templates.words import clock


class Row(Protocol):
    """A timeline row: ``corrected`` is the text that replaces ``text``, ``withdrawn`` says that it no longer counts.

    ``key`` marks a key event, ``masked`` is why words are hidden in its texts, empty when none are (TL-8).
    """

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def type(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def recorded_by(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def refers_to(self) -> int | None: ...
    @property
    def visibility(self) -> str: ...
    @property
    def corrected(self) -> str | None: ...
    @property
    def withdrawn(self) -> bool: ...
    @property
    def key(self) -> bool: ...
    @property
    def masked(self) -> str: ...


BACK_DATED = timedelta(minutes=1)
KEY = "★"


def timeline_card(
    entries: Sequence[Row], incident: Incident, page: int, pages: int, house: House, *, key: bool = False
) -> Card:
    """``page`` counts from 1. A corrected entry is shown in place, so its correction needs no line of its own.

    ``key`` says that ``entries`` are the key events alone.
    """
    shown = [line(entry, incident, house) for entry in entries if entry.type != "correction"]
    number = f", page {page} of {pages}" if pages > 1 else ""
    return Card(
        title=f"{'Key events' if key else 'Timeline'} of {incident.title}{number}",
        text="\n".join(shown) or ("No entry is a key event." if key else "Nothing is on the record yet."),
        buttons=_turn(page, pages, "timeline --key" if key else "timeline"),
    )


def line(entry: Row, incident: Incident, house: House) -> str:
    """`14:05:30 UTC decision: traffic moves to the spare line (Ana) #12`; the number is what `correct` needs.

    A key event has a ★ in front, a masked one says why (TL-8).
    """
    day = incident.clocks.declared_at
    text = entry.text if entry.corrected is None else f"{entry.corrected} (corrected)"
    if entry.withdrawn:
        text = f"(withdrawn) {text}"
    if entry.masked:
        text += f" (masked: {entry.masked})"
    if entry.recorded_at - entry.at >= BACK_DATED:
        text += f" (noted {clock(entry.recorded_at, now=day, zone=house.zone)})"
    actor = "" if entry.actor == "Sitrep" or entry.actor in text else f" ({entry.actor})"
    star = f"{KEY} " if entry.key else ""
    return f"{star}{clock(entry.at, now=day, zone=house.zone, seconds=True)} {entry.type}: {text}{actor} #{entry.seq}"


def _turn(page: int, pages: int, says: str) -> tuple[Button, ...]:
    earlier = (Button("Earlier", says=f"{says} {page - 1}"),) if page > 1 else ()
    later = (Button("Later", says=f"{says} {page + 1}"),) if page < pages else ()
    return earlier + later
