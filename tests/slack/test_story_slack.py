"""One contract for all platforms: the SEV-1 story leaves the same record in the web room and in Slack."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from crash.world import furnished
from databases import ready
from fakes.slack.fake import FakeSlack
from fakes.slack.person import Person, Said
from wire import Mode, Time, Wire, connected

from bot.clock import stops
from bot.incident_state import state
from bot.rehearsal import perform, settings
from bot.rehearsal_script import parse
from bot.rehearsal_steps import Deletes, Edits, Place, Presses, Restarts, Says, Script
from storage import deadlines, outbox, people
from storage.database import Database

pytestmark = pytest.mark.timeout(60)

STORY = Path(__file__).parents[2] / "rehearsals" / "sev1.txt"


@dataclass
class Stage:
    """The script's people in Slack, and a Sitrep that can be stopped and started."""

    script: Script
    slack: FakeSlack
    database: Database
    time: Time
    mode: Mode
    run: AsyncExitStack = field(default_factory=AsyncExitStack)
    last: dict[str, Said] = field(default_factory=dict)
    wire: Wire = field(init=False)

    async def start(self) -> None:
        with_roster = settings(self.script)
        self.wire = await self.run.enter_async_context(
            connected(self.slack, self.database, self.time, self.mode, settings=with_roster)
        )
        await self.wire.settle()

    async def restart(self) -> None:
        await self.run.aclose()
        self.slack.listens_at("")
        await self.start()

    async def until(self, goal: datetime) -> None:
        async for moment in stops(self._next_stop, goal):
            self.time.now = max(self.time.now, moment)
            await self.wire.settle()
        self.time.now = max(self.time.now, goal)

    async def _next_stop(self) -> datetime | None:
        async with self.database.read() as c:
            wake, again = await deadlines.next_wake(c), await outbox.next_try(c)
        later = [moment for moment in (wake, again) if moment and (moment is wake or moment > self.time.now)]
        return min(later, default=None)

    async def act(self, action: Any) -> None:
        match action:
            case Says(who, place, words):
                await self._says(self._person(who.handle), place, words)
            case Presses(who, label, place):
                await self._presses(self._person(who.handle), label, await self._channel(place))
            case Edits(who, words):
                await self._person(who.handle).edits(self.last[who.handle], words)
            case Deletes(who):
                await self._person(who.handle).deletes(self.last[who.handle])
            case Restarts():
                await self.restart()
        await self.wire.settle()

    async def _presses(self, who: Person, label: str, channel: str) -> None:
        """Whoever wants to press a button of a public channel has to be there."""
        if not channel.startswith("@"):
            self.slack.channel(channel, members=[who])
        assert (await who.presses(label, where=channel)).acked

    def _person(self, handle: str) -> Person:
        return self.slack.person(handle)

    async def _says(self, who: Person, place: Place, words: str) -> None:
        channel = await self._channel(place)
        if words.startswith("/"):
            name, _, rest = words.partition(" ")
            name = {"/status": "/incident-status"}.get(name, name)
            assert (await who.slash(channel, f"{name} {rest}")).acked
            return
        thread = await self.wire.thread() if place.kind == "thread" else ""
        said = await who.types(channel, words, thread=thread)
        assert said.acked
        self.last[who.user.name] = said

    async def _channel(self, place: Place) -> str:
        if place.kind in ("room", "thread"):
            return (await self.wire.room(place.number or 1)).name
        return "@sitrep" if place.kind == "direct" else place.name


@asynccontextmanager
async def stage(folder: Path, script: Script, mode: Mode) -> AsyncIterator[Stage]:
    database = Database.open(await ready(folder / "sitrep.db", furnished))
    async with database.begin() as c:
        for person in script.cast.values():
            await people.save(c, person)
    time = Time(script.start)
    async with FakeSlack(wall=time.wall) as slack:
        slack.limits.off()
        everybody = [slack.person(each.handle, name=each.name, email=each.id) for each in script.cast.values()]
        for channel in ("general", "status", "incidents"):
            slack.channel(channel, members=everybody)
        begun = Stage(script, slack, database, time, mode)
        await begun.start()
        async with begun.run:
            yield begun
    await database.close()


def record(end: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(row["type"], row["text"], row["actor"]) for row in end["timeline"]]


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_the_sev1_story_leaves_the_same_record_in_slack_as_in_the_web_room(tmp_path: Path, mode: Mode) -> None:
    script = parse(STORY.read_text(encoding="utf-8"))
    _, (web,) = await perform(script)
    async with stage(tmp_path, script, mode) as played:
        for step in script.steps:
            await played.until(step.at)
            await played.act(step.action)
        slack = state(await played.wire.incident(), await played.wire.rows())
    assert record(slack) == record(web)
    assert {key: slack[key] for key in slack if key != "timeline"} == {
        key: web[key] for key in web if key != "timeline"
    }
    assert played.slack.ledger.duplicates() == {}
