"""`channels test NAME`: a post to a channel's private target, for those who answer for it (REG-8, SEC-097)."""

from datetime import datetime, timedelta

from commands.call import Call
from incidents.channels import Channel
from incidents.errors import Refused
from storage import facts
from templates.card import Card
from templates.channel_test import test_post

MOST = 5
"""Tests within `WITHIN`, of all channels together."""
WITHIN = timedelta(minutes=1)
_LATELY = "channel_tests"


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
