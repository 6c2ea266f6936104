"""Planned maintenance, from the plan to the end, as people live it (LIFE-12 to LIFE-14, SVR-14, CAD-19)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation

from commands.settings import Contact, Roster
from incidents.components import Component, ComponentState
from incidents.maintenance import Maintenance, MaintenanceNumbers, MaintenanceStage
from storage import maintenances, publications
from storage.publications import Publication
from templates.maintenance_wording import maintenance_wordings

ON_CALL = replace(
    SETTINGS,
    house=replace(SETTINGS.house, components=(Component("Sign-in", aliases=("login",)), Component("Search"))),
    roster=Roster(primary=Contact(ADA), duty_manager=Contact(CLEO), directory=SETTINGS.roster.directory),
)
"""Ada is on call, Cleo is the duty manager; Dan owns the work, Bob stands in for him; Eve is nobody."""

PLAN = (
    "/maintenance schedule 2031-04-06 02:00-04:00 Sign-in: move the database to new machines "
    '--effect "nobody can sign in" --not-affected "people who are signed in" --backup @bob'
)
SOON = PLAN.replace("2031-04-06 02:00-04:00", "tomorrow 02:00-04:00")


@pytest.fixture
async def talk() -> AsyncIterator[Conversation]:
    """2 April 2031, 14:00 UTC."""
    async with conversation(ON_CALL) as begun:
        yield begun


async def the(talk: Conversation, number: int = 1) -> Maintenance:
    async with talk.database.read() as c:
        found = await maintenances.by_id(c, number)
    assert found
    return found


async def posts(talk: Conversation, number: int = 1) -> list[Publication]:
    async with talk.database.read() as c:
        return await publications.of_subject(c, f"maintenance:{number}")


async def log(talk: Conversation) -> list[str]:
    async with talk.database.read() as c:
        return [f"{row.actor}: {row.text}" for row in await maintenances.read_log(c, 1)]


async def until(talk: Conversation, moment: str) -> None:
    await talk.play.until(datetime.fromisoformat(moment).replace(tzinfo=UTC))


def asked(talk: Conversation, who: str, text: str = "") -> list[str]:
    return [
        f"{seen.at:%d %H:%M}" for seen in talk.seen(to=who, kind="private", text=text) if "Maintenance 1 ·" in seen.text
    ]


async def test_a_plan_is_private_until_its_owner_announces_it(talk: Conversation) -> None:
    answer = await talk.says(DAN, PLAN, "#general")
    assert answer.card
    assert "Customers have heard nothing yet" in answer.card.text
    assert "On 2031-04-06, 02:00 UTC - 04:00 UTC, we will move the database to new machines." in answer.card.text
    assert talk.seen(to="#status") == []
    assert await posts(talk) == []
    await talk.presses(DAN, "Announce", "#general")
    (post,) = talk.seen(to="#status")
    assert post.text.startswith("Scheduled - maintenance of Sign-in, 2031-04-06")
    for said in ("nobody can sign in", "Not affected: people who are signed in", "support@example.com", "/subscribe"):
        assert said in post.text
    (published,) = await posts(talk)
    assert (published.kind, published.stage, published.number) == ("maintenance", "scheduled", 1)
    assert published.record.started_at == datetime(2031, 4, 6, 2, tzinfo=UTC)
    assert published.record.ends_at == datetime(2031, 4, 6, 4, tzinfo=UTC)
    assert published.record.components == {"Sign-in": ComponentState.OPERATIONAL}


async def test_life_12_from_the_plan_to_the_end_customers_hear_of_every_step(talk: Conversation) -> None:
    await talk.says(DAN, PLAN, "#general")
    await talk.says(DAN, "/maintenance announce 1", "#general")
    await until(talk, "2031-04-06 02:00")
    await talk.presses(DAN, "Start", "@sitrep")
    await until(talk, "2031-04-06 03:56")
    await talk.says(DAN, "!maintenance extend 30m because copying the data takes longer", "#general")
    await until(talk, "2031-04-06 04:20")
    await talk.says(DAN, "/incident maintenance verify", "#general")
    await talk.wait(minutes=6)
    await talk.presses(DAN, "Complete", "@sitrep")
    titles = [seen.text.partition("\n")[0] for seen in talk.seen(to="#status")]
    assert titles == [
        "Scheduled - maintenance of Sign-in, 2031-04-06",
        "Scheduled - maintenance of Sign-in, 2031-04-06",
        "In progress - maintenance of Sign-in",
        "In progress - maintenance of Sign-in extended",
        "Verifying - maintenance of Sign-in",
        "Completed - maintenance of Sign-in",
    ]
    kept = await posts(talk)
    stages = ["scheduled", "scheduled", "in_progress", "in_progress", "verifying", "completed"]
    assert [post.stage for post in kept] == stages
    assert [post.number for post in kept] == [1, 2, 3, 4, 5, 6]
    states = [post.record.components["Sign-in"].value for post in kept]
    assert states == ["operational"] * 2 + ["under_maintenance"] * 3 + ["operational"]
    assert "now ends at 04:30 UTC (planned: 04:00 UTC)" in kept[3].record.texts["en"].body
    assert kept[3].record.next_update_at == datetime(2031, 4, 6, 4, 30, tzinfo=UTC)
    assert "We finished the work at 04:26 UTC." in kept[5].record.texts["en"].body
    assert (await the(talk)).stage is MaintenanceStage.COMPLETED


async def test_cad_19_customers_hear_of_it_twice_an_hour_before_by_itself(talk: Conversation) -> None:
    await talk.says(DAN, PLAN, "#general")
    await talk.says(DAN, "/maintenance announce 1", "#general")
    await until(talk, "2031-04-06 01:59")
    assert [f"{seen.at:%d %H:%M}" for seen in talk.seen(to="#status")] == ["02 14:00", "06 01:00"]
    assert (await log(talk))[-1] == "Sitrep: announced to customers, time 2"


async def test_cad_19_an_owner_who_does_not_announce_is_reminded_and_then_the_backup(talk: Conversation) -> None:
    await talk.says(DAN, PLAN.replace("2031-04-06", "2031-04-07"), "#general")
    await until(talk, "2031-04-07 01:59")
    assert asked(talk, "@dan") == ["04 02:00", "05 02:00", "06 01:00", "06 02:00"]
    assert asked(talk, "@bob") == ["06 02:00"]
    answer = await talk.says(DAN, "/maintenance announce", "#general")
    assert answer.card
    assert answer.card.form, "an announcement that comes too late asks for its reason"
    await until(talk, "2031-04-07 02:01")
    assert asked(talk, "@dan", "no customer has heard of it")
    assert (await talk.says(DAN, "/maintenance start", "#general")).refused


async def test_svr_14_less_than_a_day_ahead_is_refused_without_a_reason(talk: Conversation) -> None:
    answer = await talk.says(DAN, SOON, "#general")
    assert answer.refused
    assert answer.card
    assert "at least 24 h before" in answer.card.text
    assert "--urgent" in answer.card.text
    async with talk.database.read() as c:
        assert await maintenances.listed(c, over=5) == []


async def test_svr_14_an_urgent_one_needs_the_yes_of_somebody_on_call_and_says_so_in_its_log(
    talk: Conversation,
) -> None:
    await talk.says(DAN, f'{SOON} --urgent "the certificate runs out"', "#general")
    assert asked(talk, "@ada") == asked(talk, "@cleo") == ["02 14:00"]
    (told,) = talk.seen(to="@dan", text="Maintenance 1 is planned")
    assert "as soon as Cleo Marchetti or Ada Okafor agrees" in told.text
    assert told.buttons == ("Cancel it",)
    refused = await talk.says(DAN, "/maintenance announce 1", "#general")
    assert refused.refused
    assert refused.card
    assert "Cleo Marchetti or Ada Okafor" in refused.card.text
    await talk.presses(CLEO, "Approve and announce", "@sitrep")
    assert (await the(talk)).approved_by == CLEO
    assert await log(talk) == [
        "Dan Nowak: scheduled, urgent: the certificate runs out",
        "Cleo Marchetti: announced to customers, urgent: the certificate runs out",
    ]


async def test_life_13_the_end_is_asked_and_never_said_without_a_person(talk: Conversation) -> None:
    await _working(talk)
    await until(talk, "2031-04-06 05:00")
    assert (await the(talk)).stage is MaintenanceStage.IN_PROGRESS
    assert asked(talk, "@dan", "Does everything work") == ["06 03:55", "06 04:00", "06 04:10", "06 04:40"]
    assert asked(talk, "@bob", "Nobody has answered") == ["06 04:10", "06 04:40"]
    assert [post.stage for post in await posts(talk)][-1] == "in_progress"


async def _working(talk: Conversation) -> None:
    await talk.says(DAN, PLAN, "#general")
    await talk.says(DAN, "/maintenance announce 1", "#general")
    await until(talk, "2031-04-06 02:00")
    await talk.says(DAN, "/maintenance start", "#general")


ALONE = replace(ON_CALL, maintenance=MaintenanceNumbers(start_by_itself=True, complete_by_itself=True))


async def test_life_13_where_the_organisation_says_so_it_starts_and_ends_by_itself() -> None:
    async with conversation(ALONE) as talk:
        await talk.says(DAN, PLAN, "#general")
        await talk.says(DAN, "/maintenance announce 1", "#general")
        await until(talk, "2031-04-06 05:00")
        assert (await the(talk)).stage is MaintenanceStage.COMPLETED
        kept = await posts(talk)
        assert [f"{post.posted_at:%H:%M}" for post in kept] == ["14:00", "01:00", "02:00", "04:00"]
        assert (await log(talk))[-1] == "Sitrep: completed"


async def test_life_14_work_that_broke_something_becomes_an_incident_which_has_to_end_first(
    talk: Conversation,
) -> None:
    await _working(talk)
    await until(talk, "2031-04-06 04:00")
    await talk.fills(DAN, "Declare an incident", {"severity": "sev2"}, "@sitrep")
    assert (await the(talk)).incident == 1
    incident = await talk.incident()
    assert incident.title == "Sign-in after maintenance 1"
    assert "Came of maintenance 1: Sign-in: move the database to new machines" in [
        entry.text for entry in await talk.timeline()
    ]
    refused = await talk.says(DAN, "/maintenance complete 1", "#general")
    assert refused.refused
    assert refused.card
    assert "Incident 1" in refused.card.text
    await talk.says(ADA, "/incident take ic")
    await talk.says(ADA, '/incident resolve No data was lost. --because "it is well"')
    assert not (await talk.says(DAN, "/maintenance complete 1", "#general")).refused


async def test_an_incident_that_is_known_already_is_linked_by_its_number(talk: Conversation) -> None:
    await _working(talk)
    await talk.says(EVE, "/incident sev3 Nobody can sign in", "#general")
    assert (await talk.says(EVE, "/maintenance link 1 7", "#general")).refused
    assert not (await talk.says(EVE, "/maintenance link 1 1", "#general")).refused
    assert (await the(talk)).incident == 1
    assert (await talk.says(EVE, "/maintenance link 1", "room")).refused, "linked already"


async def test_a_private_incident_cannot_be_found_by_linking_it(talk: Conversation) -> None:
    await _working(talk)
    await talk.says(ADA, "/incident sev3 --private Keys are gone", "#general")
    answer = await talk.says(EVE, "/maintenance link 1 1", "#general")
    assert answer.refused
    assert answer.card
    assert answer.card.text.startswith("There is no such incident.")
    assert (await talk.says(ADA, "/maintenance link 1 1", "#general")).refused, "its log is open to everybody"
    assert (await the(talk)).incident is None


async def test_cancelling_is_its_owners_and_customers_hear_of_it_if_they_heard_of_the_plan(
    talk: Conversation,
) -> None:
    await talk.says(DAN, PLAN, "#general")
    assert (await talk.says(ADA, "/maintenance cancel 1 because no", "#general")).refused
    await talk.says(DAN, "/maintenance cancel 1 because the spare part is late", "#general")
    assert talk.seen(to="#status") == []
    await talk.says(DAN, PLAN, "#general")
    await talk.says(DAN, "/maintenance announce 2", "#general")
    await talk.fills(DAN, "Cancel it", {"because": "the spare part is late"}, "#general")
    assert talk.seen(to="#status")[-1].text.startswith("Cancelled - maintenance of Sign-in on 2031-04-06")
    assert "spare part" not in talk.seen(to="#status")[-1].text
    assert [post.stage for post in await posts(talk, 2)] == ["scheduled", "cancelled"]


async def test_only_its_owner_the_backup_and_whoever_is_on_call_change_it(talk: Conversation) -> None:
    await talk.says(DAN, PLAN, "#general")
    assert (await talk.says(EVE, "/maintenance announce 1", "#general")).refused
    assert not (await talk.says(BOB, "/maintenance announce 1", "#general")).refused
    await until(talk, "2031-04-06 02:00")
    for words in ("start", "extend 1 10m because of snow", "verify", "complete"):
        assert (await talk.says(EVE, f"/maintenance {words}", "#general")).refused, words
    assert not (await talk.says(ADA, "/maintenance start 1", "#general")).refused
    assert not (await talk.says(CLEO, "/maintenance complete 1", "#general")).refused


async def test_a_restart_in_the_middle_loses_nothing_and_says_nothing_twice(talk: Conversation) -> None:
    await talk.says(DAN, PLAN, "#general")
    await talk.says(DAN, "/maintenance announce 1", "#general")
    await talk.restart()
    await until(talk, "2031-04-06 02:00")
    await talk.restart()
    await talk.presses(DAN, "Start", "@sitrep")
    await talk.restart()
    await until(talk, "2031-04-06 04:00")
    await talk.presses(DAN, "Complete", "@sitrep")
    assert [post.stage for post in await posts(talk)] == ["scheduled", "scheduled", "in_progress", "completed"]
    assert len(talk.seen(to="#status")) == 4
    assert asked(talk, "@dan", "Does everything work") == ["06 03:55", "06 04:00"]


async def test_away_across_the_whole_window_its_owner_is_asked_once_and_nothing_is_made_up(talk: Conversation) -> None:
    await talk.says(DAN, PLAN, "#general")
    await talk.says(DAN, "/maintenance announce 1", "#general")
    await talk.down(days=10)
    assert (await the(talk)).stage is MaintenanceStage.SCHEDULED
    assert asked(talk, "@dan") == ["12 14:00"]
    assert len(await posts(talk)) == 1
    assert (await talk.says(DAN, "/maintenance start", "#general")).refused
    assert not (await talk.says(DAN, "/maintenance cancel 1 because it never began", "#general")).refused


async def test_away_for_days_while_work_goes_on_the_end_is_asked_once_and_then_every_half_hour(
    talk: Conversation,
) -> None:
    await _working(talk)
    await talk.down(days=3)
    assert asked(talk, "@dan", "has passed") == ["09 02:00"]
    await talk.wait(minutes=41)
    assert asked(talk, "@dan", "has passed") == ["09 02:00", "09 02:10", "09 02:40"]


async def test_the_form_plans_what_the_line_plans(talk: Conversation) -> None:
    await talk.says(DAN, "/maintenance schedule", "#general")
    filled = {
        "window": "sunday 02:00 for 2h",
        "service": "login",
        "reason": "move the database",
        "effect": "nobody can sign in",
        "backup": "bob",
    }
    answer = await talk.fills(DAN, "Plan maintenance", filled, "#general")
    assert not answer.refused
    found = await the(talk)
    assert (found.starts_at, found.ends_at) == (
        datetime(2031, 4, 6, 2, tzinfo=UTC),
        datetime(2031, 4, 6, 4, tzinfo=UTC),
    )
    assert (found.components, found.backup, found.owner) == (("Sign-in",), BOB, DAN)


async def test_stg_34_customers_read_what_will_be_done_in_their_language() -> None:
    house = replace(SETTINGS.house, languages=("en", "fr", "zh-CN"))
    async with conversation(replace(SETTINGS, house=house)) as talk:
        said = (
            "/maintenance schedule 2031-04-06 02:00-04:00 Checkout: replace a storage system "
            '--effect "nobody can pay" --effect@fr "le paiement est indisponible" --not-affected "browsing" '
            '--reason@fr "remplacement d\'un système de stockage" --not-affected@zh-CN "商品浏览"'
        )
        await talk.says(DAN, said, "#general")
        found = await the(talk)
        assert found.words["not_affected@zh-CN"] == "商品浏览"
        read = maintenance_wordings("announced", found, house, now=talk.now)
        assert "remplacement d'un système de stockage" in read["fr"].body
        assert "le paiement est indisponible" in read["fr"].body
        assert "商品浏览" not in read["zh-CN"].body, "without the rest in Chinese a short text stands in"
        longer = maintenance_wordings("extended", found, house, now=talk.now, reason="it takes longer")
        assert "stockage" not in longer["fr"].body
        form = (await talk.says(DAN, "/maintenance schedule", "#general")).card
        assert form
        assert form.form
        assert {"reason@fr", "effect@zh-CN", "not_affected@fr"} <= {field.name for field in form.form.fields}


async def test_a_line_without_all_that_customers_need_brings_the_form_with_what_was_said(talk: Conversation) -> None:
    answer = await talk.says(DAN, "/maintenance schedule --from tomorrow 02:00 --to 04:00 move it", "#general")
    assert answer.card
    assert answer.card.form
    assert "the service" in answer.card.form.intro
    assert "what customers notice" in answer.card.form.intro
    values = {field.name: field.value for field in answer.card.form.fields}
    assert (values["window"], values["reason"]) == ("tomorrow 02:00 - 04:00", "move it")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("schedule 2031-04-01 02:00-04:00 A: b --effect c", "begins in the past"),
        ("schedule sometime A: b --effect c", "no window I can read"),
        ("schedule 02:00-04:00 A: b --effect c", "On which day?"),
        ("schedule 2031-05-12 02:00 A: b --effect c", "When does it end?"),
        ("schedule 2031-05-12 02:00-04:00 A: b --effect c --components mars", "no component “mars”"),
        ("schedule 2031-05-12 02:00-04:00 A: b --effect c --owner @nobody", "Nobody here is called"),
        ("frobnicate 1", "There is no step"),
        ("show 9", "There is no maintenance 9"),
        ("start", "Which one?"),
    ],
)
async def test_what_cannot_be_done_is_refused_in_private_with_a_way_out(
    talk: Conversation, words: str, says: str
) -> None:
    answer = await talk.says(DAN, f"/maintenance {words}", "#general")
    assert answer.refused
    assert answer.card
    assert says in answer.card.text
    assert {seen.to for seen in talk.effects if seen.kind in ("refused", "post")} == {"@dan"}


async def test_the_list_and_one_of_them_with_its_log(talk: Conversation) -> None:
    empty = await talk.says(EVE, "/maintenance", "#general")
    assert empty.card
    assert empty.card.text == "No maintenance is planned."
    await talk.says(DAN, PLAN, "#general")
    answer = await talk.says(EVE, "/maintenance list", "#general")
    assert answer.card
    assert "scheduled, not announced yet" in answer.card.text
    shown = await talk.says(EVE, "/maintenance show 1", "#general")
    assert shown.card
    assert "Dan Nowak: scheduled" in shown.card.text


async def test_a_line_delivered_twice_is_carried_out_once(talk: Conversation) -> None:
    from commands.line import Line

    line = Line(DAN, PLAN, talk.now, "the same", via="slash")
    first, second = await talk.hears(line), await talk.hears(line)
    assert not first.repeated
    assert second.repeated
    async with talk.database.read() as c:
        assert len(await maintenances.listed(c)) == 1


async def test_nothing_wakes_the_clock_once_it_is_over(talk: Conversation) -> None:
    await _working(talk)
    assert await talk.play.core.clock.next_look()
    await talk.says(DAN, "/maintenance complete", "#general")
    assert await talk.play.core.clock.next_look() is None
    before = len(talk.effects)
    await talk.wait(hours=48)
    assert len(talk.effects) == before


async def test_urgent_work_within_the_hour_is_announced_again_half_way(talk: Conversation) -> None:
    soon = PLAN.replace("2031-04-06 02:00-04:00", "today 14:40-15:00")
    await talk.says(DAN, f'{soon} --urgent "the disk is full"', "#general")
    await talk.presses(ADA, "Approve and announce", "@sitrep")
    await talk.wait(minutes=39)
    assert [seen.at - timedelta(hours=14) for seen in talk.seen(to="#status")] == [
        datetime(2031, 4, 2, 0, 0, tzinfo=UTC),
        datetime(2031, 4, 2, 0, 20, tzinfo=UTC),
    ]
