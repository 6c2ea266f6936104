"""/incident cancel REASON: it was a false alarm; that counts as practice."""

from commands.call import Call
from incidents import ending
from templates import forms
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    if call.said.bare and not call.form and incident.phase.active:
        return Card(title="Cancel", form=forms.cancel_form(incident))
    ending.cancel(incident, reason=call.field_or_rest("reason"), by=call.who, now=call.now)
    return None
