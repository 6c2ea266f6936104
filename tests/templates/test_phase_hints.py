"""A phase suggests a public stage and never sets it (LIFE-9, LIFE-15)."""

from datetime import UTC, datetime

import pytest
from gallery import ADA

from incidents.declaring import declare
from incidents.events import PhaseChanged
from incidents.phase import Phase
from incidents.policy import Policy
from incidents.severity import Severity
from incidents.stage import Stage
from templates.announce import announce
from templates.house import House

NOW = datetime(2031, 4, 2, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("phase", "stage", "offered"),
    [
        (Phase.STABILISE, Stage.INVESTIGATING, ["Post identified"]),
        (Phase.STABILISE, Stage.IDENTIFIED, []),
        (Phase.VERIFY, Stage.IDENTIFIED, ["Post monitoring"]),
        (Phase.VERIFY, Stage.MONITORING, []),
        (Phase.SIZE_UP, Stage.INVESTIGATING, []),
        (Phase.SIZE_UP, None, []),
        (Phase.SIZE_UP, Stage.IDENTIFIED, ["Post investigating"]),
        (Phase.SIZE_UP, Stage.MONITORING, ["Post investigating"]),
    ],
)
def test_life_15_a_phase_offers_the_stage_that_goes_with_it(
    phase: Phase, stage: Stage | None, offered: list[str]
) -> None:
    incident = declare(id=1, title="Checkout", severity=Severity.SEV1, by=ADA, now=NOW, policy=Policy())
    incident.phase, incident.stage = phase, stage
    moved = PhaseChanged(at=NOW, by=ADA, old=Phase.SIZE_UP, new=phase)
    said = next(effect for effect in announce(incident, [moved], house=House(), now=NOW) if not effect.slot)
    assert said.card is not None
    assert [button.label for button in said.card.buttons] == offered
    assert incident.stage is stage
