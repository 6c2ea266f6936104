"""Lines that failed by a fault of ours are said again, five times in all; then they are given up, and people told."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.letter import line_of
from commands.line import Line
from commands.run import Answer
from storage import heard, letters, outbox, rooms
from storage.database import Database
from storage.letters import Letter
from storage.outbox import Parcel
from templates import stumbling
from templates.card import Card
from templates.effect import Effect
from templates.packing import pack, pack_effect

log = structlog.get_logger()

TRIES = 5
PAUSES = (4.0, 15.0, 40.0, 60.0)
"""Seconds after the second try, which comes at once, and those behind it. A process that ends in the last try leaves
it to the next to give up."""

TOO_OLD = timedelta(minutes=5)
"""Sitrep was away: the world has moved on, and nobody waits for this any more (REL-071)."""

Say = Callable[[Line], Awaitable[Answer]]


class Again:
    def __init__(
        self, database: Database, say: Say, platforms: Sequence[str], *, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._say = say
        self._platforms = platforms
        self._clock = clock

    async def look(self) -> int:
        """Try whatever may be tried now; how many there were."""
        async with self._database.read() as c:
            due = await letters.due(c, self._clock())
        for letter in due:
            await self._try(letter)
        return len(due)

    async def _try(self, letter: Letter) -> None:
        now = self._clock()
        if letter.tries >= TRIES or now - letter.at > TOO_OLD:
            await self._give_up(letter)
            return
        line = line_of(letter)
        async with self._database.begin() as c:
            if _a_command(line) and await letters.said_again(c, letter):
                await letters.drop(c, letter)
                return
            if not await letters.claim(c, letter, next_at=now + timedelta(seconds=PAUSES[letter.tries - 1])):
                return
        answer = await self._say(replace(line, at=now))
        if answer.failed:
            # The database is away, which is no fault of this line.
            return
        if not answer.kept:
            await self._tell(letter, answer)
        elif letter.tries + 1 >= TRIES:
            await self._give_up(replace(letter, tries=letter.tries + 1))

    async def _tell(self, letter: Letter, answer: Answer) -> None:
        """Also where it was carried out before: whoever did that may not have lived to tell."""
        log.info("worked when tried again", action="line_worked_later", reference=letter.reference, tries=letter.tries)
        card = (stumbling.refused if answer.refused else stumbling.worked)(letter.words, answer.card)
        async with self._database.begin() as c:
            await letters.drop(c, letter)
            await self._privately(c, letter, card)

    async def _give_up(self, letter: Letter) -> None:
        """From now on this delivery is answered like one that was heard."""
        line = line_of(letter)
        says = "" if line.fields or line.via == "reaction" or line.change != "new" or line.thread else letter.words
        card = stumbling.given_up(letter.words, letter.reference, tries=letter.tries, says=says)
        log.error("given up", action="line_dead", reference=letter.reference, delivery=letter.delivery)
        async with self._database.begin() as c:
            await letters.drop(c, letter)
            if await heard.before(c, letter.delivery) is None:
                incident = await self._privately(c, letter, card)
                await heard.add(c, [_row(line, letter, card, incident)])

    async def _privately(self, c: AsyncConnection, letter: Letter, card: Card) -> int:
        """To the speaker, where they spoke; which incident's room that was, 0 for none."""
        line = line_of(letter)
        spoken_in = line.delivery.partition(":")[0]
        platforms = [platform for platform in self._platforms if platform == spoken_in] or self._platforms
        number = line.incident or await rooms.incident_of(c, spoken_in, line.room) or 0
        to = f"person:{line.who.id}"
        packed = pack_effect(Effect("private", to, card))
        parcels = [Parcel(platform, number, "private", to, packed, rank=1) for platform in platforms]
        await outbox.add(c, parcels, now=self._clock())
        return number


def _a_command(line: Line) -> bool:
    """Whose words say all that is meant: two entries of the record may well read alike, and so may two forms."""
    return not line.fields and (line.via in ("slash", "button") or line.words[:1] in "/!")


def _row(line: Line, letter: Letter, card: Card, incident: int) -> dict[str, object]:
    return {
        "delivery": line.delivery,
        "at": line.at,
        "who": line.who.id,
        "room": line.room,
        "via": line.via,
        "words": letter.words,
        "incident_id": incident or None,
        "outcome": "dead",
        "changes": "",
        "reply": pack(card),
    }
