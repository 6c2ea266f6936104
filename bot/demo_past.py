"""What a demo begins with: an incident that is over and planned work, so that its status page tells of something."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.rehearsal_steps import Place
from bot.stage_people import People
from bot.stage_play import Play
from commands.settings import Settings
from incidents.person import Person
from storage import web, web_messages
from storage.database import Database

_AGO = timedelta(days=2)
_GENERAL, _ROOM, _DIRECT = Place("channel", name="general"), Place("room"), Place("direct")
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
    "end_time": "",
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
    people, (ada, _, cleo, dan, *_) = People(play), cast
    await people.says(dan, "/incident sev3 Search: incomplete results", _GENERAL)
    await people.says(ada, "!ic take ic", _ROOM)
    await people.says(cleo, "!ic take customer-liaison", _ROOM)
    await _post(people, cleo, "investigating", _SEARCH)
    await play.wait(timedelta(minutes=21))
    await people.says(ada, "!cause one of the search servers ran out of space", _ROOM)
    await people.says(ada, "!decide move the search index --by @dan", _ROOM)
    await _post(people, cleo, "identified", _CAUSE)
    await play.wait(timedelta(minutes=34))
    await people.says(ada, "/incident phase verify the index is moved", _ROOM)
    await _post(people, cleo, "monitoring", {**_MOVED, "end_time": f"{play.now:%H:%M} UTC"})
    await play.wait(timedelta(minutes=16))
    await people.says(ada, "/incident resolve No data was lost or changed.", _ROOM)
    await _post(people, cleo, "resolved", _PREVENTED)
    await people.says(ada, "/incident review @dan", _ROOM)
    await people.says(ada, "/incident close", _ROOM)


async def _post(people: People, who: Person, stage: str, facts: dict[str, str]) -> None:
    await people.says(who, f"/status {stage}", _ROOM)
    await people.fills(who, "Post", {"stage": stage, **facts}, _ROOM)


async def _maintenance(play: Play, owner: Person, now: datetime) -> None:
    people, day = People(play), (now + timedelta(days=3)).date()
    plan = f"/maintenance schedule {day} 02:00-04:00 Payments: move the database to new machines"
    await people.says(owner, f'{plan} --effect "card payments pause for a few minutes"', _GENERAL)
    await people.presses(owner, "Announce", _GENERAL)


async def _read_by(database: Database, cast: Iterable[Person]) -> None:
    """Nobody of the cast is called to what is long over."""
    async with database.begin() as c:
        for person in cast:
            views = await web.rooms(c, person.id)
            newest = await web_messages.newest(c)
            for number in (web.DIRECT, *(view.room.id for view in views)):
                await web.mark_read(c, person.id, number, newest)
