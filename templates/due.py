"""What is owed, in words: names of deadlines and the buttons that answer them (CAD-20)."""

from dataclasses import replace
from datetime import datetime

from incidents import breach, drafts
from incidents.events import Reminded
from incidents.incident import Incident
from incidents.person import Person
from incidents.promises import PROMISES
from incidents.records import NEVER, Deadline
from incidents.rhythm import KEPT
from incidents.roles import Role
from templates import estimates
from templates.card import Button
from templates.house import House
from templates.words import clock

NAMES = {
    "ic": "Incident Commander",
    "roles": "Roles to fill",
    "first-notice": "First public notice",
    "scoping": "Post or not, asked again",
    "update": "Public update",
    "page": "Answer to page",
    "task": "Answer to task",
    "task-ack": "Confirmation of task",
    "proposal": "Proposal",
    "eta": "Estimate for customers",
    "feedback": "Answer to customer report",
    "approval": "Approval of the post",
    "facts": "Facts for the next update",
    "scope": "Who is affected",
    "draft": "Draft of the next post",
    "executive": "Summary for management",
    "callout": "Call-out of the time",
    "worse": "Is it getting worse",
    "rotation": "A rest for the commander",
    "rest": "A rest for the others",
    "watch": "End of the watch",
    "review-owner": "Owner of the review",
    "review-read": "Review to be read",
    "review": "Meeting of the review",
    "report": "Report for customers",
    "legal": "Legal duty",
    "statement": "Statement on security",
    "takeover": "Answer whether they take command",
}


URGENCY = (
    "page",
    "ic",
    "legal",
    "first-notice",
    "approval",
    "update",
    "scope",
    "draft",
    "statement",
    "eta",
    "feedback",
    "scoping",
    "executive",
    "facts",
    "task",
    "task-ack",
    "rotation",
    "worse",
    "watch",
    "roles",
    "report",
    "review",
    "review-read",
    "review-owner",
    "rest",
    "callout",
    "proposal",
    "takeover",
)
"""Which of several missed things comes first: people who were called, command, then what was promised outside."""


def plain_name(deadline: Deadline) -> str:
    """`Public update`, `Answer to task 2`."""
    return f"{NAMES[deadline.kind]} {deadline.number or ''}".rstrip()


def owed(incident: Incident, reader: Person | None = None) -> list[Deadline]:
    """What is owed; of questions that come again and again the next time they are asked.

    What the room does not read of is there for those alone whom it concerns (CAD-25).
    """
    found = []
    known = breach.knows(incident, reader)
    for deadline in incident.deadlines.values():
        if deadline.kind in breach.CONFIDENTIAL:
            found += [deadline] if known else []
            continue
        if deadline.kind in PROMISES or deadline.kind not in KEPT:
            found.append(deadline)
        elif deadline.wake_at < NEVER:
            found.append(replace(deadline, due_at=deadline.wake_at))
    return found


def aim(incident: Incident, house: House, now: datetime) -> str:
    """`aim 14:05 UTC`, to stand beside the due time of a first notice that can still come early (CAD-3)."""
    better = incident.first_notice_aim(now)
    return f"aim {clock(better, now=now, zone=house.zone)}" if better else ""


def with_aim(when: str, incident: Incident, house: House, now: datetime) -> str:
    """`14:15 UTC, aim 14:05 UTC`: for places that say already that this is when it is due."""
    return ", ".join(filter(None, (when, aim(incident, house, now))))


def buttons(incident: Incident, event: Reminded) -> tuple[Button, ...]:
    """What does the thing, quiet for a moment while it is not due yet, and handing it to somebody (CAD-20)."""
    return (*_doing(incident, event), *_snooze(event), *_handing(event))


def _snooze(event: Reminded) -> tuple[Button, ...]:
    owed = event.deadline
    if owed.kind not in PROMISES - {"page", "ic"} or owed.snoozed or event.minutes >= 0:
        return ()
    return (Button("Snooze 5 min…", says=f"snooze {owed.name}"),)


