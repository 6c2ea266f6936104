"""What was written before a crash and not carried out, or not answered: at the next start it is, or is told.

A message is stored before its line is said, in a commit of its own. Between the two the process may die, and the
browser that would say it again may be closed by then (REL-088).
"""

from datetime import timedelta
from typing import Any

import structlog

from bot.web import listen
from bot.web.listen import Place
from bot.web.site import Site
from commands import parse
from commands.line import Line
from commands.words import VOCABULARY
from storage import heard, web_messages
from storage.web_messages import NOT_RUN, SAID, Message
from templates.card import Button, Card

log = structlog.get_logger()

TOO_OLD = timedelta(minutes=5)
"""A command that is older is shown, not run: the world has moved on (REL-021, REL-071)."""
_FORGOTTEN = timedelta(days=1)


async def carry_on(here: Site) -> None:
    async with here.database.read() as c:
        left = await web_messages.unanswered(c, since=here.clock() - _FORGOTTEN)
    for message in left:
        # A day's talk is left by this alone; only the rest costs looks into the database.
        if message.thread_of or _is_command(message.text):
            place = await listen.where(here, message)
            if place.listens_to(message.text):
                await _finish(here, message, place)


async def _finish(here: Site, message: Message, place: Place) -> None:
    delivery = message.op.removeprefix(SAID)
    more = {"source": message.source} | _own_time(message, place)
    line = listen.line_of(here, message.author, message.text, delivery, place, **more)
    if here.clock() - message.at > TOO_OLD and await _is_new_command(here, line):
        log.info("not run", action="web_not_run", message=message.id)
        await listen.tell(here, line, _not_run(message, delivery), place, kind=NOT_RUN)
        return
    answer = await here.door.say(line)
    if answer.failed or not answer.visible:
        return
    log.info("carried out late", action="web_carried_on", message=message.id, repeated=answer.repeated)
    if place.on_timeline:
        await listen.tick(here, message.id, answer)
    if answer.card:
        await listen.tell(here, line, answer.card, place, incident=answer.incident)


def _own_time(message: Message, place: Place) -> dict[str, Any]:
    """An entry of the timeline stands there at the time it was written (REL-071)."""
    if not place.on_timeline or _is_command(message.text):
        return {}
    return {"via": "reaction", "author": message.author, "written_at": message.at}


async def _is_new_command(here: Site, line: Line) -> bool:
    """What was heard and lacks only its answer gets that, however late; so does a plain entry of the timeline."""
    if not _is_command(line.words):
        return False
    async with here.database.read() as c:
        return await heard.before(c, line.delivery) is None


def _is_command(words: str) -> bool:
    return parse.read(words, VOCABULARY, via="message") is not None


def _not_run(message: Message, delivery: str) -> Card:
    """The key makes it the same line as the one that a tab which is still open says again (REL-188)."""
    text = f"You wrote “{message.text[:300]}” just before Sitrep stopped. That was too long ago, so it was not run."
    return Card(text=text, buttons=(Button("Run it now", says=message.text, key=delivery),), tone="warn")
