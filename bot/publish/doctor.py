"""What is lacking at each channel: owner, access note, a test in the last 90 days, a way to it (REG-9)."""

from collections.abc import Iterator
from datetime import date

from bot.publish import webhook
from bot.publish.apprise_ import trouble
from bot.publish.settings import Outbound
from incidents.channels import Channel

STALE = 90
"""Days after which a channel should be tested again."""


def lacking(channel: Channel, today: date) -> Iterator[str]:
    """A sentence for each thing an organisation has not written down yet."""
    if not channel.owner:
        yield "has no owner"
    if not channel.access:
        yield "has no access note, so somebody would have to search for the login"
    if channel.last_tested is None:
        yield "was never tested"
    elif (days := (today - channel.last_tested).days) > STALE:
        yield f"was last tested {days} days ago"


def broken(channel: Channel, outbound: Outbound) -> str:
    """Why Sitrep cannot post there, empty when it can; the secret is never repeated."""
    way = outbound.ways.get(channel.name)
    if way is None:
        return ""
    if not way.secret:
        return f"{way.variable} is not set, so its posts go to a person"
    if way.by == "webhook" and (why := webhook.trouble(way.secret, way.key, outbound.egress)):
        return f"{way.variable} {why}"
    if way.by == "apprise" and (why := trouble(way.secret, outbound.egress)):
        return f"{way.variable} {why}"
    return ""
