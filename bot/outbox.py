"""sitrep outbox: what waits and what was given up; send it again, or let go of what a restored copy holds back."""

import click

from bot.clock import real_now
from bot.config import Config
from bot.mistake import Mistake
from bot.opening import opened
from storage import restored, unsent
from storage.unsent import Told

_LONGEST = 60


async def show(config: Config) -> None:
    async with opened(config) as database, database.read() as c:
        found, since = await unsent.unsent(c), await restored.held(c)
    if since:
        click.echo(f"Nothing leaves: this is a copy of {since:%Y-%m-%d %H:%M} UTC. See sitrep outbox --release.")
    for row in found:
        click.echo(_line(row))
    waiting = sum(row.state == "pending" for row in found)
    click.echo(f"{waiting} waiting, {len(found) - waiting} given up.")


def _line(row: Told) -> str:
    state = "given up" if row.state == "dead" else "waiting"
    reason = f"  {row.last_error[:_LONGEST]}" if row.last_error else ""
    about = f"inc-{row.incident_id}" if row.incident_id else "-"
    return f"{row.op}  {state:<8}  {row.created_at:%m-%d %H:%M}  {about:<8}  {row.kind} to {row.lane}{reason}"


async def resend(config: Config, op: str) -> None:
    async with opened(config) as database, database.begin() as c:
        if not await unsent.again(c, op, now=real_now()):
            raise Mistake(f"Nothing that was given up is called {op[:_LONGEST]}; sitrep outbox lists it.")
    click.echo("It is tried again.")


async def release(config: Config, *, everything: bool) -> None:
    """What waited when the copy was made may have left long ago, so it is given up, unless ``everything`` is wanted."""
    async with opened(config) as database, database.begin() as c:
        since = await restored.held(c)
        if since is None:
            raise Mistake("Nothing is held back.")
        gone = 0 if everything else await restored.drop(c, until=since)
        await restored.release(c)
    click.echo(f"Everything leaves again. {gone} given up.")
