"""From the configuration to Sitrep's side of Slack."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from bot.config import Config
from bot.publish.setup import alarm
from commands.run import Door
from storage.database import Database

if TYPE_CHECKING:
    from bot.slack.app import Slack


@asynccontextmanager
async def slack(config: Config, database: Database, now: Callable[[], datetime]) -> "AsyncIterator[Slack | None]":
    """None where there is no token. Raises Mistake when Slack is only half configured (SEC-008)."""
    if config.slack is None:
        yield None
        return
    # Half a second and 20 MB, which an installation without Slack does not need.
    from bot.slack import calls
    from bot.slack.app import Slack
    from bot.slack.settings import ready

    ready(config.slack)
    async with calls.session() as session:
        send = alarm(config.outbound)
        yield Slack(config.slack, config.settings.house, database, session, now=now, send=send)


@asynccontextmanager
async def hearing(side: "Slack | None", door: Door) -> AsyncIterator[None]:
    """What people say in Slack is heard inside the block, as long as the web room serves."""
    if side is None:
        yield
        return
    side.hears(door)
    async with side.running():
        yield
