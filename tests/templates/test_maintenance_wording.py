"""What planned maintenance shows: the public texts (STG-23, STG-24a to STG-24d), the questions, the log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conversation import ADA, BOB, DAN, HOUSE

from incidents import maintenance_events
from incidents.event import Event
from incidents.maintenance import Maintenance
from incidents.maintenance_events import (
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceCompleted,
    MaintenanceExtended,
    MaintenanceLinked,
    MaintenanceReminded,
    MaintenanceScheduled,
    MaintenanceStarted,
    MaintenanceVerifying,
)
from incidents.person import CLOCK
from incidents.wording.check import check
from incidents.wording.post import Component, Post, Times
from templates.announce_maintenance import MAINTENANCE_ANNOUNCERS, announce_maintenance, public_post
from templates.maintenance_log import LINES, log_line

NOW = datetime(2031, 5, 10, 9, 0, tzinfo=UTC)
START = datetime(2031, 5, 12, 21, 0, tzinfo=UTC)
WARSAW = replace(HOUSE, zone="Europe/Warsaw")
KINDS = {kind for kind in vars(maintenance_events).values() if isinstance(kind, type) and issubclass(kind, Event)} - {
    Event
}


@pytest.fixture
def made() -> Maintenance:
    """Across midnight in Warsaw."""
    return Maintenance(
        id=3,
        service="Sign-in",
        reason="move the database to new machines",
        effect="nobody can sign in",
        starts_at=START,
        ends_at=START + timedelta(hours=2),
        owner=DAN,
        scheduled_by=BOB,
        scheduled_at=NOW,
        looked_at=NOW,
        not_affected="people who are signed in",
    )


def read(made: Maintenance, event: Event) -> str:
    post = public_post(made, event, WARSAW)
    assert post
    text = post.texts["en"]
    return f"{text.title}\n\n{text.body}"


def test_no_event_is_without_its_line_and_its_announcer() -> None:
    assert set(LINES) == KINDS
    assert set(MAINTENANCE_ANNOUNCERS) == KINDS


def test_stg_23_the_announcement_has_window_zone_reason_effect_and_contact(made: Maintenance) -> None:
    assert read(made, MaintenanceAnnounced(at=NOW, by=DAN, number=1)) == (
        "Scheduled - maintenance of Sign-in, 2031-05-12\n\n"
        "On 2031-05-12, 23:00 CEST - 2031-05-13 01:00 CEST, we will move the database to new machines. During this "
        "time nobody can sign in.\n\n"
        "Please plan around this window. Not affected: people who are signed in.\n\n"
        "Questions: support@example.com\n\n"
        "Subscribe to reminders: https://status.example.com/subscribe"
    )


def test_stg_23_what_is_not_known_leaves_no_gap(made: Maintenance) -> None:
    made.not_affected = ""
    nowhere = replace(WARSAW, subscribe_url="", status_url="")
    post = public_post(made, MaintenanceAnnounced(at=NOW, by=DAN, number=1), nowhere)
    assert post
    assert post.texts["en"].body.endswith("Please plan around this window.\n\nQuestions: support@example.com")


def test_stg_24a_start_extension_check_end_and_cancellation(made: Maintenance) -> None:
    begun = read(made, MaintenanceStarted(at=START, by=DAN))
    assert "it ends at 2031-05-13 01:00 CEST. During this time nobody can sign in." in begun
    old, made.ends_at = made.ends_at, made.ends_at + timedelta(minutes=30)
    extended = MaintenanceExtended(at=START, by=DAN, old_end=old, new_end=made.ends_at, reason="copying takes longer.")
    assert read(made, extended) == (
        "In progress - maintenance of Sign-in extended\n\n"
        "We need longer: the work now ends at 2031-05-13 01:30 CEST (planned: 2031-05-13 01:00 CEST). The reason: "
        "copying takes longer.\n\n"
        "Until then nobody can sign in. Next update by 2031-05-13 01:30 CEST. Questions: support@example.com"
    )
    checking = read(made, MaintenanceVerifying(at=START, by=DAN))
    assert "Next update by 2031-05-13 01:30 CEST." in checking
    late = read(made, MaintenanceVerifying(at=made.ends_at, by=DAN))
    assert "01:30" not in late, "a time that has passed is no promise"
    made.ended_at = made.ends_at
    assert read(made, MaintenanceCompleted(at=made.ends_at, by=DAN)) == (
        "Completed - maintenance of Sign-in\n\n"
        "We finished the work at 01:30 CEST. All functions are available. Thank you for planning around it.\n\n"
        "Questions: support@example.com"
    )
    cancelled = read(made, MaintenanceCancelled(at=NOW, by=DAN, reason="no spare part", public=True))
    assert cancelled.startswith("Cancelled - maintenance of Sign-in on 2031-05-12\n\n")
    assert "24 h" in cancelled
    assert "spare part" not in cancelled


@pytest.mark.parametrize(
    "event",
    [
        MaintenanceScheduled(at=NOW, by=DAN),
        MaintenanceLinked(at=NOW, by=DAN, incident=1),
        MaintenanceReminded(at=NOW, by=CLOCK, kind="begin", due_at=START, people=(DAN,)),
        MaintenanceCancelled(at=NOW, by=DAN, reason="x", public=False),
    ],
)
def test_what_is_not_for_customers_is_no_post(made: Maintenance, event: Event) -> None:
    assert public_post(made, event, WARSAW) is None
    assert "status" not in {effect.to for effect in announce_maintenance(made, [event], WARSAW, NOW)}


def test_what_people_type_is_never_read_as_a_pattern(made: Maintenance) -> None:
    made.effect, made.not_affected = "{service} {{ 7 * 7 }} %s {0}", "{support_contact} {}"
    said = read(made, MaintenanceAnnounced(at=NOW, by=DAN, number=1))
    assert "{service} {{ 7 * 7 }} %s {0}." in said
    assert "Not affected: {support_contact} {}." in said


def test_lint_39_customers_read_no_names_of_people(made: Maintenance) -> None:
    made.backup, made.ended_at = ADA, START
    for event in (
        MaintenanceAnnounced(at=NOW, by=DAN, number=1, urgent="the disk of @bob"),
        MaintenanceStarted(at=NOW, by=DAN),
        MaintenanceVerifying(at=NOW, by=DAN),
        MaintenanceCompleted(at=NOW, by=DAN),
    ):
        said = read(made, event)
        assert not [name for name in ("Dan", "Bob", "Ada", "@") if name in said.replace("support@", "")]


def test_somebody_elses_plan_is_told_to_its_owner(made: Maintenance) -> None:
    (told,) = announce_maintenance(made, [MaintenanceScheduled(at=NOW, by=BOB)], WARSAW, NOW)
    assert told.to == f"person:{DAN.id}"
    assert told.card
    assert [button.says for button in told.card.buttons] == ["maintenance announce 3", "maintenance cancel 3"]
    own = announce_maintenance(made, [MaintenanceScheduled(at=NOW, by=DAN)], WARSAW, NOW)
    assert own == []


def test_an_owner_who_has_to_approve_is_asked_once(made: Maintenance) -> None:
    event = MaintenanceScheduled(at=NOW, by=BOB, urgent="now", approvers=(DAN, ADA))
    asked = announce_maintenance(made, [event], WARSAW, NOW)
    assert [effect.to for effect in asked] == [f"person:{DAN.id}", f"person:{ADA.id}"]


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (MaintenanceScheduled(at=NOW, by=DAN), "scheduled"),
        (MaintenanceScheduled(at=NOW, by=DAN, urgent="disk full"), "scheduled, urgent: disk full"),
        (MaintenanceAnnounced(at=NOW, by=DAN, number=1, urgent="x"), "announced to customers, urgent: x"),
        (MaintenanceAnnounced(at=NOW, by=DAN, number=2), "announced to customers, time 2"),
        (MaintenanceStarted(at=NOW, by=DAN), "started"),
        (
            MaintenanceExtended(at=NOW, by=DAN, old_end=NOW, new_end=NOW + timedelta(hours=1), reason="slow"),
            "extended to 12:00 CEST: slow",
        ),
        (
            MaintenanceExtended(
                at=NOW,
                by=DAN,
                old_end=NOW,
                new_end=NOW + timedelta(hours=1),
                reason="slow",
                approved_by=BOB,
                sent_at=NOW - timedelta(seconds=90),
                edited=True,
            ),
            "extended to 12:00 CEST: slow; cleared by Bob Lindqvist after 90 s, with changes",
        ),
        (MaintenanceVerifying(at=NOW, by=DAN), "work done, being verified"),
        (MaintenanceCompleted(at=NOW, by=DAN), "completed"),
        (MaintenanceCancelled(at=NOW, by=DAN, reason="rain", public=True), "cancelled: rain"),
        (MaintenanceLinked(at=NOW, by=DAN, incident=9), "incident 9 came of it"),
        (
            MaintenanceReminded(at=NOW, by=CLOCK, kind="finish", due_at=NOW, people=(DAN, BOB)),
            "asked Dan Nowak, Bob Lindqvist to complete or extend it",
        ),
    ],
)
def test_the_log_says_it_in_one_line(event: Event, line: str) -> None:
    assert log_line(event, WARSAW) == line


@pytest.mark.parametrize(
    ("stage", "event"),
    [
        ("scheduled", MaintenanceAnnounced(at=NOW, by=DAN, number=1)),
        ("in_progress", MaintenanceStarted(at=START, by=DAN)),
        (
            "in_progress",
            MaintenanceExtended(
                at=START,
                by=DAN,
                old_end=START + timedelta(hours=1),
                new_end=START,
                reason="copying the data takes longer",
            ),
        ),
        ("verifying", MaintenanceVerifying(at=START, by=DAN)),
        ("completed", MaintenanceCompleted(at=START, by=DAN)),
        ("cancelled", MaintenanceCancelled(at=NOW, by=DAN, reason="x", public=True)),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_lint_19_our_own_texts_pass_the_rules_of_wording(made: Maintenance, stage: str, event: Event) -> None:
    made.ended_at = made.ends_at
    post = public_post(made, event, WARSAW)
    assert post
    text = post.texts["en"]
    state = "under_maintenance" if stage in ("in_progress", "verifying") else "operational"
    read_by_lint = Post(
        title=text.title,
        body=text.body,
        stage=stage,
        kind="maintenance",
        components=(Component("Sign-in", state),),
        times=Times(posted_at=event.at, started_at=START, window_start=made.starts_at, window_end=made.ends_at),
    )
    assert check(read_by_lint) == []


@pytest.mark.parametrize("language", ["zh-CN", "fr", "pl"])
def test_stg_34_other_languages_read_the_same_step_and_times(made: Maintenance, language: str) -> None:
    """What was typed in English does not stand in another language; service and times do."""
    made.ended_at = made.ends_at
    house = replace(WARSAW, languages=("en", language))
    for event in (
        MaintenanceAnnounced(at=NOW, by=DAN, number=1),
        MaintenanceStarted(at=START, by=DAN),
        MaintenanceVerifying(at=START, by=DAN),
        MaintenanceCompleted(at=made.ends_at, by=DAN),
        MaintenanceCancelled(at=NOW, by=DAN, reason="x", public=True),
    ):
        post = public_post(made, event, house)
        assert post
        text = post.texts[language]
        assert list(post.texts) == ["en", language]
        assert "Sign-in" in text.title
        assert "nobody can sign in" not in text.body
        assert "[?]" not in text.body
