"""What a browser asks for, read with suspicion: bodies, numbers, and messages it may see."""

import hashlib
import re
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.web.site import person
from commands.clean import clean
from incidents.person import Person
from storage import web as rooms
from storage import web_messages
from storage.web import WebRoom
from storage.web_messages import Message

_DELIVERY = re.compile(r"[A-Za-z0-9-]{8,64}")
LONGEST_NUMBER = 15


class Body:
    """A JSON object; what is missing or of the wrong type is a 400."""

    def __init__(self, values: Any) -> None:
        if not isinstance(values, dict):
            raise web.HTTPBadRequest(text="A JSON object was expected.")
        self._values = values

    def text(self, name: str, *, limit: int = 12_000) -> str:
        value = self._values.get(name, "")
        if not isinstance(value, str):
            raise web.HTTPBadRequest(text=f"“{name}” must be text.")
        return clean(value, limit=limit).text.strip()

    def number(self, name: str) -> int | None:
        value = self._values.get(name)
        if value is None or (
            isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**LONGEST_NUMBER
        ):
            return value
        raise web.HTTPBadRequest(text=f"“{name}” must be a number.")

    def texts(self, name: str) -> dict[str, str]:
        values = self._values.get(name, {})
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise web.HTTPBadRequest(text=f"“{name}” must be texts by name.")
        return values

    def delivery(self, who: Person) -> str:
        """The browser's own number for this try, bound to the speaker: nobody can spend another's."""
        given = self._values.get("delivery")
        if not isinstance(given, str) or not _DELIVERY.fullmatch(given):
            raise web.HTTPBadRequest(text="“delivery” must be 8 to 64 letters, digits or hyphens.")
        return f"web:{hashlib.sha256(who.id.encode()).hexdigest()[:12]}:{given}"


async def body(request: web.Request) -> Body:
    try:
        return Body(await request.json())
    except ValueError as error:
        raise web.HTTPBadRequest(text="This is not JSON.") from error


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


async def message(
    c: AsyncConnection, request: web.Request, given: int | None = None, *, deleted_too: bool = False
) -> Message:
    """The message named in the path or body, if the speaker may see it and it still stands; else 404."""
    wanted = number(request.match_info["message"]) if given is None else given
    found = await web_messages.seen(c, wanted, person(request).id) if wanted is not None else None
    if found is None or (found.deleted_at and not deleted_too):
        raise web.HTTPNotFound
    return found


async def room(c: AsyncConnection, request: web.Request) -> WebRoom | None:
    """The room named in the path; None for the direct conversation; 404 for what the speaker may not see."""
    named = request.match_info["room"]
    if named == "direct":
        return None
    wanted = number(named)
    if wanted is not None and await rooms.visible(c, wanted, person(request).id):
        return await rooms.by_id(c, wanted)
    raise web.HTTPNotFound
