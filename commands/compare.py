"""(the clock): says what channels were found to carry, of an incident or, `compare maintenance 3`, of planned work."""

from functools import cache

from pydantic import TypeAdapter

from commands.call import Call
from incidents import carrying, maintenance_channels
from incidents.consistency import Told
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    read = {name: unpack(call.field(name)) for name in call.line.fields}
    if call.args.word() == "maintenance":
        found = await call.unit.maintenances.get(int(call.args.word()))
        if found:
            maintenance_channels.compare(found, read, now=call.now)
        return None
    carrying.compare(await call.here(), read, now=call.now)
    return None


@cache
def _shape() -> TypeAdapter[Told]:
    return TypeAdapter(Told)


def pack(told: Told) -> str:
    return _shape().dump_json(told).decode()


def unpack(packed: str) -> Told:
    return _shape().validate_json(packed)
