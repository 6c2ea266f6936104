"""Who is who in Slack (SEC-030), asked once, and remembered over a restart."""

import asyncio

import pytest
from conversation import ADA, BOB
from fakes.slack.workspace import User
from office import Office

from bot.slack.people import Slackers
from bot.slack.workspace import Workspace
from incidents.person import Person
from storage import people, rooms
from storage.tables import alias, incident, person
from templates import marks
from templates.card import Card, Fact, Form

pytestmark = pytest.mark.timeout(30)


async def test_somebody_of_the_configuration_is_known_by_the_address(here: Office) -> None:
    ada = here.slack.person("ada", email="Ada@Example.com")
    assert await here.people.person(ada.id) == ADA
    assert await here.people.users([ADA, BOB]) == {ADA.id: ada.id}


async def test_slack_is_asked_once_even_over_a_restart(here: Office) -> None:
    ada = here.slack.person("ada")
    for _ in range(3):
        await here.people.person(ada.id)
    again = Slackers(here.workspace, here.database)
    assert await again.person(ada.id) == ADA
    assert here.methods().count("users.info") == 1


async def test_somebody_new_gets_a_handle_of_their_own(here: Office) -> None:
    """Another Ada, of another address; and a third."""
    for number in (2, 3):
        user = here.slack.person(f"other{number}", email=f"ada{number}@example.com").user
        user.name = "Ada"
        met = await here.people.person(user.id)
        assert met.id == f"ada{number}@example.com"
        assert met.handle == f"ada-{number}"


@pytest.mark.parametrize(
    ("name", "handle"), [("Zoë K.", "zoe-k"), ("שלום", "person"), ("sitrep", "sitrep-2"), ("a" * 99, "a" * 60)]
)
async def test_any_name_makes_a_handle_that_can_be_typed(here: Office, name: str, handle: str) -> None:
    user = here.slack.person("new").user
    user.name = name
    assert (await here.people.person(user.id)).handle == handle


async def test_without_the_scope_for_addresses_the_user_id_is_the_identity(here: Office) -> None:
    here.slack.app.scopes.discard("users:read.email")
    ada = here.slack.person("ada")
    met = await here.people.person(ada.id)
    assert met.id == f"slack:{ada.id}"
    assert await here.people.user(met.id) == ada.id


async def test_sec_030_each_kind_of_user_is_told_apart(here: Office) -> None:
    kinds = {
        "member": here.slack.person("member").id,
        "guest": here.slack.person("guest", guest="multi").id,
        "external": here.slack.person("visitor", external=True).id,
        "bot": here.slack.app.user_id,
    }
    single = here.slack.person("single", guest="single").id
    assert {kind: (await here.people.slacker(user)).kind for kind, user in kinds.items()} == {k: k for k in kinds}
    assert (await here.people.slacker(single)).kind == "guest"
    again = Slackers(here.workspace, here.database)
    assert (await again.slacker(single)).kind == "guest"


async def test_sec_030_the_address_of_another_companys_user_proves_nothing(here: Office) -> None:
    """Their administrators may write any address into a profile, the commander's too."""
    visitor = here.slack.person("visitor", external=True, email=ADA.id)
    met = await here.people.person(visitor.id)
    assert met.id == f"slack:{visitor.id}"
    here.slack.workspace.users.pop(visitor.id)
    assert await here.people.users([ADA]) == {}


async def test_nor_is_an_outsider_found_by_an_address(here: Office) -> None:
    here.slack.person("visitor", external=True, email=BOB.id)
    assert await here.people.look_up([BOB]) == {}


async def test_rel_059_who_has_left_is_no_longer_active(here: Office) -> None:
    ada = here.slack.person("ada")
    await here.people.person(ada.id)
    ada.user.deactivated = True
    assert (await here.people.learn(ada.user.as_json(with_email=True))).kind == "gone"
    async with here.database.read() as c:
        assert await people.get(c, ADA.id) is None
        assert await people.anyone(c, ADA.id) == ADA
    ada.user.deactivated = False
    await here.people.learn(ada.user.as_json(with_email=True))
    async with here.database.read() as c:
        assert await people.get(c, ADA.id) == ADA


