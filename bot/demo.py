"""sitrep demo: an incident to try out in the browser, with a cast of five and a clock that can be moved."""

import asyncio
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bot import logs
from bot.clock import DemoClock, real_now
from bot.config import Config, has_screen
from bot.demo_past import give_a_past
from bot.mistake import Mistake
from bot.opening import opened
from bot.port import listen
from bot.serve import Server, running
from bot.web.app import Demo
from commands.settings import Contact, Roster, Settings
from incidents.components import Component
from incidents.person import Person
from templates.house import House

ADA = Person(id="ada@example.com", name="Ada Okafor", handle="ada")
BOB = Person(id="bob@example.com", name="Bob Lindqvist", handle="bob")
CLEO = Person(id="cleo@example.com", name="Cleo Marchetti", handle="cleo")
DAN = Person(id="dan@example.com", name="Dan Nowak", handle="dan")
EVE = Person(id="eve@example.com", name="Eve Tanaka", handle="eve")
CAST = (ADA, BOB, CLEO, DAN, EVE)
"""Incident lead, deputy, comms, on-call engineer, support."""

COMPONENTS = (
    Component("Checkout", description="Cart, orders and receipts"),
    Component("Payments", description="Cards and refunds"),
    Component("Search"),
)

PHONES = {person.id: f"+1 555 010{number}" for number, person in enumerate(CAST, 1)}


async def demonstrate(*, host: str, port: int, keep: Path | None, browser: bool) -> None:
    logs.for_people()
    listener = listen(host, port)
    address = address_of(host, port)
    async with _folder(keep) as folder:
        config = demo_config(folder, host=host, port=port, address=address)
        await give_a_past(config.database, config.settings, CAST, now=real_now())
        async with opened(config) as database:
            clock = await DemoClock.open(database)

            def offered(server: Server) -> Demo:
                async def move(minutes: int) -> None:
                    await advance(clock, server, minutes)

                return Demo(cast=CAST, advance=move)

            async with running(database, config, listener, now=clock.now, demo=offered) as server:
                click.echo(_greeting(address, keep))
                if browser and has_screen():
                    await asyncio.to_thread(webbrowser.open, address)
                await server.stopped.wait()


def address_of(host: str, port: int) -> str:
    """As somebody on this machine types it."""
    return f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}"  # noqa: S104


def demo_config(folder: Path, *, host: str, port: int, address: str) -> Config:
    database = f"sqlite+aiosqlite:///{folder / 'demo.db'}"
    return Config(settings=demo_settings(address), database=database, data=folder, host=host, port=port)


def demo_settings(address: str) -> Settings:
    """The standard numbers; Ada is on call as commander, then Bob, and Eve is the duty manager."""
    contacts = {person.id: Contact(person, PHONES[person.id]) for person in CAST}
    roster = Roster(
        primary=contacts[ADA.id],
        backup=contacts[BOB.id],
        duty_manager=contacts[EVE.id],
        emergency=("+1 555 0100",),
        teams={"checkout": (contacts[DAN.id],)},
        directory=contacts,
    )
    house = House(
        organisation="Example Shop",
        base_url=address,
        status_url=f"{address}/status",
        support_contact="support@example.com",
        subscribe_url=f"{address}/status/feed.atom",
        components=COMPONENTS,
    )
    return Settings(roster=roster, house=house, services=("checkout", "payments", "search"))


async def advance(clock: DemoClock, server: Server, minutes: int) -> None:
    async def look(_: object) -> None:
        await server.jobs.look()
        await server.deliver()

    await clock.advance(minutes, look=look)


@asynccontextmanager
async def _folder(keep: Path | None) -> AsyncIterator[Path]:
    if keep is None:
        with TemporaryDirectory(prefix="sitrep-demo-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
        return
    _make(keep)
    yield keep


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Mistake(f"The folder {folder} cannot be made: {error.strerror}.") from None


def _greeting(address: str, keep: Path | None) -> str:
    kept = f"Everything is kept in {keep}." if keep else "Nothing is kept."
    return (
        f"Sitrep is at {address}, its status page at {address}/status - say “/incident sev1 Checkout is down” in "
        f"#general, be somebody else of the cast, take roles, then move time ahead and see who is reminded. {kept} "
        "Ctrl-C ends it."
    )
