"""/maintenance [STEP]: planned work on a service; schedule, announce, start, extend, verify, complete, cancel, list.

Also show, owner (give it to somebody), declare (an incident that came of it), link; send and posted are about channels,
longer, approve and return about a later end.
`/incident maintenance …` and `!maintenance …` are the same.
"""

from collections.abc import Awaitable, Callable

from commands import extending, planning
from commands.approve import READ_AGAIN
from commands.call import Call
from commands.clean import one_line
from commands.declare import open_incident
from commands.extending import because
from incidents import maintaining, maintenance_channels, timeline
from incidents.errors import Refused
from incidents.maintenance import Maintenance
from incidents.severity import read
from templates import answers, maintenance_cards, marks
from templates.announce_maintenance import approval_card
from templates.card import Card, Form
from templates.maintenance_channels import seal
from templates.maintenance_wording import maintenance_wordings

LIST = "/maintenance list"
_OVER = 5
"""How many of those that are over the list still shows."""


async def carry_out(call: Call) -> Card | None:
    step = _SPELLINGS.get(call.args.peek().lower().rstrip(":"), call.args.peek().lower().rstrip(":"))
    if not step:
        return await _list(call)
    if step not in STEPS:
        raise Refused(f"There is no step “{step[:40]}”. Steps: {', '.join(STEPS)}.", hint=maintenance_cards.EXAMPLE)
    call.args.word()
    return await STEPS[step](call)


async def _list(call: Call) -> Card:
    found = await call.unit.maintenances.all(over=_OVER)
    return maintenance_cards.listed(found, call.settings.house, call.now)


async def _show(call: Call) -> Card:
    found = await _target(call)
    log = await call.unit.maintenances.log(found)
    return maintenance_cards.shown(found, log, call.settings.house, call.now)


async def _announce(call: Call) -> Card:
    found = await _target(call)
    urgent = call.field("urgent") if call.form else call.args.option("urgent")
    late = not found.announced and not found.urgent and found.notice_until < call.now < found.starts_at
    if late and not urgent:
        title, question = (
            "Announce it late?",
            f"Less than {found.numbers.notice_hours} h are left. Why can it not wait?",
        )
        return _form(maintenance_cards.because_form(found, "announce", title, question, "urgent"))
    if (card := _to_be_read(call, found)) is not None:
        return card
    maintaining.announce(
        found,
        contact=call.settings.house.support_contact,
        urgent=one_line(urgent),
        by=call.who,
        now=call.now,
        on_call=call.settings.roster.on_call(),
    )
    return answers.done(f"Maintenance {found.id} is announced; customers can read it now.")


def _to_be_read(call: Call, found: Maintenance) -> Card | None:
    """Whoever clears it has read exactly what goes out now; the button carries a seal of it (APPR-6)."""
    house, pressed = call.settings.house, call.args.word()
    clearing = {person.id for person in maintaining.asked(found, call.settings.roster.on_call())}
    if found.announced or call.who.id not in clearing or not (pressed or found.clearers is not None):
        return None
    if pressed == seal(found, maintenance_wordings("announced", found, house, now=call.now), house):
        return None
    return approval_card(found, house, call.now, lead=READ_AGAIN if pressed else "")


async def _owner(call: Call) -> Card:
    found = await _target(call)
    to = await call.somebody(call.args.person() or call.args.rest())
    maintaining.give_to(found, to, by=call.who, now=call.now, on_call=call.settings.roster.on_call())
    return answers.done(f"{to.name} owns maintenance {found.id} now.")


async def _send(call: Call) -> Card:
    found, name = await _target(call), call.args.word().lower()
    on_call = call.settings.roster.on_call()
    maintenance_channels.again(found, name, by=call.who, now=call.now, on_call=on_call)
    return answers.done(f"It is on its way to {name} again.")


async def _posted(call: Call) -> Card:
    found, name = await _target(call), call.args.word().lower()
    on_call = call.settings.roster.on_call()
    maintenance_channels.posted(found, name, by=call.who, now=call.now, on_call=on_call)
    return answers.done(f"Noted: {name} carries it.")


async def _start(call: Call) -> Card:
    found = await _target(call)
    maintaining.start(found, by=call.who, now=call.now, on_call=call.settings.roster.on_call())
    return answers.done(f"Maintenance {found.id} has begun; customers can read it now.")


async def _extend(call: Call) -> Card:
    return extending.extend(call, await _target(call))


