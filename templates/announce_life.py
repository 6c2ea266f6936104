"""What is said from the declaration to the close, in the room and to the public."""

from dataclasses import dataclass

from incidents.event import Event
from incidents.events import (
    Cancelled,
    Closed,
    Declared,
    MadeMajor,
    PhaseChanged,
    Renamed,
    Reopened,
    Resolved,
    ReviewAssigned,
    SeverityChanged,
)
from incidents.phase import Phase
from incidents.posting_events import CauseAsked, CauseConfirmed, PostingSkipped, UpdatePublished
from incidents.stage import LABELS, Stage
from templates import announce_channels as channels
from templates import announce_customers as customers
from templates import guidance, kept
from templates.card import Button, Card, Tone
from templates.effect import Effect
from templates.scene import Scene


def declared(scene: Scene, event: Declared) -> list[Effect]:
    """The room, its two lasting cards and the welcome (INC-9, INC-12, ROLE-55)."""
    incident, rank = scene.incident, scene.rank
    effects = [
        Effect("open", "room", text=incident.room_name, private=incident.private, people=(event.by,), rank=rank),
        scene.invite(event.by),
        # Before the pin, which has to wait for the headline.
        kept.topic(scene),
        kept.headline(scene),
        Effect("pin", "room", slot="headline", rank=rank),
        scene.post("room", Card(title="Timeline", text=scene.words("timeline")), slot="timeline"),
        scene.say("declared", event=event),
    ]
    return [*effects, kept.announcement(scene)] if scene.announced else effects


def renamed(scene: Scene, event: Renamed) -> list[Effect]:
    return [scene.say("renamed", event=event)]


def severity_changed(scene: Scene, event: SeverityChanged) -> list[Effect]:
    if _also(scene, Closed):
        return []
    tone: Tone = "warn" if event.new.worse_than(event.old) else "plain"
    return [scene.say("severity_changed", event=event, due=scene.incident.next_update_due(), tone=tone)]


def made_major(scene: Scene, event: MadeMajor) -> list[Effect]:
    return [scene.say("made_major", event=event, tone="warn")]


def phase_changed(scene: Scene, event: PhaseChanged) -> list[Effect]:
    """The public stage stays as it is; whether customers should hear of it is asked, and a person decides (LIFE-15)."""
    if _also(scene, Resolved, Cancelled):
        return []
    hint = _COUPLED.get(event.new)
    if not hint or scene.incident.stage not in hint.after:
        return [scene.say("phase_changed", event=event, question="")]
    button = Button(f"Post {hint.stage}", says=f"update {hint.stage}")
    return [scene.say("phase_changed", event=event, question=hint.question, buttons=(button,))]


@dataclass(frozen=True, slots=True)
class _Hint:
    stage: Stage
    after: tuple[Stage | None, ...]
    question: str


_COUPLED = {
    Phase.SIZE_UP: _Hint(
        Stage.INVESTIGATING,
        (Stage.IDENTIFIED, Stage.MONITORING),
        "Was it another cause, or is it back? Then customers should hear it.",
    ),
    Phase.STABILISE: _Hint(
        Stage.IDENTIFIED, (Stage.INVESTIGATING,), "Is the cause confirmed? Then customers should hear it."
    ),
    Phase.VERIFY: _Hint(
        Stage.MONITORING, (Stage.INVESTIGATING, Stage.IDENTIFIED), "Is the fix in place? Then customers should hear it."
    ),
}


def update_published(scene: Scene, event: UpdatePublished) -> list[Effect]:
    """The public card carries nothing but what was written for the public (LINT-39). If private, in its room."""
    update = event.update
    tone: Tone = "good" if update.stage.final else "warn"
    public = Card(title=update.title, text=update.body, tone=tone)
    stage = LABELS["en"][update.stage]
    shown = channels.results(scene)
    return [
        scene.post("status" if scene.incident.public else "room", public, slot=f"update-{update.number}"),
        scene.say("update_published", event=event, stage=stage, owner=scene.owner_of_posts()),
        *guidance.guided(scene),
        *channels.sent_out(scene),
        *customers.last_answers(scene),
        *([shown] if shown else []),
    ]


def posting_skipped(scene: Scene, event: PostingSkipped) -> list[Effect]:
    return [scene.say("posting_skipped", event=event)]


def cause_asked(scene: Scene, event: CauseAsked) -> list[Effect]:
    """Only the one who knows is asked; nothing is said in the room before there is an answer (LIFE-10 d)."""
    button = Button("Confirm the cause", says="cause", style="primary")
    return [scene.whisper(event.to, "cause_asked", event=event, buttons=(button,))]


def cause_confirmed(scene: Scene, event: CauseConfirmed) -> list[Effect]:
    """Whether customers should hear of it is asked, and a person decides (LIFE-15)."""
    question = scene.incident.stage is Stage.INVESTIGATING
    buttons = (Button("Post identified", says="update identified"),) if question else ()
    owner = scene.owner_of_posts()
    return [scene.say("cause_confirmed", event=event, question=question, owner=owner, buttons=buttons)]


def resolved(scene: Scene, event: Resolved) -> list[Effect]:
    thanks = scene.say("resolved", event=event, tone="good")
    return [thanks, _post_resolved(scene, event)] if _customers_wait(scene) else [thanks]


def _customers_wait(scene: Scene) -> bool:
    """They read a stage that is over, or were owed a first notice that nobody decided to leave out (LIFE-15)."""
    incident = scene.incident
    if incident.stage:
        return not incident.stage.final
    return not incident.skipped_post and incident.policy.level(incident.severity).first_notice is not None


def _post_resolved(scene: Scene, event: Resolved) -> Effect:
    stage = LABELS["en"][scene.incident.stage or Stage.INVESTIGATING]
    button = Button("Post resolved", says="update resolved", style="primary")
    return scene.whisper(scene.owner_of_posts(), "post_resolved", event=event, stage=stage, buttons=(button,))


def reopened(scene: Scene, event: Reopened) -> list[Effect]:
    """Back to looking for it, while customers still read that it is over (LIFE-15)."""
    told = scene.incident.stage is Stage.RESOLVED
    buttons = (Button("Post investigating", says="update investigating"),) if told else ()
    return [scene.say("reopened", event=event, due=scene.incident.next_update_due(), buttons=buttons, tone="warn")]


def cancelled(scene: Scene, event: Cancelled) -> list[Effect]:
    return [scene.say("cancelled", event=event)]


def review_assigned(scene: Scene, event: ReviewAssigned) -> list[Effect]:
    return [scene.say("review_assigned", event=event)]


def closed(scene: Scene, event: Closed) -> list[Effect]:
    return [scene.say("closed", event=event)]


def _also(scene: Scene, *kinds: type[Event]) -> bool:
    """Whether the same line also brought the bigger news, which says it all."""
    return any(isinstance(event, kinds) for event in scene.events)
