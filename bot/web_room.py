"""The web room of a server, ready to be listened for."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from aiohttp import web

from bot.config import Config
from bot.opening import signing_key
from bot.web.app import Demo, WebConfig, make_app
from storage.database import Database

if TYPE_CHECKING:
    from bot.serve import Server

_LAST_ANSWER = 3.0


async def web_room(
    database: Database,
    config: Config,
    server: "Server",
    now: Callable[[], datetime],
    demo: Demo | None,
) -> web.AppRunner:
    house = config.settings.house
    site = WebConfig(
        base_url=house.base_url,
        host=config.host,
        port=config.port,
        zone=house.zone,
        key=await signing_key(database, config),
        organisation=house.organisation,
        pin_emoji=config.settings.pin_emoji,
        trusted_proxies=config.trusted_proxies,
        key_emoji=config.settings.key_emoji,
        metrics_token=config.metrics_token,
    )
    core = server.core
    guests = server.slack.routes() if server.slack else {}
    app = make_app(
        database=database,
        door=core.door,
        live=core.live,
        config=site,
        clock=now,
        demo=demo,
        guests=guests,
        troubles=server.troubles,
        public=server.public if config.public.page else None,
        metrics=server.figures if server.metrics else None,
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_LAST_ANSWER)
    await runner.setup()
    return runner
