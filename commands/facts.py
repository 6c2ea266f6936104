"""/incident facts: the technical lead's fact sheet for the next update, as a form."""

from commands.call import Call
from incidents import fact_sheet
from templates.card import Card
from templates.fact_form import LABELS, fact_form


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    fact_sheet.may_give(incident, call.who)
    if not call.form:
        form = fact_form(incident)
        return Card(title=form.title, form=form)
    fact_sheet.give(incident, {name: call.field(name, limit=500) for name in LABELS}, by=call.who, now=call.now)
    return None
