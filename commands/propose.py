"""/incident propose PLAN [--by @person]: ask for strong objections; if none comes in 30 s, it is decided."""

from commands.call import Call
from incidents import proposals
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    named = call.args.option("by").lstrip("@")
    executor = await call.somebody(named) if named else None
    proposals.propose(incident, call.field_or_rest("text"), by=call.who, now=call.now, executor=executor)
    return None
