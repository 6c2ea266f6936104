"""/incident mask NUMBER ["words"] --because REASON: hide words of an entry, or all of it; it says who did and why."""

from dataclasses import replace

from commands.args import Args
from commands.call import Call
from commands.composing import again
from commands.correct import asked_for
from incidents import account, approval, timeline
from incidents.errors import Refused
from incidents.incident import Incident
from storage import timeline as rows
from storage.timeline import Entry
from templates.account import drafted
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    reason = call.args.option("because")
    entry = await asked_for(call, incident)
    timeline.may_mask(incident, entry.actor_id, call.who)
    if entry.whole:
        raise Refused(f"Entry {entry.seq} is masked already.")
    draft, report = incident.draft, incident.account
    wordings = await rows.wordings(call.unit.c, incident.id, entry)
    timeline.mask(
        incident,
        entry.seq,
        kind=entry.type,
        versions=[text for _, text in wordings],
        words=_words(call.args.rest()),
        reason=reason,
        by=call.who,
        now=call.now,
        source=entry.source,
    )
    if incident.draft != draft:
        _reword_post(call, incident)
    if incident.account != report:
        _reword_report(call, incident)
    return _elsewhere(entry)


def _reword_post(call: Call, incident: Incident) -> None:
    """Nobody said yes to the words that are left: it waits anew (APPR-6)."""
    fresh = again(approval.waiting(incident), incident=incident, house=call.settings.house)
    approval.renew(incident, fresh, by=call.who, now=call.now)


def _reword_report(call: Call, incident: Incident) -> None:
    waits = account.waiting(incident)
    house = call.settings.house
    fresh = drafted(waits.facts, waits.picks, incident=incident, house=house, by=waits.author, now=call.now).account
    account.renew(incident, replace(waits, texts=fresh.texts, carried=fresh.carried), by=call.who, now=call.now)


def _words(typed: str) -> str:
    """Quotes around all of it are not part of it."""
    args = Args(typed)
    first = args.word()
    return typed if args.rest() else first


def _elsewhere(entry: Entry) -> Card | None:
    """Only the web room's messages are ours to change."""
    chat = entry.source.partition(":")[0]
    if chat in ("", "web"):
        return None
    return Card(
        text=f"Entry {entry.seq} is masked in everything Sitrep shows. The message it came from still stands in "
        f"{chat.capitalize()}, and Sitrep cannot change what others wrote there: its author or an administrator "
        "deletes it, and you delete your own if it names the words.",
        tone="warn",
    )
