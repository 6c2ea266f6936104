"""/incident slower 2h --because WHY: public posts come less often from the next one on; `slower off` ends that."""

from commands.call import Call
from incidents import following
from incidents.errors import Refused
from templates import forms
from templates.card import Card

_ASK = '/incident slower 2h --because "the disks are being copied"'


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    if call.said.bare and not call.form:
        form = forms.slower_form()
        return Card(title=form.title, form=form)
    because = call.field("because") if call.form else call.args.option("because")
    if call.args.peek().lower() == "off":
        following.slow(incident, None, reason=because, by=call.who, now=call.now)
        return None
    minutes = call.whole_minutes("minutes") if call.form else call.args.minutes()
    if minutes is None:
        raise Refused("How long between posts?", hint=_ASK)
    reason = because or (call.args.rest() if not call.form else "")
    following.slow(incident, minutes, reason=reason[:500], by=call.who, now=call.now)
    return None