async def test_rel_152_while_slack_does_not_answer_a_newcomer_is_unknown_and_asked_for_again(here: Office) -> None:
    ada = here.slack.person("ada")
    await here.workspace.me()
    await here.slack.down()
    met = await here.people.slacker(ada.id)
    assert (met.person.id, met.kind) == (f"slack:{ada.id}", "unknown")
    await here.slack.up()
    assert (await here.people.slacker(ada.id)).person == ADA


async def test_two_first_meetings_at_once_make_one_person(here: Office) -> None:
    zoe = here.slack.person("zoe")
    met = await asyncio.gather(*(here.people.person(zoe.id) for _ in range(5)))
    assert len(set(met)) == 1
    assert len([row for row in await here.rows(person) if row["id"] == "zoe@example.com"]) == 1
    assert len(await here.rows(alias)) == 1


async def test_whoever_slack_does_not_know_is_left_out(here: Office) -> None:
    bob = here.slack.person("bob")
    strangers = [BOB, ADA, Person("dev:eve", "Eve", "eve2")]
    assert await here.people.look_up(strangers) == {BOB.id: bob.id}


async def test_a_card_is_known_by_its_mentions_and_rooms(here: Office) -> None:
    ada = here.slack.person("ada")
    await here.people.person(ada.id)
    async with here.database.begin() as c:
        values = {"version": 1, "title": "x", "severity": 1, "phase": "triage", "open": True, "private": False}
        await c.execute(incident.insert().values(id=7, declared_at=here.now(), state="{}", **values))
        await rooms.bind(c, 7, platform="slack", ref="slack:C0000007:1.000001", name="inc-7-x-2")
    named = Card(
        title=marks.mention(ADA),
        text=marks.room("inc-7-x") + marks.room("general") + marks.room("inc-8"),
        facts=(Fact("Helps", marks.mention(BOB)),),
        form=Form("F", "f", (), intro=marks.mention(Person("x", "X", "x"))),
    )
    before = here.methods()
    known = await here.people.known(named)
    assert known.people == {ADA.id: ada.id}
    assert known.rooms == {"inc-7-x": "C0000007"}
    assert here.methods() == before
    assert (await here.people.known(Card(text="nothing"))).people == {}
    assert not await here.people.unopened(named, 7)
    assert await here.people.unopened(named, 8)


async def test_everybody_is_asked_about_by_one_who_they_are(here: Office) -> None:
    workspace = Workspace(here.workspace.web)
    assert (await workspace.me()) == (await workspace.me())
    assert here.methods() == ["auth.test"]
    assert (await workspace.me()).user == here.slack.app.user_id
    assert isinstance(here.slack.workspace.users[here.slack.app.user_id], User)


async def test_rel_152_one_stumble_of_slack_makes_nobody_unknown(here: Office) -> None:
    ada = here.slack.person("ada")
    here.slack.fault("error", "users.info", code="internal_error")
    assert (await here.people.slacker(ada.id)).kind == "member"
    assert here.methods().count("users.info") == 2


async def test_rel_030_nobody_asks_twice_who_somebody_is_while_slack_wants_a_pause(here: Office) -> None:
    ada = here.slack.person("ada")
    here.slack.fault("ratelimited", "users.info")
    assert (await here.people.slacker(ada.id)).kind == "unknown"
    assert here.methods().count("users.info") == 1


async def test_sec_053_a_bot_without_a_user_is_known_by_its_own_id(here: Office) -> None:
    here.slack.workspace.bots["B0WORKFLOW"] = {"id": "B0WORKFLOW", "name": "Deploys"}
    met = await here.people.slacker("B0WORKFLOW")
    assert (met.person.id, met.person.name, met.kind) == ("slack:B0WORKFLOW", "Deploys", "bot")
    assert (await here.people.slacker("B0STRANGER")).kind == "guest"
