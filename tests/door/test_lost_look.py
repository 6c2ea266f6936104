"""When even the look at what became of a line fails, its speaker is told the truth: say it again (REL-105)."""

import pytest
from conversation import DAN
from crash.world import World
from sqlalchemy.exc import IntegrityError, OperationalError

from storage import heard


async def test_rel_105_a_line_whose_fate_cannot_be_read_is_answered_as_failed_and_may_be_said_again(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulation found it (seed 3): the error went past the door, and the speaker got no answer at all."""
    room = await here.declares()
    with monkeypatch.context() as broken:

        async def stored_already(*_: object) -> None:
            raise IntegrityError("insert", {}, Exception("unique"))

        async def away(*_: object) -> None:
            raise OperationalError("select", {}, Exception("disk I/O error"))

        broken.setattr(heard, "add", stored_already)
        broken.setattr(heard, "before", away)
        answer = await here.says(DAN, "!note deploy 7431", room=room, delivery="d1")
    assert (answer.failed, answer.refused) == (True, True)
    assert not (await here.says(DAN, "!note deploy 7431", room=room, delivery="d1")).refused
    assert [entry.text for entry in await here.timeline() if entry.type == "note"] == ["deploy 7431"]
