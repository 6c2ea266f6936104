"""A page on which one can be somebody in the stand-in: read, type, press buttons, fill in forms, react.

The page only shows and asks; whatever is done goes the way of `Person`, as in every test.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web
from fakes.slack.fake import FakeSlack
from fakes.slack.outgoing import Delivery
from fakes.slack.person import Person, Said
from fakes.slack.refusal import CannotDo, Json, Refusal
from fakes.slack.sight import may_see, sight
from fakes.slack.workspace import Channel

_PAGE = Path(__file__).parent / "page"
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_UNANSWERED = "The app did not answer in time, or not as Slack wants it."

Act = Callable[[Person, Json], Awaitable[Delivery | None]]
Advance = Callable[[int], Awaitable[None]]


class Window:
    """``shortcuts`` as in the manifest; ``advance`` moves the time ahead by minutes; ``elsewhere`` is the web room."""

    def __init__(self, slack: FakeSlack, *, shortcuts: Sequence[Any], advance: Advance, elsewhere: str) -> None:
        self._slack = slack
        self._about = {"shortcuts": shortcuts, "elsewhere": elsewhere}
        self._advance = advance
        # While time moves nobody acts: Slack's three seconds would be over before the app has read a word.
        self._turn = asyncio.Lock()
        self._acts: dict[str, Act] = {
            "say": self._say,
            "press": self._press,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "react": self._react,
            "edit": self._edit,
            "delete": self._delete,
            "shortcut": self._shortcut,
            "advance": self._move,
        }

    def app(self) -> web.Application:
        served = web.Application()
        served.router.add_get("/", _index)
        served.router.add_get("/healthz", _healthy)
        served.router.add_get("/about", self._tell)
        served.router.add_get("/sight", self._look)
        served.router.add_post("/do", self._do)
        served.router.add_static("/page", _PAGE)
        served.on_response_prepare.append(_dress)
        return served

    async def _tell(self, _: web.Request) -> web.Response:
        cast = [{"handle": handle, "name": person.user.real_name} for handle, person in self._slack.people.items()]
        return web.json_response({**self._about, "cast": cast})

    async def _look(self, request: web.Request) -> web.Response:
        asked = request.query
        try:
            me = self._person(asked.get("as", ""))
            return web.json_response(sight(self._slack, me, room=asked.get("room", ""), thread=asked.get("thread", "")))
        except CannotDo as refusal:
            return web.json_response({"told": str(refusal)}, status=422)

    async def _do(self, request: web.Request) -> web.Response:
        """JSON only: another site's page cannot send that without being asked first."""
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            said = await request.json()
            async with self._turn:
                done = await self._acts[said["does"]](self._person(said["as"]), said)
        except (CannotDo, Refusal) as refusal:
            return web.json_response({"told": str(refusal)})
        except (LookupError, TypeError, ValueError, AttributeError):
            return web.json_response({"told": "That cannot be done."}, status=400)
        return web.json_response({"told": "" if done is None or done.acked else _UNANSWERED})

    def _person(self, handle: str) -> Person:
        known = self._slack.people.get(handle)
        if known is None:
            raise CannotDo("nobody of that name is here")
        return known

    def _room(self, me: Person, said: Json) -> Channel:
        room = self._slack.workspace.channels[said["room"]]
        if not may_see(me, room):
            raise CannotDo("you are not in that channel")
        return room

    async def _join(self, me: Person, room: Channel) -> None:
        """In Slack one joins a public channel before one can press anything there."""
        if me.id not in room.members:
            await self._slack.rooms.joins(room.id, me)

    async def _say(self, me: Person, said: Json) -> Delivery | None:
        room, text, thread = self._room(me, said), str(said["text"]).strip(), str(said.get("thread") or "")
        if not text.startswith("/"):
            await me.types(room.id, text, thread=thread)
            return None
        if thread:
            raise CannotDo("Slack has no slash commands in threads. Begin with ! instead.")
        return await me.slash(room.id, text)

    async def _press(self, me: Person, said: Json) -> Delivery | None:
        if said.get("where"):
            return await me.presses(said["action"], where=said["where"], value=said.get("value"))
        room = self._room(me, said)
        await self._join(me, room)
        return await me.presses(said["action"], where=room.id, ts=said["ts"], value=said.get("value"))

    async def _submit(self, me: Person, said: Json) -> Delivery | None:
        return await me.submits(said["values"])

    async def _close(self, me: Person, _: Json) -> Delivery | None:
        return await me.closes()

    async def _home(self, me: Person, _: Json) -> Delivery | None:
        return await me.opens_home()

    async def _react(self, me: Person, said: Json) -> Delivery | None:
        room = self._room(me, said)
        users = room.messages[said["ts"]].reactions.get(said["name"], [])
        await me.reacts(Said(room, said["ts"]), said["name"], added=me.id not in users)
        return None

    async def _edit(self, me: Person, said: Json) -> Delivery | None:
        await me.edits(self._own(me, said), str(said["text"]))
        return None

    async def _delete(self, me: Person, said: Json) -> Delivery | None:
        await me.deletes(self._own(me, said))
        return None

    def _own(self, me: Person, said: Json) -> Said:
        room = self._room(me, said)
        if room.messages[said["ts"]].user != me.id:
            raise CannotDo("only its author can do that")
        return Said(room, said["ts"])

    async def _shortcut(self, me: Person, said: Json) -> Delivery | None:
        on = Said(self._room(me, said), said["ts"]) if said.get("ts") else None
        return await me.shortcut(said["name"], on)

    async def _move(self, _: Person, said: Json) -> Delivery | None:
        await self._advance(max(1, min(60, int(said["minutes"]))))
        return None


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(_PAGE / "index.html")


async def _healthy(_: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _dress(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
