"""/incident new [sevN] [title]: declare an incident; anybody may, at any time, without severity or title.

Also `/incident sev1 Checkout returns 500s`. With --private only those who take part see it; with --triage it is a
report that somebody checks first.
"""

from commands.args import Args
from commands.call import Call
from commands.clean import one_line
from commands.parse import SEVERITY_OR_DECLARE
from incidents import declaring, paging
from incidents.incident import Incident
from incidents.severity import Severity, read
from templates import answers, forms, marks
from templates.card import Card

_COMPARED = 50
"""Whoever declares the same thing twice does so within minutes: older ones are not read, however many there are."""


async def carry_out(call: Call) -> Card | None:
    if call.said.word != SEVERITY_OR_DECLARE and not call.form and call.said.bare:
        return Card(title="Declare an incident", form=forms.declare_form())
    private, triage = call.args.flag("private"), call.args.flag("triage")
    severity, title = _severity_and_title(call)
    others = [other for other in await call.unit.open_incidents(newest=_COMPARED) if call.may_see(other)]
    incident = await open_incident(call, severity, title, private=private, triage=triage)
    return answers.done(_told(incident, others))


async def open_incident(
    call: Call, severity: Severity | None, title: str, *, private: bool = False, triage: bool = False
) -> Incident:
    """A new incident, which the rest of the line is about; a major one calls who is on call."""
    incident = declaring.declare(
        id=await call.unit.next_id(),
        title=title,
        severity=severity,
        by=call.who,
        now=call.now,
        policy=call.settings.policy,
        on_call=call.settings.roster.on_call(),
        private=private,
        triage=triage,
    )
    call.unit.add(incident)
    call.incident = incident
    if incident.major and not triage:
        paging.call_commanders(incident, now=call.now, by=call.who, reason=f"{incident.severity.label} declared")
    return incident


def _severity_and_title(call: Call) -> tuple[Severity | None, str]:
    if call.form:
        named = call.field("severity")
        return read(named) if named else None, one_line(call.field("title"))
    args: Args = call.args
    return args.severity(), one_line(args.rest())


def _told(incident: Incident, others: list[Incident]) -> str:
    """Where to go, and what else is open, so that two people do not open the same incident (INC-10)."""
    text = f"Incident {incident.id} is declared as {incident.severity.label}. Go to {marks.room(incident.room_name)}."
    if others:
        listed = ", ".join(f"{marks.room(other.room_name)} ({other.title})" for other in others[:5])
        text += f"\n\nAlso open: {listed}. If it is the same, carry on there and cancel this one."
    return text
