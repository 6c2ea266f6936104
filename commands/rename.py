"""/incident rename TITLE: give the incident another title."""

from commands.call import Call
from incidents import declaring
from templates import forms
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    if call.said.bare and not call.form:
        return Card(title="Rename", form=forms.rename_form(incident))
    declaring.rename(incident, call.one_line("title"), by=call.who, now=call.now)
    return None
