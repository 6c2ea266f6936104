"""A storm of messages, some of them told twice: nothing lost, nothing doubled, Slack answered in time."""

import asyncio
import json
import random
import time
from dataclasses import dataclass

from benchmarks.figure import Figure
from benchmarks.slack_load import Load, Outcome, send
from benchmarks.slack_serving import Beside, sitrep_in_slack
from benchmarks.stage import percentile

CONNECTIONS = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands on the timeline after the storm."""

    lost: int
    doubled: int


async def measure(*, events: int = 10_000, seconds: float = 10.0, again: float = 0.05) -> list[Figure]:
    """``again`` is the share of the events that Slack sends a second time."""
    async with sitrep_in_slack() as beside:
        outcome, kept = await _storm(beside, events, seconds, again)
    return [
        Figure("slack-events-lost", kept.lost, "events", 0, "lower"),
        Figure("slack-events-doubled", kept.doubled, "events", 0, "lower"),
        Figure("slack-events-p99", 1000 * percentile(outcome.latencies, 0.99), "ms", 500, "lower"),
        Figure("slack-events-max", 1000 * max(outcome.latencies), "ms", 2500, "lower"),
    ]


async def _storm(beside: Beside, events: int, seconds: float, again: float) -> tuple[Outcome, Kept]:
    room, thread = await declared(beside)
    began = time.time()
    stamps = [f"{began + number / 1e4:.6f}" for number in range(events)]
    bodies = [message(beside, room, thread, stamp) for stamp in stamps]
    due = [seconds * number / events for number in range(events)]
    # What is told again comes while the first telling may still be under way, or up to two seconds later.
    chance = random.Random(11)
    twice = chance.sample(range(events), int(again * events))
    first = [(at, body, False) for at, body in zip(due, bodies, strict=True)]
    sent = sorted(first + [(due[number] + chance.uniform(0, 2), bodies[number], True) for number in twice])
    outcome = await send(
        Load(
            beside.port,
            CONNECTIONS,
            beside.slack.app["signing_secret"],
            [body for _, body, _ in sent],
            kind="application/json",
            due=[at for at, _, _ in sent],
            retries=[number for number, (_, _, retry) in enumerate(sent) if retry],
        )
    )
    assert outcome.statuses == {"200": len(sent)}, outcome.statuses
    return outcome, _kept(beside, {f"slack:{room}:{stamp}" for stamp in stamps})


def _kept(beside: Beside, sources: set[str]) -> Kept:
    found = [source for (source,) in beside.rows("select source from timeline") if source in sources]
    return Kept(len(sources - set(found)), len(found) - len(set(found)))


async def declared(beside: Beside) -> tuple[str, str]:
    """The channel of an incident, and its timeline thread."""
    await beside.slack.do("ada", "slash", "#general", "/incident sev2 Checkout returns 500s")
    query = "select ref from posted where platform = 'slack' and slot = 'timeline'"
    async with asyncio.timeout(30):
        while not (found := beside.rows(query)):
            await asyncio.sleep(0.1)
    channel, ts, *_ = str(found[0][0]).split(":")
    return channel, ts


def message(beside: Beside, room: str, thread: str, ts: str) -> str:
    app = beside.slack.app
    text = "the error rate of checkout is falling since the rollback"
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    event = {
        "type": "message",
        "user": beside.users["bob"],
        "ts": ts,
        "client_msg_id": ts,
        "text": text,
        "team": app["team_id"],
        "thread_ts": thread,
        "parent_user_id": app["user_id"],
        "blocks": [{"type": "rich_text", "block_id": "rich", "elements": [section]}],
        "channel": room,
        "event_ts": ts,
        "channel_type": "channel",
    }
    return json.dumps(
        {
            "token": "legacy",
            "team_id": app["team_id"],
            "context_team_id": app["team_id"],
            "context_enterprise_id": None,
            "api_app_id": app["app_id"],
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{ts.replace('.', '')}",
            "event_time": int(float(ts)),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": app["team_id"],
                    "user_id": app["user_id"],
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
    )
