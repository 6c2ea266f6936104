"""What a fake provider does wrong, once per entry, in order."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

Fault = Literal["refuse", "fail", "busy", "reply lost", "hang", "redirect", "endless"]


@dataclass
class Faults:
    """``slow`` is what every answer takes, in seconds. An `ok` lets one request through before the next fault."""

    plan: list[Fault | Literal["ok"]] = field(default_factory=list)
    slow: float = 0.0
    elsewhere: str = ""
    busy_for: str = "2"
    losing: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def before(self) -> web.StreamResponse | None:
        """The answer of a fault that keeps the request from taking effect."""
        await asyncio.sleep(self.slow)
        fault = self.plan[0] if self.plan else "ok"
        self.plan = self.plan[1:]
        self.losing = fault == "reply lost"
        if fault == "hang":
            await self.gone.wait()
        answers = {"refuse": 403, "fail": 503}
        if fault in answers:
            return web.Response(status=answers[fault])
        if fault == "busy":
            return web.Response(status=429, headers={"Retry-After": self.busy_for})
        return web.Response(status=307, headers={"Location": self.elsewhere}) if fault == "redirect" else None

    def after(self, request: web.Request) -> None:
        """It took effect; the answer may be lost on its way."""
        if self.losing and request.transport:
            request.transport.abort()
        self.losing = False
