"""/incident task @person 10m TEXT: give one person one task with a time-box; also task ack, done, longer, todo."""

from commands.call import Call
from incidents import tasks
from incidents.errors import Refused
from incidents.incident import Incident
from storage import people
from templates import forms
from templates.card import Card

ASK = "!task @somebody 10m look at the database"
DAY = 24 * 60


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    step = call.args.peek().lower()
    if step in ("ack", "done", "longer", "todo"):
        call.args.word()
        return _step(call, incident, step)
    if call.said.bare and not call.form:
        return Card(title="Give a task", form=forms.task_form(await people.everybody(call.unit.c)))
    to = await call.person(ask=ASK)
    if call.args.person() and not call.form:
        raise Refused("One person per task, so that it is clear who does it.", hint=ASK)
    minutes = _minutes(call)
    if minutes is None:
        raise Refused("How long? A task needs a time-box.", hint=ASK)
    tasks.give(incident, call.field_or_rest("text"), to=to, minutes=minutes, by=call.who, now=call.now)
    return None


def _minutes(call: Call) -> int | None:
    if not call.form:
        return call.args.minutes()
    typed = call.field("minutes").removesuffix("m").strip()
    return min(int(typed[:5]), DAY) if typed.isdecimal() and int(typed[:5]) else None


def _step(call: Call, incident: Incident, step: str) -> Card | None:
    number = _number(call, incident)
    if step == "ack":
        tasks.accept(incident, number, by=call.who, now=call.now)
    elif step == "done":
        tasks.finish(incident, number, result=call.args.rest(), by=call.who, now=call.now)
    elif step == "todo":
        tasks.leave_for_later(incident, number, by=call.who, now=call.now)
    else:
        return _longer(call, incident, number)
    return None


def _number(call: Call, incident: Incident) -> int:
    """The number typed, or the speaker's only open task."""
    typed = call.args.peek()
    if typed.isdecimal():
        return int(call.args.word()[:6])
    own = [task.number for task in incident.open_tasks() if task.person.id == call.who.id]
    if len(own) != 1:
        raise Refused("Which task? Give its number.", hint="/incident brief shows the open ones")
    return own[0]


def _longer(call: Call, incident: Incident, number: int) -> Card | None:
    minutes = _minutes(call)
    if minutes is None and not call.form and 1 <= number <= len(incident.tasks):
        return Card(title="More time", form=forms.longer_form(incident.tasks[number - 1]))
    if minutes is None:
        raise Refused("How much longer?", hint=f"/incident task longer {number} 10m")
    tasks.extend(incident, number, minutes=minutes, by=call.who, now=call.now)
    return None
