"""Where we stand: for everybody in a lull, and for the next commander in private (ROLE-21, ROLE-40)."""

from datetime import datetime

from incidents.clearing import approvers
from incidents.incident import Incident
from incidents.records import Task
from incidents.roles import Role
from incidents.stage import LABELS
from templates import crisis_cards, feedback_cards, marks
from templates.card import Button, Card, Fact
from templates.headline import who_is_who
from templates.house import House
from templates.words import clock, lateness, render, span


def brief(incident: Incident, house: House, now: datetime) -> Card:
    """The lull text: level, cause, who returns when, last and next public post (ROLE-40)."""
    text = render(
        "brief",
        incident=incident,
        house=house,
        now=now,
        cause=_cause(incident),
        tasks=[(task.person, left(task, now), task.text) for task in incident.open_tasks()],
        due=incident.next_update_due(),
        reports=feedback_cards.line(incident, now),
        waiting=waiting(incident, now),
    )
    crisis = crisis_cards.fact(incident, house, now)
    return Card(
        title=f"Status: {incident.title}", text=text, facts=crisis, buttons=(Button("Post update", says="update"),)
    )


def briefing(incident: Incident, house: House, now: datetime) -> Card:
    """What a successor must know before saying yes (ROLE-21)."""
    text = render(
        "briefing",
        incident=incident,
        house=house,
        now=now,
        cause=_cause(incident),
        age=(now - incident.clocks.declared_at).total_seconds() // 60,
    )
    return Card(title=f"Briefing: {incident.title}", text=text, facts=_facts(incident, house, now))


def left(task: Task, now: datetime) -> str:
    """`in 6 min`, `now`, `2 min overdue`."""
    return lateness(int((now - task.due_at).total_seconds() // 60))


def _cause(incident: Incident) -> str:
    confirmed = f"known to {incident.cause_confirmed_by.name}" if incident.cause_confirmed_by else "open"
    return incident.cause or incident.facts.get("cause_plain", "") or confirmed


def _facts(incident: Incident, house: House, now: datetime) -> tuple[Fact, ...]:
    update, due = incident.update, incident.next_update_due()
    rows = [
        ("Room", marks.room(incident.room_name)),
        ("Severity", f"{incident.severity.label} for {span(incident.minutes_in_severity(now))}"),
        ("Phase", incident.phase.label),
        *((fact.label, fact.value) for fact in crisis_cards.fact(incident, house, now)),
        ("Public stage", LABELS["en"][incident.stage] if incident.stage else "nothing posted yet"),
        ("Last public post", clock(update.posted_at, now=now, zone=house.zone) if update else "none"),
        ("Next public post", clock(due, now=now, zone=house.zone) if due else "none due"),
        ("Open tasks", "\n".join(_task(task, now) for task in incident.open_tasks()) or "none"),
        ("Pending decisions", _pending(incident, now)),
        ("Already tried", _tried(incident)),
        ("Risks", _risks(incident)),
        ("Who is here", who_is_who(incident)),
    ]
    return tuple(Fact(label, value) for label, value in rows)


def _task(task: Task, now: datetime) -> str:
    return f"{task.number}. {marks.mention(task.person)} {left(task, now)}: {task.text}"


def _pending(incident: Incident, now: datetime) -> str:
    posts = [waiting(incident, now)] if incident.draft else []
    plans = [proposal.plan for proposal in incident.proposals if proposal.state == "open"]
    calls = [f"page {page.number} is not answered" for page in incident.pages if not page.acknowledged_by]
    return "; ".join(plans + calls + posts) or "none"


def waiting(incident: Incident, now: datetime) -> str:
    """`post 2 (identified) by Cleo waits for approval by @ada`; empty when none does (ROLE-21)."""
    draft = incident.draft
    if not draft:
        return ""
    whom = " or ".join(map(marks.mention, approvers(incident, now=now))) or "somebody who may clear it"
    return f"draft {draft.number} ({draft.stage}) by {draft.author.name} waits for approval by {whom}"


def _tried(incident: Incident) -> str:
    done = [task.text for task in incident.tasks if task.state == "done"]
    carried = [proposal.plan for proposal in incident.proposals if proposal.state == "carried"]
    return "; ".join(carried + done) or "nothing on the record"


def _risks(incident: Incident) -> str:
    """What the record shows by itself: plans that met a strong objection, roles that nobody holds."""
    refused = [f"strong objection to: {plan.plan}" for plan in incident.proposals if plan.state == "objected"]
    empty = [f"no {role.label}" for role in incident.open_roles() if role is not Role.IC]
    return "; ".join(refused + empty) or "none on the record"
