"""/incident release ROLE [@person]: leave a role; the IC and the Deputy may take it from somebody."""

from commands.call import Call
from commands.take import read_role
from incidents import staffing
from incidents.errors import Refused
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    if call.said.bare:
        return _only_one(call)
    role = read_role(call)
    named = call.args.person()
    whose = await call.somebody(named) if named else call.who
    staffing.release(incident, role, whose=whose, by=call.who, now=call.now)
    return None


def _only_one(call: Call) -> Card | None:
    """Without a role: the one that the speaker holds, if it is only one."""
    incident = call.incident
    held = incident.roles_of(call.who) if incident else []
    if not incident or len(held) != 1:
        names = ", ".join(held) or "none"
        raise Refused(f"Which role? You hold: {names}.", choices=tuple(f"release {role}" for role in held))
    staffing.release(incident, held[0], whose=call.who, by=call.who, now=call.now)
    return None
