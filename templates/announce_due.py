"""Reminders: what is due, to whom, with the buttons that answer it (CAD-20, CAD-22, ROLE-35, ROLE-38)."""

from collections.abc import Callable
from dataclasses import replace

from incidents import cadence, publishing
from incidents.cadence import MERGED
from incidents.events import CaughtUp, Reminded
from incidents.paging import escalates_at
from incidents.person import Person
from incidents.records import Page, Task
from incidents.roles import Role
from templates import announce_approval as approval
from templates import announce_customers as customers
from templates import announce_law as law
from templates import announce_pages as pages
from templates import announce_rhythm as rhythm
from templates import due, updates
from templates.card import Button, Tone
from templates.effect import Effect
from templates.marks import mention
from templates.scene import Scene, distinct
from templates.words import clock, lateness


def reminded(scene: Scene, event: Reminded) -> list[Effect]:
    """One of them stands for all: where it cannot be shown, those who are asked and those who lead are called."""
    effects = KINDS[event.deadline.kind](scene, event)
    standing = next((n for n, each in enumerate(effects) if each.to == "room"), 0)
    if not effects or effects[standing].kind == "page":
        return effects
    effects[standing] = replace(effects[standing], otherwise=_otherwise(scene, event))
    return effects


def _otherwise(scene: Scene, *events: Reminded) -> tuple[str, ...]:
    concerned = (person for event in events for person in (*event.audience, *event.escalated))
    deputies = (holder.person for holder in scene.incident.holders_of(Role.DEPUTY))
    return tuple(person.id for person in distinct(*concerned, scene.incident.commander, *deputies))


def _post(scene: Scene, event: Reminded) -> list[Effect]:
    """By mention in the room and by direct message, also to those who are told because it is late (CAD-7, CAD-20)."""
    tone, aimed = _tone(event), _aimed(event)
    buttons, late, prepared = due.buttons(scene.incident, event), _others(event), _prepared(scene, event)
    people = distinct(*event.audience)
    said = scene.say(
        "reminder_post",
        event=event,
        aimed=aimed,
        audience=people,
        escalated=late,
        prepared="",
        buttons=buttons,
        tone=tone,
    )
    asked = [
        scene.whisper(
            person,
            "reminder_post",
            event=event,
            aimed=aimed,
            audience=(),
            escalated=(),
            prepared=prepared,
            buttons=buttons,
            tone=tone,
        )
        for person in distinct(*people, *late)
    ]
    return [said, *asked]


PREPARED = -5
"""From so many minutes on the text without news is shown, ready to be sent with one press (CAD-10)."""


def _prepared(scene: Scene, event: Reminded) -> str:
    """What *No news* would say; nothing while a draft waits, or where one more such text needs a reason."""
    incident, stage = scene.incident, scene.incident.stage
    if event.deadline.kind != "update" or event.minutes < PREPARED or incident.draft or not stage:
        return ""
    if why := publishing.why_no_news(incident, publishing.NO_NEWS):
        return why
    promised = cadence.next_update_at(incident, scene.now)
    made = updates.draft(
        stage, "no-news", incident.facts, incident=incident, house=scene.house, now=scene.now, next_update_at=promised
    )
    return f"“No news” would say now: {made.body}"


def _aimed(event: Reminded) -> bool:
    """Whether this is the moment by which it should have been done, though it is not owed yet (CAD-3)."""
    aim = event.deadline.aim_at
    return aim is not None and event.minutes < 0 and abs(event.at - aim) <= MERGED


def _scoping(scene: Scene, event: Reminded) -> list[Effect]:
    """Like every reminder to post: by mention in the room and by direct message (CAD-8, CAD-20)."""
    buttons, people = due.buttons(scene.incident, event), distinct(*event.audience)
    said = scene.say("reminder_scoping", people=people, buttons=buttons, tone="warn")
    asked = [scene.whisper(one, "reminder_scoping", people=(), buttons=buttons, tone="warn") for one in people]
    return [said, *asked]


def _command(scene: Scene, event: Reminded) -> list[Effect]:
    return [scene.say("reminder_ic", event=event, buttons=due.buttons(scene.incident, event), tone=_tone(event))]


def _roles(scene: Scene, event: Reminded) -> list[Effect]:
    return [scene.say("reminder_roles", event=event, buttons=due.buttons(scene.incident, event))]


def _page(scene: Scene, event: Reminded) -> list[Effect]:
    """Every minute to those who were called; in the room when the next level is called, and when it is due (CAD-1)."""
    page = _the_page(scene, event)
    again = pages.calls(scene, page, page.people)
    if event.at < escalates_at(scene.incident, page):
        return again
    return [*again, scene.say("reminder_page", event=event, page=page, tone="bad")]


def _task(scene: Scene, event: Reminded) -> list[Effect]:
    task, incident = _the_task(scene, event), scene.incident
    buttons = due.buttons(incident, event)
    effects = [scene.say("reminder_task", event=event, task=task, buttons=buttons)]
    deputies = (holder.person for holder in incident.holders_of(Role.DEPUTY))
    leaders = distinct(incident.commander, *deputies, *event.escalated)
    asked = [leader for leader in leaders if leader.id != task.person.id]
    return effects + [scene.whisper(leader, "reminder_task_leader", event=event, task=task) for leader in asked]


