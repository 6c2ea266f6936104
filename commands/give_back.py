"""/incident return REMARK: the post that waits for approval goes back to its author; bare it asks what to change."""

from commands.call import Call
from incidents import approval
from incidents.errors import Refused
from templates import forms
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    """The button names the text by its number; a remark may begin with a number of its own."""
    incident = await call.here()
    draft, said = approval.waiting(incident), call.args.rest()
    if said.isdigit() and said != str(draft.number):
        raise Refused("Another text waits by now.", choices=("approve",))
    remark = call.field("remark") if call.form else "" if said.isdigit() else said
    if not remark and call.who.id != draft.author.id:
        approval.may_decide(incident, by=call.who, now=call.now)
        form = forms.return_form(draft)
        return Card(title=form.title, form=form)
    approval.give_back(incident, remark, by=call.who, now=call.now)
    return None
