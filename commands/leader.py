"""/incident leader NAME: the words with which a leader of the house speaks in public about a SEV-1, through PR.

An apology and the newest post, in every language; PR and Legal read them first (CHN-9).
"""

from commands.call import Call
from commands.clean import one_line
from incidents import outside
from incidents.errors import Refused
from templates.card import Card

_LONGEST = 80


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    name = one_line(call.args.rest(), _LONGEST)
    if not name:
        raise Refused("Who speaks?", hint="/incident leader Jane Doe, head of Example Shop")
    outside.speak(incident, name, by=call.who, now=call.now)
    return None
