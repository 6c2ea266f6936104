"""A public post from its words or its form, for `status` and `update` (STG-5, LIFE-17)."""

from dataclasses import replace

from commands import gate, wishes
from commands.call import Call
from commands.composing import Wish, again, compose, renewed
from incidents import approval, confirming, drafts, long_running, publishing
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.records import Draft
from incidents.stage import MOVES, Stage
from incidents.wording.finding import Finding
from templates import forms
from templates.approval_card import preview_card, sent_card
from templates.card import Card
from templates.checked import gaps, told
from templates.to_each import to_each_card
from templates.update_fields import READY, TO_EACH
from templates.update_form import update_form


async def post(call: Call, *, preview: bool = False) -> Card | None:
    """Publish, send for approval, or show the preview; or the form when there is nothing to publish yet."""
    incident = await call.here()
    wish = wishes.from_form(call) if call.form else wishes.typed(call, preview=preview)
    stage = wishes.stage_of(wish, incident)
    if not wishes.fits(wish, stage):
        return _misfit(call, incident, stage, wish)
    if wish.stage or wish.kind or call.form or not wish.empty:
        publishing.may_publish(incident, stage, reason=wish.because or "asked for below", by=call.who, now=call.now)
    if wish.empty and not call.form:
        return _form(
            call,
            incident,
            stage if wish.stage or wish.kind else None,
            Wish(wish.kind, because=wish.because, every=wish.every),
        )
    move = MOVES[incident.stage, stage]
    if move.asks and not wish.because:
        return _ask_why(stage, move.asks, wish)
    if not wish.because and (missing := confirming.missing(incident, stage, wish.facts, by=call.who)):
        return _not_confirmed(call, incident, stage, wish, missing)
    if not call.form:
        wishes.known_channels(wish, incident, call.settings.house, stage)
    made = compose(wish, stage, incident=incident, house=call.settings.house, by=call.who, now=call.now)
    long_running.check(incident, made, now=call.now)
    if not wish.because and (question := publishing.why_no_news(incident, made.template)):
        return _ask_why(stage, question, wish)
    return _composed(call, incident, made, wish)


def _composed(call: Call, incident: Incident, made: Draft, wish: Wish) -> Card | None:
    if wish.preview:
        return _preview(call, incident, made)
    return _incomplete(call, incident, made) if made.unknown else _worded(call, incident, made, wish)


def _worded(call: Call, incident: Incident, made: Draft, wish: Wish) -> Card | None:
    """The gate of the wording rules; whoever goes past it says why, and that is on the record (WL-2)."""
    found = gate.objections(made, incident, call.settings.house)
    if found and not wish.override:
        return _reworded(call, incident, made, found)
    return _send(call, incident, gate.past(made, found, because=wish.override) if found else made)


async def send_previewed(call: Call, token: str) -> Card | None:
    """The button under a preview: exactly what was read goes out, or the reader reads it again."""
    incident = await call.here()
    kept, house = incident.previews.get(call.who.id), call.settings.house
    if kept is None:
        raise Refused("That preview has been used already.", choices=("update",))
    fresh = again(kept, incident=incident, house=house)
    if fresh.digest != kept.digest or drafts.seal(incident, kept) != token:
        return _preview(call, incident, renewed(kept, incident=incident, house=house, now=call.now), changed=True)
    # What was only looked at passes the same gate as what is posted at once (WL-2).
    return _worded(call, incident, renewed(kept, incident=incident, house=house, now=call.now), Wish())


async def back_to_form(call: Call) -> Card:
    """The form with everything kept, after a preview or when the text was returned (APPR-1)."""
    incident = await call.here()
    kept = incident.previews.get(call.who.id)
    if kept is None:
        return _form(call, incident, None, Wish())
    return _form(call, incident, kept.stage, wishes.of_draft(kept))


