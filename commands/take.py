"""/incident take ROLE [service]: take a role yourself: ic, deputy, scribe, customer-liaison, internal-liaison, sme."""

from commands.call import Call
from incidents import staffing
from incidents.errors import Refused
from incidents.roles import Role, read
from templates import forms
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    if call.said.bare and not call.form:
        return Card(title="Take a role", form=forms.take_form(incident))
    reason = call.args.option("because")
    role = read_role(call)
    service = call.args.rest() if role is Role.SME else ""
    staffing.assign(incident, role, to=call.who, by=call.who, now=call.now, service=service[:100], reason=reason)
    return None


def read_role(call: Call) -> Role:
    """The role named by the form or by the next word or two (`customer liaison`). Raises Refused with the choices."""
    if call.form:
        word = call.field("role")
        return _known(read(word), word)
    word = call.args.word()
    joined = read(f"{word} {call.args.peek()}")
    if joined:
        call.args.word()
    return _known(joined or read(word), word)


def _known(role: Role | None, word: str) -> Role:
    if role:
        return role
    names = ", ".join(Role)
    raise Refused(f"There is no role “{word[:40]}”." if word else "Which role?", hint=f"Roles: {names}")
