"""/incident withdraw NUMBER [reason]: take a timeline entry back; it stays on the record as withdrawn."""

from commands.call import Call
from commands.correct import numbered
from incidents import timeline
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    entry = await numbered(call, incident)
    timeline.withdraw(incident, entry.seq, old=entry.reads, reason=call.args.rest(), by=call.who, now=call.now)
    return None
