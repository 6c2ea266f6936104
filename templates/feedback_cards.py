"""What customers report, as support and the commander see it, and what to answer them (FB-1 to FB-5)."""

from collections.abc import Sequence
from datetime import datetime

from incidents import feedback
from incidents.customer_records import Report
from incidents.feedback import ALARM
from incidents.incident import Incident
from incidents.person import Person
from templates import standard_answers
from templates.card import Button, Card, Fact, Field, Form
from templates.house import House
from templates.words import clock

NEWEST = 15
_FOUND = 5


def customers(count: int) -> str:
    return "1 customer report" if count == 1 else f"{count} customer reports"


def line(incident: Incident, now: datetime) -> str:
    """Number, trend, what is new; that nobody wrote is said too (FB-3)."""
    tally = feedback.tally(incident.reports, now=now)
    if not tally.total:
        return "none so far"
    new = f"; new: {', '.join(tally.new)}" if tally.new else ""
    return f"{tally.last} in the last 10 min, {tally.before} before ({tally.trend}), {tally.total} in all{new}"


def form(house: House) -> Form:
    parts = tuple((component.name, component.name) for component in house.components)
    component = (Field("component", "Component", "choice", choices=(("", "Not known"), *parts)),) if parts else ()
    return Form(
        title="What customers report",
        says="feedback",
        fields=(
            Field("symptom", "What they see", required=True, hint="cannot pay"),
            Field("count", "How many", value="1"),
            *component,
            Field("region", "Region"),
            Field("channel", "How they wrote", hint="phone, mail, chat"),
            Field("customer", "Ticket or customer, for you and the liaison only", hint="ticket 8812"),
        ),
        submit="Count it",
        plain='!feedback 12 "cannot pay" "ticket 8812" phone',
    )


def receipt(incident: Incident, report: Report, house: House, now: datetime) -> Card:
    """The answer to copy: what everybody who wrote gets within five minutes (FB-1, FB-5)."""
    done = (Button("Answered", says=f"feedback answered {report.number}", style="primary"),)
    answer = standard_answers.receipt(incident, report.symptom, house, now)
    title = f"Report {report.number} counted. To answer it:"
    return Card(title=title, text=answer, buttons=done if incident.phase.active else (), tone="good")


def overview(incident: Incident, house: House, now: datetime, *, reader: Person) -> Card:
    """The newest first. Who wrote is shown only to those who answer or lead."""
    names = feedback.may_read_customers(incident, reader)
    newest = incident.reports[::-1][:NEWEST]
    facts = tuple(Fact(_when(each, house, now), _report(each, names=names)) for each in newest)
    waiting = any(not each.answered_by for each in incident.reports)
    buttons = (Button("All answered", says="feedback answered"),) if waiting else ()
    text = f"Customer reports: {line(incident, now)}."
    return Card(title="What customers report", text=text, facts=facts, buttons=buttons, form=form(house))


def last(incident: Incident, house: House, now: datetime, *, reader: Person) -> Card:
    """The last answer to copy, and whom it is for (FB-7)."""
    names = feedback.may_read_customers(incident, reader)
    facts = tuple(Fact(_when(each, house, now), _report(each, names=names)) for each in incident.reports[::-1][:NEWEST])
    waiting = any(not each.answered_by for each in incident.reports)
    buttons = (Button("All answered", says="feedback answered"),) if waiting else ()
    count = sum(each.count for each in incident.reports)
    title = f"It is over: {customers(count)} to answer once more"
    return Card(title=title, text=standard_answers.last(incident, house, now), facts=facts, buttons=buttons)


def _when(report: Report, house: House, now: datetime) -> str:
    return f"{report.number}, {clock(report.at, now=now, zone=house.zone)}"


def _report(report: Report, *, names: bool) -> str:
    about = [report.component, report.region, report.channel, report.customer if names else ""]
    state = f"answered by {report.answered_by.name}" if report.answered_by else "not answered yet"
    return "; ".join(filter(None, (f"{report.count} × {report.symptom}", *about, state)))


def known(incidents: Sequence[Incident], symptom: str, count: int, house: House, now: datetime) -> Card:
    """Yes, this is us: what may be answered, and the line that counts it where it belongs (FB-1, FB-4)."""
    found = incidents[:_FOUND]
    answers = "\n\n".join(
        f"#{each.room_name}: {each.title}\n{standard_answers.receipt(each, symptom, house, now)}\n"
        f"{standard_answers.when(each, house, now)}"
        for each in found
    )
    said = symptom.replace('"', "").replace("“", "")
    buttons = [
        Button(f"Count it for {each.id}", says=f'feedback {count} "{said}" --for {each.id}', style="primary")
        for each in found
    ]
    return Card(title="Yes, this is us", text=answers, buttons=tuple(buttons), tone="warn")


def unknown(symptom: str, count: int, house: House, now: datetime) -> Card:
    """Nothing known: anybody may declare, and several alike are a reason to (INC-8)."""
    several = count >= ALARM
    text = standard_answers.receipt(None, symptom, house, now)
    if several:
        text = f"{count} customers reported this within ten minutes: declare, and call the commander.\n\n{text}"
    declare = Button("Declare", says=f"new {symptom}", style="primary" if several else "plain")
    page = (Button("Who is on call", says="ic"),) if several else ()
    title = "Not known here; it may be a new incident" if several else "Nothing like this is known here"
    return Card(title=title, text=text, buttons=(declare, *page), tone="bad" if several else "plain")
