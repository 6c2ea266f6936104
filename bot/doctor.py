"""sitrep doctor: is this installation fit for an incident? One line per check, with what to do."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError

from bot.clock import real_now
from bot.config import Config
from bot.lived import Note
from bot.opening import place
from commands import testing
from commands.settings import Contact, Roster
from incidents.channels import lacking
from storage import facts, migrating
from storage.damage import damage
from storage.database import Database
from templates.doctor_card import DEPARTMENTS

_PATIENCE = 3.0
_MOST = 2_000
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Finding:
    """Only an `error` stops anything from working."""

    level: Literal["ok", "warning", "error"]
    check: str
    text: str

    def __str__(self) -> str:
        return f"{self.level:<8} {self.check:<11} {self.text}"


async def examine(config: Config) -> AsyncIterator[Finding]:
    yield _config(config)
    yield await _database(config)
    for finding in (_roster(config), _overlap(config), _trained(config), _address(config), _secret(config)):
        yield finding
    async for finding in _outside(config):
        yield finding
    yield await _server(config)
    yield _heartbeat(config)
    from bot import doctor_backlog

    async for finding in doctor_backlog.examine(config):
        yield finding


async def _outside(config: Config) -> AsyncIterator[Finding]:
    """Where others read and write."""
    if config.public.files:
        yield _files(config.public.files, config.public.url)
    for finding in _templates(config):
        yield finding
    async for finding in _channels(config):
        yield finding
    for finding in (*_replies(config), _departments(config)):
        yield finding
    if config.slack or config.outbound.alarm:
        yield _alarm(config)
    async for finding in _slack(config):
        yield finding


def _heartbeat(config: Config) -> Finding:
    if config.heartbeat:
        return Finding("ok", "heartbeat", "somebody outside is told each minute that all is well")
    return Finding(
        "warning", "heartbeat", "SITREP_HEARTBEAT_URL is not set, so nobody outside notices when we stand still"
    )


def _alarm(config: Config) -> Finding:
    """Who hears that Slack shuts Sitrep out cannot be told in Slack (REL-040)."""
    from bot.publish.apprise_ import trouble

    if not config.outbound.alarm:
        told = "SITREP_ALARM_URL is not set, so only the web room tells that Slack shuts us out; a mailto:// will do"
        return Finding("warning", "alarm", told)
    if why := trouble(config.outbound.alarm, config.outbound.egress):
        return Finding("error", "alarm", f"SITREP_ALARM_URL {why}")
    return Finding("ok", "alarm", "those who look after Sitrep are told when Slack shuts it out")


async def _channels(config: Config) -> AsyncIterator[Finding]:
    """Nothing where posts stand on the status page and in chat only (REG-9)."""
    arrived = await _noted(config, testing.ARRIVED) if config.settings.house.channels else {}
    for written in config.settings.house.channels:
        channel = testing.newest(written, arrived.get(written.name, ""))
        found = [*lacking(channel, real_now().date())]
        if channel.broken:
            yield Finding("error", "channel", f"{channel.name}: {channel.broken}")
        elif found:
            yield Finding("warning", "channel", f"{channel.name} {', '.join(found)}")
        else:
            yield Finding("ok", "channel", f"{channel.name}, {channel.kind.value}, tested {channel.last_tested}")


def _replies(config: Config) -> Iterator[Finding]:
    """Feeds of what the public writes, where there are any (CHN-8)."""
    from bot.publish.webhook import misleading

    for name, way in config.outbound.replies.items():
        if not way.secret:
            yield Finding("error", "replies", f"{name}: {way.variable} is not set, so nothing is read there")
        elif why := misleading(way.secret, config.outbound.egress):
            yield Finding("error", "replies", f"{name}: {way.variable} {why}")
        else:
            yield Finding("ok", "replies", f"{name} is read while customers know of an incident")


def _departments(config: Config) -> Finding:
    """Each has somebody to ask (AUD-15)."""
    named = config.settings.roster.departments
    if missing := [name for name in DEPARTMENTS if not named.get(name)]:
        return Finding("warning", "departments", f"nobody is named for {', '.join(missing)}; see roster.departments")
    return Finding("ok", "departments", "each has somebody to ask")


async def _slack(config: Config) -> AsyncIterator[Finding]:
    """Nothing where nobody thinks of Slack: its library alone takes as long as all other checks."""
    if config.slack is None:
        return
    from bot.slack.doctor import examine as examine_slack

    house = config.settings.house
    steps = await _noted(config, "slack:channel:")
    moved = {old: _last(steps, old) for old in steps}
    async for finding in examine_slack(config.slack, house.base_url, link_base=house.link_base, moved=moved):
        yield finding


async def _noted(config: Config, start: str) -> dict[str, str]:
    """What the running Sitrep noted under such names: ids of channels that Slack changed (REL-057), tests (REG-8)."""
    database = Database.open(config.database)
    try:
        if database.file and not database.file.exists():
            return {}
        async with database.read() as c:
            return await facts.beginning(c, start)
    except (DBAPIError, sqlite3.Error, OSError):
        return {}
    finally:
        await database.close()


def _last(steps: dict[str, str], old: str) -> str:
    seen = [old]
    while (further := steps.get(seen[-1])) and further not in seen:
        seen.append(further)
    return seen[-1]


async def _server(config: Config) -> Finding:
    """What the running Sitrep sees of Slack; only it knows whether it is connected."""
    import aiohttp

    host = "127.0.0.1" if config.host in ("0.0.0.0", "::") else config.host  # noqa: S104
    patience = aiohttp.ClientTimeout(total=_PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=patience) as session,
            session.get(f"http://{host}:{config.port}/readyz") as answer,
        ):
            said, status = (await answer.content.read(_MOST)).decode(errors="replace"), answer.status
    except (aiohttp.ClientError, OSError, TimeoutError):
        return Finding("ok", "server", f"none answers at port {config.port}, so only the configuration was looked at")
    if said == "ok":
        return Finding("ok", "server", f"it runs, and {'has no trouble with Slack' if config.slack else 'is well'}")
    first, *troubles = [line for line in said.splitlines() if line.isprintable()][:6] or [""]
    if first != "degraded":
        return Finding("warning", "server", f"what answers at port {config.port} is not ready ({status})")
    return Finding("warning", "server", f"it runs, but: {'; '.join(troubles)[:240]}")


def _templates(config: Config) -> Iterator[Finding]:
    """The organisation's own templates; in place of each that is not fit the built-in one is used (SEC-085)."""
    if config.templates is None:
        return
    house = config.settings.house
    for trouble in house.template_troubles:
        yield Finding("warning", "templates", f"{trouble}; the built-in text is used")
    many = "1 template" if len(house.own) == 1 else f"{len(house.own)} templates"
    yield Finding("ok", "templates", f"{many} of your own from {config.templates}")


