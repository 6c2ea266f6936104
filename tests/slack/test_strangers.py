"""Newcomers while Slack does not say who they are, and visitors in the timeline thread (SEC-030, REL-152)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from wire import Wire, wired

pytestmark = pytest.mark.timeout(30)


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path) as begun:
        yield begun


@pytest.mark.parametrize("line", ["/incident sev1 Nobody can pay", "/incident take ic", "/incident list"])
async def test_rel_152_a_newcomer_whom_slack_does_not_vouch_for_is_asked_to_say_it_again(wire: Wire, line: str) -> None:
    room, nora = await wire.declare(wire.person("ada")), wire.person("nora")
    wire.slack.fault("error", "users.info", code="internal_error", times=None)
    said = await nora.slash(room.name, line)
    assert said.acked
    await wire.settle()
    shown = wire.told("nora")[-1].text
    assert "could not check who you are" in shown
    assert "again in a moment" in shown
    assert "Guests" not in shown
    assert await wire.declared() == 1
    assert (await wire.incident()).commander is None
    wire.slack.faults.clear()
    await nora.slash(room.name, "/incident take ic")
    await wire.settle()
    commander = (await wire.incident()).commander
    assert commander
    assert commander.id == "nora@example.com"


async def test_rel_152_a_written_command_and_a_press_are_answered_the_same_way(wire: Wire) -> None:
    room, nora = await wire.declare(wire.person("ada")), wire.person("nora")
    room.members.append(nora.id)
    wire.slack.fault("error", "users.info", code="internal_error", times=None)
    await nora.types(room.name, "!take ic")
    await wire.settle()
    assert "could not check who you are" in wire.told("nora")[-1].text
    await nora.presses("Take command", where=room.name)
    await wire.settle()
    assert len([each for each in wire.told("nora") if "could not check who you are" in each.text]) == 2
    assert (await wire.incident()).commander is None


async def test_sec_038_a_newcomer_who_cannot_be_checked_sees_nothing_of_a_private_incident(wire: Wire) -> None:
    await wire.declare(wire.person("ada"), "sev1 --private Our keys are gone")
    nora = wire.person("nora")
    wire.slack.fault("error", "users.info", code="internal_error", times=None)
    await nora.slash("#general", "/incident list")
    await nora.slash("#general", "/incident brief 1")
    await nora.opens_home()
    await wire.settle()
    seen = [f"{effect.text}{effect.blocks}" for effect in wire.slack.ledger if effect.user == "nora"]
    assert seen
    assert not [text for text in seen if "keys" in text or "inc-1" in text]


async def test_rel_152_words_for_the_record_wait_until_slack_says_whose_they_are(tmp_path: Path) -> None:
    async with wired(tmp_path, "http") as wire:
        room, nora, thread = await wire.declare(wire.person("ada")), wire.person("nora"), await wire.thread()
        wire.slack.fault("error", "users.info", code="internal_error", times=4)
        said = await nora.types(room.name, "the cache is cold", thread=thread)
        assert said.deliveries[0].attempts[0].status == 503, "what is not on the record must be told again"
        await wire.settle()
        assert said.acked
        assert (await wire.rows())[-1].actor == "Nora"
        assert (await wire.texts()).count("the cache is cold") == 1


@pytest.mark.parametrize(
    ("more", "mark"),
    [({"guest": "multi"}, "guest"), ({"external": True}, "of another company")],
    ids=["guest", "other"],
)
async def test_sec_030_a_visitors_words_in_the_timeline_thread_are_kept_as_a_visitors(
    wire: Wire, more: dict[str, object], mark: str
) -> None:
    room, gus, thread = await wire.declare(wire.person("ada")), wire.person("gus", **more), await wire.thread()
    said = await gus.types(room.name, "our side shows 500s since 13:50", thread=thread)
    await wire.settle()
    entry = (await wire.rows())[-1]
    assert (entry.text, entry.actor) == ("our side shows 500s since 13:50", f"Gus ({mark})")
    await gus.edits(said, "our side shows 502s since 13:50")
    await wire.settle()
    assert "our side shows 502s since 13:50" in await wire.texts()
    before = await wire.texts()
    await gus.types(room.name, "!note as a command", thread=thread)
    await gus.types(room.name, "!take ic", thread=thread)
    await wire.settle()
    assert await wire.texts() == before
    assert "Guests and people of other companies" in wire.told("gus")[-1].text


async def test_sec_052_writing_in_the_thread_of_a_private_incident_makes_no_visitor_a_participant(wire: Wire) -> None:
    ada, gus = wire.person("ada"), wire.person("gus", guest="multi")
    room = await wire.declare(ada, "sev1 --private Our keys are gone")
    room.members.append(gus.id)
    await gus.types(room.name, "I saw them last week", thread=await wire.thread())
    await wire.settle()
    assert (await wire.rows())[-1].actor == "Gus (guest)"
    assert (await wire.incident()).participants() == {"ada@example.com"}
