"""Events as timeline rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from gallery import ADA, BOB, DAN, kinds_of_events

from incidents.crisis_events import CrisisDeclared, CrisisEnded
from incidents.event import Event
from incidents.events import (
    Cancelled,
    Carried,
    CaughtUp,
    Closed,
    CommandHandedOver,
    Corrected,
    Declared,
    EntryMasked,
    EntryWithdrawn,
    HandoverAccepted,
    HandoverEnded,
    HandoverOffered,
    KeyMarked,
    MadeMajor,
    Noted,
    Objected,
    PageAcknowledged,
    Paged,
    PhaseChanged,
    Proposed,
    Reminded,
    Renamed,
    Reopened,
    Resolved,
    ReviewAssigned,
    RoleReleased,
    RoleTaken,
    SeverityChanged,
    Snoozed,
    TaskChanged,
    TaskGiven,
)
from incidents.person import CLOCK
from incidents.phase import Phase
from incidents.posting_events import PostingSkipped, UpdatePublished
from incidents.promise_events import DeadlinesRepaired, FoundSteady, ManagementTold, ReviewMoved
from incidents.records import Deadline, Page, Proposal, Task, Update
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage
from templates.entries import ROWS, Entry, entry

NOW = datetime(2031, 4, 2, 14, 5, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)

TASK = Task(number=2, person=BOB, text="look at the db", given_by=ADA, given_at=NOW, due_at=LATER)
PROPOSAL = Proposal(number=1, plan="use the spare line", by=ADA, until=LATER, executor=DAN)
PAGE = Page(number=3, people=(ADA, BOB), reason="no answer", by=ADA, at=NOW)
UPDATE = Update(
    number=1,
    stage=Stage.INVESTIGATING,
    title="Investigating",
    body="x" * 300,
    by=ADA,
    posted_at=NOW,
    next_update_at=LATER,
    template="investigating",
)
SOON = Deadline(name="update", due_at=NOW, wake_at=NOW)


def row(event: Event) -> tuple[str, str]:
    written = entry(event)
    assert written is not None
    return written.type, written.text


def noted(**more: object) -> Noted:
    values = {"at": NOW, "by": ADA, "kind": "note", "text": "hello", "happened_at": NOW} | more
    return Noted(**values)  # type: ignore[arg-type]


def test_every_kind_of_event_is_thought_of() -> None:
    kinds = set(kinds_of_events())
    assert kinds - {Noted, Corrected, EntryWithdrawn, EntryMasked, KeyMarked} == set(ROWS)


def test_a_note_keeps_its_kind_its_author_its_own_time_and_its_source() -> None:
    earlier = NOW - timedelta(minutes=30)
    event = noted(kind="finding", text="rate rose at 13:52", happened_at=earlier, source="web:message:17")
    assert entry(event) == Entry("finding", "rate rose at 13:52", ADA, earlier, source="web:message:17")


def test_a_decision_names_who_carries_it_out() -> None:
    assert row(noted(kind="decision", text="use the spare line", executor=DAN)) == (
        "decision",
        "use the spare line, executor Dan Dijkstra",
    )


def test_a_correction_refers_to_the_entry_it_is_about() -> None:
    corrected = Corrected(at=NOW, by=ADA, seq=5, old="13:55", text="13:57")
    assert entry(corrected) == Entry("correction", "corrected: 13:57", ADA, NOW, refers_to=5)
    withdrawn = EntryWithdrawn(at=NOW, by=ADA, seq=5, old="13:55", reason="another incident")
    assert entry(withdrawn) == Entry("correction", "withdrawn: another incident", ADA, NOW, refers_to=5)
    masked = EntryMasked(at=NOW, by=ADA, seq=5, words="13:55", reason="private", repeated=("13:55",))
    assert entry(masked) == Entry("correction", "masked: private", ADA, NOW, refers_to=5)
    for key, text in ((True, "key event"), (False, "no longer a key event")):
        marked = KeyMarked(at=NOW, by=ADA, seq=5, text="13:55", key=key)
        assert entry(marked) == Entry("correction", text, ADA, NOW, refers_to=5)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            Declared(at=NOW, by=ADA, severity=Severity.SEV2, title="Checkout", defaulted=True, titled=True),
            ("status", "Declared SEV-2 / P1, level chosen by Sitrep: Checkout"),
        ),
        (
            SeverityChanged(at=NOW, by=ADA, old=Severity.SEV3, new=Severity.SEV1, reason="all regions"),
            ("severity", "SEV-3 / P2 raised to SEV-1 / P0: all regions"),
        ),
        (
            SeverityChanged(at=NOW, by=ADA, old=Severity.SEV1, new=Severity.SEV3, reason=""),
            ("severity", "SEV-1 / P0 lowered to SEV-3 / P2"),
        ),
        (
            CrisisDeclared(at=NOW, by=ADA, level=3, old=2, reason="press"),
            ("severity", "Crisis declared, level 3 (high), before it was level 2: press"),
        ),
        (CrisisEnded(at=NOW, by=ADA, level=1, seconds=120), ("severity", "Crisis over, level 1 (low), after 2 min")),
        (MadeMajor(at=NOW, by=ADA), ("severity", "Major incident: it needs more than one team")),
        (RoleTaken(at=NOW, by=ADA, role=Role.IC, person=ADA), ("role", "Ada Lovelace is Incident Commander")),
        (
            RoleTaken(at=NOW, by=ADA, role=Role.SME, person=DAN, service="database", replaced=BOB),
            ("role", "Dan Dijkstra is Expert for database, in place of Bob Boole"),
        ),
        (
            HandoverEnded(at=NOW, by=BOB, to=BOB, declined=True),
            ("handover", "Bob Boole declined command; nothing changes"),
        ),
        (
            HandoverEnded(at=NOW, by=ADA, to=BOB, declined=False),
            ("handover", "Handover to Bob Boole called off; nothing changes"),
        ),
        (Renamed(at=NOW, by=ADA, old="a", new="b"), ("status", "Title changed from “a” to “b”")),
        (
            PhaseChanged(at=NOW, by=ADA, old=Phase.SIZE_UP, new=Phase.VERIFY),
            ("status", "Phase changed from size up to verify"),
        ),
        (
            RoleReleased(at=NOW, by=ADA, role=Role.SCRIBE, person=BOB),
            ("role", "Bob Boole is no longer Scribe"),
        ),
        (HandoverOffered(at=NOW, by=ADA, to=BOB), ("handover", "Command offered to Bob Boole")),
        (
            HandoverAccepted(at=NOW, by=BOB, old=ADA),
            ("handover", "Bob Boole accepted command; Ada Lovelace commands until the handover is done"),
        ),
        (
            CommandHandedOver(at=NOW, by=BOB, old=ADA, new=BOB),
            ("handover", "Command handed over from Ada Lovelace to Bob Boole"),
        ),
        (
            Proposed(at=NOW, by=ADA, proposal=PROPOSAL),
            ("poll", "Proposal 1: use the spare line, executor Dan Dijkstra"),
        ),
        (
            Objected(at=NOW, by=BOB, proposal=PROPOSAL, reason="data"),
            ("poll", "Strong objection to proposal 1 (use the spare line): data"),
        ),
        (PostingSkipped(at=NOW, by=ADA, reason="only staff"), ("decision", "No public post: only staff")),
        (Reopened(at=NOW, by=ADA, reason="back again"), ("status", "Reopened: back again")),
        (ReviewAssigned(at=NOW, by=ADA, owner=DAN), ("status", "Dan Dijkstra owns the review")),
        (Closed(at=NOW, by=ADA, severity=Severity.SEV2), ("status", "Closed at SEV-2 / P1")),
        (TaskGiven(at=NOW, by=ADA, task=TASK), ("task", "Task 2 for Bob Boole, 10 min: look at the db")),
        (
            TaskChanged(at=NOW, by=BOB, task=TASK, how="longer"),
            ("task", "Task 2 continued by Bob Boole, 10 min more: look at the db"),
        ),
        (
            TaskChanged(at=NOW, by=BOB, task=TASK, how="done", result="pool was full"),
            ("task", "Task 2 done by Bob Boole: pool was full"),
        ),
        (
            Carried(at=NOW, by=CLOCK, proposal=PROPOSAL),
            ("decision", "No strong objection, we do it: use the spare line, executor Dan Dijkstra"),
        ),
        (Paged(at=NOW, by=ADA, page=PAGE), ("page", "Page 3: called Ada Lovelace, Bob Boole: no answer")),
        (
            PageAcknowledged(at=NOW, by=BOB, page=PAGE, seconds=40),
            ("page", "Bob Boole answered page 3 after 40 s"),
        ),
        (
            Resolved(at=NOW, by=ADA, data_statement="No data was lost.", early_reason="load is back"),
            ("status", "Full recovery confirmed. No data was lost. Before the watch was over: load is back"),
        ),
        (
            Cancelled(at=NOW, by=ADA, reason="the probe was wrong", dismissed=True),
            ("status", "Report checked, no incident: the probe was wrong"),
        ),
    ],
)
def test_events_are_written_short_and_factual(event: Event, expected: tuple[str, str]) -> None:
    assert row(event) == expected


def test_a_post_is_repeated_up_to_200_characters_and_says_how_late_it_was() -> None:
    kind, text = row(UpdatePublished(at=NOW, by=ADA, update=UPDATE, old=None, reason="relapse", late_seconds=240))
    assert kind == "post"
    assert text == "Investigating posted, 4 min after its due time (relapse): " + "x" * 199 + "…"


def test_only_an_overdue_reminder_is_written_down() -> None:
    overdue = Reminded(at=NOW, by=CLOCK, deadline=SOON, minutes=5, audience=(ADA,))
    assert row(overdue) == ("callout", "Public update 5 min overdue")
    assert entry(Reminded(at=NOW, by=CLOCK, deadline=SOON, minutes=0, audience=(ADA,))) is None
    nagging = Reminded(at=NOW, by=CLOCK, deadline=replace(SOON, name="rotation"), minutes=30, audience=(ADA,))
    assert entry(nagging) is None


def test_cad_20_a_snooze_stands_on_the_record_with_its_reason() -> None:
    snoozed = Snoozed(at=NOW, by=ADA, deadline=SOON, reason="on the phone")
    assert row(snoozed) == ("callout", "Reminder of Public update put off for five minutes: on the phone")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (ManagementTold(at=NOW, by=ADA), ("status", "Management told how things stand")),
        (ManagementTold(at=NOW, by=ADA, text="half done"), ("status", "Management told how things stand: half done")),
        (FoundSteady(at=NOW, by=ADA), ("finding", "Not getting worse")),
        (
            DeadlinesRepaired(at=NOW, by=CLOCK, names=("task:2", "update")),
            ("callout", "Reminders that were missing are set again: Answer to task, Public update"),
        ),
        (ReviewMoved(at=NOW, by=ADA, step="ready"), ("status", "Review out for reading")),
        (ReviewMoved(at=NOW, by=ADA, step="held"), ("status", "Meeting of the review held")),
        (ReviewMoved(at=NOW, by=ADA, step="published"), ("status", "Report for customers published")),
    ],
)
def test_what_was_promised_is_written_down(event: Event, expected: tuple[str, str]) -> None:
    assert row(event) == expected


def test_an_absence_is_written_down_once() -> None:
    missed = Reminded(at=NOW, by=CLOCK, deadline=SOON, minutes=90, audience=(ADA,))
    assert row(CaughtUp(at=NOW, by=CLOCK, away_minutes=120, missed=(missed,))) == (
        "callout",
        "Sitrep was away for 2 h: Public update 1 h 30 min overdue",
    )
