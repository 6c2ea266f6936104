"""The manifest's permissions against what a whole incident really needs, in both privacy modes (SEC-150)."""

from pathlib import Path

import pytest
from whole_incident import everything, installed
from wire import Wire

from bot.slack.scopes import bot_scopes
from bot.slack.settings import Privacy

pytestmark = pytest.mark.timeout(60)


def refused(wire: Wire) -> set[str]:
    return {f"{call.method} {call.answer}" for call in wire.slack.ledger.calls() if call.answer == "missing_scope"}


@pytest.mark.parametrize("privacy", ["all", "commands"])
async def test_sec_150_a_whole_incident_needs_every_scope_of_the_manifest_and_no_other(
    tmp_path: Path, privacy: Privacy
) -> None:
    async with installed(tmp_path, privacy) as wire:
        await everything(wire, privacy)
        asked = set(bot_scopes(privacy))
        assert refused(wire) == set(), "missing"
        assert asked - wire.slack.app.used == set(), "unused"
        assert wire.slack.app.used - asked <= {"connections:write"}
