"""What is said in public of an incident: read every two minutes, and told when it turns angry (CHN-8)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from commands.line import Line
from incidents import outside
from incidents.incident import Incident
from incidents.outside import Mood, Reply
from incidents.person import CLOCK
from scheduler.chat import Undelivered
from scheduler.delivery import sheltered
from storage import incidents
from storage.database import Database

log = structlog.get_logger()

EVERY = timedelta(minutes=2)

Say = Callable[[Line], Awaitable[object]]


class Feed(Protocol):
    """A place where the public writes. Raises Undelivered when it cannot be read."""

    async def read(self) -> Sequence[Reply]: ...


class Overhearing:
    """It only reads: nothing here could answer anybody. What is worth telling is for the rules to say."""

    def __init__(
        self, database: Database, feeds: Mapping[str, Feed], say: Say, *, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._feeds = feeds
        self._say = say
        self._clock = clock
        self._looked: datetime | None = None

    async def look(self) -> None:
        """Nothing is read as long as customers were told of nothing."""
        now = self._clock()
        if not self._feeds or (self._looked and now - self._looked < EVERY):
            return
        self._looked = now
        async with self._database.read() as c:
            running = [each for each in await incidents.all_open(c) if each.public and each.update]
        if running:
            await self._weigh(running, await self._heard(), now)

    async def _heard(self) -> list[Reply]:
        """From wherever there was an answer."""
        found: list[Reply] = []
        for name, feed in self._feeds.items():
            try:
                found += await sheltered(feed.read())
            except Undelivered as problem:
                log.warning("replies were not read", action="replies_not_read", feed=name, reason=problem.reason)
        return found

    async def _weigh(self, running: Sequence[Incident], replies: Sequence[Reply], now: datetime) -> None:
        about: dict[int, list[Reply]] = {}
        for reply in replies:
            if incident := outside.concerned(running, reply.text):
                about.setdefault(incident.id, []).append(reply)
        for incident in running:
            mood = outside.mood(about.get(incident.id, ()), now=now)
            if outside.worth_telling(incident, mood, now=now):
                await self._say(_line(incident, mood, now=now))


def _line(incident: Incident, mood: Mood, *, now: datetime) -> Line:
    quotes = "\n".join(" ".join(each.split())[:200] for each in mood.quotes)
    fields = {"heard": str(mood.heard), "last": str(mood.last), "before": str(mood.before), "quotes": quotes}
    delivery = f"replies:{incident.id}:{now.timestamp()}"
    return Line(CLOCK, "replies", now, delivery, via="clock", incident=incident.id, fields=fields)
