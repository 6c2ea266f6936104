"""!ic: who can be called as Incident Commander right now, with phone numbers; !ic @person names the commander."""

from commands.call import Call
from incidents import staffing
from incidents.roles import Role
from templates.answers import ic_list
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    named = call.args.person()
    if named:
        incident = await call.here()
        to = await call.somebody(named)
        staffing.assign(incident, Role.IC, to=to, by=call.who, now=call.now)
        return None
    roster = call.settings.roster
    contacts = [("Primary", roster.primary), ("Backup", roster.backup), ("Shadow", roster.shadow)]
    return ic_list(contacts, roster.emergency)
