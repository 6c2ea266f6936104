"""GET /live: every visible change as a server-sent event, resumed by its number."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from aiohttp import web

from bot.web import session
from bot.web.site import SESSION, Site, site
from storage import web as rooms
from storage import web_messages
from storage.web_sessions import Session

HEARTBEAT = 15.0
"""Seconds. The session is looked at again at least this often (SEC-111)."""
BATCH = 200
TOO_MANY = 1000
"""Changes missed; then it is quicker to load the page anew."""


async def live(request: web.Request) -> web.StreamResponse:
    headers = {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    with suppress(ConnectionResetError):
        await response.write(b"retry: 1500\n\n")
        async for event in _events(request):
            await response.write(event)
    return response


async def _events(request: web.Request) -> AsyncIterator[bytes]:
    here, who = site(request), request[SESSION]
    position = await _start(request)
    while not here.live.closed:
        last = await here.live.after(position, within=HEARTBEAT)
        if await session.alive(here, who.id_hash) is None:
            yield _event("signed-out", {})
            return
        if last - position > TOO_MANY:
            yield _event("reload", {}, last)
            return
        if last > position:
            news, position = await _news(here, who, position, last)
            for number, data in news:
                yield _event("change", data, number)
        yield b": still here\n\n" + _event("clock", {"now": here.clock().isoformat()})


async def _start(request: web.Request) -> int:
    asked = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 16:
        # After a restore from a backup a browser may know numbers that are still to come.
        return min(int(asked), await site(request).live.last())
    return await site(request).live.last()


async def _news(here: Site, who: Session, position: int, last: int) -> tuple[list[tuple[int, Any]], int]:
    """What this person may see of it; a message that changed several times is sent once, as it is now."""
    async with here.database.read() as c:
        found = await rooms.changes(c, who.person.id, after=position, limit=BATCH)
        newest = {change.message_id: change.id for change in found}
        wanted = [change.message_id for change in found if change.message_id]
        messages = await web_messages.several(c, wanted, who.person.id)
    news = []
    for change in found:
        if change.message_id is None:
            news.append((change.id, {"room": change.room_id}))
        elif newest[change.message_id] == change.id and change.message_id in messages:
            news.append((change.id, here.dialect.as_json(messages[change.message_id], who.person)))
    return news, found[-1].id if len(found) == BATCH else last


def _event(kind: str, data: Any, number: int | None = None) -> bytes:
    """JSON has no raw line breaks, so nobody's words can begin an event of their own."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data)}\n\n".encode()
