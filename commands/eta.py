"""/incident eta [45m [low|medium|high]]: how much longer it takes; alone it shows what is expected."""

from typing import get_args

from commands.call import Call
from commands.repairs import history
from incidents import eta
from incidents.customer_records import Certainty
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from templates import estimates
from templates.card import Card

ASK = "!eta 45m medium"
_LEVELS: dict[str, Certainty] = {level: level for level in get_args(Certainty)}


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    step = call.args.peek().lower()
    if step == "holds":
        eta.hold(incident, by=call.who, now=call.now)
        return None
    if step == "new" and not call.form:
        eta.may_estimate(incident, call.who)
        form = estimates.form(incident)
        return Card(title=form.title, form=form)
    past = await history(call.unit.c, incident, call.settings)
    if call.said.bare and not call.form:
        return estimates.card(incident, past, call.settings.house, call.now, may=_may(incident, call.who))
    minutes = call.whole_minutes("minutes") if call.form else call.args.minutes()
    if minutes is None:
        raise Refused("How much longer?", hint=ASK)
    sure = read_certainty(call.field("certainty") if call.form else call.args.word())
    eta.estimate(incident, minutes, certainty=sure, like=len(past.repairs), by=call.who, now=call.now)
    return None


def read_certainty(said: str) -> Certainty | None:
    """None when nothing is said. Raises Refused for what is none of the three."""
    word = said.lower()
    if word and word not in _LEVELS:
        raise Refused(f"How sure? low, medium or high, not “{word[:40]}”.", hint=ASK)
    return _LEVELS.get(word)


def _may(incident: Incident, who: Person) -> bool:
    try:
        eta.may_estimate(incident, who)
    except Refused:
        return False
    return True