def _config(config: Config) -> Finding:
    if config.file is None:
        return Finding("warning", "config", "there is no sitrep.toml, all is default; copy sitrep.example.toml")
    return Finding("ok", "config", f"{config.file}, profile {config.profile}")


def _missing(config: Config, database: Database) -> Finding:
    """A first start is told from a lost database (REL-112)."""
    if served := Note(config.data, place(database)).read():
        text = f"{place(database)} is missing; Sitrep last served from it on {served:%Y-%m-%d %H:%M} UTC"
        return Finding("error", "database", text)
    if not config.new_database:
        return Finding("error", "database", f"{place(database)} is missing, and SITREP_NEW_DATABASE is no")
    return Finding("warning", "database", f"{place(database)} is not there yet; serve or migrate makes it")


async def _database(config: Config) -> Finding:
    database = Database.open(config.database)
    try:
        if database.file and not database.file.exists():
            return _missing(config, database)
        if database.file and (why := await asyncio.to_thread(damage, database.file)):
            return Finding("error", "database", f"{place(database)} is damaged: {why}; see docs/operations.md")
        async with database.read() as c:
            current = await c.run_sync(migrating.at_head)
    except (DBAPIError, sqlite3.Error, OSError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        return Finding("error", "database", f"{place(database)} cannot be read: {reason}")
    finally:
        await database.close()
    if not current:
        return Finding("error", "database", f"{place(database)} is of another version; run sitrep migrate")
    return Finding("ok", "database", f"{place(database)} is there and up to date")


def _roster(config: Config) -> Finding:
    roster = config.settings.roster
    if roster.primary is None:
        fallback = " and no emergency numbers" if not roster.emergency else ""
        return Finding(
            "warning", "roster", f"nobody is on call{fallback}, so a page reaches no one; set roster.primary"
        )
    if roster.backup is None or roster.backup == roster.primary:
        return Finding("warning", "roster", "there is no second person to call when the first does not answer")
    if not roster.primary.phone and not roster.emergency:
        return Finding("warning", "roster", "no phone number is known, so nobody can be called when chat is down")
    return Finding("ok", "roster", f"{roster.primary.person.name}, then {roster.backup.person.name}")


def _overlap(config: Config) -> Finding:
    """Nobody is on call as commander and for a team's service at once (ROLE-9)."""
    roster = config.settings.roster
    commanders = {contact.person.id: contact for contact in _commanders(roster)}
    for team, contacts in roster.teams.items():
        for contact in contacts:
            if contact.person.id in commanders:
                both = f"{contact.person.name} is on call as commander and for {team} at once (ROLE-9)"
                return Finding("error", "overlap", both)
    return Finding("ok", "overlap", "no commander on call is on call for a team too")


def _commanders(roster: Roster) -> list[Contact]:
    return [contact for contact in (roster.primary, roster.backup) if contact]


def _trained(config: Config) -> Finding:
    trained = config.settings.policy.trained
    if not trained:
        return Finding("ok", "trained", "no list is kept, so anybody may take command")
    for contact in _commanders(config.settings.roster):
        if contact.person.id not in trained:
            return Finding("error", "trained", f"{contact.person.name} is on call as commander but not in team.trained")
    unknown = [email for email in trained if email not in config.settings.roster.directory]
    if unknown:
        return Finding("warning", "trained", f"{unknown[0]} is trained but not among the people of the configuration")
    return Finding("ok", "trained", f"{len(trained)} trained for command")


def _address(config: Config) -> Finding:
    address = config.settings.house.base_url
    host = urlsplit(address).hostname or ""
    if host in LOOPBACK and config.host not in LOOPBACK:
        text = f"others are let in by {config.host}, but links would say {address}; set web.base_url"
        return Finding("error", "address", text)
    if address.startswith("http://") and host not in LOOPBACK:
        return Finding("warning", "address", f"{address} is not encrypted; put a proxy with https in front")
    return Finding("ok", "address", address)


def _files(folder: Path, url: str) -> Finding:
    """The status page's, which are to be read while Sitrep is down."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Finding("error", "files", f"the status page cannot be written to {folder}; see public.files")
    if not url:
        return Finding("warning", "files", f"links in {folder} lead to this server, not to the files; set public.url")
    return Finding("ok", "files", f"the status page is written to {folder} and read at {url}")


def _secret(config: Config) -> Finding:
    kept = "from SITREP_SECRET" if config.secret else "made by Sitrep and kept in its database"
    return Finding("ok", "secret", kept)
