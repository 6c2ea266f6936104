"""/incident account: the public report on an incident that is over, as a form; sent, it waits for approval.

Its buttons say `account approve SEAL` and `account return SEAL`. `account show` shows what waits. Once it is out,
`account send NAME` sends it to a channel again, `account posted NAME` says that a person put it there.
"""

from dataclasses import replace

from commands import gate, wishes
from commands.call import Call
from commands.channels import named
from commands.clean import one_line
from incidents import account as rules
from incidents import account_channels
from incidents.errors import Refused
from incidents.incident import Incident
from templates import account as report
from templates import account_channels as channels
from templates.card import Card, Field, Form
from templates.checked import told

_LONGEST = 500


async def carry_out(call: Call) -> Card | None:
    incident, word = await call.here(), call.args.peek().lower()
    if word in _STEPS:
        call.args.word()
        return _STEPS[word](call, incident)
    rules.may_write(incident, call.who)
    before = incident.account
    kept, given = before.facts if before else incident.account_facts, _given(call)
    picks = _picked(call, incident) or (before.picks if before else incident.account_picks)
    if not given:
        return _form(call, incident, kept, picks)
    return _send(call, incident, given if call.form else {**kept, **given}, picks)


def _picked(call: Call, incident: Incident) -> dict[str, bool]:
    """Raises Refused for a channel that carries no report."""
    found, house = wishes.picked(call), call.settings.house
    possible = {offer.channel.name for offer in channels.offered(incident, house)}
    if barred := [name for name, taken in found.items() if taken and name not in possible]:
        raise Refused(f"{barred[0]} is not told of this report.", choices=("channels",))
    return found


def _given(call: Call) -> dict[str, str]:
    """The fields of the form; typed, `--prevention "…"` and the like."""
    languages = call.settings.house.languages[1:]
    names = [name + other for name in _NAMES for other in ("", *(f"@{code}" for code in languages))]
    if call.form:
        found = {name: call.field(name, limit=_LONGEST) for name in names if name in call.line.fields}
        return {name: text if name.startswith("text") else one_line(text, _LONGEST) for name, text in found.items()}
    typed = {name: one_line(call.args.option(name.replace("_", "-")), _LONGEST) for name in names}
    return {name: text for name, text in typed.items() if text}


def _send(call: Call, incident: Incident, given: dict[str, str], picks: dict[str, bool]) -> Card | None:
    """Whole and in clean words, or the form again with why; who goes past the rules says so on the record (WL-2)."""
    house = call.settings.house
    made = report.drafted(given, picks, incident=incident, house=house, by=call.who, now=call.now)
    if made.unknown:
        return _form(call, incident, given, picks, why=report.gaps(made.unknown))
    found, account = report.objections(made.account, incident, house), made.account
    aside = call.field("override") if call.form else call.args.option("override")
    if found and not aside:
        card = _form(call, incident, given, picks, why=told(found))
        asked = gate.asking(card.form, found, "Or send it as it is, because") if card.form else None
        return replace(card, form=asked)
    if found:
        account = replace(account, reason=gate.set_aside(found, because=aside))
    rules.submit(incident, account, by=call.who, now=call.now)
    return None


def _form(call: Call, incident: Incident, given: dict[str, str], picks: dict[str, bool], *, why: str = "") -> Card:
    form = report.form(incident, given, call.settings.house, call.now, picks=picks, why=why)
    return Card(title=form.title, text=why, tone="warn" if why else "plain", form=form)


def _approve(call: Call, incident: Incident) -> Card | None:
    seal = call.args.word()
    if not seal:
        return _show(call, incident)
    rules.approve(incident, seal, by=call.who, now=call.now)
    return None


def _return(call: Call, incident: Incident) -> Card | None:
    account = rules.waiting(incident)
    if call.args.peek() == account.seal:
        call.args.word()
    remark = call.field("remark") if call.form else call.args.rest()
    if not remark and call.who.id != account.author.id:
        rules.may_decide(incident, call.who)
        asked = Field("remark", "What should be different", "text", required=True)
        form = Form(title="Return the report", says=f"account return {account.seal}", fields=(asked,), submit="Return")
        return Card(title=form.title, form=form)
    rules.give_back(incident, one_line(remark, _LONGEST), by=call.who, now=call.now)
    return None


def _show(call: Call, incident: Incident) -> Card:
    account = rules.waiting(incident)
    if call.who.id not in {account.author.id, *(person.id for person in rules.approvers(incident, account))}:
        raise Refused("Only its author and those who clear it read the report before customers do.")
    return report.card(incident, account, call.settings.house)


def _again(call: Call, incident: Incident) -> Card | None:
    channel = named(call)
    account_channels.again(incident, channel.name, _version(call, incident), by=call.who, now=call.now)
    return None


def _posted(call: Call, incident: Incident) -> Card | None:
    channel = named(call)
    owner = call.who.id in (channel.owner, channel.backup)
    number = _version(call, incident)
    account_channels.posted(incident, channel.name, number, by=call.who, now=call.now, owner=owner)
    return None


def _version(call: Call, incident: Incident) -> int:
    """Of a button, the one that it stood under; typed, the newest."""
    typed = call.args.word()
    newest = incident.told_account.number if incident.told_account else 0
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else newest


_STEPS = {"approve": _approve, "return": _return, "show": _show, "send": _again, "posted": _posted}
_NAMES = tuple(field.name for field in report.FIELDS)
