"""Slack gave a channel another id, as it does when it becomes shared: its incident goes with it (REL-057)."""

import structlog

from bot.slack import payload
from bot.slack.listen import Ears
from bot.slack.payload import Payload
from storage import moves

log = structlog.get_logger()

PLATFORM = "slack"


async def follow(ears: Ears, event: Payload) -> None:
    """The event `channel_id_changed`. Told again, it changes nothing."""
    old, new = payload.id_of(event, "old_channel_id"), payload.id_of(event, "new_channel_id")
    if not (old and new) or old == new:
        return
    async with ears.database.begin() as c:
        incidents = await moves.incidents_in(c, PLATFORM, f"slack:{old}")
        if await moves.incidents_in(c, PLATFORM, f"slack:{new}"):
            log.warning("moved onto another incident's room", action="slack_not_moved", channel=old, to=new)
            return
        await moves.rooms(c, PLATFORM, f"slack:{old}", f"slack:{new}")
        await moves.messages(c, PLATFORM, old, new)
    log.info("channel has another id", action="slack_moved", channel=old, to=new, incidents=incidents)
