"""How long a declarer waits for a usable channel when Slack takes 150 ms for each answer: everything over the wire."""

import asyncio
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.figure import Figure
from benchmarks.slack_serving import Beside, sitrep_in_slack

BURST = 5
"""Messages that the stand-in lets through at once in a channel; Slack calls its own bursts generous."""


async def measure(*, rounds: int = 7, call: float = 0.15) -> list[Figure]:
    """``call`` is what Slack takes for an answer, in seconds."""
    async with sitrep_in_slack() as beside:
        await beside.slack.ask("limits", burst=BURST, tiers=False)
        await beside.slack.ask("fault", kind="delay", seconds=call, times=None)
        # The first one looks up who is on call.
        seen = [await _declare(beside, number) for number in range(rounds + 1)][1:]
    return [
        Figure("slack-declare-usable-ms", 1000 * median(each.usable for each in seen), "ms", 600, "lower"),
        Figure("slack-declare-all-ms", 1000 * median(each.all for each in seen), "ms", 1500, "lower"),
    ]


@dataclass(frozen=True, slots=True)
class Declared:
    """Seconds from sending the command."""

    usable: float
    all: float


async def _declare(beside: Beside, number: int) -> Declared:
    before = len(await beside.slack.ledger())
    began = (await beside.slack.ask("clock"))["now"]
    await beside.slack.do("dan", "slash", "#general", f"/incident sev1 Checkout {number} returns 500s")
    await _everything_left(beside)
    effects = (await beside.slack.ledger())[before:]
    invited = [each["at"] for each in effects if each["kind"] == "invite" and each["user"] == "dan"]
    assert invited, effects
    cards = [each["at"] for each in effects if each["kind"] in ("message", "pin", "topic")]
    return Declared(invited[0] - began, max(cards) - began)


async def _everything_left(beside: Beside) -> None:
    async with asyncio.timeout(60):
        while _waiting(beside):
            await asyncio.sleep(0.05)


def _waiting(beside: Beside) -> Any:
    return beside.rows("select 1 from outbox where state = 'pending' limit 1")
