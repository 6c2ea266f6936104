"""/status snooze [NAME]: five minutes without this reminder, once; what is due stays due."""

from commands.call import Call
from incidents import reminding
from incidents.errors import Refused
from templates import answers
from templates.card import Card
from templates.words import clock


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    name = call.args.word().lower() or next((n for n in ("update", "first-notice") if n in incident.deadlines), "")
    if not name:
        raise Refused("No reminder is running.")
    reminding.snooze(incident, name, by=call.who, now=call.now)
    due = clock(incident.deadlines[name].due_at, now=call.now, zone=call.settings.house.zone)
    return answers.done(f"Quiet for five minutes. It stays due at {due}.")
