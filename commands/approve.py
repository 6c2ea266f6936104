"""/incident approve: clear the post that waits; bare it shows what waits, and the button clears exactly that.

`approve edit NUMBER` opens it for changes, `approve poll` asks the room for strong objections. `approve --because "…"`:
its author, alone in a small team.
"""

from dataclasses import replace

from commands.call import Call
from commands.composing import Wish, again, compose, renewed
from commands.posting import put_aside
from commands.wishes import from_form
from incidents import approval, drafts, proposals
from incidents.incident import Incident
from incidents.records import Draft
from incidents.wording.check import NEVER_OVERRIDDEN
from incidents.wording.finding import Finding
from templates.approval_card import approval_card
from templates.card import Card, Field
from templates.checked import gaps, stopping, told
from templates.update_form import edit_form

READ_AGAIN = "Not approved: since you read it, something has changed. This is what would go out."


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    because, word = call.args.option("because"), call.args.word()
    if word == "poll":
        proposals.ask_about_post(incident, approval.waiting(incident), by=call.who, now=call.now)
        return None
    if word == "edit":
        return _edit(call, incident, call.args.word())
    draft, house = approval.may_decide(incident, by=call.who, now=call.now, alone=because), call.settings.house
    alone = because if approval.decides_alone(incident, by=call.who, now=call.now) else ""
    fresh = again(draft, incident=incident, house=house)
    if fresh.digest != draft.digest:
        approval.renew(incident, fresh, by=call.who, now=call.now)
        return approval_card(incident, house, call.now, lead=READ_AGAIN)
    if not alone and word != drafts.seal(incident, draft):
        return approval_card(incident, house, call.now, lead=READ_AGAIN if word else "")
    final = renewed(draft, incident=incident, house=house, now=call.now)
    if stop := _objections(call, incident, final):
        why = f"Not approved. Return it, or change it and say why it goes out:\n{told(stop)}"
        return approval_card(incident, house, call.now, lead=why)
    approval.approve(incident, final, by=call.who, now=call.now, alone=alone)
    return None


def _edit(call: Call, incident: Incident, number: str) -> Card | None:
    """An approver who changes the words becomes their co-author; the approval still counts (APPR-4)."""
    draft = approval.may_decide(incident, by=call.who, now=call.now)
    house = call.settings.house
    if number != str(draft.number):
        return approval_card(incident, house, call.now, lead=READ_AGAIN)
    if not call.form:
        form = edit_form(incident, draft, house, call.now)
        return Card(title=form.title, form=form)
    made = compose(_changed(call, draft), draft.stage, incident=incident, house=house, by=draft.author, now=call.now)
    if made.unknown:
        form = edit_form(incident, replace(made, number=draft.number), house, call.now)
        return Card(title="Not posted yet", text=gaps(made), tone="warn", form=form)
    final = _signed(call, draft, made, renewed(draft, incident=incident, house=house, now=call.now))
    if stop := _objections(call, incident, final):
        if not (why := call.field("override")):
            return _reworded(call, incident, replace(made, number=draft.number), stop)
        final = put_aside(final, stop, reason=why)
    approval.approve(incident, final, by=call.who, now=call.now)
    return None


def _objections(call: Call, incident: Incident, final: Draft) -> list[Finding]:
    """Forbidden wording that nobody has set aside: it stops whoever clears a post, too (WL-2)."""
    return [each for each in stopping(final, incident, call.settings.house) if each.id not in final.aside]


def _reworded(call: Call, incident: Incident, made: Draft, stop: list[Finding]) -> Card:
    form, why = edit_form(incident, made, call.settings.house, call.now), told(stop)
    firm = any(each.id in NEVER_OVERRIDDEN for each in stop)
    asked = () if firm else (Field("override", "Or post it as it is, because"),)
    form = replace(form, title="Not posted yet", intro=why, fields=(*form.fields, *asked))
    return Card(title=form.title, text=why, tone="warn", form=form)


def _changed(call: Call, draft: Draft) -> Wish:
    """What the form does not show stays; what was emptied is meant to be empty."""
    given = from_form(call)
    emptied = {name: "" for name in draft.facts if name in call.line.fields}
    return replace(
        given,
        kind=draft.kind,
        because=draft.reason,
        every=draft.every,
        facts={**draft.facts, **emptied, **given.facts},
        components={**draft.components, **given.components},
        picks={**draft.picks, **given.picks},
    )


def _signed(call: Call, draft: Draft, made: Draft, unchanged: Draft) -> Draft:
    """With the approver's name under it, if anything is different."""
    edited = made.digest != unchanged.digest
    authors = (*draft.co_authors, call.who) if edited else draft.co_authors
    return replace(made, number=draft.number, submitted_at=draft.submitted_at, co_authors=authors, aside=draft.aside)
