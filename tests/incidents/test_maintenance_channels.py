"""What channels carry of planned maintenance (CHN-3, CHN-6, REL-184)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from incidents import maintaining, maintenance_channels
from incidents.channels import Audience, Channel, Medium
from incidents.consistency import Told
from incidents.errors import Refused
from incidents.maintenance import Maintenance, MaintenanceStage
from incidents.maintenance_events import (
    MaintenanceCarried,
    MaintenanceContradicted,
    MaintenanceOwned,
    MaintenanceSentAgain,
)
from incidents.person import Person
from incidents.records import OnCall, Wording

NOW = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
DAN, BOB, EVE = (Person(f"{name.lower()}@example.com", name, name.lower()) for name in ("Dan", "Bob", "Eve"))
NOBODY = OnCall()
MAIL = Channel("mail", Medium.EMAIL, "apprise")
PAGE = Channel("page", Medium.STATUS_PAGE, "statuspage")
BANNER = Channel("banner", Medium.IN_APP, "hand")
FAX = Channel("fax", Medium.PRESS, "hand")
EVERY = (MAIL, BANNER, PAGE, FAX)
MATRIX = {Audience.USERS: {"maintenance": ("email", "status-page", "(in-app)")}}


def planned(*, owner: Person = DAN, clearers: tuple[Person, ...] | None = None, **more: object) -> Maintenance:
    made = maintaining.schedule(
        id=1,
        service="Sign-in",
        reason="move the database",
        effect="nobody can sign in",
        starts_at=NOW + timedelta(days=4),
        ends_at=NOW + timedelta(days=4, hours=2),
        by=DAN,
        now=NOW,
        owner=owner,
        clearers=clearers,
        **more,  # type: ignore[arg-type]
    )
    made.news.clear()
    return made


@pytest.fixture
def told() -> Maintenance:
    """Post 1 is on its way to mail and page, and waits for somebody at the banner."""
    made = planned()
    post(made)
    return made


def post(made: Maintenance) -> None:
    made.posts += 1
    texts = {channel.name: Wording("T", f"post {made.posts}") for channel in (MAIL, PAGE, BANNER)}
    maintenance_channels.give(made, (PAGE, MAIL, BANNER), texts, now=NOW)


def state(made: Maintenance, name: str) -> tuple[str, int]:
    return made.outlets[name].state, made.outlets[name].number


def test_chn_5_the_matrix_says_who_is_told_and_pages_come_first() -> None:
    made = planned()
    assert maintenance_channels.receiving(made, EVERY, MATRIX) == [PAGE, MAIL]
    maintenance_channels.give(made, (FAX,), {}, now=NOW)
    assert maintenance_channels.receiving(made, EVERY, MATRIX) == [PAGE, MAIL, FAX], "it was told before"


def test_chn_6_a_channel_keeps_what_it_carries_until_it_has_the_next(told: Maintenance) -> None:
    assert [state(told, name) for name in ("mail", "banner")] == [("waiting", 0), ("by hand", 0)]
    maintenance_channels.answered(told, "mail", 1, sent=True, ref="m1", now=NOW)
    assert state(told, "mail") == ("sent", 1)
    post(told)
    assert state(told, "mail") == ("waiting", 1)
    assert told.outlets["mail"].ref == "m1"
    assert told.carried["mail"].body == "post 2"


def test_an_answer_about_an_older_post_leaves_the_newer_waiting(told: Maintenance) -> None:
    post(told)
    maintenance_channels.answered(told, "mail", 1, sent=True, now=NOW)
    assert state(told, "mail") == ("waiting", 1)
    maintenance_channels.answered(told, "mail", 2, sent=False, reason="refused", now=NOW)
    assert state(told, "mail") == ("failed", 1)
    told.news.clear()
    maintenance_channels.answered(told, "mail", 0, sent=True, now=NOW)
    maintenance_channels.answered(told, "telex", 2, sent=True, now=NOW)
    assert told.news == []


def test_rel_184_the_newest_is_sent_again_and_nothing_that_is_on_its_way(told: Maintenance) -> None:
    maintenance_channels.answered(told, "mail", 1, sent=False, reason="refused", now=NOW)
    maintenance_channels.again(told, "mail", by=DAN, now=NOW, on_call=NOBODY)
    assert state(told, "mail") == ("waiting", 0)
    assert isinstance(told.news[-1], MaintenanceSentAgain)
    for name, why in (("mail", "on its way"), ("banner", "by hand"), ("fax", "Channels told: mail, page|page, mail")):
        with pytest.raises(Refused, match=why):
            maintenance_channels.again(told, name, by=DAN, now=NOW, on_call=NOBODY)
    with pytest.raises(Refused, match="or whoever is on call"):
        maintenance_channels.again(told, "page", by=EVE, now=NOW, on_call=NOBODY)


def test_a_person_says_that_they_posted_it(told: Maintenance) -> None:
    maintenance_channels.posted(told, "banner", by=DAN, now=NOW, on_call=NOBODY)
    assert (state(told, "banner"), told.outlets["banner"].by) == (("done", 1), "Dan")
    (event,) = told.news
    assert isinstance(event, MaintenanceCarried)
    assert event.by_hand
    with pytest.raises(Refused, match="already"):
        maintenance_channels.posted(told, "banner", by=DAN, now=NOW, on_call=NOBODY)
    with pytest.raises(Refused, match="Channels told: none"):
        maintenance_channels.posted(planned(), "banner", by=DAN, now=NOW, on_call=NOBODY)


def test_it_changes_hands() -> None:
    made = planned(backup=BOB)
    maintaining.give_to(made, BOB, by=DAN, now=NOW, on_call=NOBODY)
    assert (made.owner, made.backup) == (BOB, DAN)
    (event,) = made.news
    assert isinstance(event, MaintenanceOwned)
    maintaining.give_to(made, EVE, by=DAN, now=NOW, on_call=NOBODY)
    assert (made.owner, made.backup) == (EVE, DAN)
    with pytest.raises(Refused, match="owns it already"):
        maintaining.give_to(made, EVE, by=DAN, now=NOW, on_call=NOBODY)
    made.stage = MaintenanceStage.COMPLETED
    with pytest.raises(Refused, match="nobody owns it any more"):
        maintaining.give_to(made, BOB, by=DAN, now=NOW, on_call=NOBODY)


Announce = Callable[[Maintenance, Person], None]


@pytest.fixture
def announce() -> Announce:
    return lambda made, by: maintaining.announce(made, contact="help", by=by, now=NOW, on_call=OnCall(primary=EVE))


def test_appr_2_the_named_clear_it_and_nobody_else(announce: Announce) -> None:
    made = planned(clearers=(BOB,))
    for person in (DAN, EVE):
        with pytest.raises(Refused, match="It is cleared by: Bob"):
            announce(made, person)
    announce(made, BOB)
    assert made.approved_by == BOB
    announce(made, DAN)
    assert len(made.announced) == 2, "what was cleared once is said again without asking"


def test_appr_4_without_names_its_owner_or_whoever_is_on_call_but_never_its_author(announce: Announce) -> None:
    made = planned(clearers=(), owner=BOB)
    assert maintaining.asked(made, OnCall(primary=EVE, backup=DAN)) == (BOB, EVE)
    with pytest.raises(Refused, match="Its owner, Bob"):
        announce(made, DAN)
    announce(made, EVE)
    assert made.approved_by == EVE
    with pytest.raises(Refused, match="does not clear it too"):
        maintaining.announce(planned(clearers=()), contact="help", by=DAN, now=NOW, on_call=NOBODY)


def found(made: Maintenance, **said: Told) -> list[str]:
    maintenance_channels.compare(made, said, now=NOW)
    event = made.news[-1] if made.news else None
    return [str(each.rule) for each in event.found] if isinstance(event, MaintenanceContradicted) else []


def test_chk_the_record_is_right_and_each_difference_is_told_once(told: Maintenance) -> None:
    maintenance_channels.answered(told, "page", 1, sent=True, now=NOW)
    maintenance_channels.answered(told, "mail", 1, sent=True, now=NOW)
    told.news.clear()
    right = maintenance_channels.told(told)
    assert not maintenance_channels.news(told, {"page": right}, now=NOW)
    assert found(told, page=right) == []
    begun = replace(right, step="in_progress", ended_at=NOW)
    assert maintenance_channels.news(told, {"page": begun}, now=NOW)
    assert found(told, page=begun) == ["CHK-1", "CHK-3"]
    told.news.clear()
    assert found(told, page=begun) == []
    assert found(told, page=replace(begun, step="completed")) == ["CHK-8"]
    maintenance_channels.again(told, "page", by=DAN, now=NOW, on_call=NOBODY)
    assert not told.contradictions, "what is sent again is looked at afresh"
    maintenance_channels.answered(told, "page", 1, sent=True, now=NOW)
    told.contradictions = ("CHK-1:page",)
    assert maintenance_channels.news(told, {"page": right}, now=NOW)
    maintenance_channels.compare(told, {"page": right}, now=NOW)
    assert not told.contradictions


def test_chk_10_a_post_of_somebody_elses_about_the_same_service(told: Maintenance) -> None:
    maintenance_channels.answered(told, "page", 1, sent=True, now=NOW)
    told.news.clear()
    beside = replace(maintenance_channels.told(told), beside=("Search: slow", "Sign-in will be away"))
    assert found(told, page=beside) == ["CHK-10"]


def test_chk_7_a_post_on_its_way_has_five_minutes(told: Maintenance) -> None:
    assert maintenance_channels.differing(told, {}, now=NOW + timedelta(minutes=4)) == []
    late = maintenance_channels.differing(told, {}, now=NOW + timedelta(minutes=5))
    assert {(each.rule, each.channel) for each in late} == {("CHK-7", name) for name in ("page", "mail", "banner")}


def test_what_a_person_posted_says_what_the_record_says(told: Maintenance) -> None:
    maintenance_channels.posted(told, "banner", by=DAN, now=NOW, on_call=NOBODY)
    assert told.outlets["banner"].told == maintenance_channels.told(told)
    told.stage = MaintenanceStage.IN_PROGRESS
    assert [each.rule for each in maintenance_channels.differing(told, {}, now=NOW)] == ["CHK-1"]
