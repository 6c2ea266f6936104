"""Does what is said in Slack reach us? Where it does not, its rooms are told once to use the web room (REL-153)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import facts, incidents, outbox, rooms
from storage.database import Database
from storage.outbox import Parcel
from templates.card import Card
from templates.effect import Effect
from templates.house import House
from templates.packing import pack_effect

log = structlog.get_logger()

PATIENCE = timedelta(seconds=25)
"""So long there may be no connection, or what we post may not come back to us: events usually take a second."""

DEAF = "calls work, but nothing that is said there arrives"

_HEARD, _TOLD = "slack:heard", "slack:deaf:"


@dataclass(slots=True)
class Hearing:
    """``connected`` is None in HTTP mode, where only our own messages show that events arrive.

    With ``echoes`` Slack tells us of our own messages, too, in the rooms that we have made.
    """

    database: Database
    house: House
    now: Callable[[], datetime]
    connected: Callable[[], bool | None]
    echoes: bool = True
    deaf: bool = False
    _spoke: dict[str, datetime] = field(default_factory=dict)
    """Where we posted since an event came last, and when."""
    _lost: datetime | None = None
    _heard: datetime | None = None

    def speaking(self, channel: str) -> None:
        """Before the call: the event may be faster than its answer."""
        if self.echoes:
            self._spoke.setdefault(channel, self.now())

    def silent(self, channel: str) -> None:
        """It was not posted after all."""
        self._spoke.pop(channel, None)

    def heard(self) -> None:
        """An event came. Commands and presses say nothing: Slack sends them another way."""
        self._heard = self.now()
        self._spoke.clear()

    async def look(self, *, well: bool) -> None:
        """Every few seconds. Unless calls are answered (``well``) nobody can be told, and the trouble is another."""
        if not well:
            self._lost, self.deaf = None, False
            self._spoke.clear()
            return
        since = await self._silence()
        if since is None:
            self.deaf = False
            await self._note()
            await self._tell_again()
            return
        if not self.deaf:
            log.error("nothing is heard", action="slack_deaf", since=str(since))
        self.deaf = True
        await self._tell()

    async def _silence(self) -> datetime | None:
        """Since when nothing reaches us, or another replica, though something should; once that is long enough."""
        now = self.now()
        if self.connected() is False:
            self._lost = self._lost or now
        elif self._lost:
            # What we posted meanwhile Slack may never tell us.
            self._lost = None
            self._spoke.clear()
        if not self._lost and not self._spoke:
            return None
        since = await self._since_then()
        return since if since and now - since >= PATIENCE else None

    async def _since_then(self) -> datetime | None:
        async with self.database.read() as c:
            known = await facts.get(c, _HEARD)
            heard = datetime.fromisoformat(known) if known else None
            doubts = [max(self._lost, heard or self._lost)] if self._lost else []
            for channel, at in self._spoke.items():
                ours = await rooms.incident_of(c, "slack", f"slack:{channel}") is not None
                doubts += [at] if ours and (heard is None or heard < at) else []
        return min(doubts, default=None)

    async def _note(self) -> None:
        """For the other replicas."""
        heard = self.now() if self.connected() and not self._spoke else self._heard
        if self.database.shared and heard:
            async with self.database.begin() as c:
                await facts.put(c, _HEARD, heard.isoformat())

    async def _tell(self) -> None:
        """Each open incident's room, once."""
        async with self.database.read() as c:
            known = await facts.beginning(c, _TOLD)
            running = [each.id for each in await incidents.all_open(c)]
            where = await rooms.refs(c, "slack", [id for id in running if not known.get(str(id))])
        if not where:
            return
        async with self.database.begin() as c:
            known = await facts.beginning(c, _TOLD)
            deaf = [id for id in where if not known.get(str(id))]
            cards = {id: _begun(self.house.web_room(await rooms.name_of(c, id, "web"))) for id in deaf}
            await self._post(c, cards, self.now().isoformat())

    async def _tell_again(self) -> None:
        """That we hear again, where the contrary was told; on evidence that is newer than that."""
        async with self.database.read() as c:
            known = await facts.beginning(c, _TOLD)
        if not any(known.values()):
            return
        async with self.database.begin() as c:
            known = await facts.beginning(c, _TOLD)
            told = [int(id) for id, at in known.items() if at and self._since(datetime.fromisoformat(at))]
            await self._post(c, dict.fromkeys(told, _OVER), "")

    def _since(self, moment: datetime) -> bool:
        return bool(self.connected()) or (self._heard is not None and self._heard > moment)

    async def _post(self, c: AsyncConnection, cards: dict[int, Card], told: str) -> None:
        parcels = [
            Parcel("slack", id, "post", "room", pack_effect(Effect("post", "room", card, rank=0)), rank=0)
            for id, card in cards.items()
        ]
        for id in cards:
            await facts.put(c, f"{_TOLD}{id}", told)
        if parcels:
            await outbox.add(c, parcels, now=self.now())


def _begun(link: str) -> Card:
    where = f"the web room: {link}" if link else "the web room or the command line"
    text = (
        "What is said and pressed here does not reach Sitrep just now, though it can still post. It is not lost: it is "
        f"read once Slack tells of it again, but commands may come too late to be run. Use {where}."
    )
    return Card(title="Sitrep cannot hear you here", text=text, tone="bad")


_OVER = Card(title="Sitrep hears you again", text="Commands work here again.", tone="good")
