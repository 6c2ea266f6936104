"""sitrep say: one line from a terminal, on the database alone."""

import getpass
from uuid import uuid4

import click

from bot import logs
from bot.clock import real_now
from bot.config import Config
from bot.core import Core, assemble
from bot.mistake import Mistake
from bot.opening import opened
from commands.clean import one_line
from commands.line import Line
from incidents.person import Person
from storage import people, restored, rooms, web
from storage.database import Database
from templates import plain


class Spoken(Mistake):
    """What a refused line is answered with; it goes to stderr like every mistake."""


async def say(config: Config, words: str, *, who: str, room: str) -> None:
    """Carry the line out, deliver what comes of it, print the private answer. Raises Mistake when it was refused."""
    logs.for_people()
    async with opened(config) as database:
        core = assemble(database, config.settings, now=real_now, elsewhere=("slack",) if config.slack else ())
        speaker = await _speaker(database, who)
        line = Line(
            who=speaker,
            words=words,
            at=real_now(),
            delivery=f"cli:{uuid4().hex}",
            room=await _room(database, room) if room else "",
            via="cli",
        )
        await _carry_out(core, line)


async def _carry_out(core: Core, line: Line) -> None:
    answer = await core.door.say(line)
    # Lanes that a running server has in hand are left to it: the lease decides, not we.
    if not await _held(core.database):
        await core.delivery.drain()
    said = plain.text(answer.card) if answer.card else ""
    if answer.refused or answer.failed:
        raise Spoken(said or "This was refused.")
    if not answer.visible:
        raise Spoken("This is no command, so nothing was done. Try: sitrep say '/incident help'")
    click.echo(said or _done(answer.incident))


async def _held(database: Database) -> bool:
    async with database.read() as c:
        return await restored.held(c) is not None


def _done(incident: int | None) -> str:
    return f"Done (incident {incident})." if incident else "Done."


async def _speaker(database: Database, email: str) -> Person:
    """Somebody Sitrep knows; without --as whoever is logged in on this machine, who can read the database anyway."""
    id = one_line(email).lower() or f"{getpass.getuser().lower()}@localhost"
    async with database.begin() as c:
        known = await people.by_handle(c, id.removeprefix("@"))
        if known:
            return known
        if email:
            raise Mistake(f"Nobody here is called {id[:80]}; add them to sitrep.toml or send them an invitation.")
        local = id.partition("@")[0]
        handle = local if await people.by_handle(c, local) is None else f"{local}-at-the-console"
        await people.save(c, Person(id=id, name=local, handle=handle))
        return Person(id=id, name=local, handle=handle)


async def _room(database: Database, name: str) -> str:
    """`general`, `#inc-1-checkout-down`, `inc-1` or `1`. Raises Mistake when there is no such room."""
    wanted = one_line(name).removeprefix("#").lower()
    async with database.read() as c:
        found = await web.by_name(c, wanted)
        number = wanted.removeprefix("inc-")
        ref = (
            await rooms.of(c, int(number), "web")
            if number.isascii() and number.isdigit() and len(number) < 10
            else None
        )
        known = await rooms.names(c, "web")
    if found or ref:
        return found.ref if found else str(ref)
    there = ", ".join(f"#{room}" for room in list(known.values())[-5:])
    raise Mistake(f"There is no room #{wanted[:80]}{f'; there are {there}' if there else ''}.")
