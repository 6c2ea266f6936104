"""The fake as a process of its own: driven and read over HTTP, so that it outlives a bot that is killed."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web
from fakes.slack.fake import FakeSlack
from fakes.slack.ledger import Called
from fakes.slack.outgoing import Delivery
from fakes.slack.person import Said
from fakes.slack.refusal import CannotDo, Json, Refusal

Answer = Callable[[Json], Awaitable[Any]]


class Control:
    """POST /control/{word} with a JSON object. See each word's method for what it takes."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        slack.more_routes = self._routes
        self._words: dict[str, Answer] = {
            "app": self.app,
            "person": self.person,
            "channel": self.channel,
            "listens": self.listens,
            "do": self.do,
            "rooms": self.rooms,
            "fault": self.fault,
            "clock": self.clock,
            "limits": self.limits,
            "sockets": self.sockets,
            "ledger": self.ledger,
            "calls": self.calls,
            "screen": self.screen,
            "settle": self.settle,
        }

    def _routes(self, served: web.Application) -> None:
        served.router.add_post("/control/{word}", self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        answer = self._words.get(request.match_info["word"])
        if answer is None:
            return web.json_response({"error": f"words are {', '.join(self._words)}"}, status=404)
        try:
            return web.json_response(await answer(await request.json()))
        except (CannotDo, Refusal, LookupError, TypeError, AttributeError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=422)

    async def app(self, _: Json) -> Json:
        app = self._slack.app
        return {
            "base_url": self._slack.base_url,
            "bot_token": app.bot_token,
            "app_token": app.app_token,
            "signing_secret": app.signing_secret,
            "user_id": app.user_id,
            "bot_id": app.bot_id,
            "app_id": app.id,
            "team_id": self._slack.workspace.id,
        }

    async def person(self, said: Json) -> Json:
        """handle, and whatever else FakeSlack.person takes."""
        return {"id": self._slack.person(**said).id}

    async def channel(self, said: Json) -> Json:
        """name, private, with_app; members by handle."""
        members = [self._slack.person(handle) for handle in said.pop("members", [])]
        return {"id": self._slack.channel(members=members, **said).id}

    async def listens(self, said: Json) -> Json:
        self._slack.listens_at(**said)
        return {}

    async def do(self, said: Json) -> Json:
        """who, does (a verb of Person), args, with; a message is named by {"channel": id, "ts": ts}."""
        verb = getattr(self._slack.person(said["who"]), said["does"])
        args = [self._said(each) if isinstance(each, dict) and "ts" in each else each for each in said.get("args", [])]
        return _told(await verb(*args, **said.get("with", {})))

    async def rooms(self, said: Json) -> Json:
        """does (a verb of Housekeeping), args; persons are named "@handle"."""
        verb = getattr(self._slack.rooms, said["does"])
        await verb(*[self._slack.person(a[1:]) if str(a).startswith("@") else a for a in said.get("args", [])])
        return {}

    async def fault(self, said: Json) -> Json:
        """words of `fakes.plan`, or kind, method, times …; with neither the plan is cleared."""
        if "words" in said:
            self._slack.goes_wrong(said["words"])
        elif "kind" in said:
            self._slack.fault(**said)
        else:
            self._slack.faults.clear()
        return {}

    async def clock(self, said: Json) -> Json:
        self._slack.clock.advance(float(said.get("advance", 0)))
        return {"now": self._slack.clock.now()}

    async def limits(self, said: Json) -> Json:
        """tiers, per_channel, factor, burst; retry_after is the list of gaps between deliveries of an event."""
        if "retry_after" in said:
            self._slack.outgoing.retry_after = tuple(said.pop("retry_after"))
        vars(self._slack.limits).update(said)
        return {}

    async def sockets(self, said: Json) -> Json:
        """does: disconnect (reason), drop or half_open; answers with the connection count either way."""
        match said.get("does"):
            case "disconnect":
                await self._slack.sockets.disconnect(said.get("reason", "refresh_requested"))
            case "drop":
                self._slack.sockets.drop()
            case "half_open":
                self._slack.sockets.half_open()
        return {"open": len(self._slack.sockets.connections), "opened": self._slack.sockets.opened}

    async def ledger(self, _: Json) -> list[Json]:
        return self._slack.ledger.as_json()

    async def calls(self, said: Json) -> list[Json]:
        return [_call(call) for call in self._slack.ledger.calls(said.get("method", ""))]

    async def screen(self, said: Json) -> list[str]:
        return self._slack.screen(said["channel"])

    async def settle(self, _: Json) -> Json:
        await self._slack.settle()
        return {}

    def _said(self, named: Json) -> Said:
        return Said(self._slack.workspace.channels[named["channel"]], named["ts"])


def _call(call: Called) -> Json:
    return {"at": call.at, "method": call.method, "args": call.args, "answer": call.answer}


def _told(done: Said | Delivery | None) -> Json:
    if done is None:
        return {}
    deliveries = [done] if isinstance(done, Delivery) else done.deliveries
    told: Json = {"acked": bool(deliveries) and all(each.acked for each in deliveries)}
    told["attempts"] = [asdict(attempt) for each in deliveries for attempt in each.attempts]
    return told | ({"channel": done.channel.id, "ts": done.ts} if isinstance(done, Said) else {})
