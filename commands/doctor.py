"""/incident doctor [channels|departments]: what is lacking: owners, access notes, tests, contacts."""

from commands import testing
from commands.call import Call
from incidents.errors import Refused
from templates.card import Card
from templates.doctor_card import doctor_card

_PARTS = ("channels", "departments")


async def carry_out(call: Call) -> Card | None:
    word = call.args.word().lower()
    if word and word not in _PARTS:
        raise Refused(f"“{word[:40]}” is nothing that is looked at. There are: {', '.join(_PARTS)}.")
    house = await testing.tested(call.unit.c, call.settings.house)
    departments = call.settings.roster.departments
    return doctor_card(house, departments, call.now.date(), parts=(word,) if word else _PARTS)
