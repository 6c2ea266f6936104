"""(the clock): says what has come due."""

from commands import lapsed
from commands.call import Call
from commands.planning import incident_open
from incidents import maintenance_due, reminding
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    if call.args.word() == "maintenance":
        await _maintenance(call, int(call.args.word()))
    else:
        incident = await call.here()
        lapsed.go_on(call, incident)
        reminding.remind(incident, now=call.now)
    return None


async def _maintenance(call: Call, number: int) -> None:
    found = await call.unit.maintenances.get(number)
    if found:
        running = await incident_open(call.unit, found)
        maintenance_due.remind(found, on_call=call.settings.roster.on_call(), now=call.now, incident_open=running)
