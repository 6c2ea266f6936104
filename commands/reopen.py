"""/incident reopen REASON: it came back; anybody may say so."""

from commands.call import Call
from incidents import ending
from templates import forms
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    if call.said.bare and not call.form and not incident.phase.active:
        return Card(title="Reopen", form=forms.reopen_form(incident))
    ending.reopen(incident, reason=call.field_or_rest("reason"), by=call.who, now=call.now)
    return None
