"""/incident object [NUMBER] [reason]: object strongly to a proposal; that stops it."""

from commands.call import Call
from incidents import proposals
from incidents.errors import Refused
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    running = [proposal.number for proposal in incident.proposals if proposal.state == "open"]
    if call.args.peek().isdecimal():
        number = int(call.args.word()[:6])
    elif running:
        number = running[-1]
    else:
        raise Refused("No proposal is open.")
    proposals.object_to(incident, number, reason=call.args.rest(), by=call.who, now=call.now)
    return None
