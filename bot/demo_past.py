"""What a demo begins with: an incident that is over and planned work, so that its status page tells of something."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.stage_play import Play
from commands.line import Line, Via
from commands.settings import Settings
from incidents.person import Person
from storage import web, web_messages
from storage.database import Database

_AGO = timedelta(days=2)
_SEARCH = {
    "symptom": "incomplete search results",
    "action_now": "checking the search index",
    "affected_who": "customers in Europe",
    "not_affected": "Checkout and Payments",
    "component:Search": "degraded_performance",
}
_CAUSE = {
    "cause_plain": "one of the search servers ran out of space",
    "affected_share": "15%",
    "functions": "the search for new products",
    "fix_plain": "moving the index to a larger server",
}
_MOVED = {
    "fix_plain": "moving the index to a larger server",
    "progress": "99%",
    "remaining_impact": "products added in the last hour",
}
_PREVENTED = {"prevention": "add space before a search server runs full"}


async def give_a_past(url: str, settings: Settings, cast: Sequence[Person], *, now: datetime) -> None:
    """Only where nothing was declared yet; spoken by ``cast`` through the door, as everything is.

    ``cast`` begins with the commander, then two others, and whoever speaks to customers stands third.
    """
    play = Play(url, settings, cast, start=_past(now))
    await play.open()
    try:
        if await play.newest() is None:
            await _incident(play, cast)
            await _maintenance(play, cast[3], now)
            await _read_by(play.database, cast)
    finally:
        await play.close()


def _past(now: datetime) -> datetime:
    return (now - _AGO).replace(hour=9, minute=12, second=0, microsecond=0)


async def _incident(play: Play, cast: Sequence[Person]) -> None:
    ada, _, cleo, dan, *_ = cast
    await _says(play, dan, "/incident sev3 Search: incomplete results")
    await _says(play, ada, "take ic", 1)
    await _says(play, cleo, "take customer-liaison", 1)
    await _says(play, cleo, "update", 1, stage="investigating", **_SEARCH)
    await play.wait(timedelta(minutes=21))
    await _says(play, ada, "cause one of the search servers ran out of space", 1)
    await _says(play, ada, "decide move the search index --by @dan", 1)
    await _says(play, cleo, "update", 1, stage="identified", **_CAUSE)
    await play.wait(timedelta(minutes=34))
    await _says(play, ada, "phase verify the index is moved", 1)
    await _says(play, cleo, "update", 1, stage="monitoring", end_time=f"{play.now:%H:%M} UTC", **_MOVED)
    await play.wait(timedelta(minutes=16))
    await _says(play, ada, "resolve No data was lost or changed.", 1)
    await _says(play, cleo, "update", 1, stage="resolved", **_PREVENTED)
    await _says(play, ada, "review @dan", 1)
    await _says(play, ada, "close", 1)


async def _maintenance(play: Play, owner: Person, now: datetime) -> None:
    day = (now + timedelta(days=3)).date()
    plan = f"/maintenance schedule {day} 02:00-04:00 Payments: move the database to new machines"
    await _says(play, owner, f'{plan} --effect "card payments pause for a few minutes"')
    await _says(play, owner, "/maintenance announce 1")


async def _says(play: Play, who: Person, words: str, incident: int | None = None, **fields: str) -> None:
    """Straight to the door, so that no private answer of then lies about now."""
    via: Via = "slash" if incident is None else "form" if fields else "button"
    await play.say(Line(who, words, play.now, play.delivery_id(), via=via, incident=incident, fields=fields))
    await play.settle()


async def _read_by(database: Database, cast: Iterable[Person]) -> None:
    """Nobody of the cast is called to what is long over."""
    async with database.begin() as c:
        for person in cast:
            views = await web.rooms(c, person.id)
            newest = await web_messages.newest(c)
            for number in (web.DIRECT, *(view.room.id for view in views)):
                await web.mark_read(c, person.id, number, newest)
