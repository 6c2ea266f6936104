"""/status snooze [NAME] [REASON]: five minutes without this reminder, once; what is due stays due."""

from commands.call import Call
from incidents import reminding
from incidents.errors import Refused
from incidents.incident import Incident
from templates import answers, forms
from templates.card import Card
from templates.due import NAMES, plain_name
from templates.words import clock


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    name = _name(call, incident)
    deadline = reminding.may_snooze(incident, name, now=call.now)
    reason = call.field("because", limit=500) if call.form else call.args.rest()[:500]
    due = clock(deadline.due_at, now=call.now, zone=call.settings.house.zone)
    if not reason:
        question = f"Why should it wait? {plain_name(deadline)} stays due at {due}"
        form = forms.reason_form("Quiet for five minutes", f"snooze {name}", question, {})
        return Card(title=form.title, form=form)
    reminding.snooze(incident, name, reason=reason, by=call.who, now=call.now)
    return answers.done(f"Quiet for five minutes. It stays due at {due}.")


def _name(call: Call, incident: Incident) -> str:
    """What is named, or else the next public post: then all the words are the reason."""
    word = call.args.peek().lower()
    if word.partition(":")[0] in NAMES:
        call.args.word()
        return word
    name = next((owed for owed in ("update", "first-notice") if owed in incident.deadlines), "")
    if not name:
        raise Refused("No reminder is running.")
    return name
