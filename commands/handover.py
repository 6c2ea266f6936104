"""/incident handover @person: hand over command; they accept, both announce it, then: /incident handover done.

`handover ask @person` asks somebody who interrupts whether they take command; they say `handover yes` or `no`.
"""

from commands.call import Call
from incidents import handover
from storage import people
from templates import forms
from templates.card import Card

STEPS = {
    "accept": handover.accept,
    "decline": handover.decline,
    "done": handover.finish,
    "cancel": handover.cancel,
    "yes": handover.take_it,
    "no": handover.leave_it,
}


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    step = STEPS.get(call.args.peek().lower())
    if step and not call.form:
        step(incident, by=call.who, now=call.now)
        return None
    if call.args.peek().lower() == "ask" and not call.form:
        call.args.word()
        to = await call.person(ask="/incident handover ask @somebody")
        handover.ask(incident, to=to, by=call.who, now=call.now)
        return None
    if call.said.bare and not call.form:
        known = await people.everybody(call.unit.c)
        return Card(title="Hand over command", form=forms.handover_form(incident, known))
    to = await call.person(ask="/incident handover @somebody")
    handover.offer(incident, to=to, by=call.who, now=call.now)
    return None
