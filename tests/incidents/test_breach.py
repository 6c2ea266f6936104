"""After a confirmed breach: what the law asks for, and the statement on security (CAD-24e, CAD-25, SEC-21)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import breach, escalation, publishing, reminding, rhythm
from incidents.errors import Refused
from incidents.events import CaughtUp, Reminded
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Approval, Approvers, Duty, Policy
from incidents.promise_events import BreachConfirmed, DutyMet
from incidents.records import OnCall
from incidents.severity import Severity
from incidents.stage import Stage

After = Callable[[float], datetime]
HOUR, DAY = 60, 24 * 60


@pytest.fixture
def breached(led: Callable[..., Incident], ada: Person, dan: Person, now: datetime) -> Incident:
    """Ada commands; Dan answers to the regulator, in 72 hours, and in 24 where personal data is concerned."""
    duties = (Duty("Regulator", 72, dan), Duty("Data protection", 24, dan, trigger="personal data"))
    incident = led(Severity.SEV2, policy=Policy(regulatory=duties))
    breach.confirm(incident, breach.ANY, by=ada, now=now)
    rhythm.keep(incident, now=now)
    incident.news.clear()
    return incident


def due(incident: Incident) -> dict[str, datetime]:
    return {name: each.due_at for name, each in incident.deadlines.items() if each.kind in breach.CONFIDENTIAL}


def said(incident: Incident, now: datetime) -> list[tuple[str, int, tuple[str, ...]]]:
    """What the clock says of it: name, minutes, and who is named."""
    reminding.remind(incident, now=now)
    news, incident.news = incident.news, []
    return [
        (each.deadline.name, each.minutes, tuple(one.name for one in (*each.audience, *each.escalated)))
        for each in news
        if isinstance(each, Reminded) and each.deadline.kind in breach.CONFIDENTIAL
    ]


def test_cad_25_hours_count_from_the_confirmed_breach_each_kind_from_its_own(
    breached: Incident, dan: Person, after: After
) -> None:
    assert due(breached) == {"legal:1": after(72 * HOUR), "statement": after(4 * DAY)}
    breach.confirm(breached, "personal data", by=dan, now=after(10 * HOUR))
    rhythm.keep(breached, now=after(10 * HOUR))
    assert due(breached)["legal:2"] == after(34 * HOUR)
    assert due(breached)["legal:1"] == after(72 * HOUR)
    assert [each.trigger for each in breached.news if isinstance(each, BreachConfirmed)] == ["personal data"]


def test_cad_25_there_is_none_by_default_and_nothing_before_the_breach(
    led: Callable[..., Incident], now: datetime
) -> None:
    assert Policy().regulatory == ()
    quiet = led()
    rhythm.keep(quiet, now=now)
    assert due(quiet) == {}
    assert breach.statement_due(quiet) is None


@pytest.mark.parametrize(
    ("trigger", "why"), [("breach", "confirmed already"), ("aliens", "There are: breach, personal data")]
)
def test_cad_25_what_is_confirmed_is_a_kind_that_is_known_and_said_once(
    breached: Incident, ada: Person, now: datetime, trigger: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        breach.confirm(breached, trigger, by=ada, now=now)


def test_cad_25_only_command_and_legal_speak_of_it(breached: Incident, cleo: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Whoever commands says that"):
        breach.confirm(breached, "personal data", by=cleo, now=now)
    with pytest.raises(Refused, match="Whoever commands says that"):
        breach.meet(breached, 1, by=cleo, now=now)
    assert not breach.knows(breached, cleo)
    assert not breach.knows(breached, None)


def test_cad_25_legal_and_command_are_reminded_half_way_and_until_it_is_done(
    breached: Incident, dan: Person, after: After
) -> None:
    assert said(breached, after(36 * HOUR)) == [("legal:1", -36 * HOUR, ("Dan", "Ada"))]
    assert [minutes for hour in (54, 71, 72, 76) for _, minutes, _ in said(breached, after(hour * HOUR))] == [
        -18 * HOUR,
        # SEC-21: the second day is over when the first whole look after it comes.
        -48 * HOUR + 6 * HOUR,
        -HOUR,
        0,
        4 * HOUR,
    ]
    breach.meet(breached, 1, by=dan, now=after(77 * HOUR))
    rhythm.keep(breached, now=after(77 * HOUR))
    assert "legal:1" not in due(breached)
    assert [each.number for each in breached.news if isinstance(each, DutyMet)] == [1]
    with pytest.raises(Refused, match="no such duty"):
        breach.meet(breached, 1, by=dan, now=after(78 * HOUR))


def test_cad_25_it_stays_owed_when_the_incident_is_over_and_while_nobody_commands(
    breached: Incident, after: After
) -> None:
    breached.holders.clear()
    breached.phase = breached.phase.CLOSED
    breached.deadlines.clear()
    rhythm.keep(breached, now=after(0))
    assert said(breached, after(36 * HOUR)) == [("legal:1", -36 * HOUR, ("Dan",))]


def test_cad_25_after_an_absence_its_people_hear_of_it_and_the_room_does_not(breached: Incident, after: After) -> None:
    reminding.remind(breached, now=after(37 * HOUR))
    missed = [each for event in breached.news if isinstance(event, CaughtUp) for each in event.missed]
    assert missed
    assert not any(each.deadline.kind in breach.CONFIDENTIAL for each in missed)
    assert [each.deadline.name for each in breached.news if isinstance(each, Reminded)] == ["legal:1"]
    breached.news.clear()
    breached.deadlines = {name: each for name, each in breached.deadlines.items() if name == "legal:1"}
    reminding.remind(breached, now=after(60 * HOUR))
    assert [type(event) for event in breached.news] == [Reminded]


def test_cad_25_it_is_not_snoozed_before_the_room(breached: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="no such reminder"):
        reminding.snooze(breached, "legal:1", reason="busy", by=ada, now=now)


def test_cad_24e_the_statement_is_asked_for_on_day_two_and_on_day_four_above(
    breached: Incident, eve: Person, after: After
) -> None:
    breached.on_call = OnCall(duty_manager=eve)
    breached.deadlines = {"statement": breached.deadlines["statement"]}
    assert said(breached, after(2 * DAY)) == [("statement", -2 * DAY, ("Cleo",))]
    assert said(breached, after(4 * DAY)) == [("statement", 0, ("Cleo", "Eve"))]
    # From then on each working day, when people begin.
    assert breached.deadlines["statement"].wake_at == datetime.fromisoformat("2031-04-07T09:00+00:00")


def test_cad_24e_legal_and_communications_write_it_where_they_are_named(
    breached: Incident, ada: Person, bob: Person, eve: Person, after: After
) -> None:
    both = {"legal": Approvers(people=(eve,)), "communications": Approvers(people=(bob, eve))}
    breached.policy = replace(breached.policy, approval=Approval(security=both))
    assert escalation.audience(breached, breached.deadlines["statement"]) == (eve, bob)
    breach.meet(breached, 0, by=bob, now=after(DAY))
    rhythm.keep(breached, now=after(DAY))
    assert "statement" not in breached.deadlines
    with pytest.raises(Refused, match="out already"):
        breach.meet(breached, 0, by=ada, now=after(DAY))


def test_cad_24e_nothing_is_met_before_it_is_confirmed(
    led: Callable[..., Incident], ada: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="no such duty"):
        breach.meet(led(), 0, by=ada, now=now)


def test_cad_8_whoever_may_not_skip_is_told_before_any_question(incident: Incident, ada: Person) -> None:
    """A SEV-1 is always posted, whatever its commander answers."""
    with pytest.raises(Refused, match="always posted"):
        publishing.may_skip(incident, by=ada)


def test_cad_17_the_smaller_the_scope_the_fewer_the_posts_and_each_keeps_its_substance(
    led: Callable[..., Incident], cleo: Person, after: After
) -> None:
    """SEV-1, SEV-2 and SEV-3 post at ever longer intervals, and nothing without news goes out between them."""
    spans = []
    for severity in (Severity.SEV1, Severity.SEV2, Severity.SEV3):
        incident = led(severity)
        spans.append(incident.cadence(after(1)))
        first = {"title": "", "body": "", "by": cleo, "template": "STG-10"}
        publishing.publish(incident, Stage.INVESTIGATING, **first, now=after(1))  # type: ignore[arg-type]
        with pytest.raises(Refused):
            publishing.publish(incident, Stage.INVESTIGATING, **first | {"template": publishing.NO_NEWS}, now=after(3))  # type: ignore[arg-type]
    assert spans == [30, 60, 240]
