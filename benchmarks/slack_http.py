"""A signed `/incident note …` through the HTTP route, beside a bare Bolt handler that commits one row."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from fakes.slack.remote import remote_slack

from benchmarks.figure import Figure
from benchmarks.slack_load import Load, Outcome, send
from benchmarks.slack_sides import ROOM, SIDES, App, side
from benchmarks.stage import percentile

GOALS = {1: 0.5, 10: 0.7, 50: 0.7}
"""By the number of connections."""

Turns = dict[str, list[Outcome]]


async def measure(*, rounds: int = 7, requests: int = 1000) -> list[Figure]:
    """``requests`` in each turn, a third of them where one follows the other."""
    async with AsyncExitStack() as stack:
        two = await _two(stack)
        found = {connections: await _beside(two, connections, rounds, requests) for connections in GOALS}
    figures = [
        Figure(f"slack-http-{many}", _ratio(turns), "ratio", GOALS[many], "higher") for many, turns in found.items()
    ]
    slowest = max(_p99(turns["sitrep"]) / _p99(turns["bare"]) for turns in found.values())
    return [*figures, Figure("slack-http-p99-ratio", slowest, "ratio", 2, "lower")]


@dataclass(frozen=True, slots=True)
class Two:
    """Both servers. Every command has a number of its own."""

    app: App
    user: str
    ports: dict[str, int]
    numbers: Iterator[int]


async def _two(stack: AsyncExitStack) -> Two:
    folder = Path(stack.enter_context(TemporaryDirectory()))
    slack = await stack.enter_async_context(remote_slack())
    user = (await slack.ask("person", handle="ada"))["id"]
    ports = {name: await stack.enter_async_context(side(name, slack.app, folder)) for name in SIDES}
    return Two(slack.app, user, ports, count())


async def _beside(two: Two, connections: int, rounds: int, requests: int) -> Turns:
    """In turns, after one that warms both."""
    found: Turns = defaultdict(list)
    many = max(connections, requests // 3 if connections == 1 else requests)
    for number in range(rounds + 1):
        for name, port in two.ports.items():
            bodies = [_command(two, each) for each in islice(two.numbers, many)]
            outcome = await send(Load(port, connections, two.app["signing_secret"], bodies))
            assert outcome.statuses == {"200": many}, outcome.statuses
            if number:
                found[name].append(outcome)
    return found


def _ratio(turns: Turns) -> float:
    """Rates of turns that followed each other; the median, since the machine does other things too."""
    return median(ours.rate / bare.rate for ours, bare in zip(turns["sitrep"], turns["bare"], strict=True))


def _p99(turns: list[Outcome]) -> float:
    return median(percentile(turn.latencies, 0.99) for turn in turns)


def _command(two: Two, number: int) -> str:
    app = two.app
    return urlencode(
        {
            "token": "legacy",
            "team_id": app["team_id"],
            "team_domain": "example",
            "channel_id": ROOM,
            "channel_name": "inc-1-checkout-returns-500s",
            "user_id": two.user,
            "user_name": "ada",
            "command": "/incident",
            "text": f"note {number} the error rate of checkout is falling since the rollback",
            "api_app_id": app["app_id"],
            "is_enterprise_install": "false",
            "response_url": f"https://hooks.slack.com/commands/{app['team_id']}/{number}",
            "trigger_id": f"{number}.0123456789.abcdef0123456789",
        }
    )
