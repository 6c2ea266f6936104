"""The JSON is what programs made for Statuspage expect (REL-185)."""

import json
import random
from typing import Any

import pytest
from arez.statuspage import StatusPage
from public import shape
from public.press import DEGRADED, HOUSE, NOW, PARTIAL, STORY, page, post, publish, work
from web.browser import Browser, House

from bot.web.public.api import ANSWERS
from bot.web.public.snapshot import Snapshot
from incidents.components import ComponentState
from storage.publications import Publication

PATHS = [f"/api/v2/{name}" for name in ANSWERS]
STAGES = ("investigating", "identified", "monitoring", "resolved", "withdrawn")
WORK_STAGES = ("scheduled", "in_progress", "verifying", "completed", "cancelled")


def answers(s: Snapshot, language: str = "en") -> dict[str, Any]:
    return {name: json.loads(json.dumps(answer(s, language))) for name, answer in ANSWERS.items()}


def invented(seed: int) -> Snapshot:
    """Any number of subjects in any stage, with any components, one of them unknown to the configuration."""
    chance = random.Random(seed)
    names = [*(component.name for component in HOUSE.components), "Fax"]
    posts: list[Publication] = []
    for subject in range(chance.randrange(6)):
        planned = chance.random() < 0.4
        at = chance.randrange(-20_000, 0)
        for number in range(1, chance.randrange(2, 6)):
            at += chance.randrange(1, 500)
            told = {name: chance.choice(list(ComponentState)) for name in chance.sample(names, chance.randrange(4))}
            kind = "maintenance" if planned else "incident"
            stage = chance.choice(WORK_STAGES if planned else STAGES)
            ends = chance.choice([None, at + 60]) if planned else None
            made = post(
                stage, subject=f"{kind}:{subject}", number=number, at=at, components=told, began=at - 10, ends=ends
            )
            posts.append(made)
    return page(*posts)


@pytest.mark.parametrize("seed", range(200))
def test_rel_185_whatever_was_published_has_the_v2_shape(seed: int) -> None:
    s = invented(seed)
    found = answers(s, HOUSE.languages[seed % 4])
    for answer in found.values():
        shape.answer(answer)
    going_on = {each["id"] for each in found["incidents/unresolved.json"]["incidents"]}
    assert going_on == {each["id"] for each in found["summary.json"]["incidents"]}
    assert going_on <= {each["id"] for each in found["incidents.json"]["incidents"]}
    upcoming = found["scheduled-maintenances/upcoming.json"]["scheduled_maintenances"]
    active = found["scheduled-maintenances/active.json"]["scheduled_maintenances"]
    assert {each["status"] for each in upcoming} <= {"scheduled"}
    assert {each["status"] for each in active} <= {"in_progress", "verifying"}
    assert len(upcoming) + len(active) == len(found["summary.json"]["scheduled_maintenances"])


async def test_a_client_written_by_others_reads_it_unchanged(sitrep: House, reader: Browser) -> None:
    await publish(sitrep.database, *STORY)
    await sitrep.public.look()
    async with StatusPage(sitrep.config.base_url) as client:
        found = await client.get_status()
    assert (found.name, found.status, found.impact) == ("Example Shop", "Partial System Outage", "Major")
    assert [(each.name, each.status) for each in found.components] == [
        ("Checkout", "Degraded Performance"),
        ("Payments", "Partial Outage"),
        ("Search", "Operational"),
        ("Europe", "Operational"),
        ("Asia", "Operational"),
    ]
    (storage,) = found.groups
    assert [part.name for part in storage.components] == ["Europe", "Asia"]
    (incident,) = found.incidents
    assert (incident.name, incident.status, incident.impact) == ("Card payments fail", "Identified", "Major")
    assert [update.status for update in incident.updates] == ["Identified", "Investigating"]
    assert "rolling it back" in incident.last_update.description
    assert {part.name for part in incident.components} == {"Payments", "Checkout"}
    (planned,) = found.maintenances
    assert (planned.name, planned.status, planned.impact) == ("Search index is rebuilt", "Scheduled", "Maintenance")
    assert (planned.scheduled_until - planned.scheduled_for).total_seconds() == 7200


@pytest.mark.parametrize("seed", range(0, 200, 20))
async def test_that_client_reads_whatever_was_published(seed: int, sitrep: House) -> None:
    posts = [each for subject in invented(seed).subjects for each in subject.posts]
    if posts:
        await publish(sitrep.database, *posts)
    await sitrep.public.look()
    async with StatusPage(sitrep.config.base_url) as client:
        found = await client.get_status()
    assert len(found.incidents) == len(page(*posts).open)
    assert len(found.maintenances) == len(page(*posts).planned)


def test_an_empty_page_has_its_lists() -> None:
    found = answers(page())
    assert found["summary.json"]["incidents"] == found["summary.json"]["scheduled_maintenances"] == []
    assert found["status.json"]["status"] == {"indicator": "none", "description": "All Systems Operational"}


def test_an_update_tells_what_it_changed() -> None:
    first = post(components={"Payments": PARTIAL})
    (event,) = answers(page(first, post("monitoring", number=2, at=9, components={"Payments": DEGRADED})))[
        "incidents.json"
    ]["incidents"]
    (newest,) = event["incident_updates"][0]["affected_components"]
    assert (newest["old_status"], newest["new_status"]) == ("partial_outage", "degraded_performance")
    assert event["monitoring_at"] == "2031-04-02T14:09:00.000Z"


def test_what_statuspage_has_no_word_for_is_over() -> None:
    false_alarm = answers(page(post(), post("withdrawn", number=2, at=1)))["incidents.json"]["incidents"][0]
    assert (false_alarm["status"], false_alarm["impact"]) == ("resolved", "none")
    called_off = answers(page(work(), work("cancelled", number=2, at=1)))["scheduled-maintenances.json"]
    assert called_off["scheduled_maintenances"][0]["status"] == "completed"


def test_the_list_of_all_is_cut_but_never_before_what_is_open() -> None:
    over = [post("resolved", subject=f"incident:{number}", at=number) for number in range(1, 61)]
    s = page(post(subject="incident:99", at=0), *over)
    found = answers(s)["incidents.json"]["incidents"]
    assert len(found) == 51
    assert found[-1]["status"] == "investigating"
    assert found[0]["created_at"] > found[1]["created_at"]
    assert s.made_at == NOW


def test_a_text_in_another_language_is_there_for_the_asking() -> None:
    (event,) = answers(page(*STORY), "fr")["summary.json"]["incidents"]
    assert event["name"] == "Échec de paiements par carte"
    assert event["incident_updates"][0]["body"].startswith("Un réglage")
