"""/incident facts: the technical lead's fact sheet for the next update, as a form."""

from datetime import timedelta

from commands.call import Call
from commands.eta import read_certainty
from commands.repairs import history
from commands.times import ahead
from incidents import eta, fact_sheet
from incidents.errors import Refused
from incidents.fact_sheet import Believed
from incidents.incident import Incident
from incidents.stage import Stage
from templates.card import Card
from templates.checked import told
from templates.fact_form import ETA, LABELS, SURE, fact_form
from templates.sayable import objections

_MINUTE = timedelta(minutes=1)


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    fact_sheet.may_give(incident, call.who)
    if not call.form:
        form = fact_form(incident, call.now)
        return Card(title=form.title, form=form)
    said = {name: call.field(name, limit=500) for name in LABELS if name not in (ETA, SURE)}
    believed = await _believed(call, incident)
    fact_sheet.give(incident, said, believed=believed, by=call.who, now=call.now)
    return _unsayable(call, incident, said)


def _unsayable(call: Call, incident: Incident, said: dict[str, str]) -> Card | None:
    """Whoever noted it down hears at once what customers cannot read like that, and a better wording (WL-1)."""
    house = call.settings.house
    told_now = {name: incident.facts[name] for name in said if incident.facts.get(name)}
    stage, language = incident.stage or Stage.INVESTIGATING, house.languages[0]
    found = objections(told_now, stage=stage, language=language, incident=incident, house=house)
    if not found:
        return None
    lines = (f"{LABELS[each.field]}: {told([each])}" for each in found)
    return Card(title="Kept, but customers cannot read it like this", text="\n".join(lines), tone="warn")


async def _believed(call: Call, incident: Incident) -> Believed | None:
    """None when nothing is said of it, or what was said already: the form comes filled."""
    typed, sure = call.field(ETA, limit=40), read_certainty(call.field(SURE))
    if not typed:
        return None
    at = ahead(typed, now=call.now, zone=incident.policy.zone)
    if at is None:
        raise Refused(f"“{typed}” is no time I can read.", hint="16:00 or 45m")
    standing = eta.current(incident)
    if standing and abs(standing.raw_at - at) < _MINUTE and sure in (None, standing.certainty):
        return None
    like = len((await history(call.unit.c, incident, call.settings)).repairs)
    return Believed(-(-(at - call.now) // _MINUTE), sure, like)
