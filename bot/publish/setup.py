"""From the configuration to the channels that Sitrep posts to by itself."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import structlog

from bot.mistake import Mistake
from bot.publish import http
from bot.publish.settings import Outbound, Way
from scheduler.outlets import TEST, Publisher
from scheduler.overhearing import Feed

log = structlog.get_logger()


@asynccontextmanager
async def publishers(outbound: Outbound) -> AsyncIterator[Mapping[str, Publisher]]:
    """What cannot be set up is left out and logged: its posts then go to a person, and `sitrep doctor` says why."""
    async with http.session(outbound.egress) as shared:
        found: dict[str, Publisher] = {}
        for name, way in _targets(outbound):
            try:
                found[name] = publisher(way, outbound, shared)
            except Mistake as mistake:
                log.error("a channel cannot be used", action="channel_unusable", channel=name, reason=str(mistake))
        yield found


@asynccontextmanager
async def feeds(outbound: Outbound) -> AsyncIterator[Mapping[str, Feed]]:
    """Where the public writes. What cannot be set up is left out and logged; `sitrep doctor` says why (CHN-8)."""
    from bot.publish.replies import PublicReplies

    async with http.session(outbound.egress) as shared:
        found: dict[str, Feed] = {}
        for name, way in outbound.replies.items():
            try:
                found[name] = PublicReplies(way.secret, outbound.egress, shared)
            except Mistake as mistake:
                log.error("replies cannot be read", action="replies_unusable", feed=name, reason=str(mistake))
        yield found


def _targets(outbound: Outbound) -> Iterator[tuple[str, Way]]:
    """Every channel, and the private target of its tests where it has one."""
    for name, way in outbound.ways.items():
        yield name, way
        if way.test:
            yield f"{TEST}{name}", replace(way, secret=way.test)


def alarm(outbound: Outbound) -> Callable[[str, str], Awaitable[None]] | None:
    """To those who look after Sitrep, None where no address is set or it is a wrong one; `sitrep doctor` says why."""
    if not outbound.alarm:
        return None
    from bot.publish.apprise_ import AppriseChannel, threads

    try:
        return AppriseChannel(outbound.alarm, outbound.egress, threads()).tell
    except Mistake as mistake:
        log.error("nobody can be alarmed", action="alarm_unusable", reason=str(mistake))
        return None


def publisher(way: Way, outbound: Outbound, shared: aiohttp.ClientSession) -> Publisher:
    """Raises Mistake with what is wrong with it, never with the secret itself."""
    if not way.secret:
        raise Mistake(f"the variable {way.variable} is not set" if way.variable else "no url_env is configured")
    if way.by == "statuspage":
        from bot.publish.statuspage import Page, Statuspage

        return Statuspage(Page(way.page, way.secret, way.api_url, way.components), shared)
    if way.by == "webhook":
        from bot.publish.webhook import Webhook

        return Webhook(way.secret, way.key, outbound.egress, shared)
    from bot.publish.apprise_ import AppriseChannel, threads

    return AppriseChannel(way.secret, outbound.egress, threads())
