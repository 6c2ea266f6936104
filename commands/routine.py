"""/incident routine [done NAME]: what is done again and again, such as drills; `done` says that one was."""

from commands.call import Call
from incidents import calendar
from incidents.errors import Refused
from incidents.routines import Routine
from storage import routines
from templates import answers, routine_cards
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    if call.args.word().lower() == "done":
        return await _done(call, call.args.rest())
    configured = call.settings.routines
    known = await routines.known(call.unit.c, [each.name for each in configured])
    return routine_cards.listed([(each, known[each.name].last) for each in configured])


async def _done(call: Call, name: str) -> Card:
    routine = _named(call, name)
    manager = call.settings.roster.duty_manager
    if call.who.id not in {routine.owner.id, manager.person.id if manager else ""}:
        raise Refused(f"{routine.owner.name} says that, or the duty manager.")
    today = call.now.astimezone(calendar.place(call.settings.policy.zone)).date()
    await routines.done(call.unit.c, routine.name, today)
    return answers.done(f"{routine.name}: done today. You are reminded in time for the next one.")


def _named(call: Call, name: str) -> Routine:
    for routine in call.settings.routines:
        if routine.name.lower() == name.strip().lower():
            return routine
    known = ", ".join(each.name for each in call.settings.routines) or "none is configured"
    raise Refused(f"There is no routine “{name[:60]}”. There are: {known}.")
