"""Of a private incident's posts nothing leaves its room: every public surface is searched for them (G9, SEC-044)."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from conversation import ADA, BOB, CLEO, EVE, HOUSE, SETTINGS, Conversation, conversation
from fakes.publishers.hooks import Hooks
from fakes.publishers.statuspage import KEY, PAGE, FakeStatuspage
from publish.test_publishing import MAIL, NEAR, PAGE_CHANNEL, SOCIAL
from sqlalchemy import select

from bot.public_settings import PublicPage
from bot.publish.apprise_ import AppriseChannel
from bot.publish.statuspage import Page, Statuspage
from bot.web.public.keeper import Keeper
from incidents.components import Component
from storage.tables import eta_history, outbox, publication

WORD = "Quokka"
DECLARE = f"/incident sev1 --private {WORD} vault is open"
"""Stands in everything that is said of it, and nowhere else."""

FOUR = ("en", "zh-CN", "fr", "pl")
RESOLVE = '!resolve --because "seen to work" No data was lost or changed.'
SECRET_HOUSE = replace(
    HOUSE,
    languages=FOUR,
    channels=(MAIL, PAGE_CHANNEL, SOCIAL),
    components=(Component("Checkout"), Component("Vault")),
    post_untranslated=True,
)


@dataclass
class World:
    """A Sitrep with a status page, its files, and channels that lead to ``hook`` and ``page``."""

    call: Conversation
    keeper: Keeper
    folder: Path
    hook: Hooks
    page: FakeStatuspage

    async def surfaces(self) -> dict[str, Any]:
        """Everything that somebody outside can read, word for word."""
        await self.call.play.settle()
        await self.keeper.refresh()
        assert self.keeper.tree
        tree = self.keeper.tree
        found: dict[str, Any] = {name: tree.document(name).body.decode() for name in tree}
        files = (file for file in self.folder.rglob("*") if file.is_file())
        found |= {f"file {file.relative_to(self.folder)}": file.read_text(encoding="utf-8") for file in files}
        rooms = [seen for seen in self.call.effects if seen.to in ("#status", "#incidents")]
        found["chat"] = [(seen.to, seen.kind, seen.slot, seen.text) for seen in rooms]
        found["webhook"] = json.dumps(self.hook.got)
        found["page"] = json.dumps([self.page.incidents, self.page.components])
        async with self.call.database.read() as c:
            for table in (publication, eta_history):
                found[table.name] = [repr(row) for row in await c.execute(select(table))]
            query = select(outbox).where(outbox.c.place.not_in(("room", "thread")), outbox.c.kind != "private")
            found["outbox"] = [repr(row) for row in await c.execute(query) if row.place[:7] != "person:"]
        return found


@asynccontextmanager
async def world(hook: Hooks, page: FakeStatuspage, channel: AppriseChannel, folder: Path) -> AsyncIterator[World]:
    async with aiohttp.ClientSession() as shared:
        publishers = cast("Any", {"mail": channel, "page": Statuspage(Page(PAGE, KEY, page.base), shared)})
        async with conversation(replace(SETTINGS, house=SECRET_HOUSE), publishers=publishers) as call:
            files = folder / "files"
            keeper = Keeper(call.database, SECRET_HOUSE, PublicPage(files=files), clock=lambda: call.now)
            await call.says(BOB, "/incident sev2 Search is slow", "#general")
            await call.says(BOB, "!take ic")
            await call.says(BOB, "/status investigating Search answers slowly.")
            yield World(call, keeper, files, hook, page)


ROOM = "room 2"


async def begin(call: Conversation, declare: str) -> None:
    """As far as *monitoring*, with parts of the service and an estimate."""
    await call.says(ADA, declare, "#general")
    await call.says(ADA, "!take ic", ROOM)
    await call.says(ADA, "!assign cl @cleo", ROOM)
    await call.says(ADA, "!eta 40m high", ROOM)
    await call.says(CLEO, "/status investigating", ROOM)
    fields = {"text": f"{WORD}: the vault cannot be opened.", "component:Vault": "major_outage"}
    assert not (await call.fills(CLEO, "the form", fields, ROOM)).refused
    for stage, text in (("identified", "somebody took the keys"), ("monitoring", "the keys are changed")):
        answer = await call.says(CLEO, f'/status {stage} --because "{WORD}" {WORD}: {text}.', ROOM)
        assert not answer.refused, answer
    await call.says(CLEO, f'!feedback 3 "{WORD} closed"', ROOM)


async def end(call: Conversation) -> None:
    assert not (await call.says(ADA, RESOLVE, ROOM)).refused
    assert not (await call.says(CLEO, f"/status resolved {WORD}: the vault works again.", ROOM)).refused
    assert (await call.incident(2)).updates == 4


@pytest.fixture
async def everywhere(hook: Hooks, page: FakeStatuspage, threads: Any, tmp_path: Path) -> AsyncIterator[World]:
    channel = AppriseChannel(hook.url("mail"), NEAR, threads)
    async with world(hook, page, channel, tmp_path) as made:
        yield made


async def test_sec_044_a_private_incidents_posts_change_no_public_surface(everywhere: World) -> None:
    """Not a letter, no state of a component, no count, no date: what can be read outside is byte for byte the same."""
    before = await everywhere.surfaces()
    await begin(everywhere.call, DECLARE)
    assert (await everywhere.call.incident(2)).components
    during = await everywhere.surfaces()
    await end(everywhere.call)
    after = await everywhere.surfaces()
    for name in before | during | after:
        assert during[name] == before[name], name
        assert after[name] == before[name], name


async def test_the_same_posts_of_an_incident_that_is_not_private_change_all_of_them(everywhere: World) -> None:
    """So the search above would find them."""
    before = await everywhere.surfaces()
    await begin(everywhere.call, f"/incident sev1 {WORD} vault is open")
    during = await everywhere.surfaces()
    told = ("index.html", "fr/index.html", "feed.atom", "api/v2/summary.json", "file index.html", "webhook", "page")
    for name in (*told, "chat", "publication", "outbox"):
        assert WORD in str(during[name]), name
    parts = ("api/v2/status.json", "api/v2/components.json", "pl/history.html")
    assert not [name for name in parts if during[name] == before[name]]
    await end(everywhere.call)
    assert (await everywhere.surfaces())["eta_history"] != before["eta_history"]


def seen_of_it(call: Conversation) -> Iterator[str]:
    return (seen.to for seen in call.effects if WORD in seen.text)


async def test_sec_044_who_takes_no_part_reads_nothing_of_it_anywhere(everywhere: World) -> None:
    call = everywhere.call
    await begin(call, DECLARE)
    assert {to for to in seen_of_it(call) if not to.startswith("#inc-2")} <= {"@ada", "@cleo"}
    for words in ("/incident list", "!us the vault cannot be opened", "!eta", "!brief", "!timeline", "!faq"):
        answer = await call.says(EVE, words, "@")
        assert WORD not in repr(answer.card), words
        assert "inc-2" not in repr(answer.card), words


async def test_sec_044_in_its_room_it_is_said_that_nobody_was_told(everywhere: World) -> None:
    call = everywhere.call
    await begin(call, DECLARE)
    assert call.seen(to="#inc-2", text="customers and channels were told nothing")
    assert [seen.text for seen in call.seen(to="#inc-2", slot="update-1")]
    assert (await call.incident(2)).clocks.first_public_at is None
    receipt = await call.says(CLEO, f'!feedback 1 "{WORD} is closed"', "room 2")
    assert "status.example.com" not in repr(receipt.card)
    answers = await call.says(ADA, "!faq", "room 2")
    assert "keys" not in repr(answers.card)


async def test_sec_044_an_estimate_never_counts_a_private_repair(everywhere: World) -> None:
    """What repairs took is shown with other incidents: three private ones would propose a time there."""
    call = everywhere.call
    for number in (2, 3, 4):
        await call.says(ADA, f"/incident sev2 --private {WORD} {number}", "#general")
        await call.says(ADA, "!take ic", f"room {number}")
        await call.wait(minutes=20)
        assert not (await call.says(ADA, RESOLVE, f"room {number}")).refused
    answer = await call.says(BOB, "!eta", "room 1")
    assert answer.card
    assert {fact.label: fact.value for fact in answer.card.facts}["Like incidents"] == "none on record"