def _handing(event: Reminded) -> tuple[Button, ...]:
    role = _HANDED.get(event.deadline.kind)
    return (Button("Hand to somebody", says=f"assign {role.value}"),) if role else ()


_HANDED = {
    **dict.fromkeys(("update", "first-notice", "scope", "draft", "feedback", "report"), Role.CUSTOMER_LIAISON),
    "executive": Role.INTERNAL_LIAISON,
    "facts": Role.TECHNICAL_LEAD,
}


def _doing(incident: Incident, event: Reminded) -> tuple[Button, ...]:
    kind, number = event.deadline.kind, event.deadline.number
    if kind in ("update", "first-notice"):
        return _post_buttons(incident, event)
    if kind == "roles":
        return tuple(
            Button(f"Take {role.value.replace('-', ' ')}", says=f"take {role.value}") for role in event.open_roles
        )
    if kind == "approval":
        return decision_buttons(incident)
    return _fixed(number).get(kind, ())


def _fixed(number: int) -> dict[str, tuple[Button, ...]]:
    return {
        "ic": (Button("Take command", says="take ic", style="primary"),),
        "task": (Button("Done", says=f"task done {number}"), Button("Need longer", says=f"task longer {number}")),
        "task-ack": task_buttons(number),
        "scoping": (
            Button("Post now", says="update", style="primary"),
            Button("Holding statement", says="update holding"),
            Button("Still no post", says="status skip"),
        ),
        "eta": estimates.BUTTONS,
        "feedback": (Button("Answered", says=f"feedback answered {number}", style="primary"),),
        "facts": (Button("Fill in the facts", says="facts", style="primary"),),
        "page": (Button("On my way", says=f"ack {number}", style="primary"),),
        "scope": (Button("Say who is affected", says="update", style="primary"),),
        "draft": (Button("Draft now", says="update", style="primary"),),
        "executive": (Button("Post the summary", says="executive", style="primary"),),
        "callout": (Button("Severity", says="severity"), Button("Post update", says="update")),
        "worse": (
            Button("Not getting worse", says="steady", style="primary"),
            Button("Raise it", says="severity"),
            Button("Call a commander", says="page"),
        ),
        "rotation": (Button("Hand over", says="handover", style="primary"),),
        "watch": (Button("Resolve", says="resolve", style="primary"),),
        "review-owner": (Button("I own the review", says="review", style="primary"),),
        "review-read": (Button("It can be read", says="review ready", style="primary"),),
        "review": (Button("It was held", says="review held", style="primary"),),
        "report": (Button("It is published", says="review published", style="primary"),),
        "legal": (Button("It is done", says=f"breach met {number}", style="primary"),),
        "statement": (
            Button("Draft it", says="update", style="primary"),
            Button("It is out", says="breach met statement"),
        ),
    }


def decision_buttons(incident: Incident) -> tuple[Button, ...]:
    """Each is good for this text alone: pressed later, it shows the text that waits then (APPR-1, APPR-6)."""
    draft = incident.draft
    if not draft:
        return ()
    return (
        Button("Approve", says=f"approve {drafts.seal(incident, draft)}", style="primary"),
        Button("Return…", says=f"return {draft.number}"),
        Button("Edit and approve…", says=f"approve edit {draft.number}"),
        Button("Objections?", says="approve poll"),
    )


def task_buttons(number: int) -> tuple[Button, ...]:
    """What somebody may answer who was given a task (ROLE-37)."""
    return (
        Button("Clear, I do it", says=f"task ack {number}", style="primary"),
        Button("Done", says=f"task done {number}"),
        Button("Need longer", says=f"task longer {number}"),
    )


def _post_buttons(incident: Incident, event: Reminded) -> tuple[Button, ...]:
    found = [Button("Draft now", says="update", style="primary")]
    if event.deadline.kind == "first-notice":
        found.append(Button("Holding statement", says="update holding"))
    elif incident.update:
        found.append(Button("No news", says="update no-news"))
    return tuple(found)