def _form(call: Call, incident: Incident, stage: Stage | None, wish: Wish) -> Card:
    facts = {**incident.facts, **wish.facts}
    form = update_form(
        incident,
        stage,
        facts,
        call.settings.house,
        call.now,
        text=wish.text,
        because=wish.because,
        components=wish.components,
        kind="" if wish.kind in READY else wish.kind,
        every=wish.every,
        picks=wish.picks,
    )
    return Card(title=form.title, form=form)


def _misfit(call: Call, incident: Incident, stage: Stage, wish: Wish) -> Card:
    """A special case that the stage does not know: refused, or in a form everything else is kept (LIFE-17)."""
    if not call.form:
        wishes.refuse_misfit(wish, stage)
    why = wishes.misfit(wish, stage)
    card = _form(call, incident, stage, replace(wish, kind=""))
    form = replace(card.form, title="Not posted yet", intro=why) if card.form else None
    return Card(title="Not posted yet", text=why, tone="warn", form=form)


def _ask_why(stage: Stage, question: str, wish: Wish) -> Card:
    """A step that needs a reason is asked for it with the text kept, so that nothing is typed twice (LIFE-17)."""
    form = forms.reason_form(f"Post {stage}?", "update", question, wishes.kept(stage, wish))
    return Card(title=form.title, form=form)


def _not_confirmed(call: Call, incident: Incident, stage: Stage, wish: Wish, missing: str) -> Card:
    """The technical lead is asked in private; the text is kept for when they have answered (LIFE-10 d)."""
    confirming.ask(incident, wish.text or wish.facts.get("cause_plain", ""), by=call.who, now=call.now)
    lead = confirming.cause_open(incident, stage, by=call.who)
    asked = f" {lead.name} is asked; send this again when they have said yes." if lead else ""
    scope = confirming.scope_open(incident, stage, wish.facts)
    form = forms.identified_form(f"Not posted yet: {missing}{asked}", scope, wishes.kept(stage, wish))
    return Card(title=form.title, form=form)


def _preview(call: Call, incident: Incident, made: Draft, *, changed: bool = False) -> Card:
    kept = approval.preview(incident, made, by=call.who, now=call.now)
    return preview_card(incident, kept, call.settings.house, call.now, changed=changed)


def _send(call: Call, incident: Incident, made: Draft) -> Card | None:
    """To customers, or first to whoever clears it (APPR-1). What each is written alone goes to no channel."""
    if made.kind == TO_EACH:
        return to_each_card(incident, made)
    if drafts.needed(incident, made.template, now=call.now, kind=made.kind):
        approval.submit(incident, made, by=call.who, now=call.now)
        return sent_card(incident, call.settings.house, call.now)
    long_running.lengthen(incident, made, call.who, now=call.now)
    publishing.publish(
        incident,
        made.stage,
        title=made.title,
        body=made.body,
        template=made.template,
        by=call.who,
        now=call.now,
        reason=made.reason,
        facts=made.facts,
        components=made.components,
        language=made.language,
        texts={code: text for code, text in made.texts.items() if code != made.language},
        origins=made.origins,
        channels=made.reach,
        aside=made.aside,
    )
    return None


def _reworded(call: Call, incident: Incident, made: Draft, found: list[Finding]) -> Card:
    """Forbidden wording stays here: the form comes back with why, and with what to write instead (WL-2).

    A form that opens hides the card it comes with, so it says why itself.
    """
    why, card = told(found), _form(call, incident, made.stage, wishes.of_draft(made))
    form = replace(card.form, title="Not posted yet", intro=why) if card.form else None
    form = gate.asking(form, found, "Or post it as it is, because") if form else None
    return Card(title="Not posted yet", text=why, tone="warn", form=form)


def _incomplete(call: Call, incident: Incident, made: Draft) -> Card:
    """Nothing is posted with a gap in it (STG-5); the form comes back with what was filled in."""
    card = _form(call, incident, made.stage, wishes.of_draft(made))
    return Card(title="Not posted yet", text=gaps(made), tone="warn", form=card.form)
