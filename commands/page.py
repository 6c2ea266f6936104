"""/incident page [@person or team] [reason]: call somebody; without a name the commanders on call."""

from collections.abc import Sequence

from commands.call import Call
from incidents import paging
from incidents.errors import Refused
from incidents.person import Person
from templates import forms
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    if call.said.bare and not call.form and call.line.via == "button":
        return Card(title="Call somebody", form=forms.page_form(_contacts(call)))
    again = call.args.flag("again")
    people = await _whom(call)
    reason = call.field("reason") if call.form else call.args.rest()
    paging.page(incident, people, reason=reason[:500], by=call.who, now=call.now, again=again)
    return None


def _contacts(call: Call) -> list[tuple[str, str]]:
    roster = call.settings.roster
    named = [("ic", "Incident Commanders on call")]
    named += [(f"team:{name}", f"Team {name}") for name in roster.teams]
    return named + [(id, contact.person.name) for id, contact in sorted(roster.directory.items())]


async def _whom(call: Call) -> Sequence[Person]:
    """`@bob`, a team's name, or nobody named: the commanders. Reserved words win over team names (CMD-9)."""
    roster = call.settings.roster
    if call.form:
        chosen = call.field("person")
        if chosen.startswith("team:"):
            return _team(call, chosen.removeprefix("team:"))
        return _commanders(call) if chosen in ("", "ic") else [await call.somebody(chosen)]
    if named := call.args.person():
        return [await call.somebody(named)]
    if call.args.peek().lower() in roster.teams:
        return _team(call, call.args.word().lower())
    if call.args.peek().lower() == "ic":
        call.args.word()
    return _commanders(call)


def _commanders(call: Call) -> list[Person]:
    roster = call.settings.roster
    return [contact.person for contact in (roster.primary, roster.backup, roster.shadow) if contact]


def _team(call: Call, name: str) -> list[Person]:
    team = call.settings.roster.teams.get(name)
    if team is None:
        known = ", ".join(call.settings.roster.teams) or "none is configured"
        raise Refused(f"There is no team “{name[:40]}”. Teams: {known}.")
    return [contact.person for contact in team]
