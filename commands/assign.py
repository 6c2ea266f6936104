"""/incident assign ROLE @person: give somebody a role; the IC and the Deputy may, and anybody while nobody commands."""

from commands.call import Call
from commands.take import read_role
from incidents import staffing
from incidents.roles import Role, read
from storage import people
from templates import forms
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    named = call.args.person() if not call.form else None
    if not call.form and "@" not in call.said.args:
        known = await people.everybody(call.unit.c)
        return Card(title="Assign a role", form=forms.assign_form(incident, read(call.said.args), known))
    # Both orders are typed: `assign scribe @bob` and `assign @bob scribe`.
    role = read_role(call)
    to = await call.somebody(named) if named else await call.person(ask=f"/incident assign {role} @somebody")
    service = call.args.rest() if role is Role.SME else ""
    staffing.assign(incident, role, to=to, by=call.who, now=call.now, service=service[:100])
    return None
