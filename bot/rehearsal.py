"""sitrep rehearse: play a script through the real core and show what everybody would have seen."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import click

from bot import logs, rehearsal_print
from bot.config_file import Document
from bot.config_settings import policy
from bot.incident_state import state
from bot.mistake import Mistake
from bot.rehearsal_script import parse
from bot.rehearsal_steps import (
    Action,
    Deletes,
    Edits,
    Fills,
    Presses,
    Reacts,
    Restarts,
    Says,
    Script,
    ScriptError,
    Step,
    Waits,
)
from bot.stage_people import Impossible, People
from bot.stage_play import Play
from bot.transcript import Moment
from commands.settings import Contact, Roster, Settings
from incidents.components import Component
from storage import incidents
from templates.house import House


class Misplayed(Mistake):
    """`FILE:12: reason`."""

    code = 2


async def rehearse(file: Path, *, form: Literal["text", "jsonl"]) -> None:
    """Print the whole of it. Raises Misplayed for the first line of the script that is wrong."""
    logs.for_people()
    try:
        script = parse(_source(file))
        moments, ends = await perform(script)
    except ScriptError as error:
        raise Misplayed(f"{file}:{error.number}: {error.reason}") from None
    if form == "jsonl":
        lines = rehearsal_print.jsonl(moments, ends)
    else:
        lines = rehearsal_print.text(moments, ends, zone=script.zone)
    for line in lines:
        click.echo(line)


def _source(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Misplayed(f"{file}: cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Misplayed(f"{file}:{line}: is not UTF-8 text.") from None


async def perform(script: Script) -> tuple[list[Moment], list[dict[str, Any]]]:
    """Everything that was said and seen, and how the incidents stand at the end."""
    with TemporaryDirectory(prefix="sitrep-rehearsal-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder, 'rehearsal.db')}"
        play = Play(url, settings(script), script.cast.values(), start=script.start)
        await play.open()
        try:
            people = People(play)
            for step in script.steps:
                await carry_out(play, people, step)
            return play.transcript, await _ends(play)
        finally:
            await play.close()


def settings(script: Script) -> Settings:
    """An invented organisation with the numbers of the profile: a rehearsal is the same on every machine."""
    named = {place: Contact(person) for place, person in script.roster.items()}
    directory = {person.id: Contact(person) for person in script.cast.values()}
    roster = Roster(
        primary=named.get("primary"),
        backup=named.get("backup"),
        shadow=named.get("shadow"),
        duty_manager=named.get("duty-manager"),
        backup_liaison=named.get("backup-liaison"),
        directory=directory,
    )
    house = House(
        organisation="Example",
        base_url="https://sitrep.example.com",
        status_url="https://status.example.com",
        support_contact="support@example.com",
        subscribe_url="https://status.example.com/subscribe",
        zone=script.zone,
        languages=script.languages,
        components=tuple(Component(name) for name in script.components),
    )
    numbers = policy(Document.model_validate({"profile": {"name": script.profile}}))
    return Settings(policy=replace(numbers, zone=script.zone), roster=roster, house=house)


async def carry_out(play: Play, people: People, step: Step) -> None:
    """Time passes up to the step, then it happens."""
    if isinstance(step.action, Waits) and step.action.down:
        await play.down(step.at)
        return
    await play.until(step.at)
    if isinstance(step.action, Restarts):
        await play.restart()
    try:
        await _act(people, step.action)
    except Impossible as error:
        raise ScriptError(step.number, str(error)) from None


async def _act(people: People, action: Action) -> None:
    match action:
        case Says(who, place, words):
            await people.says(who, words, place)
        case Presses(who, label, place):
            await people.presses(who, label, place)
        case Fills(who, label, place, fields):
            await people.fills(who, label, fields, place)
        case Edits(who, words):
            await people.edits(who, words)
        case Deletes(who):
            await people.deletes(who)
        case Reacts(who, emoji):
            await people.reacts(who, emoji)
        case _:
            return


async def _ends(play: Play) -> list[dict[str, Any]]:
    async with play.database.read() as c:
        listed = await incidents.listed(c, still_open=False)
    numbers = sorted(one.id for one in listed)
    return [state(await play.incident(number), await play.timeline(number)) for number in numbers]
