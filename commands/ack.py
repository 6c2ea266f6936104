"""/incident ack [NUMBER]: you were called and are on your way."""

from commands.call import Call
from incidents import paging
from incidents.errors import Refused
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    if call.args.peek().isdecimal():
        number = int(call.args.word()[:6])
    else:
        mine = [page.number for page in incident.pages if call.who in page.people and not page.acknowledged_by]
        if not mine:
            raise Refused("Nobody has called you here, or it is answered already.")
        number = mine[-1]
    paging.acknowledge(incident, number, by=call.who, now=call.now)
    return None
