"""/incident severity sevN [reason]: change how bad it is; anybody may raise it, the IC lowers it with a reason.

In the incident's room `/incident sev1` does the same.
"""

from commands.call import Call
from incidents import declaring
from incidents.errors import Refused
from incidents.severity import CHOICES, Severity, read
from templates import forms
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    if call.said.bare and not call.form:
        return Card(title="Severity", form=forms.severity_form(incident))
    declaring.set_severity(incident, _level(call), reason=_reason(call), by=call.who, now=call.now)
    return None


def _level(call: Call) -> Severity:
    level = read(call.field("severity")) if call.form else call.args.severity()
    if level is None:
        raise Refused("Which severity?", hint="sev1 (worst) to sev5, or p0 to p3", choices=CHOICES)
    return level


def _reason(call: Call) -> str:
    if call.form:
        return call.field("reason")
    return call.args.option("because") or call.args.rest()
