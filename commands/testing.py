"""`channels test NAME`: a post to a channel's private target, for those who answer for it (REG-8, SEC-097)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from commands.call import Call
from incidents.channels import Channel
from incidents.errors import Refused
from storage import facts
from templates.card import Card
from templates.channel_test import test_post
from templates.house import House

MOST = 5
"""Tests within `WITHIN`, of all channels together."""
WITHIN = timedelta(minutes=1)
_LATELY = "channel_tests"
ARRIVED = "channel_tested:"
"""Begins the name under which it is noted that a test arrived, and whose."""


async def test(call: Call, channel: Channel) -> Card:
    """Nothing is sent when this raises Refused."""
    _may_test(call, channel)
    if channel.by == "hand":
        raise Refused(f"{channel.name} is posted to by hand: post something there yourself, then note it down.")
    if not channel.testable:
        raise Refused(
            f"{channel.name} has no private target, and a test must not reach customers. Name one in test_url_env."
        )
    await _not_too_often(call)
    call.unit.send(test_post(channel, call.settings.house, call.who, call.now), "publish")
    return Card(text=f"A test of {channel.name} is on its way to its private target. You are told what came of it.")


async def tested(c: AsyncConnection, house: House) -> House:
    """With the tests that arrived since the configuration was written (REG-8)."""
    known = await facts.get_all(c, [f"{ARRIVED}{channel.name}" for channel in house.channels])
    return replace(
        house, channels=tuple(newest(each, known.get(f"{ARRIVED}{each.name}", "")) for each in house.channels)
    )


def newest(channel: Channel, arrived: str) -> Channel:
    day, _, by = arrived.partition(" ")
    if not day or (channel.last_tested and channel.last_tested > date.fromisoformat(day)):
        return channel
    return replace(channel, last_tested=date.fromisoformat(day), tested_by=by)


async def remember(c: AsyncConnection, channel: str, by: str, now: datetime) -> None:
    """A test of it arrived."""
    await facts.put(c, f"{ARRIVED}{channel}", f"{now.date().isoformat()} {by}")


def _may_test(call: Call, channel: Channel) -> None:
    duty = call.settings.roster.duty_manager
    if call.who.id not in (channel.owner, channel.backup, duty.person.id if duty else ""):
        raise Refused(f"The owner of {channel.name}, their backup or the duty manager tests it.")


async def _not_too_often(call: Call) -> None:
    kept = (await facts.get(call.unit.c, _LATELY) or "").split()
    lately = [at for at in kept if call.now - datetime.fromisoformat(at) < WITHIN]
    if len(lately) >= MOST:
        raise Refused(f"{MOST} tests in a minute are enough. Try again in a minute.")
    await facts.put(call.unit.c, _LATELY, " ".join((*lately, call.now.isoformat())))
