"""A receiver of webhooks: keeps what arrived on each path."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from fakes.publishers.faults import Faults


class Hooks:
    """``got`` is the ledger: (path, what was posted), in order; ``raw`` are the headers and bytes beside it."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Any]] = []
        self.raw: list[tuple[Mapping[str, str], bytes]] = []
        self.faults = Faults()
        self.base = ""

    def url(self, path: str = "hook") -> str:
        return f"{self.base.replace('http:', 'json:')}/{path}"

    async def hear(self, request: web.Request) -> web.StreamResponse:
        if (answer := await self.faults.before(request)) is not None:
            return answer
        self.got.append((request.path.strip("/"), await request.json()))
        self.raw.append((request.headers, await request.read()))
        self.faults.after(request)
        return web.json_response({"ok": True})


@asynccontextmanager
async def hooks() -> AsyncIterator[Hooks]:
    made = Hooks()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.hear)
    async with served(app) as base:
        made.base = base
        try:
            yield made
        finally:
            made.faults.gone.set()


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
