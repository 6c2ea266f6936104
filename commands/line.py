"""A line somebody spoke, whatever the way in: slash command, message, button, form, command line or clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from commands.clean import storable
from incidents.person import Person

Via = Literal["slash", "message", "button", "form", "reaction", "cli", "clock"]


@dataclass(frozen=True, slots=True)
class Line:
    """``words`` as typed (`/incident sev1 Checkout down`, `!note x`; a button's are without prefix: `resolve`).

    ``room`` is the platform's reference of where it was said (`web:7`), empty for a direct conversation or
    the command line without --in. ``incident`` is set when the way in knows it (a button on a card, a form,
    the clock); otherwise the door finds it by the room. ``delivery`` is unique per delivery of the platform,
    so that a line delivered twice is carried out once (REL-003). ``source`` names the message it was written
    in (`web:message:17`), ``thread`` says that this message stands in the incident's timeline thread.

    ``change`` says that the message at ``source`` was edited (``words`` is the new text) or deleted, or that
    somebody reacted to it with the emoji of key events. For
    via `reaction`, ``words`` and ``author`` are the marked message's, written at ``written_at``, and ``who`` marked it.
    Of a change ``written_at`` is when it was made, where the platform says so: an older one that comes late is dropped.
    """

    who: Person
    words: str
    at: datetime
    delivery: str
    room: str = ""
    via: Via = "message"
    incident: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    thread: bool = False
    source: str = ""
    change: Literal["new", "edited", "deleted", "starred"] = "new"
    author: Person | None = None
    written_at: datetime | None = None

    def storable(self) -> "Line":
        """With the platform's own names in letters that every database takes (REL-118)."""
        named = (self.delivery, self.room, self.source)
        delivery, room, source = map(storable, named)
        return self if (delivery, room, source) == named else replace(self, delivery=delivery, room=room, source=source)
