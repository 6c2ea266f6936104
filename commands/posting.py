"""A public post from its words or its form, for `status` and `update` (STG-5, LIFE-17)."""

from typing import NoReturn

from commands.call import Call
from incidents import cadence, publishing
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.stage import MOVES, Stage, read
from templates import forms
from templates.card import Card
from templates.update_form import update_form
from templates.updates import draft

READY = ("holding", "no-news")
"""Texts that are complete as they are, posted with one press (CAD-10, STG-10, STG-13)."""


def refuse_stage(word: str) -> NoReturn:
    stages = ", ".join(Stage)
    raise Refused(
        f"There is no stage “{word[:40]}”. Stages: {stages}.",
        hint="/status monitoring most requests succeed again",
    )


async def post(call: Call) -> Card | None:
    """Publish, or show the form when there is nothing to publish yet."""
    incident = await call.here()
    because = call.field("because") if call.form else call.args.option("because")
    kind, stage = _kind_and_stage(call, incident)
    text = call.field("text") if call.form else call.args.rest()
    if not call.form and not text and kind not in READY:
        if stage:
            publishing.may_publish(incident, stage, reason="not asked yet", by=call.who, now=call.now)
        return _form(call, incident, stage)
    stage = stage or incident.stage or Stage.INVESTIGATING
    if ask := _confirmation(call, incident, stage, because=because, text=text):
        return ask
    facts = _facts(call)
    promised = None if stage.final else cadence.next_update_at(incident, call.now)
    made = draft(
        stage,
        kind,
        {**incident.facts, **facts},
        incident=incident,
        house=call.settings.house,
        now=call.now,
        next_update_at=promised,
        text=text,
    )
    if made.unknown:
        raise Refused("Fill these first: " + ", ".join(made.unknown) + ".", hint=f"/status {stage} your own text")
    publishing.publish(
        incident,
        made.stage,
        title=made.title,
        body=made.body,
        template=made.template,
        by=call.who,
        now=call.now,
        reason=because,
        facts=facts,
    )
    return None


def _kind_and_stage(call: Call, incident: Incident) -> tuple[str, Stage | None]:
    if call.form:
        return "", read(call.field("stage"))
    word = call.args.peek().lower()
    if word in READY:
        call.args.word()
        return word, incident.stage or Stage.INVESTIGATING
    stage = read(word)
    if stage:
        call.args.word()
    return "", stage


def _form(call: Call, incident: Incident, stage: Stage | None) -> Card:
    form = update_form(incident, stage, incident.facts, call.settings.house, call.now)
    return Card(title=form.title, form=form)


def _confirmation(call: Call, incident: Incident, stage: Stage, *, because: str, text: str) -> Card | None:
    """A step that needs a reason: asked for with the text kept, so that nothing is typed twice (LIFE-17)."""
    move = MOVES.get((incident.stage, stage))
    if not move or not move.asks or because:
        return None
    publishing.may_publish(incident, stage, reason="asked below", by=call.who, now=call.now)
    hidden = {"stage": stage.value, **({"text": text} if text else {}), **_facts(call)}
    form = forms.reason_form(f"Post {stage}?", "update", move.asks, hidden)
    return Card(title=form.title, form=form)


def _facts(call: Call) -> dict[str, str]:
    """What a form told about the incident, kept for the next post."""
    own = {"stage", "text", "because"}
    return {name: call.field(name, limit=500) for name in call.line.fields if name not in own and call.field(name)}
