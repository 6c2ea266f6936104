"""What is said about estimates and about what customers report (ETA-6, FB-3, FB-4, FB-8)."""

from collections.abc import Sequence
from dataclasses import replace

from incidents.customer_events import (
    AnswersAsked,
    Estimated,
    EstimateHeld,
    EstimatePassed,
    FeedbackAnswered,
    FeedbackReported,
)
from incidents.events import CaughtUp, Reminded
from incidents.person import Person
from incidents.roles import Role
from incidents.stage import Stage
from templates import due, estimates, feedback_cards, standard_answers
from templates.card import Button, Card, Tone
from templates.effect import Effect
from templates.scene import Scene, distinct

_POST = (Button("Post update", says="update", style="primary"),)


def estimated(scene: Scene, event: Estimated) -> list[Effect]:
    """Raw and padded for the responders; a time that will be missed is replaced before it passes (CAD-11)."""
    policy = estimates.POLICIES[scene.incident.policy.eta_public]
    owner = scene.owner_of_posts()
    if event.before:
        return [scene.say("estimated", event=event, policy=policy, owner=owner, buttons=_POST, tone="warn")]
    return [scene.say("estimated", event=event, policy=policy, owner=owner)]


def estimate_held(scene: Scene, event: EstimateHeld) -> list[Effect]:
    return [scene.say("estimate_held", event=event)]


def estimate_passed(scene: Scene, event: EstimatePassed) -> list[Effect]:
    """After an absence the one message about all of it says this too, unless more follows from it (REL-121)."""
    if any(isinstance(other, CaughtUp) for other in scene.events) and not event.closed:
        return []
    return [scene.say("estimate_passed", event=event, owner=scene.owner_of_posts(), buttons=_POST, tone="bad")]


def feedback_reported(scene: Scene, event: FeedbackReported) -> list[Effect]:
    """One card with the counts, kept up to date; aloud only what nobody had named before (FB-4)."""
    effects = [counts(scene)]
    if event.report.new_symptom or event.report.new_region:
        lead, owner = _who_assesses(scene), scene.owner_of_posts()
        said = scene.say("feedback_new", report=event.report, lead=lead, owner=owner, buttons=_POST, tone="warn")
        effects.append(said)
    return effects


def _who_assesses(scene: Scene) -> Person | None:
    """What is new goes to whoever leads the repair, without one to whoever leads (FB-1)."""
    lead = scene.incident.holder(Role.TECHNICAL_LEAD) or scene.incident.commander
    return lead if lead != scene.owner_of_posts() else None


def feedback_answered(scene: Scene, event: FeedbackAnswered) -> list[Effect]:
    return [counts(scene)]


def counts(scene: Scene) -> Effect:
    """Nothing in it says who wrote."""
    incident = scene.incident
    waiting = sum(each.count for each in incident.reports if not each.answered_by)
    text = f"Customer reports: {feedback_cards.line(incident, scene.now)}."
    text += f" Not answered yet: {waiting}." if waiting else " All answered."
    buttons = (
        Button("Report…", says="feedback"),
        *((Button("All answered", says="feedback answered"),) * bool(waiting)),
    )
    return scene.post("room", Card(text=text, buttons=buttons), slot="feedback")


def last_answers(scene: Scene) -> list[Effect]:
    """Once customers read that it is over, everybody who wrote hears it from us (FB-7)."""
    incident = scene.incident
    if incident.stage is not Stage.RESOLVED or not incident.reports or not incident.public:
        return []
    owner = scene.owner_of_posts()
    return [scene.private(owner, feedback_cards.last(incident, scene.house, scene.now, reader=owner))]


def answers_asked(scene: Scene, event: AnswersAsked) -> list[Effect]:
    """The card itself is one of those that are kept up to date."""
    return []


def answers(scene: Scene) -> Effect:
    return scene.post("room", standard_answers.card(scene.incident, scene.house, scene.now), slot="answers")


def reminded_eta(scene: Scene, event: Reminded) -> list[Effect]:
    """The one who estimated is asked, in the room and in private; unanswered, those who lead hear of it (CAD-24b)."""
    if event.minutes >= 0:
        return []
    estimate = scene.incident.estimates[-1]
    late = tuple(one for one in distinct(*event.escalated) if one not in event.audience)
    buttons = estimates.BUTTONS

    def asked(audience: Sequence[Person], escalated: Sequence[Person]) -> Card:
        text = scene.words("reminder_eta", event=event, estimate=estimate, audience=audience, escalated=escalated)
        return Card(f"{scene.incident.severity.label} · {scene.incident.title}", text, buttons=buttons, tone="warn")

    said = replace(asked(event.audience, late), title="")
    private = [scene.private(one, asked((), ())) for one in event.audience]
    return [scene.post("room", said), *private, *(scene.private(one, asked(event.audience, (one,))) for one in late)]


def reminded_feedback(scene: Scene, event: Reminded) -> list[Effect]:
    """Who speaks to customers answers within five minutes; then the commander hears of it (FB-1, CAD-24a)."""
    report = scene.incident.reports[event.deadline.number - 1]
    people = distinct(*event.audience, *event.escalated)
    buttons = due.buttons(scene.incident, event)
    tone: Tone = "bad" if event.minutes >= 0 else "warn"
    return [
        scene.whisper(one, "reminder_feedback", event=event, report=report, buttons=buttons, tone=tone)
        for one in people
    ]
