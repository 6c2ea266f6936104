"""Fewer posts while it takes long (CAD-13)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import declaring, ending, long_running
from incidents.ending import Recovery
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Draft, Wording
from incidents.severity import Severity
from incidents.stage import Stage

At = Callable[[float], datetime]


def longer(by: Person, now: datetime, every: int = 0) -> Draft:
    return Draft(0, Stage.INVESTIGATING, "STG-20", {"en": Wording("", "")}, by, now, kind="long", every=every)


@pytest.mark.parametrize(
    "case",
    [
        (59.5, 0, "60 min after the start, in 1 min"),
        (60, 120, "Fewer posts come 120 min after the start, in 60 min"),
        (180, 241, "at least every 240 min"),
    ],
)
def test_cad_13_too_early_or_too_seldom(
    led: Callable[..., Incident], ada: Person, after: At, case: tuple[float, int, str]
) -> None:
    incident, (minutes, every, why) = led(), case
    with pytest.raises(Refused, match=why):
        long_running.lengthen(incident, longer(ada, after(minutes), every), ada, now=after(minutes))
    assert incident.long_cadence == 0


def test_cad_13_after_an_hour_it_may_be_announced(led: Callable[..., Incident], cleo: Person, after: At) -> None:
    incident = led()
    long_running.lengthen(incident, longer(cleo, after(60)), cleo, now=after(60))
    assert incident.cadence(after(60)) == 30
    other = replace(longer(cleo, after(0)), kind="scoping")
    long_running.lengthen(incident, other, cleo, now=after(0))


def test_cad_13_the_commander_decides_on_fewer_posts(
    led: Callable[..., Incident], ada: Person, cleo: Person, after: At
) -> None:
    incident, draft = led(), longer(cleo, after(120), 180)
    with pytest.raises(Refused, match="for the Incident Commander to decide"):
        long_running.lengthen(incident, draft, cleo, now=after(120))
    long_running.lengthen(incident, draft, cleo, ada, now=after(120))
    assert incident.cadence(after(120)) == 180


def test_cad_13_it_ends_when_it_gets_worse_or_comes_back(led: Callable[..., Incident], ada: Person, after: At) -> None:
    incident = led(severity=Severity.SEV2)
    incident.long_cadence = 180
    declaring.set_severity(incident, Severity.SEV3, reason="few", by=ada, now=after(130))
    assert incident.long_cadence == 180
    assert incident.cadence(after(130)) == 240, "never more often than the level asks for"
    declaring.set_severity(incident, Severity.SEV1, reason="", by=ada, now=after(140))
    assert incident.long_cadence == 0
    incident.long_cadence = 180
    recovered = Recovery(
        impact_ended=True, recovered=True, confident=True, data_statement="No data was lost.", early_reason="checked"
    )
    ending.resolve(incident, recovered, by=ada, now=after(150))
    ending.reopen(incident, reason="it came back", by=ada, now=after(160))
    assert incident.long_cadence == 0
    incident.severity = Severity.SEV5
    incident.long_cadence = 60
    assert incident.cadence(after(160)) is None
