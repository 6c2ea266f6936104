"""(the clock): somebody's account is gone, named by their id."""

from commands.call import Call
from incidents import staffing
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident, id = await call.here(), call.args.rest()
    for person in {held.person.id: held.person for held in incident.holders if held.person.id == id}.values():
        staffing.leave(incident, person, now=call.now)
    return None
