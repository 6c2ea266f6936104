"""A message over which our own code stumbles: Slack's retries and the history are its tries, then it is given up."""

from dataclasses import dataclass

import structlog

from bot.slack.answering import Answers, reader_of
from bot.slack.listen import Ears, delivery
from bot.slack.payload import Message
from storage import facts, heard
from templates.packing import pack
from templates.stumbling import unread

log = structlog.get_logger()

TRIES = 5


@dataclass(slots=True)
class Stumbles:
    """Counted in the database, so that a message that ends the process, or reaches another, is given up too."""

    ears: Ears
    answers: Answers

    async def over(self, message: Message, reference: str) -> bool:
        """One more time. True once it is given up: then Slack is told that all is well, and its author what is not."""
        named = delivery((await self.ears.workspace.me()).team, message)
        async with self.ears.database.begin() as c:
            if await heard.before(c, named):
                return True
            counted = f"stumbled:{message.source}"[:60]
            tries = int(await facts.get(c, counted) or 0) + 1
            await facts.put(c, counted, str(tries))
            if tries < TRIES:
                return False
            card = unread(reference, tries=tries)
            # Its words are not kept: it may have been nobody's business.
            await heard.add(
                c,
                [
                    {
                        "delivery": named,
                        "at": self.ears.now(),
                        "who": f"slack:{message.speaker}",
                        "room": f"slack:{message.channel}",
                        "via": "message",
                        "words": "",
                        "incident_id": None,
                        "outcome": "dead",
                        "changes": "",
                        "reply": pack(card),
                    }
                ],
            )
        log.error("given up", action="line_dead", reference=reference, delivery=named)
        self.ears.later.start(self.answers.privately(reader_of(message), card, None), "given up")
        return True
