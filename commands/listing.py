"""/incident list: the open incidents."""

from commands.call import Call
from templates.card import Card
from templates.overviews import incident_list


async def carry_out(call: Call) -> Card | None:
    running = [incident for incident in await call.unit.open_incidents() if call.may_see(incident)]
    return incident_list(running, call.settings.house, call.now)
