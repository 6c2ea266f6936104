"""The scribe: what is captured, what is changed afterwards, what is marked, and what is read again after a gap."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from databases import address
from fakes.slack.outgoing import Delivery
from fakes.slack.person import Said
from fakes.slack.stage import eventually
from fakes.slack.workspace import Channel
from wire import Wire, connected, ticked, wired

from bot.export import export
from commands.line import Line
from commands.run import Answer, Door
from storage.database import Database

SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.timeout(30)


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path) as begun:
        yield begun


async def test_what_is_written_in_the_timeline_thread_is_recorded(wire: Wire) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    said = await bob.types(room.name, "errors since 13:55 in #general says @dan", thread=thread)
    await wire.settle()
    entry = (await wire.rows())[-1]
    assert (entry.text, entry.actor) == ("errors since 13:55 in #general says @dan", "Bob Lindqvist")
    assert entry.source == f"slack:{room.id}:{said.ts}"
    assert ticked(said)
    assert wire.told("bob") == []
    assert not wire.slack.ledger.visible(room.name, kind="message", text="errors since")


async def test_other_threads_and_the_room_itself_are_talk(wire: Wire) -> None:
    bob, room = wire.person("bob"), await wire.declare(wire.person("ada"))
    before = await wire.texts()
    first = await bob.types(room.name, "shall we?")
    await bob.types(room.name, "yes", thread=first.ts)
    await wire.settle()
    assert await wire.texts() == before


async def test_aud_13_whoever_looks_on_and_asks_in_the_room_reads_in_private_where_to(wire: Wire) -> None:
    ada, eve, room = wire.person("ada"), wire.person("eve"), await wire.declare(wire.person("ada"))
    before = await wire.texts()
    first = await eve.types(room.name, "when is it up again？")
    await ada.types(room.name, "is it the cache?")
    await eve.types("#general", "lunch?")
    await wire.settle()
    (told,) = wire.told("eve")
    assert told.channel == room.name
    assert "Please ask in" in told.text
    assert [each.channel for each in wire.told("ada")] == ["general"], "that it was declared"
    assert not first.channel.messages[first.ts].reactions
    await eve.types(room.name, "and now?", thread=first.ts)
    await eve.types(room.name, "is checkout all there is to it, <@U1>?")
    await wire.settle()
    assert (len(wire.told("eve")), await wire.texts()) == (1, before)


async def test_aud_13_a_guest_and_a_question_of_long_ago_are_left_alone(wire: Wire) -> None:
    room = await wire.declare(wire.person("ada"))
    gus = wire.person("gus", guest=True)
    room.members = [*room.members, gus.id]
    await gus.types(room.name, "when is it up again?")
    await wire.person("eve").types(room.name, "when is it up again?", at=wire.time.wall() - 6 * 60)
    assert wire.side.gaps
    await wire.side.gaps.fill()
    await lost(wire, "when is it up again?")
    await wire.side.gaps.fill()
    await wire.settle()
    assert [wire.told(who) for who in ("gus", "eve", "bob")] == [[], [], []]
    await wire.person("bob").types(room.name, "is it up again?")
    await wire.settle()
    assert len(wire.told("bob")) == 1, "what was read again did not count as told"


async def test_a_broadcast_reply_and_files_are_recorded(wire: Wire) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    await bob.types(room.name, "all is slow", thread=thread, broadcast=True)
    await bob.types(room.name, "the graph", thread=thread, files=["graph.png"])
    await bob.types(room.name, "", thread=thread, files=["trace.log"])
    await wire.settle()
    *_, slow, graph, trace = await wire.texts()
    assert slow == "all is slow"
    assert graph.splitlines()[0] == "the graph"
    assert "graph.png https://example.slack.com/files/" in graph
    assert trace.startswith("trace.log https://")


async def test_an_entry_is_exported_with_the_permalink_of_its_message(wire: Wire) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    said = await bob.types(room.name, "the graph bends", thread=thread)
    await wire.settle()
    pieces = [piece async for piece in export(wire.core.database, 1, "json", wire.core.door.settings.house)]
    rows = json.loads("".join(pieces))["entries"]
    (row,) = [row for row in rows if row["text"] == "the graph bends"]
    permalink = await wire.side.workspace.call("chat.getPermalink", channel=room.id, message_ts=said.ts)
    assert row["link"] == str(permalink["permalink"]).partition("?")[0]
    assert {row["link"] for row in rows if not row["source"].startswith("slack:")} == {""}


async def test_rel_064_an_edited_message_corrects_its_entry_and_a_deleted_one_withdraws_it(wire: Wire) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    talk = await bob.types(room.name, "it is the cache", thread=thread)
    noted = await bob.types(room.name, "!note cache is cold")
    await bob.edits(talk, "it is the database")
    await bob.edits(noted, "!note cache is warm")
    await wire.settle()
    assert [text for text in await wire.texts() if text.startswith(("it is", "cache"))] == [
        "it is the database",
        "cache is warm",
    ]
    await bob.deletes(talk)
    await wire.settle()
    assert [entry.withdrawn for entry in await wire.rows() if entry.text == "it is the cache"] == [True]


async def test_rel_064_a_message_with_replies_that_is_deleted_leaves_a_stone_and_its_entry_is_withdrawn(
    wire: Wire,
) -> None:
    bob, room = wire.person("bob"), await wire.declare(wire.person("ada"))
    noted = await bob.types(room.name, "!note the secret is 42")
    await wire.person("ada").types(room.name, "which one?", thread=noted.ts)
    told = await bob.deletes(noted)
    assert [each.payload["event"]["message"]["subtype"] for each in told.deliveries] == ["tombstone"]
    await wire.settle()
    assert [entry.withdrawn for entry in await wire.rows() if entry.text == "the secret is 42"] == [True]


async def test_rel_065_the_preview_of_a_link_is_no_edit(wire: Wire) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    said = await bob.types(room.name, "see https://example.com/graph", thread=thread)
    await wire.settle()
    before = await wire.rows()
    await bob.unfurls(said)
    await wire.settle()
    assert await wire.rows() == before


async def test_sec_054_a_message_edited_into_a_command_is_not_run(wire: Wire) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    said = [await bob.types(room.name, "hello"), await bob.types(room.name, "hello", thread=thread)]
    for each in said:
        await bob.edits(each, "!cancel it was nothing")
    await wire.settle()
    assert (await wire.incident()).phase.active
    noted = await bob.types(room.name, "!take scribe")
    await wire.settle()
    rows = len(await wire.rows())
    await bob.edits(noted, "!take deputy")
    await wire.settle()
    assert len(await wire.rows()) == rows


async def test_rel_073_an_edit_that_is_overtaken_on_its_way_to_the_door_has_not_the_last_word(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    said = await bob.types(room.name, "frist", thread=thread)
    overtaken, say = asyncio.Event(), Door.say

    async def slowly(door: Door, line: Line) -> Answer:
        if line.words == "first try":
            with suppress(TimeoutError):
                await asyncio.wait_for(overtaken.wait(), 0.3)
        answer = await say(door, line)
        if line.words == "first":
            overtaken.set()
        return answer

    monkeypatch.setattr(Door, "say", slowly)
    wire.slack.outgoing.held = []
    for words in ("first try", "first"):
        wire.time.now += SECOND
        await bob.edits(said, words)
    held, wire.slack.outgoing.held = wire.slack.outgoing.held, None
    assert wire.side.bolt
    envelopes = [{"envelope_id": "e", "type": "events_api", "payload": each.payload} for each in held]
    await asyncio.gather(*map(wire.side.bolt.by_socket, envelopes))
    await wire.settle()
    assert [row.reads for row in await wire.rows() if row.source.endswith(said.ts) and not row.refers_to] == ["first"]


async def test_rel_073_of_two_processes_that_each_hear_an_edit_the_later_edit_has_the_last_word(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack shares out what it tells among all connections. Each process has its own memory and its own database."""
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    said = await bob.types(room.name, "frist", thread=thread)
    overtaken, say = asyncio.Event(), Door.say

    async def slowly(door: Door, line: Line) -> Answer:
        if line.words == "first try":
            await asyncio.wait_for(overtaken.wait(), 5)
        answer = await say(door, line)
        if line.words == "first":
            overtaken.set()
        return answer

    monkeypatch.setattr(Door, "say", slowly)
    wire.slack.outgoing.held = []
    for words in ("first try", "first"):
        wire.time.now += SECOND
        await bob.edits(said, words)
    held, wire.slack.outgoing.held = wire.slack.outgoing.held, None
    file = Database.open(address(tmp_path / "sitrep.db"))
    async with connected(wire.slack, file, wire.time, "socket") as other:
        assert wire.side.bolt
        assert other.side.bolt
        older, newer = ({"envelope_id": "e", "type": "events_api", "payload": each.payload} for each in held)
        late = asyncio.ensure_future(wire.side.bolt.by_socket(older))
        await asyncio.sleep(0.2)
        assert not late.done(), "the older edit is on its way to the door"
        await asyncio.gather(late, other.side.bolt.by_socket(newer))
        assert overtaken.is_set()
        await wire.settle()
        # A redelivery of the older one to the other process changes nothing either.
        await other.side.bolt.by_socket(older)
    await file.close()
    reads = [row.reads for row in await wire.rows() if row.source.endswith(said.ts) and not row.refers_to]
    assert reads == ["first"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_rel_073_an_edit_or_a_deletion_before_its_message_still_counts(
    wire: Wire, order: tuple[int, int, int]
) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    await bob.types(room.name, "I am here")
    wire.slack.outgoing.held = []
    kept = await bob.types(room.name, "frist", thread=thread)
    wire.time.now += SECOND
    await bob.edits(kept, "first try")
    wire.time.now += SECOND
    await bob.edits(kept, "first")
    await wire.slack.outgoing.release(lambda held: [held[each] for each in order])
    wire.slack.outgoing.held = []
    gone = await bob.types(room.name, "secret", thread=thread)
    await bob.edits(gone, "still secret")
    await bob.deletes(gone)
    await wire.slack.outgoing.release(lambda held: [held[each] for each in order])
    await wire.settle()
    entries = {entry.source: entry for entry in await wire.rows() if entry.source.startswith("slack:")}
    assert entries[f"slack:{room.id}:{kept.ts}"].reads == "first"
    assert entries[f"slack:{room.id}:{gone.ts}"].withdrawn


async def test_a_pin_puts_any_message_on_the_record_once(wire: Wire) -> None:
    ada, bob, room = wire.person("ada"), wire.person("bob"), await wire.declare(wire.person("ada"))
    thread = await wire.thread()
    said = await bob.types(room.name, "I have restarted the cache")
    start = await bob.types(room.name, "another thread")
    reply = await bob.types(room.name, "deep down", thread=start.ts)
    wire.time.now += 60 * SECOND
    for person in (ada, bob):
        await person.reacts(said, "pushpin")
    await ada.reacts(reply, "pushpin")
    await ada.reacts(start, "eyes")
    await wire.settle()
    entries = [entry for entry in await wire.rows() if entry.source.startswith("slack:")]
    assert [(entry.text, entry.actor, f"{entry.at.timestamp():.6f}") for entry in entries] == [
        ("I have restarted the cache", "Bob Lindqvist", said.ts),
        ("deep down", "Bob Lindqvist", reply.ts),
    ]
    assert ticked(said)
    assert thread


async def test_tl_8_a_star_makes_a_recorded_message_a_key_event(wire: Wire) -> None:
    ada, bob, room = wire.person("ada"), wire.person("bob"), await wire.declare(wire.person("ada"))
    await ada.types(room.name, "!take ic")
    said = await bob.types(room.name, "the cache is back", thread=await wire.thread())
    talk = await bob.types(room.name, "lunch?")
    for message in (said, talk):
        await bob.reacts(message, "star")
    await wire.settle()
    assert "Only the Scribe" in wire.told("bob")[-1].text
    starred = [entry for entry in await wire.rows() if entry.source.endswith(said.ts)]
    assert [entry.key for entry in starred] == [False]
    for message in (said, talk):
        await ada.reacts(message, "star")
    await wire.settle()
    starred = [entry for entry in await wire.rows() if entry.source.endswith(said.ts)]
    assert [(entry.text, entry.key) for entry in starred] == [("the cache is back", True)]
    assert not [entry for entry in await wire.rows() if entry.source.endswith(talk.ts)]
    elsewhere = await ada.types("#general", "done")
    await ada.reacts(elsewhere, "star")
    await wire.settle()
    assert sum(entry.text == "key event" for entry in await wire.rows()) == 1


async def test_tl_8_what_sitrep_posted_is_masked_in_slack_and_the_author_is_told_to_delete_the_rest(
    wire: Wire,
) -> None:
    ada, bob, room = wire.person("ada"), wire.person("bob"), await wire.declare(wire.person("ada"))
    await ada.types(room.name, "!take ic")
    await bob.types(room.name, "!note joe@customer.example waits")
    await wire.settle()
    assert _ours(room, "joe@customer.example waits")
    (seq,) = [entry.seq for entry in await wire.rows() if "joe" in entry.text]
    told = await bob.slash(room.name, f"/incident mask {seq} joe@customer.example --because private")
    await wire.settle()
    assert _ours(room, "note: [masked] waits")
    assert not _ours(room, "joe@customer.example")
    assert "still stands in Slack" in f"{told.answer} {wire.told('bob')}"


def _ours(room: Channel, words: str) -> list[str]:
    """Messages of Sitrep's that say it."""
    return [ts for ts, said in room.messages.items() if said.bot_id and words in f"{said.text} {said.blocks}"]


async def test_a_pin_outside_an_incident_or_on_our_own_card_does_nothing(wire: Wire) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    before = await wire.rows()
    elsewhere = await ada.types("#general", "lunch?")
    await ada.reacts(elsewhere, "pushpin")
    card = Said(room, next(ts for ts, message in room.messages.items() if message.bot_id))
    await ada.reacts(card, "pushpin")
    await wire.settle()
    assert await wire.rows() == before


async def test_the_shortcut_adds_a_message_to_the_timeline(wire: Wire) -> None:
    ada, bob, room = wire.person("ada"), wire.person("bob"), await wire.declare(wire.person("ada"))
    said = await bob.types(room.name, "I have restarted the cache")
    delivery = await ada.shortcut("to_timeline", said)
    assert delivery.acked
    elsewhere = await ada.types("#general", "lunch?")
    await ada.shortcut("to_timeline", elsewhere)
    await wire.settle()
    assert ((await wire.rows())[-1].text, (await wire.rows())[-1].actor) == (
        "I have restarted the cache",
        "Bob Lindqvist",
    )
    assert "not an incident" in wire.told("ada")[-1].text


async def test_rel_021_what_was_said_while_we_were_away_is_read_again_and_marked(wire: Wire) -> None:
    """Events are lost altogether; the history still has them."""
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    assert wire.side.gaps
    await wire.side.gaps.fill()
    told, wire.slack.happenings.tell = wire.slack.happenings.tell, lambda event: None
    wire.time.now += 120 * SECOND
    for number in range(30):
        await bob.types(room.name, f"line {number}", thread=thread)
    await bob.types(room.name, "!take scribe")
    wire.slack.happenings.tell = told
    wire.time.now += 20 * 60 * SECOND
    for _ in range(2):
        await wire.side.gaps.fill()
        await wire.settle()
    texts = await wire.texts()
    assert [text for text in texts if text.startswith("line")] == [f"line {number}" for number in range(30)]
    marks = [text for text in texts if text.startswith("Not everything that was said")]
    assert len(marks) == 1
    assert "30 messages were read again" in marks[0]
    assert "“!take scribe” (Bob Lindqvist)" in marks[0]
    assert not (await wire.incident()).roles_of(await wire.side.people.person(bob.id))


async def test_rel_021_a_redelivery_after_the_gap_was_filled_changes_nothing(wire: Wire) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    assert wire.side.gaps
    await wire.side.gaps.fill()
    wire.slack.outgoing.held = []
    await bob.types(room.name, "from the gap", thread=thread)
    lost: list[Delivery] = list(wire.slack.outgoing.held)
    await wire.side.gaps.fill()
    await wire.slack.outgoing.release()
    await wire.settle()
    assert lost
    assert (await wire.texts()).count("from the gap") == 1


async def lost(wire: Wire, words: str, thread: str = "", room: str = "") -> None:
    """Said in Slack, and no event tells of it."""
    told, wire.slack.happenings.tell = wire.slack.happenings.tell, lambda event: None
    await wire.person("bob").types(room or (await wire.room()).name, words, thread=thread)
    wire.slack.happenings.tell = told


async def test_rel_012_what_slack_never_told_is_found_within_minutes_though_nothing_was_noticed(tmp_path: Path) -> None:
    async with wired(tmp_path, "http") as wire:
        await wire.declare(wire.person("ada"))
        thread, gaps = await wire.thread(), wire.side.gaps
        assert gaps
        await gaps.check()
        await wire.person("bob").types((await wire.room()).name, "heard", thread=thread)
        await lost(wire, "never told", thread)
        await gaps.check()
        assert "never told" not in await wire.texts(), "five minutes are not over"
        wire.time.now += 301 * SECOND
        before = len(wire.slack.ledger.calls("conversations.replies"))
        for _ in range(3):
            await gaps.check()
        await wire.settle()
        texts = await wire.texts()
        assert texts.count("never told") == texts.count("heard") == 1
        assert len([text for text in texts if "1 message was read again" in text]) == 1
        assert len(wire.slack.ledger.calls("conversations.replies")) - before == 1
        assert wire.slack.ledger.calls("conversations.history") == []


async def test_a_light_look_keeps_within_what_slack_allows_and_comes_to_every_thread(wire: Wire) -> None:
    ada, gaps = wire.person("ada"), wire.side.gaps
    assert gaps
    for number in range(25):
        await ada.slash("#general", f"/incident sev3 Number {number}")
    await wire.settle()
    await wire.wait(seconds=5)
    seen: set[str] = set()
    for _ in range(2):
        before = len(wire.slack.ledger.calls("conversations.replies"))
        await gaps.check()
        read = wire.slack.ledger.calls("conversations.replies")[before:]
        assert len(read) == 20
        seen |= {str(call.args["channel"]) for call in read}
        wire.time.now += 301 * SECOND
    assert len(seen) == 25


async def test_a_light_look_reads_nothing_where_only_commands_may_be_heard(tmp_path: Path) -> None:
    async with wired(tmp_path, privacy="commands") as wire:
        await wire.declare(wire.person("ada"))
        assert wire.side.gaps
        await wire.side.gaps.check()
        assert wire.slack.ledger.calls("conversations.replies") == []


async def test_rel_012_what_could_not_be_stored_is_read_again_even_if_slack_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wired(tmp_path, "http") as wire:
        await wire.declare(wire.person("ada"))
        thread = await wire.thread()
        assert wire.side.gaps
        await wire.side.gaps.fill()
        monkeypatch.setattr(wire.slack.outgoing, "retry_after", ())
        monkeypatch.setattr(type(wire.side.people), "slacker", broken)
        said = await wire.person("bob").types((await wire.room()).name, "while the database was away", thread=thread)
        assert not said.acked
        await eventually(lambda: wire.side.gaps and not wire.side.gaps._missed.is_set())
        await wire.side.later.quiet()
        monkeypatch.undo()
        assert "while the database was away" not in await wire.texts()
        wire.side.gaps.look()
        await eventually(lambda: wire.side.gaps and not wire.side.gaps._behind)
        await wire.settle()
        assert (await wire.texts()).count("while the database was away") == 1


async def broken(*_: object) -> None:
    raise OSError("no disk")


async def test_rel_088_a_gap_whose_filling_breaks_off_anywhere_is_filled_once(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    assert wire.side.gaps
    await wire.side.gaps.fill()
    told, wire.slack.happenings.tell = wire.slack.happenings.tell, lambda event: None
    lines = [f"line {number}" for number in range(6)]
    for words in lines:
        wire.time.now += SECOND
        await bob.types(room.name, words, thread=thread)
    wire.slack.happenings.tell = told
    say, left = Door.say, [0]

    async def dies(door: Door, line: Line) -> Answer:
        """Before the commit or after it: the line is stored, and nobody hears of it."""
        left[0] -= 1
        if left[0] == 0:
            raise ConnectionError
        answer = await say(door, line)
        if left[0] == 1:
            left[0] = 0
            raise ConnectionError
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(Door, "say", dies)
        for survives in range(1, 2 * len(lines) + 3):
            left[0] = survives
            with suppress(ConnectionError):
                await wire.side.gaps.fill()
    await wire.side.gaps.fill()
    await wire.settle()
    texts = await wire.texts()
    assert [text for text in texts if text.startswith("line")] == lines
    assert len([text for text in texts if text.startswith("Not everything that was said")]) == 1
