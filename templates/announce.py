"""Events become what is to be seen, where, in order: one function per kind of event, and the cards kept up to date."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from incidents.approval_events import (
    DraftApproved,
    DraftCleared,
    DraftDropped,
    DraftPreviewed,
    DraftReturned,
    DraftSubmitted,
    FactsGiven,
)
from incidents.customer_events import (
    AnswersAsked,
    Estimated,
    EstimateHeld,
    EstimatePassed,
    FeedbackAnswered,
    FeedbackReported,
)
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
    Snoozed,
    TaskChanged,
    TaskGiven,
)
from incidents.incident import Incident
from incidents.posting_events import (
    CauseAsked,
    CauseConfirmed,
    ChannelAgain,
    ChannelAnswered,
    Contradicted,
    PostingSkipped,
    UpdatePublished,
)
from incidents.promise_events import (
    BreachConfirmed,
    CommandAsked,
    CommandDeclined,
    DeadlinesRepaired,
    DutyMet,
    FoundSteady,
    ManagementTold,
    ReviewMoved,
)
from templates import announce_account as account
from templates import announce_approval as approval
from templates import announce_channels as channels
from templates import announce_customers as customers
from templates import announce_due as due
from templates import announce_law as law
from templates import announce_life as life
from templates import announce_notes as notes
from templates import announce_outside as outside
from templates import announce_pages as pages
from templates import announce_rhythm as rhythm
from templates import announce_roles as roles
from templates import announce_work as work
from templates import crisis_cards, kept
from templates.effect import Effect
from templates.house import House
from templates.scene import Scene


def announce(incident: Incident, events: Sequence[Event], *, house: House, now: datetime) -> list[Effect]:
    """Everything that ``events`` make visible. ``incident`` is as it stands after all of them."""
    scene = Scene(incident, house, now, events)
    effects = [effect for event in events for effect in ANNOUNCERS[type(event)](scene, event)]
    return effects + kept.up_to_date(scene)


def _nothing(scene: Scene, event: Event) -> list[Effect]:
    return []


ANNOUNCERS: dict[type[Event], Callable[[Scene, Any], list[Effect]]] = {
    Declared: life.declared,
    MadeMajor: life.made_major,
    Renamed: life.renamed,
    SeverityChanged: life.severity_changed,
    PhaseChanged: life.phase_changed,
    UpdatePublished: life.update_published,
    PostingSkipped: life.posting_skipped,
    CauseAsked: life.cause_asked,
    CauseConfirmed: life.cause_confirmed,
    ChannelAnswered: channels.channel_answered,
    ChannelAgain: channels.channel_again,
    Contradicted: channels.contradicted,
    Resolved: life.resolved,
    Reopened: life.reopened,
    Cancelled: life.cancelled,
    ReviewAssigned: life.review_assigned,
    Closed: life.closed,
    RoleTaken: roles.role_taken,
    RoleReleased: roles.role_released,
    HandoverOffered: roles.handover_offered,
    HandoverAccepted: roles.handover_accepted,
    HandoverEnded: roles.handover_ended,
    CommandHandedOver: roles.command_handed_over,
    Noted: notes.noted,
    Corrected: notes.corrected,
    EntryWithdrawn: notes.entry_withdrawn,
    KeyMarked: notes.key_marked,
    EntryMasked: notes.entry_masked,
    TaskGiven: work.task_given,
    TaskChanged: work.task_changed,
    Proposed: work.proposed,
    Objected: work.objected,
    Carried: work.carried,
    Reminded: due.reminded,
    CaughtUp: due.caught_up,
    Snoozed: _nothing,
    ManagementTold: rhythm.management_told,
    FoundSteady: rhythm.steady,
    ReviewMoved: rhythm.review_moved,
    DeadlinesRepaired: _nothing,
    BreachConfirmed: law.breach_confirmed,
    DutyMet: law.duty_met,
    CommandAsked: roles.command_asked,
    CommandDeclined: roles.command_declined,
    Paged: pages.paged,
    PageAcknowledged: pages.page_acknowledged,
    Estimated: customers.estimated,
    EstimateHeld: customers.estimate_held,
    EstimatePassed: customers.estimate_passed,
    FeedbackReported: customers.feedback_reported,
    FeedbackAnswered: customers.feedback_answered,
    AnswersAsked: customers.answers_asked,
    DraftPreviewed: _nothing,
    DraftSubmitted: approval.submitted,
    DraftReturned: approval.returned,
    DraftApproved: approval.approved,
    DraftCleared: approval.cleared,
    DraftDropped: approval.dropped,
    FactsGiven: approval.facts_given,
    **account.ANNOUNCERS,
    **crisis_cards.ANNOUNCERS,
    **outside.ANNOUNCERS,
}
