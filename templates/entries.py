"""Events as timeline rows: short, factual, blameless, in plain text (TL-2, TL-3, GEN-9)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.event import Event
from incidents.events import (
    Cancelled,
    Carried,
    CaughtUp,
    Closed,
    CommandHandedOver,
    Corrected,
    Declared,
    EntryMasked,
    EntryWithdrawn,
    HandoverAccepted,
    HandoverEnded,
    HandoverOffered,
    KeyMarked,
    MadeMajor,
    Noted,
    Objected,
    PageAcknowledged,
    Paged,
    PhaseChanged,
    Proposed,
    Reminded,
    Renamed,
    Reopened,
    Resolved,
    ReviewAssigned,
    RoleReleased,
    RoleTaken,
    SeverityChanged,
    TaskChanged,
    TaskGiven,
)
from incidents.person import Person
from incidents.posting_events import (
    CauseAsked,
    CauseConfirmed,
    ChannelAgain,
    ChannelAnswered,
    Contradicted,
    PostingSkipped,
    UpdatePublished,
)
from incidents.stage import LABELS
from templates import announce_account, announce_outside, approval_rows, crisis_cards, due
from templates.entries_customers import CUSTOMER_ROWS
from templates.entries_promises import PROMISE_ROWS, on_record
from templates.origins import origin_line
from templates.words import lateness, seconds_span, span

POST_LENGTH = 200
"""How much of a public post its row repeats; the post itself is kept whole elsewhere."""

CORRECTED = "corrected: "
WITHDRAWN = "withdrawn"
MASKED = "masked: "
"""How the kinds of `correction` begin, so that a reader of the rows can tell them apart (TL-8)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``actor`` did it ``at`` that moment; ``refers_to`` is the row that a correction is about."""

    type: str
    text: str
    actor: Person
    at: datetime
    refers_to: int | None = None
    source: str = ""


def entry(event: Event) -> Entry | None:
    """The row this event leaves, None when it leaves none."""
    if isinstance(event, Noted):
        return Entry(event.kind, _noted(event), event.by, event.happened_at, source=event.source)
    if isinstance(event, Corrected):
        return Entry("correction", CORRECTED + event.text, event.by, event.at, refers_to=event.seq)
    if isinstance(event, EntryWithdrawn):
        return Entry("correction", _because(WITHDRAWN, event.reason), event.by, event.at, refers_to=event.seq)
    if isinstance(event, EntryMasked):
        return Entry("correction", MASKED + event.reason, event.by, event.at, refers_to=event.seq)
    if isinstance(event, KeyMarked):
        fact = "key event" if event.key else "no longer a key event"
        return Entry("correction", fact, event.by, event.at, refers_to=event.seq)
    if isinstance(event, Reminded) and (event.minutes <= 0 or not on_record(event)):
        return None
    row = ROWS[type(event)]
    return Entry(row[0], row[1](event), event.by, event.at) if row else None


def _because(fact: str, reason: str) -> str:
    return f"{fact}: {reason}" if reason else fact


def _noted(event: Noted) -> str:
    return f"{event.text}, executor {event.executor.name}" if event.executor else event.text


def _declared(event: Declared) -> str:
    chosen = ", level chosen by Sitrep" if event.defaulted else ""
    return f"Declared {event.severity.label}{chosen}: {event.title}"


def _renamed(event: Renamed) -> str:
    return f"Title changed from “{event.old}” to “{event.new}”"


def _severity(event: SeverityChanged) -> str:
    verb = "raised" if event.new.worse_than(event.old) else "lowered"
    return _because(f"{event.old.label} {verb} to {event.new.label}", event.reason)


def _phase(event: PhaseChanged) -> str:
    return _because(f"Phase changed from {event.old.label} to {event.new.label}", event.reason)


def _role_taken(event: RoleTaken) -> str:
    service = f" for {event.service}" if event.service else ""
    replaced = f", in place of {event.replaced.name}" if event.replaced else ""
    return f"{event.person.name} is {event.role.label}{service}{replaced}"


def _role_released(event: RoleReleased) -> str:
    why = ": the account is closed" if event.left else ""
    return f"{event.person.name} is no longer {event.role.label}{why}"


def _offered(event: HandoverOffered) -> str:
    return f"Command offered to {event.to.name}"


def _accepted(event: HandoverAccepted) -> str:
    return f"{event.by.name} accepted command; {event.old.name} commands until the handover is done"


def _ended(event: HandoverEnded) -> str:
    if event.declined:
        return f"{event.to.name} declined command; nothing changes"
    return f"Handover to {event.to.name} called off; nothing changes"


def _handed_over(event: CommandHandedOver) -> str:
    return f"Command handed over from {event.old.name} to {event.new.name}"


def _task_given(event: TaskGiven) -> str:
    minutes = (event.task.due_at - event.task.given_at).total_seconds() / 60
    return f"Task {event.task.number} for {event.task.person.name}, {span(minutes)}: {event.task.text}"


_TASK = {
    "accepted": "accepted by {name}",
    "longer": "continued by {name}",
    "done": "done by {name}",
    "todo": "left for afterwards",
}


def _task_changed(event: TaskChanged) -> str:
    task = event.task
    fact = f"Task {task.number} {_TASK[event.how].format(name=task.person.name)}"
    if event.how == "longer":
        fact += f", {span((task.due_at - event.at).total_seconds() / 60)} more"
    return _because(fact, event.result or task.text)


def _executor(event: Proposed | Carried) -> str:
    return f", executor {event.proposal.executor.name}" if event.proposal.executor else ""


def _proposed(event: Proposed) -> str:
    return f"Proposal {event.proposal.number}: {event.proposal.plan}{_executor(event)}"


def _objected(event: Objected) -> str:
    return _because(f"Strong objection to proposal {event.proposal.number} ({event.proposal.plan})", event.reason)


def _carried(event: Carried) -> str:
    return f"No strong objection, we do it: {event.proposal.plan}{_executor(event)}"


def _published(event: UpdatePublished) -> str:
    late = f", {seconds_span(event.late_seconds)} after its due time" if event.late_seconds else ""
    body = event.update.body
    shown = body if len(body) <= POST_LENGTH else body[: POST_LENGTH - 1] + "…"
    why = f" ({event.reason})" if event.reason else ""
    made = origin_line(event.update.origins)
    source = f" from {made}" if made else ""
    left_out = event.update.reach.left_out if event.update.reach else ()
    left = f", not to {', '.join(left_out)}" if left_out else ""
    return f"{LABELS['en'][event.update.stage]} posted{source}{late}{left}{why}: {shown}"


def _skipped(event: PostingSkipped) -> str:
    return _because("Still no public post" if event.kept else "No public post", event.reason)


def _channel(event: ChannelAnswered) -> str:
    if not event.sent:
        return _because(f"Update {event.number} not sent to {event.channel}", event.reason)
    hand = " by hand" if event.by_hand else ""
    return f"Update {event.number} stands on {event.channel}{hand}" + (f" ({event.reason})" if event.reason else "")


def _contradicted(event: Contradicted) -> str:
    found = "; ".join(f"{each.channel} {each.says}" for each in event.found)
    return f"Channels say different things: {found}" if found else "All channels say the same again"


def _reminded(event: Reminded) -> str:
    return f"{due.plain_name(event.deadline)} {span(event.minutes)} overdue"


def _caught_up(event: CaughtUp) -> str:
    missed = "; ".join(_missed(one) for one in event.missed)
    return _because(f"Sitrep was away for {span(event.away_minutes)}", missed or "nothing fell due")


def _missed(event: Reminded) -> str:
    name = due.plain_name(event.deadline)
    return f"{name} carried" if event.deadline.kind == "proposal" else f"{name} {lateness(event.minutes)}"


def _paged(event: Paged) -> str:
    called = ", ".join(person.name for person in event.page.people) or "nobody: no one is on the roster"
    return _because(f"Page {event.page.number}: called {called}", event.page.reason)


def _acknowledged(event: PageAcknowledged) -> str:
    who = event.page.acknowledged_by or event.by
    return f"{who.name} answered page {event.page.number} after {seconds_span(event.seconds)}"


def _resolved(event: Resolved) -> str:
    early = f" Before the watch was over: {event.early_reason}" if event.early_reason else ""
    return f"Full recovery confirmed. {event.data_statement}{early}".strip()


def _reopened(event: Reopened) -> str:
    return _because("Reopened", event.reason)


def _cancelled(event: Cancelled) -> str:
    return _because("Report checked, no incident" if event.dismissed else "Cancelled, no incident", event.reason)


ROWS: dict[type[Event], tuple[str, Callable[[Any], str]] | None] = {
    Declared: ("status", _declared),
    MadeMajor: ("severity", lambda _: "Major incident: it needs more than one team"),
    Renamed: ("status", _renamed),
    SeverityChanged: ("severity", _severity),
    PhaseChanged: ("status", _phase),
    RoleTaken: ("role", _role_taken),
    RoleReleased: ("role", _role_released),
    HandoverOffered: ("handover", _offered),
    HandoverAccepted: ("handover", _accepted),
    HandoverEnded: ("handover", _ended),
    CommandHandedOver: ("handover", _handed_over),
    TaskGiven: ("task", _task_given),
    TaskChanged: ("task", _task_changed),
    Proposed: ("poll", _proposed),
    Objected: ("poll", _objected),
    Carried: ("decision", _carried),
    UpdatePublished: ("post", _published),
    PostingSkipped: ("decision", _skipped),
    CauseAsked: ("callout", lambda event: f"{event.to.name} is asked whether the cause is confirmed"),
    CauseConfirmed: ("finding", lambda event: _because("Cause confirmed", event.cause)),
    ChannelAnswered: ("post", _channel),
    ChannelAgain: ("post", lambda event: f"Update {event.number} sent to {event.channel} again"),
    Contradicted: ("finding", _contradicted),
    Reminded: ("callout", _reminded),
    CaughtUp: ("callout", _caught_up),
    Paged: ("page", _paged),
    PageAcknowledged: ("page", _acknowledged),
    Resolved: ("status", _resolved),
    Reopened: ("status", _reopened),
    Cancelled: ("status", _cancelled),
    ReviewAssigned: ("status", lambda event: f"{event.owner.name} owns the review"),
    Closed: ("status", lambda event: f"Closed at {event.severity.label}"),
    **CUSTOMER_ROWS,
    **PROMISE_ROWS,
    **approval_rows.ROWS,
    **announce_account.ROWS,
    **crisis_cards.ROWS,
    **announce_outside.ROWS,
}
"""Every kind of event that has no branch of its own in `entry`."""
