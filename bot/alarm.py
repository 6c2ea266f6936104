"""Trouble with a chat is told by another way than that chat: in the web room, and by e-mail if one is set (REL-040)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.sheltered import sheltered
from storage import facts, outbox
from storage.database import Database
from storage.outbox import Parcel
from templates.card import Card
from templates.effect import Effect
from templates.packing import pack_effect

log = structlog.get_logger()

_TOLD = "alarm_told"
_NO_INCIDENT = 0
_WEB = "web"

Send = Callable[[str, str], Awaitable[object]]
"""Title and text, to an address that an administrator has set. Repeats nothing."""


@dataclass(slots=True)
class Alarm:
    """``administrators`` are e-mails. What was told is kept, so that a restart or a second process tells it no more."""

    database: Database
    administrators: Sequence[str]
    now: Callable[[], datetime]
    send: Send | None = None

    async def look(self, trouble: str) -> None:
        """``trouble`` is empty when all is well. Each change is told once."""
        async with self.database.read() as c:
            if (await facts.get(c, _TOLD) or "") == trouble:
                return
        card = _begun(trouble) if trouble else _over()
        async with self.database.begin() as c:
            if (await facts.get(c, _TOLD) or "") == trouble:
                return
            await facts.put(c, _TOLD, trouble)
            await outbox.add(c, self._parcels(card), now=self.now())
        log.warning("alarm", action="alarm", trouble=trouble or "over")
        if self.send:
            await sheltered(self.send(card.title, card.text), action="alarm_not_sent")

    def _parcels(self, card: Card) -> list[Parcel]:
        places = ["announce", *(f"person:{email}" for email in self.administrators)]
        effects = [Effect("post" if place == "announce" else "private", place, card, rank=0) for place in places]
        return [
            Parcel(_WEB, _NO_INCIDENT, effect.kind, effect.to, pack_effect(effect), rank=effect.rank, about="alarm")
            for effect in effects
        ]


def _begun(trouble: str) -> Card:
    text = (
        f"{trouble}. Nothing that is said in Slack is heard, and nothing is shown there. The web room goes on; what "
        "waits for Slack goes out once it works again, for up to a day. sitrep doctor says what to do."
    )
    return Card(title="Sitrep is shut out of Slack", text=text, tone="bad")


def _over() -> Card:
    return Card(title="Sitrep is in Slack again", text="What waited goes out now.", tone="good")
