"""Slack is gone, comes and goes, or fails now and then: the incident goes on, and all of it appears later, once."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from conversation import ADA, BOB, SETTINGS
from fakes.slack.stage import eventually
from web.browser import KEY, House, browser
from wire import Wire, wired

from bot.config import Config
from bot.say import say
from bot.slack.settings import SlackSettings
from bot.web.app import WebConfig
from commands.line import Line
from commands.run import Answer
from incidents.person import Person
from scheduler import delivery
from storage import outbox, rooms, unsent

pytestmark = pytest.mark.timeout(60)

_numbers = count()


@pytest.fixture
async def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    # By the real clock, in which nothing happens here.
    monkeypatch.setattr(delivery, "_STANDS_WITHIN", 0.02)
    async with wired(tmp_path, by_id=True) as begun:
        if begun.side.sockets:
            begun.side.sockets.pause = 0.001
        yield begun


async def spoken(wire: Wire, words: str, who: Person = ADA, *, incident: int | None = None) -> Answer:
    """In the web room; delivery has its chance."""
    line = Line(who, words, wire.time.now, f"web:{next(_numbers)}", via="button", incident=incident)
    answer = await wire.core.door.say(line)
    assert not answer.refused, answer.card
    await wire.core.delivery.drain()
    return answer


async def passes(wire: Wire, seconds: float) -> None:
    wire.time.now += timedelta(seconds=seconds)
    await wire.core.delivery.drain()


async def watched(wire: Wire) -> None:
    """As every fifteen seconds."""
    await wire.side.glance()
    await wire.side.listen()


async def healed(wire: Wire) -> None:
    await wire.slack.up()
    await watched(wire)
    await eventually(lambda: bool(wire.side.sockets and len(wire.side.sockets.open) == 2))


async def drained(wire: Wire, *, within: int = 120) -> int:
    """Seconds until nothing waits any more."""
    for second in range(0, within, 5):
        async with wire.core.database.read() as c:
            if not await outbox.waiting_count(c):
                return second
        await wire.wait(seconds=5)
    async with wire.core.database.read() as c:
        raise AssertionError([(row.lane, row.kind, row.last_error) for row in await unsent.unsent(c)][:10])


def rooms_of(wire: Wire) -> list[str]:
    return [effect.channel for effect in wire.slack.ledger if effect.kind == "create"]


async def test_rel_155_declared_by_web_and_command_line_while_slack_is_down(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wire.slack.down()
    config = WebConfig(base_url=wire.url, host="127.0.0.1", port=0, zone="UTC", key=KEY)
    here = House(wire.core, config, None, None, now=wire.time.now)  # type: ignore[arg-type]
    async with browser(here, ADA) as ada:
        told = await ada.say("direct", "/incident sev1 Checkout returns 500s")
        assert not told["refused"], told
    elsewhere = Config(
        settings=SETTINGS, database=str(wire.core.database.url), data=tmp_path, host="", port=1, slack=SlackSettings()
    )
    monkeypatch.setattr("bot.say.real_now", wire.time)
    await say(elsewhere, "/incident sev2 Search is slow", who="bob@example.com", room="")
    for words in ("take ic", "note the proxy restarted", "status investigating Customers cannot pay."):
        await spoken(wire, words, incident=1)
    await passes(wire, 600)
    await watched(wire)
    assert (await wire.incident(1)).commander == ADA
    assert rooms_of(wire) == []
    await healed(wire)
    await drained(wire)
    assert len(rooms_of(wire)) == 2
    for number, title in ((1, "Checkout returns 500s"), (2, "Search is slow")):
        room = await wire.room(number)
        assert [text for text in wire.slack.screen(room.name) if title in text], "its summary"
        assert room.topic
    room = await wire.room(1)
    assert wire.person("ada").id in room.members
    assert [text for text in wire.slack.screen("status") if "Customers cannot pay." in text]
    assert wire.slack.ledger.duplicates() == {}
    await wire.person("ada").types(room.name, "!note back in Slack")
    await wire.settle()
    assert {"the proxy restarted", "back in Slack"} <= set(await wire.texts(1))


async def test_rel_150_half_an_hour_without_slack_is_made_up_for_in_two_minutes(wire: Wire) -> None:
    for n in range(1):
        await spoken(wire, f"/incident sev2 Number {n + 1}")
        await wire.wait(seconds=5)
    await wire.slack.down()
    for n in range(2):
        await spoken(wire, f"/incident sev3 Number {n + 2}")
    for number in (1, 2, 3):
        await spoken(wire, "take ic", incident=number)
        await spoken(wire, "status investigating Customers cannot pay.", incident=number)
    for n in range(6):
        await spoken(wire, f"rename Number {n % 3 + 1} for the {n}. time", BOB, incident=n % 3 + 1)
        await passes(wire, 300)
    await spoken(wire, "page @bob look", incident=1)
    async with wire.core.database.read() as c:
        assert await outbox.waiting_count(c) > 20
    await watched(wire)
    before = len(list(wire.slack.ledger))
    await healed(wire)
    assert await drained(wire) <= 60
    after = list(wire.slack.ledger)[before:]
    edits = Counter(effect.channel for effect in after if effect.kind == "update")
    assert edits.pop("incidents") <= 3, "the announcement of each"
    assert max(edits.values()) == 1, "one headline, however often it changed"
    assert len(rooms_of(wire)) == 3
    assert wire.slack.ledger.duplicates() == {}


async def test_rel_151_ten_seconds_up_and_twenty_down_shows_nothing_twice(wire: Wire) -> None:
    """Whatever was begun when it went down is found again."""
    for minute in range(2):
        await spoken(wire, f"/incident sev3 Number {minute + 1}")
        await passes(wire, 10)
        for _ in range(2):
            await wire.slack.down()
            await spoken(wire, f"note while it was down {minute}", incident=minute + 1)
            for _ in range(4):
                await passes(wire, 5)
            await healed(wire)
            await passes(wire, 10)
    await drained(wire)
    assert len(rooms_of(wire)) == 2
    assert wire.slack.ledger.duplicates() == {}


async def test_rel_154_where_every_third_call_fails_nothing_stays_half_built(wire: Wire) -> None:
    wire.slack.faults.add("15% of c* answers 503; 15% of c* loses its reply")
    for n in range(3):
        await spoken(wire, f"/incident sev2 Number {n + 1}")
        for _ in range(24):
            if await usable(wire, n + 1):
                break
            await wire.wait(seconds=5)
        assert await usable(wire, n + 1), "within two minutes"
    assert len(wire.slack.faults.met) > 5
    wire.slack.faults.clear()
    await drained(wire, within=600)
    assert len(set(rooms_of(wire))) == len(rooms_of(wire)) == 3
    assert wire.slack.ledger.duplicates() == {}
    assert all([(await wire.room(n + 1)).topic for n in range(3)])


async def usable(wire: Wire, number: int) -> bool:
    """It is there, whoever declared is in it, and it says what it is about."""
    async with wire.core.database.read() as c:
        ref = await rooms.of(c, number, "slack")
    if ref is None:
        return False
    room = wire.slack.workspace.channels[ref.split(":")[1]]
    told = any(f"Number {number}" in text for text in wire.slack.screen(room.name))
    return told and wire.person("ada").id in room.members
