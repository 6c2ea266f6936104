"""Who is speaking: the session cookie, and the one-time links that begin a session."""

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta

from aiohttp import web
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.web.site import SESSION, Site, WebConfig, site
from incidents.person import Person
from storage import people, web_sessions
from storage.database import Database
from storage.web_sessions import Session

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
INVITATION = timedelta(hours=24)
NOTICED_EVERY = timedelta(minutes=1)
"""Being seen is written down once a minute, not with every request."""


def cookie_name(config: WebConfig) -> str:
    return "__Host-sitrep" if config.secure else "sitrep"


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


async def find(request: web.Request) -> Session | None:
    """The live session of this request's cookie."""
    secret = request.cookies.get(cookie_name(site(request).config), "")
    return await alive(site(request), digest(secret)) if secret else None


async def alive(here: Site, id_hash: str) -> Session | None:
    """The session, unless it was idle for 12 hours, began 7 days ago or its person is no longer active (SEC-102)."""
    now = here.clock()
    async with here.database.read() as c:
        session = await web_sessions.get(c, id_hash)
    if session and now - session.seen_at < IDLE and now - session.created_at < LONGEST:
        return session
    return None


async def notice(here: Site, session: Session) -> None:
    now = here.clock()
    if now - session.seen_at >= NOTICED_EVERY:
        # What can only be read is shown all the same.
        with suppress(SQLAlchemyError, OSError):
            async with here.database.begin() as c:
                await web_sessions.seen(c, session.id_hash, at=now)


async def begin(request: web.Request, person_id: str) -> tuple[Session, str]:
    """A new session and its cookie's secret; the old one, whoever's it was, is dead (SEC-101)."""
    here, now, secret = site(request), site(request).clock(), secrets.token_urlsafe(32)
    async with here.database.begin() as c:
        await web_sessions.forget_idle(c, seen_before=now - IDLE, made_before=now - LONGEST)
        if old := request.cookies.get(cookie_name(here.config)):
            await web_sessions.end(c, digest(old))
        await web_sessions.start(c, digest(secret), person_id, csrf=secrets.token_urlsafe(32), at=now)
        session = await web_sessions.get(c, digest(secret))
    if session is None:
        raise web.HTTPForbidden(text="This account is switched off.")
    return session, secret


async def end(request: web.Request, response: web.StreamResponse) -> None:
    here = site(request)
    async with here.database.begin() as c:
        await web_sessions.end(c, request[SESSION].id_hash)
    name = cookie_name(here.config)
    response.del_cookie(name, path="/", secure=here.config.secure, httponly=True, samesite="Lax")


def set_cookie(config: WebConfig, response: web.StreamResponse, secret: str) -> None:
    response.set_cookie(cookie_name(config), secret, path="/", secure=config.secure, httponly=True, samesite="Lax")


async def invite(database: Database, key: bytes, email: str, *, base_url: str, now: datetime) -> str:
    """A link that signs this person in once, within a day. Somebody new gets an account by it."""
    person_id, token = email.strip().lower(), secrets.token_urlsafe(16)
    async with database.begin() as c:
        if await people.get(c, person_id) is None:
            await people.save(c, await _newcomer(c, person_id))
        await web_sessions.invite(c, digest(token), person_id, until=now + INVITATION)
    return f"{base_url.rstrip('/')}/join?token={_signer(key).dumps(token)}"


async def _newcomer(c: AsyncConnection, person_id: str) -> Person:
    """`ada.byron@example.com` is Ada Byron, @ada.byron; a handle that is taken gets a number."""
    local = person_id.partition("@")[0]
    handle, number = local, 1
    while await people.by_handle(c, handle) is not None:
        number += 1
        handle = f"{local}{number}"
    return Person(id=person_id, name=local.replace(".", " ").replace("_", " ").title(), handle=handle)


async def invited(here: Site, signed: str) -> tuple[Person, str] | None:
    """Whom a link is for, and its row; None for forged, expired, used and unknown ones alike (SEC-104)."""
    try:
        token = _signer(here.config.key).loads(signed)
    except BadData:
        return None
    async with here.database.read() as c:
        person = await web_sessions.invited(c, digest(str(token)), at=here.clock())
    return (person, digest(str(token))) if person else None


async def accept(here: Site, token_hash: str) -> bool:
    async with here.database.begin() as c:
        return await web_sessions.accept(c, token_hash, at=here.clock())


def _signer(key: bytes) -> URLSafeTimedSerializer:
    """The link's age is judged by its row, by our own clock; the signature only keeps guesses from the database."""
    return URLSafeTimedSerializer(key, salt="sitrep web invitation")
