"""Whether Sitrep can post to a channel, as it is configured (REG-6, REG-9)."""

from dataclasses import replace

from bot.publish.settings import Outbound
from incidents.channels import Channel
from templates.house import House


def broken(channel: Channel, outbound: Outbound) -> str:
    """Why Sitrep cannot post there, empty when it can; the secret is never repeated."""
    way = outbound.ways.get(channel.name)
    if way is None:
        return ""
    if not way.secret:
        return f"{way.variable} is not set, so its posts go to a person"
    # What these two need takes its time to load, and most words of the command line only read the file.
    if way.by == "webhook":
        from bot.publish import webhook

        why = webhook.trouble(way.secret, way.key, outbound.egress)
    elif way.by == "apprise":
        from bot.publish.apprise_ import trouble

        why = trouble(way.secret, outbound.egress)
    else:
        why = ""
    return f"{way.variable} {why}" if why else ""


def examined(house: House, outbound: Outbound) -> House:
    """With what keeps Sitrep from posting to each of its channels."""
    return replace(house, channels=tuple(replace(each, broken=broken(each, outbound)) for each in house.channels))
