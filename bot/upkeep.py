"""What an operator does now and then: migrate, doctor, export, invite."""

import logging
from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError

from bot.clock import real_now
from bot.config import Config
from bot.config_kinds import Email, Text
from bot.doctor import examine
from bot.export import export as exported
from bot.export import number_of
from bot.mistake import Mistake
from bot.opening import opened, place, signing_key
from bot.web.public import files
from bot.web.public.keeper import Keeper
from bot.web.session import invite as make_link
from commands.clean import one_line
from incidents.person import Person
from storage import people
from storage.database import Database
from templates.documents import Format


class _Told(logging.Handler):
    """Alembic tells of every step in its log; here it is the progress somebody watches."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0

    def emit(self, record: logging.LogRecord) -> None:
        if "Running upgrade" in record.getMessage():
            self.steps += 1
            click.echo(f"  {record.getMessage()}")


async def migrate(config: Config, *, new: bool = False) -> None:
    told = _Told()
    logger = logging.getLogger("alembic.runtime.migration")
    logger.setLevel(logging.INFO)
    logger.addHandler(told)
    try:
        async with opened(config, new=new or None) as database:
            steps = "1 step" if told.steps == 1 else f"{told.steps} steps"
            click.echo(f"{place(database)}: {f'done, {steps}' if told.steps else 'already up to date'}.")
    finally:
        logger.removeHandler(told)


async def doctor(config: Config) -> int:
    worst = 0
    async for finding in examine(config):
        click.echo(str(finding))
        worst = max(worst, int(finding.level == "error"))
    return worst


async def export(config: Config, incident: str, *, form: Format, output: Path | None) -> None:
    number = number_of(incident)
    async with opened(config) as database:
        document = [piece async for piece in exported(database, number, form, config.settings.house)]
    if output is None:
        click.echo("".join(document), nl=False)
        return
    _write(output, document)


def _write(file: Path, pieces: list[str]) -> None:
    try:
        with file.open("w", encoding="utf-8", newline="") as out, click.progressbar(pieces, label=str(file)) as bar:
            out.writelines(bar)
    except OSError as error:
        raise Mistake(f"{file} cannot be written: {error.strerror}.") from None


async def status_page(config: Config, folder: Path) -> None:
    async with opened(config) as database:
        keeper = Keeper(database, config.settings.house, config.public, clock=real_now)
        await keeper.look()
    if keeper.tree is None:
        raise Mistake(f"The database {place(database)} does not answer; {folder} is as it was.")
    try:
        await files.write(keeper.tree.snapshot, folder, files.Written())
    except files.Newer as newer:
        raise Mistake(f"{folder} already tells of {newer}, which is newer than anything in this database.") from None
    except OSError as error:
        raise Mistake(f"{folder} cannot be written: {error.strerror}.") from None
    click.echo(f"{folder}: {len(list(keeper.tree))} files.")


async def invite(config: Config, email: str, *, name: str) -> None:
    try:
        address = TypeAdapter[str](Email).validate_python(one_line(email))
        called = TypeAdapter[str](Text).validate_python(name) if name else ""
    except ValidationError as error:
        said = error.errors()[0]["msg"]
        raise Mistake(f"“{one_line(email)[:80]}” or its name cannot be invited: it {said}.") from None
    async with opened(config) as database:
        key = await signing_key(database, config)
        base_url = config.settings.house.base_url
        link = await make_link(database, key, address, base_url=base_url, now=real_now())
        if called:
            await _rename(database, address, called)
    click.echo(link)


async def _rename(database: Database, address: str, name: str) -> None:
    async with database.begin() as c:
        known = await people.get(c, address)
        if known:
            await people.save(c, Person(id=known.id, name=name, handle=known.handle))
