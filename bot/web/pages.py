"""The pages: the overview, a room, the direct conversation, and the parts of them that change."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.web import asked
from bot.web.dialect import is_headline
from bot.web.join import MINUTES
from bot.web.site import SESSION, Site, person, site
from incidents.person import Person
from storage import incidents, promises
from storage import web as rooms
from storage import web_messages as messages
from storage.web import DIRECT, RoomView
from storage.web_messages import PAGE, Message
from templates import promise_list

SETTLED = 50
"""How many kept and broken promises the page shows."""


@dataclass(frozen=True, slots=True)
class Rail:
    """The list of rooms: open incidents first, the worst on top; then our own rooms; then what is over."""

    incidents: list[RoomView]
    kept: list[RoomView]
    over: list[RoomView]
    direct: int
    pages: list[Message]
    names: dict[int | None, str]
    """Of every room that is seen, by its number."""

    @property
    def unread(self) -> int:
        return self.direct + sum(view.unread for view in (*self.incidents, *self.kept))


async def rail_of(here: Site, who: Person) -> Rail:
    async with here.database.read() as c:
        views = await rooms.rooms(c, who.id)
        seen = await rooms.read_mark(c, who.id, DIRECT)
        direct = await messages.unread_direct(c, who.id, after=seen)
        pages = await _unanswered(c, await messages.loud(c, who.id, after=seen), who)
    open_ones = sorted((view for view in views if view.open), key=lambda view: (view.severity or 9, -view.room.id))
    over = [view for view in views if view.incident and not view.open][::-1]
    kept = [view for view in views if view.incident is None]
    return Rail(
        open_ones, kept, over[:20], direct, _urgent(pages, views), {view.room.id: view.room.name for view in views}
    )


async def _unanswered(c: AsyncConnection, pages: list[Message], who: Person) -> list[Message]:
    """Without those that somebody answered meanwhile, or that this person answered by coming (CAD-1)."""
    answered: set[int] = set()
    for number in {page.incident_id for page in pages if page.incident_id is not None}:
        incident = await incidents.by_id(c, number)
        calls = [call for call in incident.pages if who in call.people] if incident else []
        if calls and all(call.acknowledged_by for call in calls):
            answered.add(number)
    return [page for page in pages if page.incident_id not in answered]


def _urgent(pages: list[Message], views: list[RoomView]) -> list[Message]:
    """The newest page of each incident that is not over, the worst first: one banner, not ten.

    A page may come before its room can be seen: such a page stands in front.
    """
    known = {view.incident: view for view in views if view.incident}
    newest = {page.incident_id: page for page in pages}
    urgent = [page for number, page in newest.items() if number not in known or known[number].open]
    return sorted(urgent, key=lambda page: (known[page.incident_id].severity or 0) if page.incident_id in known else 0)


async def home(request: web.Request) -> web.Response:
    return await _page(request, "home.html", here="home", change=await site(request).live.last())


async def room(request: web.Request) -> web.Response:
    here, who = site(request), person(request)
    # Asked before the messages are read: what is said meanwhile comes by the live view, perhaps twice, never not.
    change = await here.live.last()
    async with here.database.read() as c:
        found = await rooms.rooms(c, who.id, name=request.match_info["name"])
        if not found:
            raise web.HTTPNotFound
        view = found[0]
        shown = await messages.in_room(c, view.room.id, who.id, before=_number(request, "before"))
        people = await rooms.members(c, view.room.id)
        timeline = await messages.in_slot(c, view.room.id, "timeline") if view.incident else None
        headline = await _headline(c, view, who)
        thread = await _thread(c, request, view, who, timeline=timeline)
    flow = [message for message in shown if not is_headline(message)]
    values = {"view": view, "headline": headline, "members": people, "thread": thread, "timeline": timeline}
    values["change"] = change
    values["beside"] = "thread" not in request.query
    return await _page(request, "room.html", here=view.room.name, messages=flow, older=_older(shown), **values)


async def direct(request: web.Request) -> web.Response:
    here, who = site(request), person(request)
    change = await here.live.last()
    async with here.database.read() as c:
        shown = await messages.direct(c, who.id, before=_number(request, "before"))
    if shown:
        with suppress(SQLAlchemyError, OSError):
            async with here.database.begin() as c:
                await rooms.mark_read(c, who.id, DIRECT, shown[-1].id)
    say = request.query.get("say", "")[:100]
    return await _page(
        request, "direct.html", here="direct", messages=shown, older=_older(shown), say=say, change=change
    )


async def promised(request: web.Request) -> web.Response:
    """Everything that was promised in incidents that this person may see: owed, kept, broken."""
    here, who = site(request), person(request)
    now = here.clock()
    async with here.database.read() as c:
        owing = [each for each in await incidents.owing(c) if not each.private or who.id in each.participants()]
        settled = await promises.newest(c, limit=200)
        shares = await promises.shares(c, now - promise_list.SHARED)
    ours = {each.id for each in owing}
    past = [each for each in settled if not each.private or each.incident_id in ours][:SETTLED]
    values = {"ahead": promise_list.ahead(owing, now), "past": past, "shares": promise_list.share_line(shares)}
    return await _page(request, "promises.html", here="promises", change=await here.live.last(), **values)


async def _headline(c: AsyncConnection, view: RoomView, who: Person) -> Message | None:
    number = await messages.in_slot(c, view.room.id, "headline") if view.incident else None
    return await messages.seen(c, number, who.id) if number else None


async def _thread(
    c: AsyncConnection, request: web.Request, view: RoomView, who: Person, *, timeline: int | None
) -> tuple[Message, list[Message]] | None:
    """The thread asked for; else the timeline, which wide screens show beside the room."""
    number = _number(request, "thread") or timeline
    parent = await messages.seen(c, number, who.id) if number is not None else None
    if parent is None or parent.room_id != view.room.id:
        return None
    return parent, await messages.in_thread(c, parent.id, who.id)


def _number(request: web.Request, name: str) -> int | None:
    return asked.number(request.query.get(name, ""))


def _older(shown: list[Message]) -> int | None:
    """Where the page before this one ends, None on the first."""
    return shown[0].id if len(shown) == PAGE else None


async def _page(request: web.Request, name: str, **values: Any) -> web.Response:
    here, session = site(request), request[SESSION]
    common = {
        "config": here.config,
        "demo": here.demo,
        "minutes": MINUTES,
        "me": session.person,
        "csrf": session.csrf,
        "now": here.clock(),
        "rail": await rail_of(here, session.person),
        "path": request.path,
    }
    text = here.dialect.page(name, **common, **values)
    return web.Response(text=text, content_type="text/html")


async def rail(request: web.Request) -> web.Response:
    """GET /api/rail?here=name"""
    here, who = site(request), person(request)
    found = await rail_of(here, who)
    values = {"rail": found, "here": request.query.get("here", ""), "me": who}
    html = here.dialect.page("_rail.html", now=here.clock(), **values)
    overview = here.dialect.page("_overview.html", now=here.clock(), **values)
    pages = here.dialect.page("_pages.html", **values)
    told = {"html": html, "overview": overview, "pages": pages, "unread": found.unread}
    shown = [view for view in (*found.incidents, *found.over) if view.room.name == values["here"]]
    if shown:
        told["due"] = here.dialect.page("_due.html", view=shown[0], now=here.clock())
    return web.json_response(told)


async def older(request: web.Request) -> web.Response:
    """GET /api/rooms/{room}/messages?before=17"""
    here, who, before = site(request), person(request), _number(request, "before")
    async with here.database.read() as c:
        where = await asked.room(c, request)
        if where:
            shown = await messages.in_room(c, where.id, who.id, before=before)
        else:
            shown = await messages.direct(c, who.id, before=before)
    flow = [message for message in shown if not is_headline(message)]
    return web.json_response({"html": here.dialect.messages(flow, who), "older": _older(shown)})


async def thread(request: web.Request) -> web.Response:
    """GET /api/messages/{message}/thread?before=17"""
    here, who, before = site(request), person(request), _number(request, "before")
    async with here.database.read() as c:
        parent = await asked.message(c, request)
        replies = await messages.in_thread(c, parent.id, who.id, before=before)
    told = {"html": here.dialect.messages(replies, who, in_thread=True), "older": _older(replies)}
    told |= {"parent": here.dialect.message(parent, who, in_thread=True), "timeline": parent.slot == "timeline"}
    return web.json_response(told)


async def source(request: web.Request) -> web.Response:
    """GET /api/messages/{message}: the words as they were typed, for editing; and where the message stands."""
    async with site(request).database.read() as c:
        message = await asked.message(c, request)
    return web.json_response({"text": message.text, **site(request).dialect.as_json(message, person(request))})


async def read(request: web.Request) -> web.Response:
    """POST /api/read {room, message}: everything up to that message has been seen."""
    here, who, body = site(request), person(request), await asked.body(request)
    number, message = body.number("room") or DIRECT, body.number("message") or 0
    async with here.database.begin() as c:
        if number != DIRECT and not await rooms.visible(c, number, who.id):
            raise web.HTTPNotFound
        await rooms.mark_read(c, who.id, number, min(message, await messages.newest(c)))
    return web.json_response({})
