"""/incident phase stabilise|verify|size-up [reason]: what the response is doing now; customers see nothing of it."""

from commands.call import Call
from incidents import ending
from incidents.errors import Refused
from incidents.phase import LEADS_TO, read
from templates import answers
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    ways = [way for way in LEADS_TO[incident.phase] if way.active]
    if call.said.bare and not call.form:
        names = " or ".join(way.label for way in ways) or "nothing by hand"
        return answers.done(f"The phase is {incident.phase.label}. Next may come {names}.")
    word = call.args.word()
    to = read(word) or read(f"{word} {call.args.peek()}")
    if to and not read(word):
        call.args.word()
    if not to:
        raise Refused(f"There is no phase “{word[:40]}”.", choices=tuple(f"phase {way}" for way in ways))
    ending.move(incident, to, reason=call.args.rest(), by=call.who, now=call.now)
    return None
