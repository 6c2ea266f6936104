"""A public post from its words or its form, for `status` and `update` (STG-5, LIFE-17)."""

from dataclasses import dataclass
from typing import NoReturn

import structlog

from commands.call import Call
from incidents import cadence, confirming, publishing
from incidents.errors import Refused
from incidents.facts import told
from incidents.incident import Incident
from incidents.stage import MOVES, Stage, read
from templates import forms
from templates.card import Card
from templates.update_form import update_form
from templates.updates import FIELDS, Draft, drafts, wordings

log = structlog.get_logger()

READY = ("holding", "no-news")
"""Texts that are complete as they are, posted with one press (CAD-10, STG-10, STG-13)."""

_OWN = {"stage", "text", "because"}
"""Fields of the form that are about this post; all others are facts about the incident."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the speaker wants to post. ``stage`` is None when they left it open."""

    kind: str
    stage: Stage | None
    text: str
    because: str
    facts: dict[str, str]

    @property
    def empty(self) -> bool:
        return not (self.text or self.facts or self.kind)


async def post(call: Call) -> Card | None:
    """Publish, or show the form when there is nothing to publish yet."""
    incident = await call.here()
    wish = _from_form(call) if call.form else _typed(call)
    stage = wish.stage or incident.stage or Stage.INVESTIGATING
    if wish.stage or call.form or not wish.empty:
        publishing.may_publish(incident, stage, reason=wish.because or "asked for below", by=call.who, now=call.now)
    if wish.empty and not call.form:
        return _form(call, incident, wish.stage, {})
    move = MOVES[incident.stage, stage]
    if move.asks and not wish.because:
        return _ask_why(stage, move.asks, wish)
    if not wish.because and (missing := confirming.missing(incident, stage, wish.facts, by=call.who)):
        return _not_confirmed(call, incident, stage, wish, missing)
    return _publish(call, incident, stage, wish)


def refuse_stage(word: str) -> NoReturn:
    stages = ", ".join(Stage)
    raise Refused(
        f"There is no stage “{word[:40]}”. Stages: {stages}.",
        hint="/status monitoring most requests succeed again",
    )


def _typed(call: Call) -> Wish:
    because = call.args.option("because")
    word = call.args.peek().lower()
    stage = read(word)
    if stage or word in READY:
        call.args.word()
    return Wish(word if word in READY else "", stage, call.args.rest(), because, {})


def _from_form(call: Call) -> Wish:
    facts = {name: call.field(name, limit=500) for name in call.line.fields if name not in _OWN}
    known = {name: value for name, value in facts.items() if value}
    return Wish("", read(call.field("stage")), call.field("text"), call.field("because"), known)


def _form(call: Call, incident: Incident, stage: Stage | None, facts: dict[str, str]) -> Card:
    form = update_form(incident, stage, {**incident.facts, **facts}, call.settings.house, call.now)
    return Card(title=form.title, form=form)


def _ask_why(stage: Stage, question: str, wish: Wish) -> Card:
    """A step that needs a reason is asked for it with the text kept, so that nothing is typed twice (LIFE-17)."""
    form = forms.reason_form(f"Post {stage}?", "update", question, _kept(stage, wish))
    return Card(title=form.title, form=form)


def _kept(stage: Stage, wish: Wish) -> dict[str, str]:
    return {"stage": stage.value, **({"text": wish.text} if wish.text else {}), **wish.facts}


def _not_confirmed(call: Call, incident: Incident, stage: Stage, wish: Wish, missing: str) -> Card:
    """The technical lead is asked in private; the text is kept for when they have answered (LIFE-10 d)."""
    confirming.ask(incident, wish.text or wish.facts.get("cause_plain", ""), by=call.who, now=call.now)
    lead = confirming.cause_open(incident, stage, by=call.who)
    asked = f" {lead.name} is asked; send this again when they have said yes." if lead else ""
    scope = confirming.scope_open(incident, stage, wish.facts)
    form = forms.identified_form(f"Not posted yet: {missing}{asked}", scope, _kept(stage, wish))
    return Card(title=form.title, form=form)


def _publish(call: Call, incident: Incident, stage: Stage, wish: Wish) -> Card | None:
    promised = None if stage.final else cadence.next_update_at(incident, call.now)
    every = drafts(
        stage,
        wish.kind,
        told(incident.facts, wish.facts),
        incident=incident,
        house=call.settings.house,
        now=call.now,
        next_update_at=promised,
        text=wish.text,
    )
    source = call.settings.house.languages[0]
    made = every[source]
    for problem in {each.trouble for each in every.values() if each.trouble}:
        log.error("own template not used", action="template_refused", problem=problem)
    if made.unknown:
        return _incomplete(call, incident, made, wish)
    publishing.publish(
        incident,
        made.stage,
        title=made.title,
        body=made.body,
        template=made.template,
        by=call.who,
        now=call.now,
        reason=wish.because,
        facts=wish.facts,
        language=source,
        texts=wordings(every, but=source),
    )
    return None


def _incomplete(call: Call, incident: Incident, made: Draft, wish: Wish) -> Card:
    """Nothing is posted with a gap in it (STG-5); the form comes back with what was filled in."""
    labels = {field.name: field.label for field in FIELDS[made.stage]}
    missing = ", ".join(labels.get(name, name) for name in made.unknown)
    card = _form(call, incident, made.stage, wish.facts)
    return Card(title="Not posted yet", text=f"Still empty: {missing}.", tone="warn", form=card.form)
