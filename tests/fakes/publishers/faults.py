"""A fake provider's plan: the one language, as answers of an HTTP server."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web
from fakes.plan import Outcome, Plan


@dataclass
class Faults:
    """``slow`` is what every answer takes, in seconds. Each request is a `post`.

    An answer may be a status, or `elsewhere`, which leads to that address.
    """

    plan: Plan = field(default_factory=Plan)
    slow: float = 0.0
    elsewhere: str = ""
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    _lost: list[web.Request] = field(default_factory=list)

    async def before(self, request: web.Request) -> web.StreamResponse | None:
        """The answer of a fault that keeps the request from taking effect."""
        fault = self.plan.meet("post")
        await asyncio.sleep(self.slow + (fault.seconds if fault and fault.works else 0))
        if fault and fault.kind == "reply lost":
            self._lost.append(request)
        if fault is None or fault.works:
            return None
        if fault.kind == "hangs":
            await self.gone.wait()
        return self._answer(fault)

    def _answer(self, fault: Outcome) -> web.StreamResponse:
        if fault.kind == "limited":
            return web.Response(status=429, headers={"Retry-After": f"{fault.seconds:.0f}"})
        if fault.answer == "elsewhere":
            return web.Response(status=307, headers={"Location": self.elsewhere})
        statuses = {"refused": 403, "fails": 503, "stumbles": 500}
        return web.Response(status=statuses[fault.kind] if fault.kind in statuses else int(fault.answer or 503))

    def after(self, request: web.Request) -> None:
        """It took effect; the answer may be lost on its way."""
        if request in self._lost:
            self._lost.remove(request)
            if request.transport:
                request.transport.abort()
