"""What people put on the record (TL-1, TL-4, TL-8)."""

from collections.abc import Callable
from datetime import datetime
from typing import get_args

import pytest

from incidents import ending, staffing, timeline
from incidents.errors import Refused
from incidents.events import (
    Corrected,
    EntryWithdrawn,
    Noted,
    NoteKind,
)
from incidents.incident import Incident
from incidents.person import Person
from incidents.roles import Role


def noted(incident: Incident) -> Noted:
    event = incident.news[-1]
    assert isinstance(event, Noted)
    return event


@pytest.mark.parametrize("kind", get_args(NoteKind))
def test_tl_8_anyone_may_add_any_kind_of_entry(incident: Incident, eve: Person, now: datetime, kind: NoteKind) -> None:
    timeline.note(incident, "error rate rose", kind=kind, by=eve, now=now)
    assert noted(incident) == Noted(at=now, by=eve, kind=kind, text="error rate rose", happened_at=now)


@pytest.mark.parametrize("kind", get_args(NoteKind))
def test_life_3_only_an_action_or_a_decision_counts_as_acting(
    incident: Incident, eve: Person, now: datetime, kind: NoteKind
) -> None:
    timeline.note(incident, "restarted", kind=kind, by=eve, now=now)
    assert incident.acted == (kind in ("action", "decision"))


def test_an_action_stays_on_the_record_when_a_note_follows(incident: Incident, dan: Person, now: datetime) -> None:
    timeline.note(incident, "restarted", kind="action", by=dan, now=now)
    timeline.note(incident, "still bad", by=dan, now=now)
    assert incident.acted


def test_tl_4_a_back_dated_entry_is_marked(incident: Incident, dan: Person, after: Callable[[float], datetime]) -> None:
    timeline.note(incident, "deploy 7431 went out", by=dan, now=after(5), happened_at=after(-5))
    assert noted(incident).back_dated
    assert (noted(incident).at, noted(incident).happened_at) == (after(5), after(-5))


def test_tl_4_an_entry_of_now_is_not_marked(incident: Incident, dan: Person, now: datetime) -> None:
    timeline.note(incident, "deploy 7431 went out", by=dan, now=now, happened_at=now)
    assert not noted(incident).back_dated


def test_tl_1_an_entry_keeps_its_source_and_its_executor(
    incident: Incident, ada: Person, dan: Person, now: datetime
) -> None:
    timeline.note(
        incident,
        "move traffic",
        kind="decision",
        by=ada,
        now=now,
        source="web:message:17",
        from_thread=True,
        executor=dan,
    )
    assert (noted(incident).source, noted(incident).from_thread, noted(incident).executor) == (
        "web:message:17",
        True,
        dan,
    )


def test_an_empty_entry_is_refused(incident: Incident, dan: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="What should be noted"):
        timeline.note(incident, "", by=dan, now=now)


def test_the_record_stays_open_after_the_end(incident: Incident, ada: Person, now: datetime) -> None:
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    timeline.note(incident, "the probe is off", by=ada, now=now)
    assert noted(incident).text == "the probe is off"


def test_tl_8_a_correction_keeps_what_was_there(incident: Incident, dan: Person, now: datetime) -> None:
    timeline.correct(incident, 7, old="at 13:50", text="at 13:55", by=dan, now=now)
    assert incident.news == [Corrected(at=now, by=dan, seq=7, old="at 13:50", text="at 13:55")]


def test_a_correction_that_changes_nothing_leaves_no_entry(incident: Incident, dan: Person, now: datetime) -> None:
    timeline.correct(incident, 7, old="at 13:50", text="at 13:50", by=dan, now=now)
    assert incident.news == []


def test_tl_8_an_entry_is_not_emptied_by_a_correction(incident: Incident, dan: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="How should the entry read"):
        timeline.correct(incident, 7, old="at 13:50", text="", by=dan, now=now)


def test_tl_8_a_withdrawn_entry_keeps_its_text(incident: Incident, dan: Person, now: datetime) -> None:
    timeline.withdraw(incident, 7, old="at 13:50", reason="wrong incident", by=dan, now=now)
    assert incident.news == [EntryWithdrawn(at=now, by=dan, seq=7, old="at 13:50", reason="wrong incident")]


def test_tl_8_the_author_the_scribe_and_the_commander_change_an_entry(
    *, incident: Incident, ada: Person, bob: Person, dan: Person, eve: Person, now: datetime
) -> None:
    staffing.assign(incident, Role.SCRIBE, to=bob, by=bob, now=now)
    for allowed in (dan, ada, bob):
        timeline.may_change_entry(incident, dan.id, allowed)
    with pytest.raises(Refused, match="Only its author"):
        timeline.may_change_entry(incident, dan.id, eve)