def _task_ack(scene: Scene, event: Reminded) -> list[Effect]:
    """Its person in private; the second time those who lead hear of it too (ROLE-37)."""
    task = _the_task(scene, event)
    asked = scene.whisper(task.person, "reminder_task_ack", task=task, buttons=due.buttons(scene.incident, event))
    leaders = [leader for leader in event.escalated if leader.id != task.person.id]
    return [asked, *(scene.whisper(leader, "reminder_task_ack_leader", task=task) for leader in leaders)]


def _nothing(scene: Scene, event: Reminded) -> list[Effect]:
    return []


def _approval(scene: Scene, event: Reminded) -> list[Effect]:
    """The text itself, in private, to everybody who may decide by now; in the room once it is late (APPR-3)."""
    if not scene.incident.draft:
        return []
    card = approval.waiting_card(scene, event)
    asked = [scene.private(person, card) for person in distinct(*event.audience)]
    if event.minutes < 0:
        return asked
    late_people = _others(event)
    said = scene.say(
        "reminder_approval",
        event=event,
        draft=scene.incident.draft,
        escalated=late_people,
        fallback=approval.fallback(scene),
        # Nobody clears from here what they have not read.
        buttons=(Button("Read and decide", says="approve", style="primary"), *approval.fallback_buttons(scene)),
        tone=_tone(event),
    )
    return [said, *asked]


def _facts(scene: Scene, event: Reminded) -> list[Effect]:
    """Privately: it is their knowledge that is wanted, not the room's time (CAD-5)."""
    people = distinct(*event.audience, *event.escalated)
    buttons, update = due.buttons(scene.incident, event), scene.incident.next_update_due()
    return [scene.whisper(person, "reminder_facts", event=event, update=update, buttons=buttons) for person in people]


KINDS: dict[str, Callable[[Scene, Reminded], list[Effect]]] = {
    "first-notice": _post,
    "update": _post,
    "scoping": _scoping,
    "approval": _approval,
    "facts": _facts,
    "ic": _command,
    "roles": _roles,
    "page": _page,
    "task": _task,
    "task-ack": _task_ack,
    "eta": customers.reminded_eta,
    "feedback": customers.reminded_feedback,
    "scope": rhythm.scope,
    "draft": rhythm.draft,
    "executive": rhythm.executive,
    "callout": rhythm.callout,
    "worse": rhythm.worse,
    "rotation": rhythm.rotation,
    "rest": rhythm.rest,
    "watch": rhythm.watch,
    "review-owner": rhythm.review,
    "review-read": rhythm.review,
    "review": rhythm.review,
    "report": rhythm.review,
    "legal": law.legal,
    "statement": law.statement,
    # Told as CommandDeclined.
    "takeover": _nothing,
    # A proposal that nobody stopped is told as Carried.
    "proposal": _nothing,
}


UNMISSED = ("callout", "rest")
"""Moments that nobody wants to hear of once they are over."""


def caught_up(scene: Scene, event: CaughtUp) -> list[Effect]:
    """One message for all of it, nothing in private (REL-121)."""
    told = [one for one in event.missed if one.deadline.kind not in UNMISSED]
    if not told:
        return []
    missed = sorted(told, key=lambda one: (due.URGENCY.index(one.deadline.kind), -one.minutes))
    lines = [_missed(scene, one) for one in missed]
    buttons = due.buttons(scene.incident, missed[0])
    said = scene.say("caught_up", event=event, lines=lines, buttons=buttons, tone="warn")
    return [replace(said, otherwise=_otherwise(scene, *missed))]


def _missed(scene: Scene, event: Reminded) -> str:
    deadline = event.deadline
    if deadline.kind == "proposal":
        return f"{due.plain_name(deadline)} carried, nobody objected strongly: {_plan(scene, deadline.number)}"
    when = clock(deadline.due_at, now=scene.now, zone=scene.house.zone)
    people = ", ".join(mention(person) for person in distinct(*event.audience, *event.escalated))
    line = f"{due.plain_name(deadline)}{_about(scene, event)}, due {when}, {lateness(event.minutes)}"
    return f"{line}: {people}" if people else line


def _about(scene: Scene, event: Reminded) -> str:
    if event.deadline.kind in ("task", "task-ack"):
        return f" ({_the_task(scene, event).text})"
    if event.deadline.kind == "roles":
        return f" ({', '.join(role.label for role in event.open_roles)})"
    if event.deadline.kind == "feedback":
        return f" ({scene.incident.reports[event.deadline.number - 1].symptom})"
    return ""


def _the_page(scene: Scene, event: Reminded) -> Page:
    return next(page for page in scene.incident.pages if page.number == event.deadline.number)


def _the_task(scene: Scene, event: Reminded) -> Task:
    return next(task for task in scene.incident.tasks if task.number == event.deadline.number)


def _plan(scene: Scene, number: int) -> str:
    return next(proposal.plan for proposal in scene.incident.proposals if proposal.number == number)


def _others(event: Reminded) -> tuple[Person, ...]:
    """Those named because it is late who are not asked already."""
    asked = {person.id for person in event.audience}
    return tuple(person for person in distinct(*event.escalated) if person.id not in asked)


def _tone(event: Reminded) -> Tone:
    return "bad" if event.minutes > 0 else "warn"
