"""/incident approve: clear the post that waits; bare it shows what waits, and the button clears exactly that.

`approve edit NUMBER` opens it for changes, `approve poll` asks the room for strong objections. `approve --because "…"`:
its author, alone in a small team.
"""

from dataclasses import replace

from commands import gate
from commands.call import Call
from commands.composing import Wish, again, compose, renewed
from commands.wishes import from_form
from incidents import approval, drafts, proposals
from incidents.incident import Incident
from incidents.records import Draft
from incidents.wording.finding import Finding
from templates.approval_card import approval_card
from templates.card import Card
from templates.checked import gaps, told
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
    if found := gate.objections(final, incident, house):
        return _kept_back(call, incident, draft, found)
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
    made = replace(made, aside=draft.aside)
    if found := gate.objections(made, incident, house):
        because = call.field("override")
        if not because:
            return _kept_back(call, incident, replace(made, number=draft.number), found)
        made = gate.past(made, found, because=because)
    final = _signed(call, draft, made, renewed(draft, incident=incident, house=house, now=call.now))
    approval.approve(incident, final, by=call.who, now=call.now)
    return None


def _kept_back(call: Call, incident: Incident, draft: Draft, found: list[Finding]) -> Card:
    """What an approver reads or writes passes the same gate as what its author wrote (WL-2)."""
    why = told(found)
    form = replace(edit_form(incident, draft, call.settings.house, call.now), title="Not posted yet", intro=why)
    asked = gate.asking(form, found, "Or post it as it is, because")
    return Card(title="Not posted yet", text=why, tone="warn", form=asked)


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
    return replace(made, number=draft.number, submitted_at=draft.submitted_at, co_authors=authors)