async def _longer(call: Call) -> Card:
    return extending.send_read(call, await _target(call))


async def _approve(call: Call) -> Card:
    return extending.approve(call, await _target(call))


async def _return(call: Call) -> Card:
    return extending.give_back(call, await _target(call))


async def _verify(call: Call) -> Card:
    found = await _target(call)
    maintaining.verify(found, by=call.who, now=call.now, on_call=call.settings.roster.on_call())
    return answers.done(f"Maintenance {found.id} is being verified. Say when all functions work.")


async def _complete(call: Call) -> Card:
    found = await _target(call)
    on_call, running = call.settings.roster.on_call(), await planning.incident_open(call.unit, found)
    maintaining.complete(found, by=call.who, now=call.now, on_call=on_call, incident_open=running)
    return answers.done(f"Maintenance {found.id} is completed. Thank you.")


async def _cancel(call: Call) -> Card:
    found = await _target(call)
    reason = because(call)
    if not reason and not call.form and found.stage.value == "scheduled" and found.owner.id == call.who.id:
        title, question = "Cancel it?", "Why? The log keeps it; customers do not read it"
        return _form(maintenance_cards.because_form(found, "cancel", title, question, "because"))
    maintaining.cancel(found, reason=reason, by=call.who, now=call.now)
    told = "; customers can read it now" if found.announced else ""
    return answers.done(f"Maintenance {found.id} is cancelled{told}.")


async def _declare(call: Call) -> Card:
    """Work that broke something, or overran, is an incident (LIFE-14); anybody may declare."""
    found = await _target(call)
    if not call.form and not call.args.peek():
        return _form(maintenance_cards.declare_form(found))
    if call.form:
        named, title = call.field("severity"), one_line(call.field("title"))
        severity = read(named) if named else None
    else:
        severity, title = call.args.severity(), one_line(call.args.rest())
    incident = await open_incident(call, severity, title or f"{found.service} after maintenance {found.id}")
    maintaining.link(found, incident.id, by=call.who, now=call.now)
    timeline.note(incident, f"Came of maintenance {found.id}: {found.title}", by=call.who, now=call.now)
    return answers.done(
        f"Incident {incident.id} is declared as {incident.severity.label} and linked to maintenance {found.id}. "
        f"Go to {marks.room(incident.room_name)}."
    )


async def _link(call: Call) -> Card:
    found = await _target(call)
    typed = call.args.option("incident") or call.args.word()
    number = int(typed[:6]) if typed.isdecimal() else call.incident.id if call.incident and not typed else 0
    incident = await call.unit.incident(number)
    if not incident or not call.may_see(incident):
        raise Refused("There is no such incident.", hint=f"/maintenance link {found.id} NUMBER")
    if incident.private:
        # The log of the maintenance is open to everybody (G9).
        raise Refused("A private incident is not linked: everybody would read of it.")
    maintaining.link(found, incident.id, by=call.who, now=call.now)
    timeline.note(incident, f"Came of maintenance {found.id}: {found.title}", by=call.who, now=call.now)
    return answers.done(f"Incident {incident.id} is linked to maintenance {found.id}.")


async def _target(call: Call) -> Maintenance:
    """The one whose number was said, or the only one that is not over."""
    typed = call.args.peek()
    if typed.isdecimal():
        number = int(call.args.word()[:6])
    else:
        going_on = await call.unit.maintenances.all()
        if len(going_on) != 1:
            raise Refused("Which one? Give its number.", hint=LIST)
        number = going_on[0].id
    found = await call.unit.maintenances.get(number)
    if not found:
        raise Refused(f"There is no maintenance {number}.", hint=LIST)
    return found


def _form(form: Form) -> Card:
    return Card(title=form.title, form=form)


_SPELLINGS = {
    "plan": "schedule",
    "new": "schedule",
    "begin": "start",
    "done": "complete",
    "finish": "complete",
    "end": "complete",
    "remind": "announce",
    "incident": "declare",
}

STEPS: dict[str, Callable[[Call], Awaitable[Card | None]]] = {
    "schedule": planning.schedule,
    "list": _list,
    "show": _show,
    "announce": _announce,
    "start": _start,
    "extend": _extend,
    "longer": _longer,
    "approve": _approve,
    "return": _return,
    "verify": _verify,
    "complete": _complete,
    "cancel": _cancel,
    "declare": _declare,
    "link": _link,
    "owner": _owner,
    "send": _send,
    "posted": _posted,
}
