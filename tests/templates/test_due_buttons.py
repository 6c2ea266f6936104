"""A reminder carries what does the thing: its button, a pause, somebody else (CAD-20)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from conversation import DAN
from gallery import NOW, running

from commands.words import VOCABULARY
from incidents.events import Reminded
from incidents.person import CLOCK
from incidents.policy import Duty
from incidents.promises import PROMISES
from incidents.records import Deadline
from templates import due

QUIET = {"proposal", "takeover", "rest"}
"""Told as what came of them, or with a button for each of its people."""
DECIDED = {"approval"}
"""Its buttons carry the text that waits."""


@pytest.mark.parametrize("kind", sorted(due.NAMES.keys() - QUIET - DECIDED))
def test_cad_20_every_reminder_has_the_button_that_does_the_thing(kind: str) -> None:
    incident = running()
    incident.policy = replace(incident.policy, regulatory=(Duty("Regulator", 72, DAN),))
    at = NOW + timedelta(minutes=10)
    owed = Deadline(kind if kind not in ("page", "task", "task-ack", "feedback", "legal") else f"{kind}:1", at, NOW)
    roles = incident.open_roles() if kind == "roles" else ()
    event = Reminded(at=NOW, by=CLOCK, deadline=owed, minutes=-10, audience=(), escalated=(), open_roles=roles)
    buttons = due.buttons(incident, event)
    assert buttons
    for button in buttons:
        assert VOCABULARY.meaning(button.says.split()[0]), button.says
    labels = [button.label for button in buttons]
    assert ("Snooze 5 min…" in labels) is (kind in PROMISES - {"page", "ic"})
    late = due.buttons(incident, replace(event, minutes=1))
    assert "Snooze 5 min…" not in [button.label for button in late]
    assert late[0] == buttons[0]
