"""Planning maintenance, from one line or from the form (LIFE-12, SVR-14)."""

from dataclasses import replace

from commands import gate
from commands.args import Args
from commands.call import Call
from commands.clean import one_line
from commands.unit import Unit
from commands.windows import window
from incidents import maintaining
from incidents.components import Component
from incidents.errors import Refused
from incidents.maintenance import Maintenance
from incidents.maintenance_events import MaintenanceScheduled
from incidents.person import Person
from incidents.policy import Approvers
from incidents.wording.finding import Finding
from storage import people
from templates import maintenance_cards
from templates.card import Card
from templates.checked import stopping_notice, told
from templates.maintenance_wording import maintenance_wordings

_OPTIONS = ("effect", "not-affected", "components", "owner", "backup", "urgent", "override")
_NEEDED = {
    "window": "the window",
    "service": "the service, with a colon behind it",
    "reason": "what will be done",
    "effect": "what customers notice",
}


async def schedule(call: Call) -> Card:
    """Nothing is planned as long as something is missing: the form comes back with what was said."""
    said = _from_form(call) if call.form else _typed(call)
    missing = [label for name, label in _NEEDED.items() if not said[name]]
    if missing:
        known = await people.everybody(call.unit.c)
        hint = f"Still missing: {', '.join(missing)}." if len(missing) < len(_NEEDED) else ""
        form = maintenance_cards.schedule_form(said, known, call.settings.house, hint)
        return Card(title=form.title, form=form)
    return await _plan(call, said)


async def _plan(call: Call, said: dict[str, str]) -> Card:
    house, held = call.settings.house, call.unit.maintenances
    when = window(said["window"], now=call.now, zone=house.zone)
    if when.rest:
        raise Refused(f"What is “{when.rest[:40]}” behind the window?", hint=maintenance_cards.EXAMPLE)
    made = maintaining.schedule(
        id=await held.next_id(),
        service=said["service"],
        reason=said["reason"],
        effect=said["effect"],
        not_affected=said["not_affected"],
        components=_components(said["components"], said["service"], house.components),
        starts_at=when.start,
        ends_at=when.end,
        by=call.who,
        now=call.now,
        owner=await _person(call, said["owner"]),
        backup=await _person(call, said["backup"]),
        urgent=said["urgent"],
        numbers=call.settings.maintenance,
        on_call=call.settings.roster.on_call(),
        clearers=_clearers(call),
    )
    made.words = {name: text for name, text in said.items() if "@" in name and text}
    texts = maintenance_wordings("announced", made, house, now=call.now)
    if found := stopping_notice(texts, "scheduled", house):
        if not said["override"]:
            return await _reworded(call, said, found)
        aside = gate.set_aside(found, because=said["override"])
        made.news = [
            replace(each, aside=aside) if isinstance(each, MaintenanceScheduled) else each for each in made.news
        ]
    held.add(made)
    approvers = [person for event in made.news if isinstance(event, MaintenanceScheduled) for person in event.approvers]
    return maintenance_cards.planned(made, approvers, house, call.now)


def _clearers(call: Call) -> tuple[Person, ...] | None:
    """Whom the organisation named; None where posts need nobody's yes (APPR-2)."""
    approval = call.settings.policy.approval
    return approval.approvers.get("maintenance", Approvers()).people if approval.on else None


async def _reworded(call: Call, said: dict[str, str], found: list[Finding]) -> Card:
    """Forbidden wording stays here: the form comes back with why (WL-2)."""
    people_known = await people.everybody(call.unit.c)
    form = maintenance_cards.schedule_form(said, people_known, call.settings.house, told(found))
    form = gate.asking(replace(form, title="Not planned yet"), found, "Or plan it as it is, because")
    return Card(title=form.title, text=told(found), tone="warn", form=form)


def _translated(call: Call) -> list[str]:
    """What customers read, in the other languages: `effect@fr` (STG-34)."""
    languages = call.settings.house.languages[1:]
    return [f"{name}@{code}" for name in ("reason", "effect", "not-affected") for code in languages]


def _named(option: str) -> str:
    """`not-affected@zh-CN` is `not_affected@zh-CN`."""
    name, at, code = option.partition("@")
    return name.replace("-", "_") + at + code


def _from_form(call: Call) -> dict[str, str]:
    names = (*_NEEDED, *map(_named, (*_OPTIONS, *_translated(call))))
    return {name: one_line(call.field(name, limit=500), 300) for name in names}


def _typed(call: Call) -> dict[str, str]:
    """`tomorrow 02:00-04:00 Sign-in: move the database --effect "…"`; the window may also be `--from … --to …`."""
    names = (*_OPTIONS, *_translated(call))
    said = {_named(name): one_line(call.args.option(name), 300) for name in names}
    end, start = call.args.option("to"), call.args.option("from")
    between = f"{start} - {end}" if start and end else start
    text = one_line(f"{between} {call.args.rest()}", 1000)
    if not text:
        return dict.fromkeys(_NEEDED, "") | said
    when = window(text, now=call.now, zone=call.settings.house.zone)
    service, colon, reason = when.rest.partition(":")
    if not colon:
        service, reason = "", when.rest
    typed = text[: len(text) - len(when.rest)].rstrip(" ,;:") if when.rest else text
    return {"window": typed, "service": service.strip()[:80], "reason": reason.strip()[:300], **said}


def _components(typed: str, service: str, known: tuple[Component, ...]) -> tuple[str, ...]:
    """Those that were named, else the one that is called like the service."""
    by_word = {word.casefold(): each.name for each in known for word in (each.name, *each.aliases)}
    wanted = [word.strip() for word in typed.split(",") if word.strip()]
    for word in wanted:
        if word.casefold() not in by_word:
            names = ", ".join(component.name for component in known) or "none is configured"
            raise Refused(f"There is no component “{word[:40]}”. Components: {names}.")
    return tuple(dict.fromkeys(by_word[word.casefold()] for word in wanted or [service] if word.casefold() in by_word))


async def _person(call: Call, typed: str) -> Person | None:
    return await call.somebody(Args(typed).person() or typed) if typed else None


async def incident_open(unit: Unit, maintenance: Maintenance) -> bool:
    """Whether the incident that came of it goes on."""
    found = await unit.incident(maintenance.incident) if maintenance.incident else None
    return found is not None and found.phase.active
