"""/status due: everything that is owed, with when and by whom; outside a room the promises of all incidents."""

from commands.call import Call
from storage import incidents, promises
from templates import promise_list
from templates.card import Card
from templates.overviews import due_card

_SHOWN = 10


async def carry_out(call: Call) -> Card | None:
    if call.incident and call.args.peek().lower() != "all":
        return due_card(call.incident, call.settings.house, call.now, call.who)
    await call.unit.flush()
    running = [incident for incident in await incidents.owing(call.unit.c) if call.may_see(incident)]
    seen = {incident.id for incident in running}
    settled = await promises.newest(call.unit.c, limit=5 * _SHOWN)
    shown = [each for each in settled if not each.private or each.incident_id in seen][:_SHOWN]
    shares = await promises.shares(call.unit.c, call.now - promise_list.SHARED)
    return promise_list.card(running, shown, shares, house=call.settings.house, now=call.now)
