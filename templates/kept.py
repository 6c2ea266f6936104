"""What is edited in place instead of said anew: the headline, the room's topic, the announcement to everybody else."""

from datetime import datetime

from incidents.account_events import (
    AccountCarried,
    AccountCleared,
    AccountPublished,
    AccountReturned,
    AccountSentAgain,
    AccountSubmitted,
)
from incidents.approval_events import (
    DraftApproved,
    DraftCleared,
    DraftDropped,
    DraftPreviewed,
    DraftReturned,
    DraftSubmitted,
    FactsGiven,
)
from incidents.crisis_events import CrisisDeclared, CrisisEnded
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
    Closed,
    CommandHandedOver,
    Corrected,
    Declared,
    EntryMasked,
    EntryWithdrawn,
    KeyMarked,
    Noted,
    PhaseChanged,
    Reminded,
    Renamed,
    Reopened,
    Resolved,
    ReviewAssigned,
    RoleReleased,
    RoleTaken,
    SeverityChanged,
    Snoozed,
)
from incidents.incident import Incident
from incidents.outside_events import LeaderSpeaks, MoodSoured
from incidents.phase import Phase
from incidents.posting_events import (
    CauseAsked,
    CauseConfirmed,
    ChannelAgain,
    ChannelAnswered,
    Contradicted,
    PostingSkipped,
    UpdatePublished,
)
from incidents.promise_events import FoundSteady, ManagementTold, ReviewMoved
from incidents.roles import Role
from incidents.stage import LABELS
from templates import announce_customers as customers
from templates import guidance
from templates import headline as card
from templates.card import Card
from templates.effect import Effect
from templates.house import House
from templates.scene import Scene

QUIET = frozenset(
    {
        Noted,
        Corrected,
        EntryWithdrawn,
        KeyMarked,
        Snoozed,
        CauseAsked,
        CauseConfirmed,
        Estimated,
        EstimateHeld,
        EstimatePassed,
        FeedbackReported,
        FeedbackAnswered,
        AnswersAsked,
        DraftPreviewed,
        DraftSubmitted,
        DraftReturned,
        DraftApproved,
        DraftCleared,
        DraftDropped,
        FactsGiven,
        ChannelAnswered,
        ChannelAgain,
        Contradicted,
        ManagementTold,
        FoundSteady,
        ReviewMoved,
        AccountSubmitted,
        AccountCleared,
        AccountReturned,
        AccountPublished,
        AccountCarried,
        AccountSentAgain,
        MoodSoured,
        LeaderSpeaks,
    }
)
"""Events that change nothing the headline shows."""

IN_TOPIC = frozenset(
    {
        CrisisDeclared,
        CrisisEnded,
        SeverityChanged,
        CommandHandedOver,
        UpdatePublished,
        PostingSkipped,
        PhaseChanged,
        Renamed,
        Resolved,
        Reopened,
        Cancelled,
        ReviewAssigned,
        Closed,
    }
)
IN_ANNOUNCEMENT = frozenset(
    {
        CrisisDeclared,
        CrisisEnded,
        SeverityChanged,
        CommandHandedOver,
        UpdatePublished,
        Renamed,
        Resolved,
        Reopened,
        Cancelled,
        EntryMasked,
    }
)
IN_ANSWERS = frozenset({AnswersAsked, UpdatePublished, Estimated, EstimatePassed, EntryMasked})
"""What changes the standard answers (FB-8)."""


COUNTED_DOWN = frozenset({"update", "first-notice", "callout"})
"""Reminders with which the headline's time left is told anew; all others change nothing in it."""


def _changes(event: Event) -> bool:
    if isinstance(event, EntryMasked):
        return event.changed
    return not isinstance(event, Reminded) or event.deadline.kind in COUNTED_DOWN


def up_to_date(scene: Scene) -> list[Effect]:
    """The edits that ``scene.events`` ask for, each at most once. A declaration has made its own in the middle."""
    kinds = {type(event) for event in scene.events if _changes(event)}
    effects = [customers.answers(scene)] if scene.incident.answers_wanted and kinds & IN_ANSWERS else []
    if kinds & IN_ANSWERS and UpdatePublished not in kinds:
        effects += guidance.up_to_date(scene)
    if kinds <= QUIET or Declared in kinds:
        return effects
    effects.insert(0, headline(scene))
    command = any(_changes_command(event) for event in scene.events)
    if command or kinds & IN_TOPIC:
        effects.append(topic(scene))
    if scene.announced and (command or kinds & IN_ANNOUNCEMENT or any(_confirms(event) for event in scene.events)):
        effects.append(announcement(scene))
    return effects


def moved(incident: Incident, house: House, now: datetime) -> list[Effect]:
    """Its room is another one: what stands in it is begun anew, and those outside are led there (REL-055)."""
    scene = Scene(incident, house, now, ())
    return [headline(scene), *([announcement(scene)] if scene.announced else [])]


def headline(scene: Scene) -> Effect:
    return scene.post("room", card.headline(scene.incident, scene.house, scene.now), slot="headline")


def topic(scene: Scene) -> Effect:
    return Effect(kind="topic", to="room", text=card.topic(scene.incident, scene.house), rank=scene.rank)


def announcement(scene: Scene) -> Effect:
    """One message for everybody who is not working on it (INC-12); callers leave out private incidents."""
    incident = scene.incident
    stage = LABELS["en"][incident.stage] if incident.stage else "nothing yet"
    ended = "" if incident.phase.active else f"{incident.phase.label.capitalize()} · "
    title = f"{ended}{card.heading(incident)}"
    return scene.post("announce", Card(title=title, text=scene.words("announcement", stage=stage)), slot="announcement")


def _changes_command(event: Event) -> bool:
    return isinstance(event, RoleTaken | RoleReleased) and event.role is Role.IC


def _confirms(event: Event) -> bool:
    return isinstance(event, PhaseChanged) and event.old is Phase.TRIAGE
