"""One thing, one person, one time-box (ROLE-37, ROLE-38)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from incidents import cadence
from incidents.errors import Refused
from incidents.events import TaskChanged, TaskGiven
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Task
from incidents.roles import Role


def give(incident: Incident, text: str, *, to: Person, minutes: int, by: Person, now: datetime) -> None:
    """Give a task and wait for the person’s yes. The commander does not repair and gets none (ANTI-11)."""
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}; note a TODO instead.", hint="!todo …")
    if incident.commander and not incident.holds(by, Role.IC, Role.DEPUTY):
        raise Refused("Only the Incident Commander or the Deputy gives tasks.", hint=f"!propose {text}")
    if incident.holds(to, Role.IC):
        raise Refused(f"{to.name} is in command and takes no tasks. Give it to somebody else.")
    if not text:
        raise Refused("What is the task?", hint=f"!task @{to.handle} {minutes}m look at the database")
    _time_box(to, text, minutes)
    due = now + timedelta(minutes=minutes)
    task = Task(number=len(incident.tasks) + 1, person=to, text=text, given_by=by, given_at=now, due_at=due)
    incident.tasks.append(task)
    incident.acted = True
    cadence.arm(incident, f"task:{task.number}", due, now=now)
    if to.id != by.id:
        cadence.arm(incident, f"task-ack:{task.number}", cadence.acknowledgement_due(incident, task), now=now)
    incident.record(TaskGiven(at=now, by=by, task=task))


def _time_box(to: Person, text: str, minutes: int) -> None:
    if minutes < 1:
        raise Refused("How long? A task needs a time-box.", hint=f"!task @{to.handle} 10m {text}")


def accept(incident: Incident, number: int, *, by: Person, now: datetime) -> None:
    task = _own(incident, number, by)
    if task.state == "accepted":
        raise Refused(f"Task {number} is confirmed already.")
    _change(incident, replace(task, state="accepted"), "accepted", by=by, now=now)


def extend(incident: Incident, number: int, *, minutes: int, by: Person, now: datetime) -> None:
    """More time, by the person's own estimate (ROLE-38)."""
    task = _own(incident, number, by)
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}; leave the task for later.")
    _time_box(task.person, task.text, minutes)
    due = now + timedelta(minutes=minutes)
    longer = replace(task, due_at=due, state="accepted")
    cadence.arm(incident, f"task:{number}", due, now=now)
    _change(incident, longer, "longer", by=by, now=now)


def finish(incident: Incident, number: int, *, result: str = "", by: Person, now: datetime) -> None:
    task = _open(incident, number)
    _may_close(incident, task, by)
    cadence.fulfil(incident, f"task:{number}")
    _change(incident, replace(task, state="done"), "done", result=result, by=by, now=now)


def leave_for_later(incident: Incident, number: int, *, by: Person, now: datetime) -> None:
    """Turn an open task into a TODO for afterwards (LIFE-5)."""
    task = _open(incident, number)
    _may_close(incident, task, by)
    cadence.disarm(incident, f"task:{number}")
    _change(incident, replace(task, state="todo"), "todo", by=by, now=now)


def _change(
    incident: Incident,
    task: Task,
    how: Literal["accepted", "longer", "done", "todo"],
    *,
    result: str = "",
    by: Person,
    now: datetime,
) -> None:
    incident.tasks[task.number - 1] = task
    # Whatever its person says of a task, they have heard of it (ROLE-37).
    cadence.disarm(incident, f"task-ack:{task.number}")
    incident.record(TaskChanged(at=now, by=by, task=task, how=how, result=result))


def _open(incident: Incident, number: int) -> Task:
    if not 1 <= number <= len(incident.tasks):
        raise Refused(f"There is no task {number}.", hint="/incident brief shows the open ones")
    task = incident.tasks[number - 1]
    if not task.open:
        raise Refused(f"Task {number} is finished already.")
    return task


def _own(incident: Incident, number: int, by: Person) -> Task:
    task = _open(incident, number)
    if task.person.id != by.id:
        raise Refused(f"Task {number} is {task.person.name}’s; only they can say that.")
    return task


def _may_close(incident: Incident, task: Task, by: Person) -> None:
    if task.person.id != by.id and not incident.holds(by, Role.IC, Role.DEPUTY):
        raise Refused(f"Task {task.number} is {task.person.name}’s; they, the IC or the Deputy can close it.")
