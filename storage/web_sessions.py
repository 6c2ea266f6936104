"""Who is signed in to the web room. Only hashes of session and invitation secrets are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.person import Person
from storage.tables import person, web_invitation, web_session


@dataclass(frozen=True, slots=True)
class Session:
    """``csrf`` must come back with everything that changes something."""

    id_hash: str
    person: Person
    csrf: str
    created_at: datetime
    seen_at: datetime


async def start(c: AsyncConnection, id_hash: str, person_id: str, *, csrf: str, at: datetime) -> None:
    values = {"id_hash": id_hash, "person_id": person_id, "csrf": csrf, "created_at": at, "seen_at": at}
    await c.execute(insert(web_session).values(**values))


async def get(c: AsyncConnection, id_hash: str) -> Session | None:
    """The session, unless its person may no longer come in (SEC-051)."""
    statement = (
        select(web_session, person.c.name, person.c.handle)
        .join(person, person.c.id == web_session.c.person_id)
        .where(web_session.c.id_hash == id_hash, person.c.active)
    )
    row = (await c.execute(statement)).first()
    if row is None:
        return None
    who = Person(row.person_id, row.name, row.handle)
    return Session(row.id_hash, who, row.csrf, row.created_at, row.seen_at)


async def seen(c: AsyncConnection, id_hash: str, *, at: datetime) -> None:
    await c.execute(update(web_session).where(web_session.c.id_hash == id_hash).values(seen_at=at))


async def end(c: AsyncConnection, id_hash: str) -> None:
    await c.execute(delete(web_session).where(web_session.c.id_hash == id_hash))


async def forget_idle(c: AsyncConnection, *, seen_before: datetime, made_before: datetime) -> None:
    old = (web_session.c.seen_at < seen_before) | (web_session.c.created_at < made_before)
    await c.execute(delete(web_session).where(old))


async def invite(c: AsyncConnection, token_hash: str, person_id: str, *, until: datetime) -> None:
    values = {"token_hash": token_hash, "person_id": person_id, "expires_at": until}
    await c.execute(insert(web_invitation).values(**values))


async def invited(c: AsyncConnection, token_hash: str, *, at: datetime) -> Person | None:
    """Whom an unused invitation is for."""
    statement = (
        select(person.c.id, person.c.name, person.c.handle)
        .join(web_invitation, web_invitation.c.person_id == person.c.id)
        .where(
            web_invitation.c.token_hash == token_hash,
            web_invitation.c.used_at.is_(None),
            web_invitation.c.expires_at > at,
            person.c.active,
        )
    )
    row = (await c.execute(statement)).first()
    return Person(*row) if row else None


async def accept(c: AsyncConnection, token_hash: str, *, at: datetime) -> bool:
    """Use an invitation up. False when somebody else was quicker."""
    unused = (web_invitation.c.token_hash == token_hash) & web_invitation.c.used_at.is_(None)
    return (await c.execute(update(web_invitation).where(unused).values(used_at=at))).rowcount == 1
