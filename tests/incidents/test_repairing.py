"""What was lost is owed again, by how the incident stands (REL-132)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import publishing, repairing, rhythm, tasks
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.promise_events import DeadlinesRepaired
from incidents.records import NEVER, Draft, Wording
from incidents.severity import Severity
from incidents.stage import Stage

After = Callable[[float], datetime]
KEPT = {"callout", "executive", "rotation", "rest"}


def post(incident: Incident, by: Person, now: datetime) -> None:
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="text", by=by, now=now)


def test_rel_132_nothing_is_missing_where_everything_stands(incident: Incident, after: After) -> None:
    rhythm.keep(incident, now=after(0))
    assert repairing.missing(incident, now=after(1)) == ()
    repairing.repair(incident, now=after(1))
    assert incident.news == []


def test_rel_132_the_first_notice_is_owed_again_at_its_own_time(incident: Incident, after: After) -> None:
    incident.deadlines.clear()
    assert set(repairing.missing(incident, now=after(3))) == KEPT | {"first-notice"}
    assert incident.deadlines == {}, "looking changes nothing"
    repairing.repair(incident, now=after(3))
    owed = incident.deadlines["first-notice"]
    assert (owed.due_at, owed.wake_at) == (after(15), after(5))
    (told,) = incident.news
    assert isinstance(told, DeadlinesRepaired)
    assert set(told.names) == KEPT | {"first-notice"}


def test_rel_132_the_promised_update_is_owed_again_and_a_task_and_a_commander(
    declared: Callable[..., Incident], bob: Person, dan: Person, after: After
) -> None:
    incident = declared()
    post(incident, bob, after(0))
    tasks.give(incident, "look", to=dan, minutes=10, by=bob, now=after(0))
    incident.deadlines.clear()
    repairing.repair(incident, now=after(40))
    owed = {name: each.due_at for name, each in incident.deadlines.items()}
    assert (owed["update"], owed["task:1"], owed["ic"]) == (after(30), after(10), after(45))
    assert incident.deadlines["task:1"].wake_at == NEVER, "all has been said about it"
    assert incident.deadlines["update"].wake_at == after(45)
    repairing.repair(incident, now=after(41))
    assert len([event for event in incident.news if isinstance(event, DeadlinesRepaired)]) == 1


def test_rel_132_a_text_that_waits_is_owed_a_decision_again(incident: Incident, cleo: Person, after: After) -> None:
    incident.draft = Draft(1, Stage.INVESTIGATING, "text", {"en": Wording("", "")}, author=cleo, submitted_at=after(4))
    assert "approval" in repairing.missing(incident, now=after(4))


@pytest.mark.parametrize("how", ["triage", "withdrawn", "skipped", "over", "owes none"])
def test_rel_132_what_is_not_owed_is_not_set(incident: Incident, after: After, how: str) -> None:
    incident.deadlines.clear()
    if how == "triage":
        incident.phase = Phase.TRIAGE
    elif how == "withdrawn":
        incident.stage = Stage.WITHDRAWN
    elif how == "skipped":
        incident.skipped_post = "only a test"
    elif how == "over":
        incident.phase = Phase.CLOSED
    else:
        incident.severity = Severity.SEV4
    assert not {"update", "first-notice"} & set(repairing.missing(incident, now=after(1)))


def test_svr_6_a_notice_that_a_relapse_brought_stands_instead_of_an_update(
    incident: Incident, cleo: Person, after: After
) -> None:
    post(incident, cleo, after(0))
    owed = incident.deadlines.pop("update")
    incident.deadlines["first-notice"] = replace(owed, name="first-notice")
    assert "update" not in repairing.missing(incident, now=after(1))
