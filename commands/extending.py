"""More time for planned work: worded, looked at, cleared where posts are, told (LIFE-12, APPR-1 to APPR-7)."""

from dataclasses import replace

from commands import gate
from commands.approve import READ_AGAIN
from commands.call import Call
from commands.clean import one_line
from incidents import extending, maintaining
from incidents.errors import Refused
from incidents.maintenance import Extension, Maintenance
from incidents.wording.finding import Finding
from templates import answers, extension_cards
from templates.card import Card, Form
from templates.checked import stopping_notice, told


def extend(call: Call, found: Maintenance) -> Card:
    """From the form, and typed with `--preview`, it is looked at first; typed without it goes on its way."""
    look = call.form or call.args.flag("preview")
    if not call.form and not call.args.peek():
        maintaining.may_change(found, call.who, call.settings.roster.on_call())
        return _form(extension_cards.extend_form(found))
    minutes, aside, reason = _minutes(call, found), _override(call), because(call)
    made = extending.draft(
        found, minutes=minutes, reason=reason, by=call.who, now=call.now, on_call=call.settings.roster.on_call()
    )
    if stop := _objections(call, found, made):
        if not aside:
            return _reworded(found, minutes, reason, stop)
        made = replace(made, aside=gate.set_aside(stop, because=aside))
    if look:
        extending.keep(found, made)
        return _preview(call, found, made)
    return _send(call, found, made)


def send_read(call: Call, found: Maintenance) -> Card:
    """The button under the preview: exactly what was read goes out or to those who clear it (APPR-6)."""
    made = extending.looked_at(found, by=call.who)
    if call.args.word() != _said(call, found, made).seal:
        return _preview(call, found, made, lead="It reads differently by now. This is what would go out.")
    return _send(call, found, made)


def _send(call: Call, found: Maintenance, made: Extension) -> Card:
    if found.clearers is None:
        extending.extend(found, made, now=call.now)
        return answers.done(f"Maintenance {found.id} is extended; customers can read the new end now.")
    policy, on_call = call.settings.policy, call.settings.roster.on_call()
    minutes = policy.approval.minutes
    extending.ask(found, made, now=call.now, on_call=on_call, minutes=minutes, small_team=policy.small_team)
    asked = extending.waiting(found)
    approvers = extending.clearers(found, asked, on_call, now=call.now)
    return extension_cards.sent(found, asked, approvers, call.settings.house, call.now)


def approve(call: Call, found: Maintenance) -> Card:
    """Bare it shows what waits; the button clears exactly that. `edit NUMBER` opens it for changes (APPR-4)."""
    alone, word = call.args.option("because") if not call.form else "", call.args.word()
    extension = extending.may_decide(
        found,
        by=call.who,
        now=call.now,
        on_call=call.settings.roster.on_call(),
        small_team=call.settings.policy.small_team,
        alone=alone,
    )
    if word == "edit":
        return _edit(call, found, extension)
    own = call.who.id == extension.by.id
    if not own and word != _said(call, found, extension).seal:
        return extension_cards.approval(found, call.settings.house, call.now, lead=READ_AGAIN if word else "")
    return _cleared(call, found, alone=alone)


def _edit(call: Call, found: Maintenance, extension: Extension) -> Card:
    if call.args.word() != str(extension.number):
        return extension_cards.approval(found, call.settings.house, call.now, lead=READ_AGAIN)
    if not call.form:
        return _form(extension_cards.edit_form(found, extension))
    minutes, aside, reason = _minutes(call, found), _override(call), because(call)
    made = extending.draft(
        found,
        minutes=minutes,
        reason=reason,
        by=extension.by,
        now=extension.at,
        on_call=call.settings.roster.on_call(),
        aside=extension.aside,
    )
    if (made.ends_at, made.reason) == (extension.ends_at, extension.reason):
        return _cleared(call, found)
    if stop := _objections(call, found, made):
        if not aside:
            return _reworded(
                found, minutes, reason, stop, says=f"maintenance approve {found.id} edit {extension.number}"
            )
        made = replace(made, aside=gate.set_aside(stop, because=aside))
    return _cleared(call, found, edited=replace(made, editor=call.who))


def _cleared(call: Call, found: Maintenance, *, alone: str = "", edited: Extension | None = None) -> Card:
    extending.approve(
        found,
        by=call.who,
        now=call.now,
        on_call=call.settings.roster.on_call(),
        small_team=call.settings.policy.small_team,
        alone=alone,
        edited=edited,
    )
    return answers.done(f"Maintenance {found.id} is extended; customers can read the new end now.")


def give_back(call: Call, found: Maintenance) -> Card:
    extension, on_call = extending.waiting(found), call.settings.roster.on_call()
    remark = one_line(call.field("remark") if call.form else call.args.rest(), 300)
    if not remark and call.who.id != extension.by.id:
        extending.may_decide(found, by=call.who, now=call.now, on_call=on_call)
        return _form(extension_cards.return_form(found))
    extending.give_back(found, remark, by=call.who, now=call.now, on_call=on_call)
    return answers.done("It is returned. Customers have read nothing of it.")


def because(call: Call) -> str:
    """`because the data takes longer`, `--because "…"`, or a form's field."""
    if call.form:
        return one_line(call.field("because"))
    said = call.args.option("because") or call.args.rest()
    return one_line(said[8:] if said.lower().startswith("because ") else said)


def _minutes(call: Call, found: Maintenance) -> int:
    if call.form:
        typed = call.field("minutes")
        call.args.add(f"{typed}m" if typed.isdecimal() else typed)
    minutes = call.args.minutes()
    if not minutes:
        raise Refused("How much longer?", hint=extending.hint(found))
    return minutes


def _override(call: Call) -> str:
    return call.field("override") if call.form else call.args.option("override")


def _said(call: Call, found: Maintenance, extension: Extension) -> extension_cards.Said:
    return extension_cards.said(found, extension, call.settings.house, call.now)


def _objections(call: Call, found: Maintenance, made: Extension) -> list[Finding]:
    return stopping_notice(_said(call, found, made).texts, "in_progress", call.settings.house)


def _preview(call: Call, found: Maintenance, made: Extension, *, lead: str = "") -> Card:
    return extension_cards.preview(found, made, call.settings.house, call.now, lead=lead)


def _reworded(found: Maintenance, minutes: int, reason: str, stop: list[Finding], *, says: str = "") -> Card:
    """Forbidden wording stays here: the form comes back with why (WL-2)."""
    form = extension_cards.extend_form(found, minutes=f"{minutes}m", reason=reason)
    form = replace(form, title="Not posted yet", intro=told(stop))
    form = gate.asking(form, stop, "Or post it as it is, because")
    form = replace(form, says=says) if says else form
    return Card(title=form.title, text=told(stop), tone="warn", form=form)


def _form(form: Form) -> Card:
    return Card(title=form.title, form=form)
