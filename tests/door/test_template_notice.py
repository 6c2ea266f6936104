"""Those who answer for Sitrep hear once that a template of their own is not used (SEC-085)."""

from dataclasses import replace

from conversation import ADA, BOB, SETTINGS
from crash.world import World
from sqlalchemy import select

from bot.template_notice import tell
from commands.settings import Contact, Roster, Settings
from storage.web_tables import web_message


def settings(*troubles: str) -> Settings:
    house = replace(SETTINGS.house, template_troubles=troubles)
    return replace(SETTINGS, house=house, roster=Roster(primary=Contact(ADA), duty_manager=Contact(BOB)))


async def heard(here: World, *troubles: str) -> list[tuple[str, str]]:
    await tell(here.database, settings(*troubles), ["web"], now=here.now)
    await here.delivery.drain()
    async with here.database.read() as c:
        rows = await c.execute(select(web_message.c.private_to, web_message.c.card).order_by(web_message.c.id))
        return [(row.private_to, row.card) for row in rows]


async def test_sec_085_both_hear_once_and_again_when_it_changes(here: World) -> None:
    first = await heard(here, "fr/holding.j2:3: is not a template")
    assert {who for who, _ in first} == {ADA.id, BOB.id}
    assert all("fr/holding.j2:3: is not a template" in card for _, card in first)
    assert await heard(here, "fr/holding.j2:3: is not a template") == first
    assert len(await heard(here, "fr/holding.j2:9: is not a template")) == 4


async def test_sec_085_when_all_is_well_nobody_hears_anything_and_the_next_trouble_is_told(here: World) -> None:
    assert await heard(here) == []
    assert len(await heard(here, "x")) == 2
    assert len(await heard(here)) == 2
    assert len(await heard(here, "x")) == 4


async def test_many_troubles_are_one_message_that_can_be_read(here: World) -> None:
    told = await heard(here, *(f"fr/{number}.j2: no" for number in range(50)))
    assert "fr/19.j2" in told[0][1]
    assert "fr/20.j2" not in told[0][1]
    assert "and 30 more" in told[0][1]
