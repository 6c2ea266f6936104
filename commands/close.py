"""/incident close [sevN]: the end, with the final severity; after the review, or at once for SEV-4 and SEV-5."""

from commands.call import Call
from incidents import ending
from incidents.severity import read
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    level = read(call.field("severity")) if call.form else call.args.severity()
    ending.close(incident, severity=level, by=call.who, now=call.now)
    return None
