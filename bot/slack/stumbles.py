"""What our own code stumbles over: Slack tells it again, or the history does; after five tries it is given up."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.sheltered import Broken, sheltered
from bot.slack.answering import Answers, Reader, reader_of
from bot.slack.calls import SlackFailure
from bot.slack.listen import Ears, Stumbled, Unheard, delivery
from bot.slack.payload import Message
from storage import facts, heard
from templates.packing import pack
from templates.stumbling import unread

log = structlog.get_logger()

TRIES = 5

PASSING = (Unheard, SlackFailure, SQLAlchemyError, OSError)
"""Slack or the database is away: no fault of what was told, which is told again until they are back."""


@dataclass(frozen=True, slots=True)
class Told:
    """What can be said of it without reading it: its delivery, who is told when it is given up, what it was to them."""

    delivery: str
    reader: Reader
    what: str


@dataclass(slots=True)
class Stumbles:
    """Counted in the database, so that what ends the process, or reaches another, is given up too."""

    ears: Ears
    answers: Answers

    async def message(self, message: Message) -> Told:
        team = (await self.ears.workspace.me()).team
        return Told(delivery(team, message), reader_of(message), "this message of yours")

    async def sheltered(self, told: Told, work: Callable[[], Awaitable[None]]) -> None:
        """For what no history tells again, an edit or a reaction: Slack's four tries, and one more with the last.

        Raises Stumbled while it is not given up.
        """
        for _ in range(2):
            done = await sheltered(work(), action="slack_stumbled", passing=PASSING, delivery=told.delivery)
            if not isinstance(done, Broken):
                return
            left = await self.over(told, done.reference)
            if left == 0:
                return
            if left > 1:
                raise Stumbled

    async def over(self, told: Told, reference: str) -> int:
        """One more time. How many tries are left; 0 once it is given up.

        Then Slack is told that all is well, and whoever did it what is not.
        """
        async with self.ears.database.begin() as c:
            if await heard.before(c, told.delivery):
                return 0
            counted = f"stumbled:{hashlib.sha256(told.delivery.encode()).hexdigest()[:32]}"
            tries = int(await facts.get(c, counted) or 0) + 1
            await facts.put(c, counted, str(tries))
            if tries < TRIES:
                return TRIES - tries
            card = unread(reference, tries=tries, what=told.what)
            # Its words are not kept: it may have been nobody's business.
            await heard.add(
                c,
                [
                    {
                        "delivery": told.delivery,
                        "at": self.ears.now(),
                        "who": f"slack:{told.reader.user}",
                        "room": f"slack:{told.reader.channel}",
                        "via": "message",
                        "words": "",
                        "incident_id": None,
                        "outcome": "dead",
                        "changes": "",
                        "reply": pack(card),
                    }
                ],
            )
        log.error("given up", action="line_dead", reference=reference, delivery=told.delivery)
        self.ears.later.start(self.answers.privately(told.reader, card, None), "given up")
        return 0
