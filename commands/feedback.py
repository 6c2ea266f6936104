"""/incident feedback [COUNT] "SYMPTOM" [customer] [channel]: what customers report; alone it shows the counts."""

from dataclasses import dataclass

from commands import us
from commands.args import Args
from commands.call import Call
from commands.clean import one_line
from incidents import feedback
from incidents.errors import Refused
from incidents.incident import Incident
from templates import feedback_cards
from templates.card import Card


@dataclass(frozen=True, slots=True)
class Said:
    count: int
    symptom: str
    customer: str = ""
    channel: str = ""
    component: str = ""
    region: str = ""


async def carry_out(call: Call) -> Card | None:
    named = call.args.option("for")
    incident = await _named(call, named) if named else call.incident
    if call.args.peek().lower() == "answered":
        call.args.word()
        return await _answered(call)
    if incident and call.said.bare and not call.form:
        return feedback_cards.overview(incident, call.settings.house, call.now, reader=call.who)
    said = _from_form(call) if call.form else _typed(call)
    if not said.symptom:
        return Card(title="What customers report", form=feedback_cards.form(call.settings.house))
    if not incident:
        feedback.check(said.symptom, said.count)
        return await us.compare(call, said.symptom, count=said.count, region=said.region, component=said.component)
    made = feedback.report(
        incident,
        said.symptom,
        count=said.count,
        customer=said.customer,
        channel=said.channel,
        component=said.component,
        region=said.region,
        by=call.who,
        now=call.now,
    )
    return feedback_cards.receipt(incident, made, call.settings.house, call.now)


async def _named(call: Call, number: str) -> Incident:
    """For support, who are in no room: `--for 12`. Whoever may not see it is told the same as when there is none."""
    typed = number.lower().removeprefix("#").removeprefix("inc-")
    found = await call.unit.incident(int(typed[:9])) if typed.isdecimal() else None
    if not found or not call.may_see(found):
        raise Refused("There is no such incident.")
    call.incident = found
    return found


async def _answered(call: Call) -> Card | None:
    typed = call.args.word()
    if typed and not typed.isdecimal():
        raise Refused("Which report? Give its number.", hint="!feedback shows them")
    feedback.answered(await call.here(), int(typed[:6]) if typed else None, by=call.who, now=call.now)
    return None


def _typed(call: Call) -> Said:
    component, region = one_line(call.args.option("component"), 100), one_line(call.args.option("region"), 100)
    customer, channel = call.args.option("customer"), call.args.option("channel")
    count = 1
    if call.args.peek().isdecimal():
        count = int(call.args.word()[:7])
    rest = call.args.rest()
    if rest[:1] in ('"', "“"):
        left = Args(rest)
        symptom = left.word()
        customer, channel = customer or left.word(), channel or left.rest()
    else:
        symptom = rest
    return Said(count, one_line(symptom, 200), one_line(customer, 100), one_line(channel, 60), component, region)


def _from_form(call: Call) -> Said:
    count = call.whole_minutes("count") or 1
    others = {name: one_line(call.field(name), 100) for name in ("customer", "channel", "component", "region")}
    return Said(count, one_line(call.field("symptom"), 200), **others)
